//! What the features above keep for accounts: `app.rs` has the list, one entry for each feature.

use chrono::{DateTime, Utc};

use super::account_export::ExportPart;
use super::{Nickname, UserId};
use crate::db::{DbConn, DbError};

/// What becomes of a feature's rows when something becomes of their account. The account's row is
/// locked; each function that writes works in the transaction that it is called in, in the order of
/// the list.
#[derive(Debug, Clone, Copy)]
pub struct AccountData {
    /// The feature's name in an export.
    pub name: &'static str,
    /// Moves what a guest owns to an account; `None` where guests own nothing.
    pub claim: Option<Claim>,
    /// Takes a deleted account out of what it leaves behind: out of at most `limit` rows, which it
    /// counts; 0 once nothing is left. It locks the sessions that it changes, in order of their
    /// ids, and each step is a transaction of its own.
    pub erase: Erase,
    /// Follows a change of an account's nickname; `None` where nothing does.
    pub renamed: Option<Renamed>,
    /// Everything that is kept for an account, to be read when its turn comes; `None` where an
    /// export tells it elsewhere.
    pub export: Option<fn(account: UserId) -> ExportPart>,
}

/// What takes a deleted account out of at most `limit` rows, and counts them.
pub type Erase = fn(
    conn: &mut DbConn,
    account: UserId,
    now: DateTime<Utc>,
    limit: i64,
) -> Result<usize, DbError>;

/// What moves what a guest owns to an account.
pub type Claim = fn(conn: &mut DbConn, guest: UserId, account: UserId) -> Result<(), DbError>;

/// What follows a change of an account's nickname to this one.
pub type Renamed =
    fn(conn: &mut DbConn, account: UserId, nickname: &Nickname) -> Result<(), DbError>;
