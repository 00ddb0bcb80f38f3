//! POST `/authentication/register`, `/authentication/log-in`, `/authentication/refresh`,
//! `/authentication/log-out`, GET `/authentication`: sign-in for pages that hold no token in
//! script.

use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, web};

use super::{farewell, refused};
use crate::auth::cookies::Cookies;
use crate::auth::dto::{
    CookieAccountResponse, CookieLoginRequest, CookieRegisterRequest, MessageResponse, Mode,
};
use crate::auth::middleware::bearer_token;
use crate::auth::{AuthService, Credentials, Device, NewAccount};
use crate::http::ErrorCode::{
    DatabaseUnavailable, EmailTaken, InvalidCredentials, InvalidRefreshToken, LoginEnded,
    LoginRequired, MissingToken, NicknameTaken, Overloaded, RefreshTokenReused, TooManyAttempts,
};
use crate::http::{ApiError, Json};
use crate::users::{CurrentUser, User, UsersService};

/// Make an account
///
/// It does not sign in. The same as POST `/users`, in this flow's words.
///
/// # Errors
/// 400, 409 for a taken address or nickname, 429, 503.
#[utoipa::path(
    post, path = "/api/authentication/register", tag = "cookie flow",
    request_body(content = CookieRegisterRequest, examples(
        ("en" = (summary = "English", value = json!({
            "email": "mina@example.com", "name": "mina", "password": "a long enough one"
        }))),
        ("ko" = (summary = "한국어", value = json!({
            "email": "김민아@example.com", "name": "김민아", "password": "충분히 긴 비밀번호"
        }))),
    )),
    responses((status = 201, description = "The account was made.", body = CookieAccountResponse)),
    extensions(("x-error-codes" = json!([EmailTaken, NicknameTaken, Overloaded, DatabaseUnavailable])))
)]
pub async fn register_by_cookie(
    service: web::Data<AuthService>,
    device: Device,
    Json(request): Json<CookieRegisterRequest>,
) -> Result<HttpResponse, ApiError> {
    let account = NewAccount {
        email: request.email,
        nickname: request.name,
        password: request.password,
        admin: false,
    };
    let user_id = service.register(&account, None, device).await?;
    Ok(HttpResponse::Created().json(CookieAccountResponse {
        id: user_id,
        email: account.email.as_str(),
        name: account.nickname.as_str(),
    }))
}

/// Sign in by cookies
///
/// Both tokens of the new login travel in cookies alone. Wrong address and wrong password are told
/// alike, and guesses count as at POST `/auth/login`.
///
/// # Errors
/// 400, 401 whatever of the two was wrong, 429, 503.
#[utoipa::path(
    post, path = "/api/authentication/log-in", tag = "cookie flow",
    request_body(content = CookieLoginRequest, examples(
        ("en" = (summary = "English", value = json!({
            "email": "mina@example.com", "password": "a long enough one"
        }))),
        ("ko" = (summary = "한국어", value = json!({
            "email": "김민아@example.com", "password": "충분히 긴 비밀번호"
        }))),
    )),
    responses((
        status = 200, description = "A new login.", body = CookieAccountResponse,
        headers(("Set-Cookie" = String, description = "Three times: the refresh token, the access token, and for 400 days the cookie `device`.")),
    )),
    extensions(("x-error-codes" = json!([InvalidCredentials, TooManyAttempts, Overloaded, DatabaseUnavailable])))
)]
pub async fn sign_in_by_cookie(
    service: web::Data<AuthService>,
    users: web::Data<UsersService>,
    cookies: web::Data<Cookies>,
    device: Device,
    Json(request): Json<CookieLoginRequest>,
) -> Result<HttpResponse, ApiError> {
    let credentials = Credentials {
        email: request.email,
        password: request.password,
    };
    let known = service.guesses.device_token(&credentials.email, &device);
    // Read before: no login is begun that nobody is told of.
    let user = users.find_by_email(credentials.email.clone()).await?;
    let tokens = service.sign_in(credentials, None, device).await?;
    let user = user.filter(|user| user.user_id == tokens.user_id);
    let mut response = account_response(HttpResponse::Ok(), &user.ok_or(InvalidCredentials)?)?;
    cookies.set(&mut response, &tokens);
    cookies.set_device(&mut response, &known);
    Ok(response)
}

