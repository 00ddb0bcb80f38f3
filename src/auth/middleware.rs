//! Turns an access token into the [`CurrentUser`](crate::users::CurrentUser).

use actix_web::dev::ServiceRequest;
use actix_web::http::header::AUTHORIZATION;
use actix_web::{Error, HttpMessage, web};
use actix_web_httpauth::extractors::bearer::BearerAuth;

use super::access_token::Rejection;
use super::cookies::Cookies;
use super::service::AuthService;
use crate::http::{ApiError, ErrorCode};

type Checked = Result<ServiceRequest, (Error, ServiceRequest)>;

/// For routes that need a token: from the `Authorization` header or, without one, from the cookie.
///
/// # Errors
/// 401, with the request.
pub async fn require_user(request: ServiceRequest, bearer: Option<BearerAuth>) -> Checked {
    let from_cookie = || cookies(&request)?.access_token(request.request());
    let token = match bearer {
        Some(bearer) => Some(bearer.token().to_owned()),
        None if has_authorization(&request) => return refuse(request, ErrorCode::InvalidToken),
        None => from_cookie(),
    };
    match token {
        Some(token) => admit(request, &token),
        None => refuse(request, ErrorCode::MissingToken),
    }
}

/// For routes that work without a token: one that was sent in the `Authorization` header must be
/// good, so that a client learns that it has to refresh; a bad cookie counts as none.
///
/// # Errors
/// 401, with the request.
pub async fn allow_user(request: ServiceRequest, bearer: Option<BearerAuth>) -> Checked {
    if has_authorization(&request) {
        return require_user(request, bearer).await;
    }
    match require_user(request, None).await {
        Err((_, request)) => Ok(request),
        admitted => admitted,
    }
}

fn admit(request: ServiceRequest, token: &str) -> Checked {
    let Some(auth) = request.app_data::<web::Data<AuthService>>() else {
        return refuse(request, ErrorCode::InternalError);
    };
    match auth.authenticate(token) {
        Ok(user) => {
            request.extensions_mut().insert(user);
            Ok(request)
        }
        Err(Rejection::Invalid) => refuse(request, ErrorCode::InvalidToken),
        Err(Rejection::Expired) => refuse(request, ErrorCode::TokenExpired),
    }
}

fn refuse(request: ServiceRequest, code: ErrorCode) -> Checked {
    Err((ApiError::from(code).into(), request))
}

fn has_authorization(request: &ServiceRequest) -> bool {
    request.headers().contains_key(AUTHORIZATION)
}

fn cookies(request: &ServiceRequest) -> Option<Cookies> {
    request.app_data::<web::Data<Cookies>>().map(|it| ***it)
}
