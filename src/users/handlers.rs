//! GET and PATCH `/users/me`, GET `/users/nicknames/{nickname}`.

use actix_web::{HttpResponse, web};
use serde::Serialize;
use utoipa::ToSchema;

use super::{AccountKind, CurrentUser, Email, Nickname, User, UserId, UsersError, UsersService};
use crate::db::UtcTime;
use crate::http::ErrorCode::{
    DatabaseUnavailable, LoginEnded, LoginRequired, NicknameTaken, Overloaded, ValidationFailed,
};
use crate::http::rate_limits::{Holder, Limit, Limits};
use crate::http::{ApiError, Fields, FromFields, Json};

/// Whether a nickname is taken.
#[derive(Serialize, ToSchema)]
struct NicknameResponse {
    /// In whatever spelling.
    exists: bool,
}

/// An account as its owner sees it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct UserResponse {
    /// A random number; nothing can be read from its order.
    user_id: UserId,
    kind: AccountKind,
    /// Null for guests.
    #[schema(required, value_type = Option<Email>)]
    email: Option<String>,
    /// Null for guests.
    #[schema(required, value_type = Option<Nickname>)]
    nickname: Option<String>,
    /// RFC 3339 in UTC.
    #[schema(value_type = String, format = DateTime)]
    created_at: UtcTime,
}

/// A change of one's account.
#[derive(ToSchema)]
pub struct RenameRequest {
    /// The one to have from now on.
    pub nickname: Nickname,
}

impl FromFields for RenameRequest {
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let nickname = fields.required("nickname", Nickname::parse);
        Some(Self {
            nickname: nickname?,
        })
    }
}

impl From<UsersError> for ApiError {
    fn from(error: UsersError) -> Self {
        match error {
            UsersError::Gone => LoginEnded.into(),
            UsersError::LoginRequired => LoginRequired.into(),
            UsersError::NicknameTaken => NicknameTaken.into(),
            UsersError::Database(error) => error.into(),
        }
    }
}

impl From<User> for UserResponse {
    fn from(user: User) -> Self {
        Self {
            user_id: user.user_id,
            kind: user.kind,
            email: user.email,
            nickname: user.nickname,
            created_at: user.created_at.into(),
        }
    }
}

/// Ask whether a nickname is taken
///
/// # Errors
/// 400 for what can be no nickname, 503.
#[utoipa::path(
    get, path = "/api/users/nicknames/{nickname}", tag = "accounts",
    params(("nickname" = Nickname, Path)),
    responses((status = 200, description = "Taken or not.", body = NicknameResponse)),
    extensions(("x-error-codes" = json!([ValidationFailed, DatabaseUnavailable])))
)]
pub async fn check_nickname(
    users: web::Data<UsersService>,
    nickname: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let nickname =
        Nickname::parse(&nickname).map_err(|invalid| ApiError::invalid("nickname", invalid))?;
    let exists = users.nickname_exists(nickname).await?;
    Ok(HttpResponse::Ok().json(NicknameResponse { exists }))
}

/// Get my account
///
/// # Errors
/// 401 for an account that is gone or disabled, 503.
#[utoipa::path(
    get, path = "/api/users/me", tag = "accounts",
    responses((status = 200, description = "The account of the access token.", body = UserResponse)),
    security(("bearer" = []), ("cookie" = []))
)]
pub async fn get_account(
    users: web::Data<UsersService>,
    me: CurrentUser,
) -> Result<HttpResponse, ApiError> {
    let user = users.find_active(me.user_id).await?;
    let user = user.ok_or(LoginEnded)?;
    Ok(HttpResponse::Ok().json(UserResponse::from(user)))
}

/// Change my nickname
///
/// A guest has none: 403 `login_required`. Everybody sees it at once, so it changes three times and
/// then once a minute.
///
/// # Errors
/// 400, 401, 403 for a guest, 409 for a taken nickname, 429, 503.
#[utoipa::path(
    patch, path = "/api/users/me", tag = "accounts",
    request_body(content = RenameRequest, examples(
        ("en" = (summary = "English", value = json!({ "nickname": "mina.k" }))),
        ("ko" = (summary = "한국어", value = json!({ "nickname": "김민아" }))),
    )),
    responses((status = 200, description = "The account as it is now.", body = UserResponse)),
    security(("bearer" = []), ("cookie" = [])),
    extensions(("x-error-codes" = json!([LoginRequired, NicknameTaken, Overloaded])))
)]
pub async fn change_nickname(
    users: web::Data<UsersService>,
    limits: web::Data<Limits>,
    me: CurrentUser,
    Json(request): Json<RenameRequest>,
) -> Result<HttpResponse, ApiError> {
    let holder = Holder::Account(me.user_id.get());
    let taken = limits.take(Limit::AccountRenames, holder)?;
    let renamed = users.rename(me.user_id, request.nickname).await;
    let user = renamed.inspect_err(|_| limits.give_back(&[taken]))?;
    Ok(HttpResponse::Ok().json(UserResponse::from(user)))
}
