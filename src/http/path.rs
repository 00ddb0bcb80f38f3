//! Ids in a path.

use std::future::{Ready, ready};
use std::str::FromStr;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};

use super::error::{ApiError, ErrorCode};

/// The one id, or code, in the path of a request. What cannot exist is 404 `not_found`.
pub struct Id<T>(pub T);

/// The two ids in the path of a request, in turn. What cannot exist is 404 `not_found`.
pub struct Ids<A, B>(pub A, pub B);

impl<T: FromStr> FromRequest for Id<T> {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let id = || request.match_info().load::<String>().ok()?.parse().ok();
        ready(id().map(Self).ok_or(ErrorCode::NotFound.into()))
    }
}

impl<A: FromStr, B: FromStr> FromRequest for Ids<A, B> {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let ids = || {
            let (a, b): (String, String) = request.match_info().load().ok()?;
            Some(Self(a.parse().ok()?, b.parse().ok()?))
        };
        ready(ids().ok_or(ErrorCode::NotFound.into()))
    }
}
