//! POST `/auth/login`, `/auth/guest`, `/auth/token`, `/auth/logout`.

pub mod account;
pub mod cookie_flow;

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::time::Duration;

use actix_web::dev::Payload;
use actix_web::http::header::USER_AGENT;
use actix_web::{FromRequest, HttpRequest, HttpResponse, HttpResponseBuilder, web};

use super::cookies::Cookies;
use super::dto::{
    GuestRequest, LoginRequest, MessageResponse, Mode, RefreshRequest, TokenResponse,
};
use super::error::AuthError;
use super::login::Device;
use super::middleware::bearer_token;
use super::refresh_token::RefreshTokenText;
use super::service::guest::Admitted;
use super::service::{AuthService, Credentials, SignedIn};
use crate::http::ErrorCode::{
    DatabaseUnavailable, InvalidCredentials, InvalidRefreshToken, InvalidToken, MissingToken,
    Overloaded, RefreshTokenReused, TooManyAttempts,
};
use crate::http::client_address::ClientAddress;
use crate::http::{ApiError, ErrorCode, Json, Language};
use crate::password::PasswordPoolError;
use crate::validation::Invalid;

impl From<AuthError> for ApiError {
    fn from(error: AuthError) -> Self {
        match error {
            AuthError::InvalidCredentials => ErrorCode::InvalidCredentials.into(),
            AuthError::TooManyAttempts(wait) => {
                let wait = wait.to_std().unwrap_or(Duration::ZERO);
                Self::later(ErrorCode::TooManyAttempts, wait)
            }
            AuthError::EmailTaken => ErrorCode::EmailTaken.into(),
            AuthError::NicknameTaken => ErrorCode::NicknameTaken.into(),
            AuthError::PasswordRefused(invalid) => Self::invalid("password", invalid),
            AuthError::InvalidAccessToken => ErrorCode::InvalidToken.into(),
            AuthError::AccessTokenExpired => ErrorCode::TokenExpired.into(),
            AuthError::LoginEnded => ErrorCode::LoginEnded.into(),
            AuthError::KeysUnavailable => ErrorCode::DatabaseUnavailable.into(),
            AuthError::LoginRequired => ErrorCode::LoginRequired.into(),
            AuthError::PasswordMissing => Self::invalid("password", Invalid::Missing),
            AuthError::NoSuchLogin => ErrorCode::NotFound.into(),
            AuthError::InvalidRefreshToken | AuthError::LoginOver => {
                ErrorCode::InvalidRefreshToken.into()
            }
            AuthError::RefreshTokenReused => ErrorCode::RefreshTokenReused.into(),
            AuthError::Password(PasswordPoolError::Overloaded(wait)) => {
                Self::later(ErrorCode::Overloaded, wait)
            }
            AuthError::Password(_) | AuthError::Entry(_) => {
                Self::caused(ErrorCode::InternalError, error)
            }
            AuthError::Database(error) => error.into(),
        }
    }
}

/// Sign in with a password
///
/// Wrong address and wrong password are told alike. In mode `cookie` (the default) the refresh
/// token travels in a cookie alone, in mode `json` in the answer alone. `claimGuest` that is not
/// accepted is 401 `invalid_token`, and nothing is done. After too many wrong passwords for an
/// address, each further one has to wait; a device that bears the cookie `device` is not held up by
/// what others try.
///
/// # Errors
/// 400, 401 whatever of the two was wrong, 429, 503.
#[utoipa::path(
    post, path = "/api/auth/login", tag = "sign-in",
    request_body(content = LoginRequest, examples(
        ("en" = (summary = "English, by cookie", value = json!({
            "email": "mina@example.com", "password": "a long enough one"
        }))),
        ("ko" = (summary = "한국어, 쿠키 없이", value = json!({
            "email": "김민아@example.com", "password": "충분히 긴 비밀번호", "mode": "json"
        }))),
    )),
    responses((
        status = 200, description = "A new login.", body = TokenResponse,
        headers(("Set-Cookie" = String, description = "In mode `cookie`, three times: the refresh token, the access token, and for 400 days the cookie `device`.")),
    )),
    extensions(("x-error-codes" = json!([InvalidCredentials, InvalidToken, TooManyAttempts, Overloaded, DatabaseUnavailable])))
)]
pub async fn sign_in(
    service: web::Data<AuthService>,
    cookies: web::Data<Cookies>,
    device: Device,
    Json(login): Json<LoginRequest>,
) -> Result<HttpResponse, ApiError> {
    let credentials = Credentials {
        email: login.email,
        password: login.password,
    };
    let known = service.guesses.device_token(&credentials.email, &device);
    let claimed = login.claim_guest;
    let tokens = service.sign_in(credentials, claimed, device).await?;
    let mode = login.mode.unwrap_or_default();
    let mut response = token_response(HttpResponse::Ok(), &tokens, mode, &cookies);
    if mode == Mode::Cookie {
        cookies.set_device(&mut response, &known);
    }
    Ok(response)
}

