//! JSON bodies and queries: every wrong field of a request is reported at once.

use std::pin::Pin;
use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::rt::time::timeout;
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};
use serde_json::{Map, Value};
use url::form_urlencoded;

use super::error::{ApiError, ErrorCode, FieldError, Place};
use crate::validation::Invalid;

/// How long a body may take to arrive. Slow heads are cut off by Actix, after 5 s.
const BODY_TIMEOUT: Duration = Duration::from_secs(10);

/// A request that is read from a JSON object.
pub trait FromFields: Sized {
    /// The largest body, in bytes.
    const MAX_BYTES: usize;
    /// Whether every field is optional; then an empty body is `{}`, with or without `Content-Type`.
    const MAY_BE_EMPTY: bool;

    /// Takes the known fields; `None` when one of them was refused (which `fields` remembers).
    fn from_fields(fields: &mut Fields) -> Option<Self>;
}

/// The fields of a JSON object that nobody has taken yet, and what was wrong with the others.
pub struct Fields {
    untaken: Map<String, Value>,
    errors: Vec<FieldError>,
}

impl Fields {
    /// The fields of a URL's query, which are texts. Of one that is repeated, the last counts.
    pub(super) fn of_query(query: &str) -> Self {
        let pairs = form_urlencoded::parse(query.as_bytes());
        let pairs = pairs.map(|(name, text)| (name.into_owned(), text.into()));
        Self {
            untaken: pairs.collect(),
            errors: Vec::new(),
        }
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
    pub(super) fn finish<T>(mut self, request: Option<T>) -> Result<T, ApiError> {
        let unknown = self.untaken.into_iter().map(|(field, _)| FieldError {
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
    match text.contains('\0') {
        true => Err(Invalid::NullCharacter),
        false => parse(text),
    }
}

/// The body of a request, read and checked.
pub struct Json<T>(pub T);

impl<T: FromFields + 'static> FromRequest for Json<T> {
    type Error = ApiError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, ApiError>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let is_json = request
            .content_type()
            .eq_ignore_ascii_case("application/json");
        let has_no_type = !request.headers().contains_key(header::CONTENT_TYPE);
        let payload = web::Payload::from_request(request, payload);
        Box::pin(async move {
            let unreadable = |_| ApiError::from(ErrorCode::MalformedJson);
            let payload = payload.await.map_err(unreadable)?;
            let body = timeout(BODY_TIMEOUT, payload.to_bytes_limited(T::MAX_BYTES))
                .await
                .map_err(|_too_slow| ErrorCode::MalformedJson)?
                .map_err(|_too_large| ErrorCode::BodyTooLarge)?
                .map_err(unreadable)?;
            let untaken = match is_json {
                true if T::MAY_BE_EMPTY && body.is_empty() => Map::new(),
                true => serde_json::from_slice(&body).map_err(|error| {
                    ApiError::malformed(Place {
                        line: error.line(),
                        column: error.column(),
                    })
                })?,
                false if has_no_type && T::MAY_BE_EMPTY && body.is_empty() => Map::new(),
                false => return Err(ErrorCode::UnsupportedMediaType.into()),
            };
            let mut fields = Fields {
                untaken,
                errors: Vec::new(),
            };
            let request = T::from_fields(&mut fields);
            fields.finish(request).map(Self)
        })
    }
}
