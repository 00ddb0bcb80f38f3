//! Who sent the request.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage, HttpRequest};

use super::UserId;
use crate::http::{ApiError, ErrorCode};

/// The account that a request acts for. Auth's middleware fills it in from the access token.
#[derive(Debug, Clone, Copy)]
pub struct CurrentUser {
    /// From the token's `sub`.
    pub user_id: UserId,
}

impl FromRequest for CurrentUser {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let user = request.extensions().get::<Self>().copied();
        ready(user.ok_or(ErrorCode::MissingToken.into()))
    }
}