/// Take part without an account
///
/// Makes a guest and its login. Where the refresh cookie of a living login is sent, in mode
/// `cookie`, no guest is made: the answer is 200 with the tokens of that login, whosever it is.
///
/// # Errors
/// 400, 503.
#[utoipa::path(
    post, path = "/api/auth/guest", tag = "sign-in",
    request_body(
        content = GuestRequest, description = "May be left out.",
        examples(
            ("cookie" = (summary = "By cookie", value = json!({}))),
            ("en" = (summary = "Without cookies", value = json!({ "mode": "json" }))),
        )
    ),
    responses((
        status = 201, description = "A new guest's login.", body = TokenResponse,
        headers(("Set-Cookie" = String, description = "In mode `cookie`, twice: the refresh token and the access token.")),
    ), (
        status = 200, description = "The login of the cookie.", body = TokenResponse,
        headers(("Set-Cookie" = String, description = "Twice: the refresh token and the access token.")),
    )),
    security((), ("refreshCookie" = [])),
    extensions(("x-error-codes" = json!([Overloaded, DatabaseUnavailable])))
)]
pub async fn sign_in_guest(
    service: web::Data<AuthService>,
    cookies: web::Data<Cookies>,
    device: Device,
    request: HttpRequest,
    Json(body): Json<GuestRequest>,
) -> Result<HttpResponse, ApiError> {
    let mode = body.mode.unwrap_or_default();
    let sent = cookies.refresh_token(&request);
    let sent = sent.filter(|_| mode == Mode::Cookie);
    let (answer, tokens) = match service.admit_guest(sent.as_ref(), device).await? {
        Admitted::Known(tokens) => (HttpResponse::Ok(), tokens),
        Admitted::New(tokens) => (HttpResponse::Created(), tokens),
    };
    Ok(token_response(answer, &tokens, mode, &cookies))
}

/// Get a fresh access token
///
/// For a refresh token, in the body or in the cookie. Its successor comes back the way it came;
/// within 30 s every request gets the same one, so tabs do not log each other out. A login ends
/// when a replaced token comes back later than a lost answer explains (`refresh_token_reused`). The
/// cookies are removed only when the login is really over.
///
/// # Errors
/// 400, 401, 503.
#[utoipa::path(
    post, path = "/api/auth/token", tag = "sign-in",
    request_body(
        content = RefreshRequest, description = "May be left out where the cookie is sent.",
        examples(
            ("cookie" = (summary = "By the cookie", value = json!({}))),
            ("en" = (summary = "Without cookies", value = json!({
                "refreshToken": "AUqf3wU1bS0tB2cKp0mXhN8AAAAAXk1nVb3m0Zl5o7u9w2y4A6C8E0G1I3K5M7O9Q1S3U5W"
            }))),
        )
    ),
    responses((
        status = 200, description = "A fresh access token and the refresh token to keep.", body = TokenResponse,
        headers(("Set-Cookie" = String, description = "Where the cookie was sent, twice: the refresh token and the access token.")),
    ), (
        status = 401, description = "",
        headers(("Set-Cookie" = String, description = "Where the cookie was sent and its login is over, twice: both cookies are removed.")),
    )),
    security((), ("refreshCookie" = [])),
    extensions(("x-error-codes" = json!([MissingToken, InvalidRefreshToken, RefreshTokenReused, Overloaded, DatabaseUnavailable])))
)]
pub async fn refresh(
    service: web::Data<AuthService>,
    cookies: web::Data<Cookies>,
    device: Device,
    request: HttpRequest,
    Json(body): Json<RefreshRequest>,
) -> Result<HttpResponse, ApiError> {
    let Some((token, mode)) = sent_token(body, &cookies, &request) else {
        return Err(ErrorCode::MissingToken.into());
    };
    Ok(match service.refresh(&token, device).await {
        Ok(tokens) => token_response(HttpResponse::Ok(), &tokens, mode, &cookies),
        Err(error) => refused(error, mode, &cookies),
    })
}

