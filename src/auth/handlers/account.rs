//! POST `/users`, and what a signed-in account does to itself: POST `/users/me/password`, DELETE
//! `/users/me`, GET `/users/me/export`, GET and DELETE `/users/me/logins`, DELETE
//! `/users/me/logins/{loginId}`.

use actix_web::{HttpRequest, HttpResponse, web};

use super::token_response;
use crate::auth::cookies::Cookies;
use crate::auth::dto::{
    DeletionRequest, LoginsResponse, PasswordRequest, RegisterRequest, RegisteredResponse,
};
use crate::auth::{AuthError, AuthService, Device, ExportResponse, NewAccount};
use crate::http::ErrorCode::{
    DatabaseUnavailable, EmailTaken, InvalidCredentials, LoginRequired, NicknameTaken, NotFound,
    Overloaded, TooManyAttempts,
};
use crate::http::{ApiError, Json, in_pieces};
use crate::users::{CurrentUser, LoginId};

/// Make an account
///
/// It does not sign in. Of two registrations for one address or nickname, one is refused.
/// `claimGuest` that is not accepted is 401 `invalid_token`, and nothing is done.
///
/// # Errors
/// 400, 401 for a bad claim, 429, 409 for a taken address or nickname, 503.
#[utoipa::path(
    post, path = "/api/users", tag = "accounts",
    request_body(content = RegisterRequest, examples(
        ("en" = (summary = "English", value = json!({
            "email": "mina@example.com", "nickname": "mina", "password": "a long enough one"
        }))),
        ("ko" = (summary = "한국어", value = json!({
            "email": "김민아@example.com", "nickname": "김민아", "password": "충분히 긴 비밀번호"
        }))),
    )),
    responses((status = 201, description = "The account was made.", body = RegisteredResponse)),
    security((), ("bearer" = []), ("cookie" = [])),
    extensions(("x-error-codes" = json!([EmailTaken, NicknameTaken, Overloaded, DatabaseUnavailable])))
)]
pub async fn register_account(
    service: web::Data<AuthService>,
    device: Device,
    Json(request): Json<RegisterRequest>,
) -> Result<HttpResponse, ApiError> {
    let account = NewAccount {
        email: request.email,
        nickname: request.nickname,
        password: request.password,
        admin: false,
    };
    let claimed = request.claim_guest;
    let user_id = service.register(&account, claimed, device).await?;
    Ok(HttpResponse::Created().json(RegisteredResponse {
        user_id,
        email: account.email.as_str(),
        nickname: account.nickname.as_str(),
    }))
}

/// Change my password
///
/// Every login of the account ends, the one that asks too, and a new one begins: a stolen one does
/// not survive it.
///
/// # Errors
/// 400, 401 for a wrong password, 403 for a guest, 429, 503.
#[utoipa::path(
    post, path = "/api/users/me/password", tag = "accounts",
    request_body(content = PasswordRequest, examples(
        ("en" = (summary = "English, by cookie", value = json!({
            "currentPassword": "a long enough one", "newPassword": "another long enough one"
        }))),
        ("ko" = (summary = "한국어, 쿠키 없이", value = json!({
            "currentPassword": "충분히 긴 비밀번호", "newPassword": "다른 충분히 긴 비밀번호", "mode": "json"
        }))),
    )),
    responses((
        status = 200, description = "A new login.", body = crate::auth::dto::TokenResponse,
        headers(("Set-Cookie" = String, description = "In mode `cookie`, twice: the refresh token and the access token.")),
    )),
    security(("bearer" = []), ("cookie" = [])),
    extensions(("x-error-codes" = json!([InvalidCredentials, TooManyAttempts, LoginRequired, Overloaded])))
)]
pub async fn change_password(
    service: web::Data<AuthService>,
    cookies: web::Data<Cookies>,
    me: CurrentUser,
    device: Device,
    Json(request): Json<PasswordRequest>,
) -> Result<HttpResponse, ApiError> {
    let (current, new) = (request.current_password, request.new_password);
    let changed = service.change_password(me, current, new, device).await;
    let tokens = changed.map_err(|error| match error {
        AuthError::PasswordRefused(invalid) => ApiError::invalid("newPassword", invalid),
        error => error.into(),
    })?;
    let mode = request.mode.unwrap_or_default();
    Ok(token_response(HttpResponse::Ok(), &tokens, mode, &cookies))
}

