//! Rows of `users`.

use diesel::prelude::*;

use super::{
    AccountKind, Email, FoldedEmail, LoginId, Nickname, PasswordHash, StoredCredentials, User,
    UserId,
};
use crate::db::UtcTime;
use crate::db::columns::{enum_columns, number_columns, text_columns};
use crate::db::schema::users;

number_columns!(UserId);
text_columns!(LoginId);
enum_columns!(AccountKind);

/// A new account. Every column is written, so that several rows are one statement on SQLite, too.
#[derive(Insertable)]
#[diesel(table_name = users, treat_none_as_default_value = false)]
pub struct NewUserRow {
    user_id: UserId,
    email: Option<String>,
    email_folded: Option<String>,
    nickname: Option<String>,
    nickname_folded: Option<String>,
    password_hash: Option<String>,
    password_scheme: Option<String>,
    active: bool,
    created_at: UtcTime,
    admin: bool,
    contributed: bool,
    kind: AccountKind,
}

impl NewUserRow {
    /// A guest.
    pub fn guest(user_id: UserId, created_at: UtcTime) -> Self {
        Self {
            user_id,
            email: None,
            email_folded: None,
            nickname: None,
            nickname_folded: None,
            password_hash: None,
            password_scheme: None,
            active: true,
            created_at,
            admin: false,
            contributed: false,
            kind: AccountKind::Guest,
        }
    }

    /// A named account.
    pub fn named(
        user_id: UserId,
        email: &Email,
        nickname: &Nickname,
        password_hash: &PasswordHash,
        created_at: UtcTime,
    ) -> Self {
        Self {
            user_id,
            email: Some(email.as_str().into()),
            email_folded: Some(email.folded().as_str().into()),
            nickname: Some(nickname.as_str().into()),
            nickname_folded: Some(nickname.folded()),
            password_hash: Some(password_hash.expose().into()),
            password_scheme: Some(password_hash.scheme().into()),
            active: true,
            created_at,
            admin: false,
            contributed: false,
            kind: AccountKind::Named,
        }
    }

    /// The same account as an administrator's, or not.
    pub fn with_admin(self, admin: bool) -> Self {
        Self { admin, ..self }
    }
}

/// An account without what only sign-in needs.
#[derive(Queryable)]
pub struct UserRow {
    user_id: UserId,
    kind: AccountKind,
    email: Option<String>,
    nickname: Option<String>,
    created_at: UtcTime,
    admin: bool,
}

impl From<UserRow> for User {
    fn from(row: UserRow) -> Self {
        Self {
            user_id: row.user_id,
            kind: row.kind,
            email: row.email,
            nickname: row.nickname,
            created_at: row.created_at.into(),
            admin: row.admin,
        }
    }
}

/// What a sign-in needs of a named account.
#[derive(Queryable)]
pub struct CredentialsRow {
    user_id: UserId,
    email: String,
    nickname: String,
    password_hash: String,
    password_scheme: Option<String>,
    active: bool,
}

impl From<CredentialsRow> for StoredCredentials {
    fn from(row: CredentialsRow) -> Self {
        Self {
            user_id: row.user_id,
            email: FoldedEmail::of(&row.email),
            nickname: row.nickname,
            password_hash: PasswordHash::new(
                row.password_hash,
                row.password_scheme.unwrap_or_default(),
            ),
            active: row.active,
        }
    }
}
