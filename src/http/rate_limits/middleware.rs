//! The limits of networks that single routes have.

use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::{Error, web};

use super::{Holder, Limit, Limits};
use crate::http::client_address::ClientAddress;
use crate::http::error::ErrorCode;

/// Answers 429 beyond the limit of a network, before anything else is done for a route.
///
/// # Errors
/// Those of the services within.
pub async fn check<B: MessageBody + 'static>(
    limit: Limit,
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, Error> {
    let taken = match request.app_data::<web::Data<Limits>>() {
        Some(limits) => {
            let holder = Holder::Network(ClientAddress::of(request.request()).network());
            limits.take(limit, holder)
        }
        None => Err(ErrorCode::InternalError.into()),
    };
    match taken {
        Ok(_) => Ok(next.call(request).await?.map_into_left_body()),
        Err(error) => Ok(request.error_response(error).map_into_right_body()),
    }
}
