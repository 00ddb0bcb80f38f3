//! Bounds of what stands before the body. Actix itself takes up to 128 KiB.

use actix_web::Error;
use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;

use super::error::{ApiError, ErrorCode};

const MAX_URI_BYTES: usize = 8 * 1024;
const MAX_HEADER_BYTES: usize = 8 * 1024;
const MAX_ALL_HEADERS_BYTES: usize = 32 * 1024;

/// Answers 414 and 431 beyond the bounds.
///
/// # Errors
/// Those of the services within.
pub async fn check<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, Error> {
    match broken_bound(&request) {
        Some(code) => {
            let error = ApiError::from(code);
            Ok(request.error_response(error).map_into_right_body())
        }
        None => Ok(next.call(request).await?.map_into_left_body()),
    }
}

fn broken_bound(request: &ServiceRequest) -> Option<ErrorCode> {
    let uri = request.uri();
    let uri_bytes = uri.path_and_query().map_or(0, |it| it.as_str().len());
    if uri_bytes > MAX_URI_BYTES {
        return Some(ErrorCode::UriTooLong);
    }
    let sizes = || {
        let headers = request.headers().iter();
        headers.map(|(name, value)| name.as_str().len() + value.len())
    };
    let too_large = sizes().any(|size| size > MAX_HEADER_BYTES)
        || sizes().sum::<usize>() > MAX_ALL_HEADERS_BYTES;
    too_large.then_some(ErrorCode::HeadersTooLarge)
}
