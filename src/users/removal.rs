//! What the purge does with deleted accounts: step by step it removes what they have left behind.

use super::account_data::AccountData;
use super::repository;
use crate::db::{DbConn, DbError};
use crate::purge::{PurgeTimes, Removed};

/// Takes the account that was deleted first out of what one feature keeps; once no feature keeps
/// anything, the account's row goes. A step that is interrupted is done again.
///
/// # Errors
/// When the database fails.
pub fn remove_deleted(
    conn: &mut DbConn,
    features: &[AccountData],
    times: PurgeTimes,
    batch: i64,
) -> Result<Removed, DbError> {
    let Some(account) = repository::find_deleted(conn)? else {
        return Ok(Removed::default());
    };
    // One instance at a time.
    repository::lock_row(conn, account)?;
    for feature in features {
        let rows = (feature.erase)(conn, account, times.now, batch)?;
        if rows > 0 {
            // The next step is a transaction of its own: it locks other sessions.
            return Ok(Removed {
                rows,
                has_more: true,
            });
        }
    }
    repository::delete(conn, account)?;
    Ok(Removed {
        rows: 1,
        has_more: true,
    })
}
