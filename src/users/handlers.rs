//! GET `/users/me` and GET `/users/nicknames/{nickname}`.

use actix_web::{HttpResponse, web};
use chrono::{DateTime, Utc};
use serde::Serialize;

use super::{CurrentUser, Nickname, User, UserKind, UsersService};
use crate::http::{ApiError, ErrorCode};

#[derive(Serialize)]
struct NicknameResponse {
    exists: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct UserResponse {
    user_id: i64,
    kind: UserKind,
    email: Option<String>,
    nickname: Option<String>,
    created_at: DateTime<Utc>,
}

impl From<User> for UserResponse {
    fn from(user: User) -> Self {
        Self {
            user_id: user.user_id,
            kind: UserKind::of(user.nickname.as_deref()),
            email: user.email,
            nickname: user.nickname,
            created_at: user.created_at,
        }
    }
}

/// Whether a nickname is taken.
///
/// # Errors
/// 400 for what can be no nickname, 503.
pub async fn get_nickname(
    users: web::Data<UsersService>,
    nickname: web::Path<String>,
) -> Result<HttpResponse, ApiError> {
    let nickname =
        Nickname::parse(&nickname).map_err(|invalid| ApiError::invalid("nickname", invalid))?;
    let exists = users.nickname_exists(nickname).await?;
    Ok(HttpResponse::Ok().json(NicknameResponse { exists }))
}

/// The account of whoever asks.
///
/// # Errors
/// 401 for an account that is gone or disabled, 503.
pub async fn get_me(
    users: web::Data<UsersService>,
    me: CurrentUser,
) -> Result<HttpResponse, ApiError> {
    let user = users.find_active(me.user_id).await?;
    let user = user.ok_or(ErrorCode::LoginEnded)?;
    Ok(HttpResponse::Ok().json(UserResponse::from(user)))
}
