//! What answers to requests that may be sent again have in common.

use actix_web::HttpResponse;
use serde::Serialize;

use super::{Creation, Retry, RetryError};
use crate::http::rate_limits::{Limits, Taken};
use crate::http::{ApiError, ErrorCode};

/// The header of an answer whose request was sent before.
const REPLAYED: (&str, &str) = ("Idempotent-Replayed", "true");

impl From<RetryError> for ApiError {
    fn from(error: RetryError) -> Self {
        match error {
            RetryError::Reused => ErrorCode::IdempotencyKeyReused.into(),
            RetryError::Database(error) => error.into(),
        }
    }
}

/// Creates what the limits allow. What was created before is no new contribution, and neither is
/// what a slow session refuses: both give back what they have `taken`. Where the limits gave
/// nothing, what was created before is looked for.
///
/// # Errors
/// Those of the two functions, and that of the limits.
pub async fn create_within<T, E>(
    limits: &Limits,
    taken: Result<Vec<Taken>, ApiError>,
    retry: Option<Retry>,
    create: impl AsyncFnOnce(Option<Retry>) -> Result<Creation<T>, E>,
    find: impl AsyncFnOnce(Retry) -> Result<Option<T>, E>,
) -> Result<Creation<T>, ApiError>
where
    ApiError: From<E>,
{
    match (taken, retry) {
        (Ok(taken), retry) => {
            let creation = create(retry).await.map_err(ApiError::from);
            let is_none = match &creation {
                Ok(creation) => matches!(creation, Creation::Replayed(_)),
                Err(error) => error.code == ErrorCode::SlowDown,
            };
            if is_none {
                limits.give_back(&taken);
            }
            creation
        }
        (Err(refused), Some(retry)) => {
            let found = find(retry).await?;
            found.map(Creation::Replayed).ok_or(refused)
        }
        (Err(refused), None) => Err(refused),
    }
}

/// 201 with what was created, now or before.
pub fn created(creation: Creation<impl Serialize>) -> HttpResponse {
    let mut answer = HttpResponse::Created();
    match creation {
        Creation::New(value) => answer.json(value),
        Creation::Replayed(value) => answer.insert_header(REPLAYED).json(value),
    }
}
