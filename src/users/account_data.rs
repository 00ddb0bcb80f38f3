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
    /// Takes an account that is about to be deleted out of what it leaves behind.
    pub erase: fn(conn: &mut DbConn, account: UserId, now: DateTime<Utc>) -> Result<(), DbError>,
    /// Follows a change of an account's nickname; `None` where nothing does.
    pub renamed: Option<Renamed>,
    /// Everything that is kept for an account, to be read when its turn comes.
    pub export: fn(account: UserId) -> ExportPart,
}

/// What moves what a guest owns to an account.
pub type Claim = fn(conn: &mut DbConn, guest: UserId, account: UserId) -> Result<(), DbError>;

/// What follows a change of an account's nickname to this one.
pub type Renamed =
    fn(conn: &mut DbConn, account: UserId, nickname: &Nickname) -> Result<(), DbError>;