/// Sign out
///
/// Ends the login of the refresh token in the body or in the cookie, whatever its generation, and
/// that of the access token in `Authorization` or, where the body has no token, in the cookie;
/// removes the cookies. Whoever asks is signed out: what is no token is no error.
///
/// # Errors
/// 400, 503.
#[utoipa::path(
    post, path = "/api/auth/logout", tag = "sign-in",
    request_body(
        content = RefreshRequest, description = "May be left out where the cookie is sent.",
        examples(
            ("cookie" = (summary = "By the cookie", value = json!({}))),
            ("en" = (summary = "Without cookies", value = json!({
                "refreshToken": "AUqf3wU1bS0tB2cKp0mXhN8AAAAAXk1nVb3m0Zl5o7u9w2y4A6C8E0G1I3K5M7O9Q1S3U5W"
            }))),
        )
    ),
    responses((
        status = 200, description = "Signed out.", body = MessageResponse,
        headers(("Set-Cookie" = String, description = "Unless the token came in the body, twice: both cookies are removed.")),
    )),
    security((), ("refreshCookie" = []), ("cookie" = [])),
    extensions(("x-error-codes" = json!([Overloaded, DatabaseUnavailable])))
)]
pub async fn sign_out(
    service: web::Data<AuthService>,
    cookies: web::Data<Cookies>,
    device: Device,
    request: HttpRequest,
    Json(body): Json<RefreshRequest>,
) -> Result<HttpResponse, ApiError> {
    let (refresh, access, mode) = match body.refresh_token {
        Some(token) => (Some(token), None, Mode::Json),
        None => {
            let refresh = cookies.refresh_token(&request);
            (refresh, cookies.access_token(&request), Mode::Cookie)
        }
    };
    let access = bearer_token(&request).into_iter().chain(access).collect();
    service.sign_out(refresh, access, device).await?;
    Ok(farewell(&request, mode, &cookies))
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

/// The answer to a refresh that failed. It leaves the cookies alone unless the login is really
/// over.
fn refused(error: AuthError, mode: Mode, cookies: &Cookies) -> HttpResponse {
    let is_over = matches!(error, AuthError::LoginOver | AuthError::RefreshTokenReused);
    let mut response = HttpResponse::from_error(ApiError::from(error));
    if is_over && mode == Mode::Cookie {
        cookies.clear(&mut response);
    }
    response
}

/// The answer to whoever signed out.
fn farewell(request: &HttpRequest, mode: Mode, cookies: &Cookies) -> HttpResponse {
    let message = Language::of(request).signed_out();
    let mut response = HttpResponse::Ok().json(MessageResponse { message });
    if mode == Mode::Cookie {
        cookies.clear(&mut response);
    }
    response
}

fn token_response(
    mut answer: HttpResponseBuilder,
    tokens: &SignedIn,
    mode: Mode,
    cookies: &Cookies,
) -> HttpResponse {
    let mut response = answer.json(TokenResponse::new(tokens, mode));
    if mode == Mode::Cookie {
        cookies.set(&mut response, tokens);
    }
    response
}

impl FromRequest for Device {
    type Error = Infallible;
    type Future = Ready<Result<Self, Infallible>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let ClientAddress(ip) = ClientAddress::of(request);
        let user_agent = request.headers().get(USER_AGENT);
        let user_agent = user_agent.and_then(|value| value.to_str().ok());
        let cookies = request.app_data::<web::Data<Cookies>>();
        let token = cookies.and_then(|cookies| cookies.device_token(request));
        ready(Ok(Self::new(ip, user_agent, token)))
    }
}
