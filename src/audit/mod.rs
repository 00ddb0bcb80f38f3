//! The audit trail: who did what, when, from where. An entry is written in the transaction that it
//! records, and kept for 90 days.

pub mod repository;
mod rows;

use std::net::IpAddr;

use chrono::{DateTime, TimeDelta, Utc};

/// How long entries are kept.
pub const RETENTION: TimeDelta = TimeDelta::days(90);

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// An account was made.
    Registered,
    /// A password was right and a login began.
    SignedIn,
    /// A password was wrong, or there was no active account to sign in to.
    SignInFailed,
    /// A login was ended by its owner.
    SignedOut,
    /// A refresh token came back after it had been replaced; its login was ended.
    RefreshTokenReused,
    /// A refresh token was newer than its row: the database had lost a commit.
    RefreshTokenAhead,
}

impl Action {
    fn as_str(self) -> &'static str {
        match self {
            Self::Registered => "registered",
            Self::SignedIn => "signed_in",
            Self::SignInFailed => "sign_in_failed",
            Self::SignedOut => "signed_out",
            Self::RefreshTokenReused => "refresh_token_reused",
            Self::RefreshTokenAhead => "refresh_token_ahead",
        }
    }
}

/// One entry. It holds ids, never a name, an address or a secret.
#[derive(Debug, Clone)]
pub struct Entry {
    /// What was done.
    pub action: Action,
    /// When.
    pub at: DateTime<Utc>,
    /// Whose account it was about; none where an address has no account.
    pub user_id: Option<i64>,
    /// An HMAC of that address.
    pub address_hash: Option<String>,
    /// Which login, where there is one.
    pub login_id: Option<String>,
    /// The client's address, seen through trusted proxies.
    pub ip: Option<IpAddr>,
}
