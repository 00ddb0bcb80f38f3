//! Accounts: their rows and value types. What needs a login lives in `auth`.

pub mod account_data;
pub mod account_export;
mod current_user;
mod email;
mod error;
pub mod handlers;
mod login_id;
mod nickname;
mod password_hash;
mod removal;
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
pub use removal::remove_deleted;
pub use rows::NewUserRow;
pub use service::{UsersService, lock_named, lock_named_alone};
pub use user_id::UserId;

/// What an account is. A column says so: an account without a password is not a guest for that.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Serialize,
    Deserialize,
    ToSchema,
    strum::EnumString,
    strum::IntoStaticStr,
    strum::VariantNames,
)]
#[serde(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub enum AccountKind {
    /// Has an e-mail address and a nickname.
    Named,
    /// Has neither, nor a password: anonymous to everybody.
    Guest,
}

/// An account as its owner sees it.
#[derive(Debug, Clone)]
pub struct User {
    /// Which.
    pub user_id: UserId,
    /// What it is.
    pub kind: AccountKind,
    /// As it was typed, cleaned; guests have none.
    pub email: Option<String>,
    /// As it was typed; guests have none.
    pub nickname: Option<String>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// Whether the command line made it an administrator's.
    pub admin: bool,
}

/// What a sign-in needs of a named account with a password.
#[derive(Debug, Clone)]
pub struct StoredCredentials {
    /// Whose.
    pub user_id: UserId,
    /// The address under which attempts on it are counted.
    pub email: FoldedEmail,
    /// As it was typed.
    pub nickname: String,
    /// What the typed password is compared with.
    pub password_hash: PasswordHash,
    /// Whether it may sign in.
    pub active: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_and_the_document_have_the_same_words() {
        crate::text::assert_documented::<AccountKind>();
    }
}
