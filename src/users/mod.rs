//! Accounts: their rows and value types. What needs a password or a login lives in `auth`.

pub mod account_data;
mod current_user;
mod email;
mod error;
pub mod handlers;
mod login_id;
mod nickname;
pub mod normalize;
mod password_hash;
pub mod repository;
mod rows;
mod service;
mod user_id;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use current_user::CurrentUser;
pub use email::{Email, FoldedEmail};
pub use error::UsersError;
pub use login_id::LoginId;
pub use nickname::Nickname;
pub use password_hash::PasswordHash;
pub use rows::NewUserRow;
pub use service::{UsersService, lock_named, lock_named_alone};
pub use user_id::UserId;

/// Named accounts have an e-mail address, a nickname and a password; guests have none of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum AccountKind {
    /// Registered.
    Named,
    /// Anonymous to everybody.
    Guest,
}

impl AccountKind {
    /// Read from what the account has, never from a token.
    pub fn of(nickname: Option<&str>) -> Self {
        match nickname {
            Some(_) => Self::Named,
            None => Self::Guest,
        }
    }
}

/// An account as its owner sees it.
#[derive(Debug, Clone)]
pub struct User {
    /// 1 to 2^53 − 1.
    pub user_id: i64,
    /// As it was typed, cleaned; guests have none.
    pub email: Option<String>,
    /// As it was typed; guests have none.
    pub nickname: Option<String>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// Whether the command line made it an administrator's.
    pub admin: bool,
}

/// What a sign-in needs of a named account.
#[derive(Debug, Clone)]
pub struct StoredCredentials {
    /// 1 to 2^53 − 1.
    pub user_id: i64,
    /// The address under which attempts on it are counted.
    pub email: FoldedEmail,
    /// As it was typed.
    pub nickname: String,
    /// What the typed password is compared with.
    pub password_hash: PasswordHash,
    /// Whether it may sign in.
    pub active: bool,
}