/// Get the account that is signed in
///
/// # Errors
/// 401, 403 for a guest, 503.
#[utoipa::path(
    get, path = "/api/authentication", tag = "cookie flow",
    responses((status = 200, description = "The account of the cookie `Authentication`.", body = CookieAccountResponse)),
    security(("bearer" = []), ("cookie" = [])),
    extensions(("x-error-codes" = json!([LoginRequired])))
)]
pub async fn get_account_by_cookie(
    users: web::Data<UsersService>,
    me: CurrentUser,
) -> Result<HttpResponse, ApiError> {
    let user = users.find_active(me.user_id).await?;
    account_response(HttpResponse::Ok(), &user.ok_or(LoginEnded)?)
}

/// Get fresh cookies
///
/// For the refresh token in the cookie, by the rules of POST `/auth/token`. A guest's login is left
/// as it is: 403 `login_required`. The cookies are removed only when the login is really over.
///
/// # Errors
/// 401, 403 for a guest, 503.
#[utoipa::path(
    post, path = "/api/authentication/refresh", tag = "cookie flow",
    responses((
        status = 200, description = "Both cookies are fresh.", body = CookieAccountResponse,
        headers(("Set-Cookie" = String, description = "Twice: the refresh token and the access token.")),
    ), (
        status = 401, description = "",
        headers(("Set-Cookie" = String, description = "Where the login of the cookie is over, twice: both cookies are removed.")),
    )),
    security(("refreshCookie" = [])),
    extensions(("x-error-codes" = json!([MissingToken, InvalidRefreshToken, RefreshTokenReused, LoginRequired, Overloaded, DatabaseUnavailable])))
)]
pub async fn refresh_by_cookie(
    service: web::Data<AuthService>,
    cookies: web::Data<Cookies>,
    device: Device,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let token = cookies.refresh_token(&request).ok_or(MissingToken)?;
    let (tokens, user) = match service.refresh_named(&token, device).await {
        Ok(refreshed) => refreshed,
        Err(error) => return Ok(refused(error, Mode::Cookie, &cookies)),
    };
    let mut response = account_response(HttpResponse::Ok(), &user)?;
    cookies.set(&mut response, &tokens);
    Ok(response)
}

/// Sign out and remove the cookies
///
/// Ends the login of either cookie. Whoever asks is signed out: what is no token is no error.
///
/// # Errors
/// 503.
#[utoipa::path(
    post, path = "/api/authentication/log-out", tag = "cookie flow",
    responses((
        status = 200, description = "Signed out.", body = MessageResponse,
        headers(("Set-Cookie" = String, description = "Twice: both cookies are removed.")),
    )),
    security((), ("refreshCookie" = []), ("cookie" = [])),
    extensions(("x-error-codes" = json!([Overloaded, DatabaseUnavailable])))
)]
pub async fn sign_out_by_cookie(
    service: web::Data<AuthService>,
    cookies: web::Data<Cookies>,
    device: Device,
    request: HttpRequest,
) -> Result<HttpResponse, ApiError> {
    let access = cookies.access_token(&request);
    let access = bearer_token(&request).into_iter().chain(access).collect();
    let refresh = cookies.refresh_token(&request);
    service.sign_out(refresh, access, device).await?;
    Ok(farewell(&request, Mode::Cookie, &cookies))
}

/// Guests have no account to tell of.
fn account_response(
    mut answer: HttpResponseBuilder,
    user: &User,
) -> Result<HttpResponse, ApiError> {
    match (&user.email, &user.nickname) {
        (Some(email), Some(name)) => Ok(answer.json(CookieAccountResponse {
            id: user.user_id,
            email,
            name,
        })),
        _ => Err(LoginRequired.into()),
    }
}
