//! JSON bodies.

use std::pin::Pin;
use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::rt::time::timeout;
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};

use super::connections::ClientTimeout;
use super::error::{ApiError, ErrorCode, JsonPosition};
use super::fields::{Fields, FromFields};

/// Bytes of a body for which a client is given another second.
const BYTES_A_SECOND: usize = 16 * 1024;

/// The body of a request, read and checked.
pub struct Json<T>(pub T);

impl<T: FromFields + 'static> FromRequest for Json<T> {
    type Error = ApiError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, ApiError>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let body = Body::from_request(request, payload);
        Box::pin(async move { body.await.map(|body| Self(body.value)) })
    }
}

/// The body of a request, read and checked, and as it was sent.
pub struct Body<T> {
    /// What it says.
    pub value: T,
    /// How it says so.
    pub bytes: web::Bytes,
}

impl<T: FromFields + 'static> FromRequest for Body<T> {
    type Error = ApiError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, ApiError>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let is_json = request
            .content_type()
            .eq_ignore_ascii_case("application/json");
        let has_no_type = !request.headers().contains_key(header::CONTENT_TYPE);
        let limit = request.app_data::<web::Data<ClientTimeout>>().cloned();
        let payload = web::Payload::from_request(request, payload);
        Box::pin(async move {
            let limit = limit.ok_or(ErrorCode::InternalError)?;
            let unreadable = |_| ApiError::from(ErrorCode::MalformedJson);
            let payload = payload.await.map_err(unreadable)?;
            let longer = Duration::from_secs((T::MAX_BYTES / BYTES_A_SECOND) as u64);
            let bytes = timeout(limit.0 + longer, payload.to_bytes_limited(T::MAX_BYTES))
                .await
                .map_err(|_too_slow| ErrorCode::MalformedJson)?
                .map_err(|_too_large| ErrorCode::BodyTooLarge)?
                .map_err(unreadable)?;
            let fields = if T::MAY_BE_EMPTY && bytes.is_empty() && (is_json || has_no_type) {
                Fields::default()
            } else if is_json {
                serde_json::from_slice(&bytes).map_err(|error| {
                    ApiError::malformed(JsonPosition {
                        line: error.line(),
                        column: error.column(),
                    })
                })?
            } else {
                return Err(ErrorCode::UnsupportedMediaType.into());
            };
            let value = fields.read(T::from_fields)?;
            Ok(Self { value, bytes })
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use actix_web::rt::System;
    use actix_web::test::TestRequest;
    use proptest::prelude::*;
    use serde::de::IgnoredAny;
    use serde_json::Value;

    use super::*;

    #[derive(Debug, PartialEq)]
    struct Greeting(String, Option<String>);

    impl FromFields for Greeting {
        fn from_fields(fields: &mut Fields) -> Option<Self> {
            let whom = fields.required("whom", |it| Ok(it.to_owned()));
            let how = fields.optional("how", |it| Ok(it.to_owned()));
            Some(Self(whom?, how?))
        }
    }

    fn read(body: impl Into<web::Bytes>) -> Result<Greeting, ApiError> {
        let patience = web::Data::new(ClientTimeout(Duration::from_secs(10)));
        let request = TestRequest::default().app_data(patience);
        let request = request.insert_header(header::ContentType::json());
        let (request, mut payload) = request.set_payload(body).to_http_parts();
        let read = Json::<Greeting>::from_request(&request, &mut payload);
        System::new().block_on(read).map(|it| it.0)
    }

    fn is_object(body: &[u8]) -> bool {
        let text = str::from_utf8(body).unwrap_or_default();
        let begins = text
            .trim_start_matches([' ', '\t', '\r', '\n'])
            .starts_with('{');
        begins && serde_json::from_str::<IgnoredAny>(text).is_ok()
    }

    proptest! {
        #[test]
        fn no_bytes_but_a_json_object_are_read(body in prop::collection::vec(any::<u8>(), 0..200)) {
            let code = read(body.clone()).map_err(|error| error.code);
            prop_assert_eq!(code == Err(ErrorCode::MalformedJson), !is_object(&body));
        }

        /// What no parser would take as a value is a fault of its field.
        #[test]
        fn whatever_an_object_holds_it_is_one(
            body in r#"(\{|\}|"(whom|how|\\ud8|\\udc00)":|"x"|"\\ud800"|1e999|-0|,|\[|\]|null| ){0,9}"#
        ) {
            let code = read(body.clone()).map_err(|error| error.code);
            let is_object = is_object(body.as_bytes());
            prop_assert_eq!(code == Err(ErrorCode::MalformedJson), !is_object, "{}", body);
        }

        #[test]
        fn a_request_is_read_whole_or_every_wrong_field_is_told(
            fields in prop::collection::btree_map("whom|how|\\PC{0,5}", "null|1|\\PC{0,5}", 0..5)
        ) {
            let value = |text: &String| match text.as_str() {
                "null" => Value::Null,
                "1" => 1.into(),
                text => text.into(),
            };
            let fields = fields.iter().map(|(name, it)| (name.clone(), value(it)));
            let fields: BTreeMap<_, _> = fields.collect();
            let text = |name| fields.get(name).and_then(Value::as_str).map(str::to_owned);
            let is_wrong = |name: &str, value: &Value| match name {
                "whom" => !value.is_string(),
                "how" => !value.is_string() && !value.is_null(),
                _ => true,
            };
            let wrong = fields.iter().filter(|(name, value)| is_wrong(name, value));
            let mut wrong: BTreeSet<String> = wrong.map(|(name, _)| name.clone()).collect();
            wrong.extend((!fields.contains_key("whom")).then(|| "whom".to_owned()));
            match read(serde_json::to_vec(&fields)?) {
                Ok(request) => {
                    prop_assert!(wrong.is_empty());
                    prop_assert_eq!(request, Greeting(text("whom").unwrap_or_default(), text("how")));
                }
                Err(error) => {
                    prop_assert_eq!(error.code, ErrorCode::ValidationFailed);
                    let told: BTreeSet<String> = error.fields.into_iter().map(|it| it.field).collect();
                    prop_assert_eq!(told, wrong);
                }
            }
        }
    }
}
