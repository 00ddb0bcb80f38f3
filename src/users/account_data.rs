//! What the features above keep for accounts: `app.rs` has the list, one entry for each feature.

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::UserId;
use crate::db::{DbConn, DbError};

/// What becomes of a feature's rows when something becomes of their account. The account's row is
/// locked; each function works in the transaction that it is called in, in the order of the list.
#[derive(Debug, Clone, Copy)]
pub struct AccountData {
    /// The feature's name in an export.
    pub name: &'static str,
    /// Moves what a guest owns to an account.
    pub claim: fn(conn: &mut DbConn, guest: UserId, account: UserId) -> Result<(), DbError>,
    /// Takes an account that is about to be deleted out of what it leaves behind.
    pub erase: fn(conn: &mut DbConn, account: UserId, now: DateTime<Utc>) -> Result<(), DbError>,
    /// Everything that is kept for an account.
    pub export: fn(conn: &mut DbConn, account: UserId) -> Result<Value, DbError>,
}
