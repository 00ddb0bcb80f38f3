//! Who sent the request.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage, HttpRequest};

use super::{LoginId, UserId};
use crate::http::{ApiError, ErrorCode};

/// The account and the login that a request acts for. Auth's middleware fills it in from the access
/// token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CurrentUser {
    /// From the token's `sub`.
    pub user_id: UserId,
    /// From the token's `sid`: the device that asks.
    pub login_id: LoginId,
}

impl FromRequest for CurrentUser {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let user = request.extensions().get::<Self>().copied();
        ready(user.ok_or(ErrorCode::MissingToken.into()))
    }
}
