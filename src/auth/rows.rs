//! Rows of `refresh_tokens` and `attempts`.

use chrono::DateTime;
use diesel::prelude::*;

use super::login::OwnLogin;
use crate::db::UtcTime;
use crate::db::schema::{attempts, refresh_tokens};
use crate::users::{AccountKind, LoginId, UserId};

/// A new login.
#[derive(Insertable)]
#[diesel(table_name = refresh_tokens)]
pub struct NewLoginRow<'a> {
    pub login_id: LoginId,
    pub user_id: UserId,
    pub generation: i64,
    pub rotated_at: UtcTime,
    pub created_at: UtcTime,
    pub idle_expires_at: UtcTime,
    pub expires_at: UtcTime,
    pub user_agent: Option<&'a str>,
    pub ip: Option<String>,
    pub brief: bool,
}

/// A login and what its account says about it.
#[derive(Queryable)]
pub struct LoginRow {
    pub user_id: UserId,
    pub kind: AccountKind,
    pub nickname: Option<String>,
    pub user_is_active: bool,
    pub generation: i64,
    pub previous: Option<i64>,
    pub rotated_at: UtcTime,
    pub idle_expires_at: UtcTime,
    pub expires_at: UtcTime,
    pub ended_at: Option<UtcTime>,
    pub brief: bool,
}

/// A login as its owner sees it.
#[derive(Queryable)]
pub struct OwnLoginRow {
    login_id: LoginId,
    created_at: UtcTime,
    rotated_at: UtcTime,
    user_agent: Option<String>,
    ip: Option<String>,
    idle_expires_at: UtcTime,
    ended_at: Option<UtcTime>,
}

impl From<OwnLoginRow> for OwnLogin {
    fn from(row: OwnLoginRow) -> Self {
        Self {
            login_id: row.login_id,
            created_at: row.created_at.into(),
            last_used_at: Self::hour_of(row.rotated_at.into()),
            user_agent: row.user_agent,
            ip: row.ip,
            idle_expires_at: row.idle_expires_at.into(),
            ended_at: row.ended_at.map(DateTime::from),
        }
    }
}

/// A login that has just rotated.
#[derive(Queryable)]
pub struct RotatedRow {
    pub user_id: UserId,
    pub generation: i64,
    pub idle_expires_at: UtcTime,
    pub expires_at: UtcTime,
    pub brief: bool,
}

/// Guesses at a password.
#[derive(Insertable, Queryable)]
#[diesel(table_name = attempts)]
pub struct AttemptRow {
    pub attempt_key: String,
    pub counted: i64,
    pub first_at: UtcTime,
    pub last_at: UtcTime,
}
