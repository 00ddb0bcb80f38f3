//! JSON bodies and queries: every wrong field of a request is reported at once.

use std::pin::Pin;
use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::rt::time::timeout;
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};
use serde_json::{Map, Value};
use url::form_urlencoded;

use super::connections::ClientTimeout;
use super::error::{ApiError, ErrorCode, FieldError, JsonPosition};
use crate::validation::{Invalid, without_null};

/// Unknown fields that are told; a body could have thousands.
const MAX_UNKNOWN: usize = 20;
/// Bytes of a body for which a client is given another second.
const BYTES_A_SECOND: usize = 16 * 1024;

/// A request that is read from a JSON object.
pub trait FromFields: Sized {
    /// The largest body, in bytes. More is for those that hold long texts.
    const MAX_BYTES: usize = 16 * 1024;
    /// Whether every field is optional; then an empty body is `{}`, with or without `Content-Type`.
    const MAY_BE_EMPTY: bool = false;

    /// Takes the known fields; `None` when one of them was refused (which `fields` remembers).
    fn from_fields(fields: &mut Fields) -> Option<Self>;
}

/// The fields of a JSON object that nobody has taken yet, and what was wrong with the others.
pub struct Fields {
    untaken: Map<String, Value>,
    errors: Vec<FieldError>,
}

impl Fields {
    /// Reads a URL's query, whose fields are texts. Of one that is repeated, the last counts.
    ///
    /// # Errors
    /// Every field that `take` refused or left.
    pub fn parse_query<T>(
        query: &str,
        take: impl FnOnce(&mut Self) -> Option<T>,
    ) -> Result<T, ApiError> {
        let pairs = form_urlencoded::parse(query.as_bytes());
        let pairs = pairs.map(|(name, text)| (name.into_owned(), text.into()));
        let mut fields = Self {
            untaken: pairs.collect(),
            errors: Vec::new(),
        };
        let taken = take(&mut fields);
        fields.finish(taken)
    }

    /// Takes a text that must be there.
    pub fn required<T>(
        &mut self,
        field: &str,
        parse: impl FnOnce(&str) -> Result<T, Invalid>,
    ) -> Option<T> {
        let value = self.untaken.remove(field);
        let outcome = value.map_or(Err(Invalid::Missing), |value| parse_text(&value, parse));
        self.remember(field, outcome)
    }

    /// Takes a text that may be missing or null: `Some(None)`.
    pub fn optional<T>(
        &mut self,
        field: &str,
        parse: impl FnOnce(&str) -> Result<T, Invalid>,
    ) -> Option<Option<T>> {
        match self.untaken.remove(field) {
            None | Some(Value::Null) => Some(None),
            Some(value) => {
                let outcome = parse_text(&value, parse);
                self.remember(field, outcome).map(Some)
            }
        }
    }

    /// Takes `true` or `false`, which may be missing or null: `Some(None)`.
    pub fn optional_flag(&mut self, field: &str) -> Option<Option<bool>> {
        match self.untaken.remove(field) {
            None | Some(Value::Null) => Some(None),
            Some(value) => {
                let outcome = value.as_bool().ok_or(Invalid::NotBoolean);
                self.remember(field, outcome).map(Some)
            }
        }
    }

    /// Takes a whole number; `take` refuses those that do not fit.
    pub fn required_integer<T>(
        &mut self,
        field: &str,
        take: impl FnOnce(i64) -> Option<T>,
    ) -> Option<T> {
        let value = self.untaken.remove(field);
        let outcome = value.map_or(Err(Invalid::Missing), |it| take_integer(&it, take));
        self.remember(field, outcome)
    }

    /// The same where it may be missing or null: `Some(None)`.
    pub fn optional_integer<T>(
        &mut self,
        field: &str,
        take: impl FnOnce(i64) -> Option<T>,
    ) -> Option<Option<T>> {
        match self.untaken.remove(field) {
            None | Some(Value::Null) => Some(None),
            Some(value) => {
                let outcome = take_integer(&value, take);
                self.remember(field, outcome).map(Some)
            }
        }
    }

    fn remember<T>(&mut self, field: &str, outcome: Result<T, Invalid>) -> Option<T> {
        let invalid = match outcome {
            Ok(value) => return Some(value),
            Err(invalid) => invalid,
        };
        self.errors.push(FieldError {
            field: field.into(),
            invalid,
        });
        None
    }

    /// What was taken, if nothing was refused and nothing is left.
    fn finish<T>(mut self, request: Option<T>) -> Result<T, ApiError> {
        let unknown = self
            .untaken
            .into_iter()
            .take(MAX_UNKNOWN)
            .map(|(field, _)| FieldError {
                field,
                invalid: Invalid::Unknown,
            });
        self.errors.extend(unknown);
        match request {
            Some(request) if self.errors.is_empty() => Ok(request),
            _ => Err(ApiError::validation(self.errors)),
        }
    }
}

fn parse_text<T>(
    value: &Value,
    parse: impl FnOnce(&str) -> Result<T, Invalid>,
) -> Result<T, Invalid> {
    let text = value.as_str().ok_or(Invalid::NotText)?;
    parse(without_null(text)?)
}

/// The largest whole number that every JSON program holds exactly (RFC 8259, section 6).
const MAX_EXACT: f64 = 9_007_199_254_740_991.0;

/// `7.0` is the whole number 7 in JSON, too.
fn take_integer<T>(value: &Value, take: impl FnOnce(i64) -> Option<T>) -> Result<T, Invalid> {
    let is_whole = |it: &f64| it.fract() == 0.0 && it.abs() <= MAX_EXACT;
    let whole = || value.as_f64().filter(is_whole).map(|it| it as i64);
    let integer = value.as_i64().or_else(whole);
    integer.and_then(take).ok_or(Invalid::NotAnInteger)
}

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
            let untaken = if T::MAY_BE_EMPTY && bytes.is_empty() && (is_json || has_no_type) {
                Map::new()
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
            let mut fields = Fields {
                untaken,
                errors: Vec::new(),
            };
            let request = T::from_fields(&mut fields);
            let value = fields.finish(request)?;
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

    proptest! {
        #[test]
        fn no_bytes_but_a_json_object_are_read(body in prop::collection::vec(any::<u8>(), 0..200)) {
            let is_object = serde_json::from_slice::<Map<String, Value>>(&body).is_ok();
            let code = read(body).map_err(|error| error.code);
            prop_assert_eq!(code == Err(ErrorCode::MalformedJson), !is_object);
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