/// Delete my account
///
/// A named account needs its password. Everything personal is erased, every login ends, and what
/// the account contributed stays as anonymous.
///
/// # Errors
/// 400, 401 for a wrong password, 429, 503.
#[utoipa::path(
    delete, path = "/api/users/me", tag = "accounts",
    request_body(
        content = DeletionRequest, description = "May be left out by guests.",
        examples(
            ("en" = (summary = "English", value = json!({ "password": "a long enough one" }))),
            ("ko" = (summary = "한국어", value = json!({ "password": "충분히 긴 비밀번호" }))),
        )
    ),
    responses((
        status = 204, description = "The account is gone.",
        headers(("Set-Cookie" = String, description = "Where a cookie was sent, twice: both cookies are removed.")),
    )),
    security(("bearer" = []), ("cookie" = [])),
    extensions(("x-error-codes" = json!([InvalidCredentials, TooManyAttempts, Overloaded])))
)]
pub async fn delete_account(
    service: web::Data<AuthService>,
    cookies: web::Data<Cookies>,
    me: CurrentUser,
    device: Device,
    request: HttpRequest,
    Json(body): Json<DeletionRequest>,
) -> Result<HttpResponse, ApiError> {
    service.delete_account(me, body.password, device).await?;
    let mut response = HttpResponse::NoContent().finish();
    if cookies.are_sent(&request) {
        cookies.clear(&mut response);
    }
    Ok(response)
}

/// Get everything that is stored about me
///
/// What is written while it is read may be part of it or not.
///
/// # Errors
/// 401, 503.
#[utoipa::path(
    get, path = "/api/users/me/export", tag = "accounts",
    responses((status = 200, description = "The account and all that belongs to it.", body = ExportResponse)),
    security(("bearer" = []), ("cookie" = []))
)]
pub async fn export_account(
    service: web::Data<AuthService>,
    me: CurrentUser,
) -> Result<HttpResponse, ApiError> {
    let (first, left) = service.begin_export(me).await?;
    let next_step = move |left| {
        let service = service.clone();
        async move { service.continue_export(left).await }
    };
    Ok(HttpResponse::Ok()
        .content_type("application/json")
        .streaming(in_pieces(first, left, next_step)))
}

/// List my signed-in devices
///
/// # Errors
/// 401, 503.
#[utoipa::path(
    get, path = "/api/users/me/logins", tag = "logins",
    responses((status = 200, description = "The living logins.", body = LoginsResponse)),
    security(("bearer" = []), ("cookie" = []))
)]
pub async fn list_logins(
    service: web::Data<AuthService>,
    me: CurrentUser,
) -> Result<HttpResponse, ApiError> {
    let logins = service.list_logins(me.user_id).await?;
    Ok(HttpResponse::Ok().json(LoginsResponse::new(logins, me.login_id)))
}

/// Sign out another device
///
/// Its access token stops working at once. A login that has ended already stays so.
///
/// # Errors
/// 401, 404 for no login of mine, 503.
#[utoipa::path(
    delete, path = "/api/users/me/logins/{loginId}", tag = "logins",
    params(("loginId" = String, Path, description = "From the list.", example = "BwcHBwcHBwcHBwcHBwcHBw")),
    responses((status = 204, description = "It has ended.")),
    security(("bearer" = []), ("cookie" = [])),
    extensions(("x-error-codes" = json!([NotFound, Overloaded])))
)]
pub async fn end_login(
    service: web::Data<AuthService>,
    me: CurrentUser,
    device: Device,
    login_id: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let login_id = LoginId::parse(&login_id).ok_or(NotFound)?;
    service.end_login(me, login_id, device).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Sign out all other devices
///
/// Every login of the account ends but the one that asks.
///
/// # Errors
/// 401, 503.
#[utoipa::path(
    delete, path = "/api/users/me/logins", tag = "logins",
    responses((status = 204, description = "They have ended.")),
    security(("bearer" = []), ("cookie" = [])),
    extensions(("x-error-codes" = json!([Overloaded])))
)]
pub async fn end_other_logins(
    service: web::Data<AuthService>,
    me: CurrentUser,
    device: Device,
) -> Result<HttpResponse, ApiError> {
    service.end_other_logins(me, device).await?;
    Ok(HttpResponse::NoContent().finish())
}
