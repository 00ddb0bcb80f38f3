//! POST `/users`, POST `/auth/login`, `/auth/token`, `/auth/logout`, GET `/.well-known/jwks.json`.

use std::convert::Infallible;
use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header::{CacheControl, CacheDirective, USER_AGENT};
use actix_web::{FromRequest, HttpRequest, HttpResponse, web};
use serde_json::Value;

use super::cookies::Cookies;
use super::dto::{
    LoginRequest, MessageResponse, Mode, RefreshRequest, RegisterRequest, RegisteredResponse,
    TokenResponse,
};
use super::error::AuthError;
use super::login::Device;
use super::password::PasswordPoolError;
use super::refresh_token::RefreshTokenText;
use super::register::RegisterService;
use super::service::{AuthService, SignedIn};
use crate::http::client_address::TrustedProxies;
use crate::http::{ApiError, ErrorCode, Json, Language, Text};

/// Seconds for which the public keys may be remembered.
const JWKS_MAX_AGE: u32 = 300;

/// The public half of the signing key as JSON.
#[derive(Clone)]
pub struct Jwks(pub Value);

impl From<AuthError> for ApiError {
    fn from(error: AuthError) -> Self {
        match error {
            AuthError::InvalidCredentials => ErrorCode::InvalidCredentials.into(),
            AuthError::EmailTaken => ErrorCode::EmailTaken.into(),
            AuthError::NicknameTaken => ErrorCode::NicknameTaken.into(),
            AuthError::PasswordRefused(invalid) => Self::invalid("password", invalid),
            AuthError::InvalidRefreshToken | AuthError::LoginOver => {
                ErrorCode::InvalidRefreshToken.into()
            }
            AuthError::RefreshTokenReused => ErrorCode::RefreshTokenReused.into(),
            AuthError::Password(PasswordPoolError::Overloaded) => ErrorCode::Overloaded.into(),
            AuthError::Password(_) | AuthError::Signing(_) => {
                Self::caused(ErrorCode::InternalError, error)
            }
            AuthError::Database(error) => error.into(),
        }
    }
}

/// Makes an account.
///
/// # Errors
/// 400, 409 for a taken address or nickname, 503.
pub async fn create_user(
    service: web::Data<RegisterService>,
    device: Device,
    Json(RegisterRequest(account)): Json<RegisterRequest>,
) -> Result<HttpResponse, ApiError> {
    let user_id = service.register(&account, device.ip).await?;
    Ok(HttpResponse::Created().json(RegisteredResponse {
        user_id: user_id.get(),
        email: account.email.as_str(),
        nickname: account.nickname.as_str(),
    }))
}

/// Signs in with a password.
///
/// # Errors
/// 400, 401 whatever of the two was wrong, 503.
pub async fn create_login(
    service: web::Data<AuthService>,
    cookies: web::Data<Cookies>,
    device: Device,
    Json(login): Json<LoginRequest>,
) -> Result<HttpResponse, ApiError> {
    let tokens = service.sign_in(login.credentials, device).await?;
    Ok(token_response(&tokens, login.mode, &cookies))
}

/// Exchanges a refresh token for an access token and, at most once in 30 s, its successor.
///
/// # Errors
/// 400, 401, 503.
pub async fn create_token(
    service: web::Data<AuthService>,
    cookies: web::Data<Cookies>,
    device: Device,
    request: HttpRequest,
    Json(body): Json<RefreshRequest>,
) -> Result<HttpResponse, ApiError> {
    let Some((token, mode)) = sent_token(body, &cookies, &request) else {
        return Err(ErrorCode::MissingToken.into());
    };
    let error = match service.refresh(&token, device).await {
        Ok(tokens) => return Ok(token_response(&tokens, mode, &cookies)),
        Err(error) => error,
    };
    // A failure leaves the cookies alone unless the login is really over.
    let is_over = matches!(error, AuthError::LoginOver | AuthError::RefreshTokenReused);
    let mut response = HttpResponse::from_error(ApiError::from(error));
    if is_over && mode == Mode::Cookie {
        cookies.clear(&mut response);
    }
    Ok(response)
}

/// Ends a login. Whoever asks is signed out: what is no token is no error.
///
/// # Errors
/// 400, 503.
pub async fn create_logout(
    service: web::Data<AuthService>,
    cookies: web::Data<Cookies>,
    device: Device,
    request: HttpRequest,
    Json(body): Json<RefreshRequest>,
) -> Result<HttpResponse, ApiError> {
    let sent = sent_token(body, &cookies, &request);
    let mode = sent.as_ref().map_or(Mode::Cookie, |(_, mode)| *mode);
    if let Some((token, _)) = sent {
        service.sign_out(&token, device).await?;
    }
    let message = Language::of(&request).text(Text::SignedOut);
    let mut response = HttpResponse::Ok().json(MessageResponse { message });
    if mode == Mode::Cookie {
        cookies.clear(&mut response);
    }
    Ok(response)
}

/// The public keys, for whoever checks our access tokens.
pub async fn get_jwks(jwks: web::Data<Jwks>) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header(CacheControl(vec![
            CacheDirective::Public,
            CacheDirective::MaxAge(JWKS_MAX_AGE),
        ]))
        .json(&jwks.0)
}

/// The refresh token and the way it came, which is the way its successor goes.
fn sent_token(
    body: RefreshRequest,
    cookies: &Cookies,
    request: &HttpRequest,
) -> Option<(RefreshTokenText, Mode)> {
    match body.refresh_token {
        Some(token) => Some((token, Mode::Json)),
        None => cookies
            .refresh_token(request)
            .map(|token| (token, Mode::Cookie)),
    }
}

fn token_response(tokens: &SignedIn, mode: Mode, cookies: &Cookies) -> HttpResponse {
    let mut response = HttpResponse::Ok().json(TokenResponse::new(tokens, mode));
    if mode == Mode::Cookie {
        cookies.set(&mut response, tokens);
    }
    response
}

impl FromRequest for Device {
    type Error = Infallible;
    type Future = Ready<Result<Self, Infallible>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let proxies = request.app_data::<web::Data<TrustedProxies>>();
        let ip = proxies.and_then(|proxies| proxies.client_address(request));
        let user_agent = request.headers().get(USER_AGENT);
        let user_agent = user_agent.and_then(|value| value.to_str().ok());
        ready(Ok(Self::new(ip, user_agent)))
    }
}
