//! Requests that may be sent again, as they travel.

use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use sha2::{Digest, Sha256};
use utoipa::IntoParams;

use super::{IdempotencyKey, Retry};
use crate::http::{ApiError, Body, FromFields};
use crate::validation::Invalid;

/// The header by which a client names a request.
const HEADER: &str = "Idempotency-Key";

/// By what a request is known that may be sent again.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
pub struct KeyParameter {
    /// A random text, a new one for each new request. Sent again with the same body within a day,
    /// the request creates nothing more: it answers 201 with what it has created, as it is now, and
    /// 404 where that was deleted.
    #[param(rename = "Idempotency-Key", value_type = Option<String>)]
    #[param(min_length = 1, max_length = 64, pattern = "^[!-~]+$")]
    pub key: Option<IdempotencyKey>,
}

/// The body of a request that may be sent again, read and checked, and by what the request is known
/// then; `None` where its client gave it no key.
pub struct Retriable<T> {
    /// What the body says.
    pub value: T,
    /// What the request is known by.
    pub retry: Option<Retry>,
}

impl<T: FromFields + 'static> FromRequest for Retriable<T> {
    type Error = ApiError;
    type Future = Pin<Box<dyn Future<Output = Result<Self, ApiError>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let key = key(request);
        let mut digest = Sha256::new();
        // No method and no path holds a line feed.
        digest.update(format!("{}\n{}\n", request.method(), request.path()));
        let body = Body::<T>::from_request(request, payload);
        Box::pin(async move {
            let key = key?;
            let Body { value, bytes } = body.await?;
            digest.update(&bytes);
            let request = digest.finalize().into();
            let retry = key.map(|key| Retry { key, request });
            Ok(Self { value, retry })
        })
    }
}

fn key(request: &HttpRequest) -> Result<Option<IdempotencyKey>, ApiError> {
    let mut sent = request.headers().get_all(HEADER);
    let key = match (sent.next(), sent.next()) {
        (None, _) => return Ok(None),
        (Some(key), None) => IdempotencyKey::parse(key.as_bytes()),
        (Some(_), Some(_)) => Err(Invalid::NotAKey),
    };
    key.map(Some)
        .map_err(|invalid| ApiError::invalid(HEADER, invalid))
}
