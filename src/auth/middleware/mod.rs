//! Turns an access token into the [`CurrentUser`](crate::users::CurrentUser).

pub mod limits;

use actix_web::dev::ServiceRequest;
use actix_web::http::StatusCode;
use actix_web::http::header::AUTHORIZATION;
use actix_web::{Error, HttpMessage, HttpRequest, web};
use actix_web_httpauth::extractors::bearer::BearerAuth;

use super::AuthService;
use super::cookies::Cookies;
use crate::http::{ApiError, ErrorCode};
use crate::keys::access_token::AccessTokenText;

type Checked = Result<ServiceRequest, (Error, ServiceRequest)>;

/// For routes that need a token: from the `Authorization` header or, without one, from the cookie.
///
/// # Errors
/// 401 and 503, with the request.
pub async fn require_user(request: ServiceRequest, _: Option<BearerAuth>) -> Checked {
    match sent_token(&request) {
        Ok(Some(token)) => admit(request, &token).await,
        Ok(None) => refuse(request, ErrorCode::MissingToken),
        Err(code) => refuse(request, code),
    }
}

/// For routes that work without a token: one that was sent in the `Authorization` header must be
/// good, so that a client learns that it has to refresh; a bad cookie counts as none.
///
/// # Errors
/// 401 and 503, with the request.
pub async fn allow_user(request: ServiceRequest, bearer: Option<BearerAuth>) -> Checked {
    if has_authorization(&request) {
        return require_user(request, bearer).await;
    }
    match require_user(request, None).await {
        Err((error, request))
            if error.as_response_error().status_code() == StatusCode::UNAUTHORIZED =>
        {
            Ok(request)
        }
        settled => settled,
    }
}

async fn admit(request: ServiceRequest, token: &AccessTokenText) -> Checked {
    let Some(auth) = request.app_data::<web::Data<AuthService>>().cloned() else {
        return refuse(request, ErrorCode::InternalError);
    };
    let admitted = match auth.authenticate(token).await {
        Ok(user) => limits::count_for_account(&request, user).map(|()| user),
        Err(error) => Err(error.into()),
    };
    match admitted {
        Ok(user) => {
            request.extensions_mut().insert(user);
            Ok(request)
        }
        Err(error) => Err((error.into(), request)),
    }
}

/// The token that a request bears in its `Authorization` header or, without one, in the cookie.
///
/// # Errors
/// [`ErrorCode::InvalidToken`] for a header that holds none, and for several headers.
fn sent_token(request: &ServiceRequest) -> Result<Option<AccessTokenText>, ErrorCode> {
    match request.headers().get_all(AUTHORIZATION).count() {
        0 => Ok(cookie(request)),
        1 => match bearer_token(request.request()) {
            Some(token) => Ok(Some(token)),
            None => Err(ErrorCode::InvalidToken),
        },
        _ => Err(ErrorCode::InvalidToken),
    }
}

fn refuse(request: ServiceRequest, code: ErrorCode) -> Checked {
    Err((ApiError::from(code).into(), request))
}

fn has_authorization(request: &ServiceRequest) -> bool {
    request.headers().contains_key(AUTHORIZATION)
}

/// The token of the `Authorization` header, if it holds one. `bearer` and `BEARER` are taken, too:
/// schemes are case-insensitive (RFC 9110, section 11.1), `BearerAuth` is not.
pub fn bearer_token(request: &HttpRequest) -> Option<AccessTokenText> {
    let header = request.headers().get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = header.split_once(' ')?;
    let is_bearer = scheme.eq_ignore_ascii_case("bearer");
    is_bearer.then(|| AccessTokenText::new(token.into()))
}

fn cookie(request: &ServiceRequest) -> Option<AccessTokenText> {
    let cookies = request.app_data::<web::Data<Cookies>>()?;
    cookies.access_token(request.request())
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;
    use actix_web::test::TestRequest;
    use proptest::prelude::*;

    use super::*;

    fn token(header: &[u8]) -> Option<String> {
        let value = HeaderValue::from_bytes(header).ok()?;
        let request = TestRequest::default().insert_header((AUTHORIZATION, value));
        bearer_token(&request.to_http_request()).map(|it| it.expose().to_owned())
    }

    proptest! {
        #[test]
        fn a_token_is_found_however_its_scheme_is_spelled(
            scheme in "(?i:bearer)", sent in "[!-~]{1,80}"
        ) {
            prop_assert_eq!(token(format!("{scheme} {sent}").as_bytes()), Some(sent));
        }

        #[test]
        fn another_scheme_holds_no_token(header: Vec<u8>) {
            let is_bearer = header.len() > 6 && header[..7].eq_ignore_ascii_case(b"bearer ");
            prop_assert!(is_bearer || token(&header).is_none());
        }
    }
}
