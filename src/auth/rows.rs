//! Rows of `refresh_tokens`, `signing_keys` and `attempts`.

use diesel::prelude::*;

use crate::db::UtcTime;
use crate::db::schema::{attempts, refresh_tokens, signing_keys};

/// A new login.
#[derive(Insertable)]
#[diesel(table_name = refresh_tokens)]
pub struct NewLoginRow<'a> {
    pub login_id: String,
    pub user_id: i64,
    pub generation: i64,
    pub rotated_at: UtcTime,
    pub created_at: UtcTime,
    pub idle_expires_at: UtcTime,
    pub expires_at: UtcTime,
    pub user_agent: Option<&'a str>,
    pub ip: Option<String>,
}

/// A login and what its account says about it.
#[derive(Queryable)]
pub struct LoginRow {
    pub user_id: i64,
    pub nickname: Option<String>,
    pub user_is_active: bool,
    pub generation: i64,
    pub previous: Option<i64>,
    pub rotated_at: UtcTime,
    pub idle_expires_at: UtcTime,
    pub expires_at: UtcTime,
    pub ended_at: Option<UtcTime>,
}

/// A login that has just rotated.
#[derive(Queryable)]
pub struct RotatedRow {
    pub user_id: i64,
    pub generation: i64,
    pub idle_expires_at: UtcTime,
    pub expires_at: UtcTime,
}

/// A signing key; its private half is encrypted.
#[derive(Clone, Insertable, Queryable)]
#[diesel(table_name = signing_keys)]
pub struct SigningKeyRow {
    pub key_id: String,
    pub public_key: Vec<u8>,
    pub encrypted_private_key: Vec<u8>,
    pub created_at: UtcTime,
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
