//! What the purge removes of logins, guests and guesses.

use crate::auth::guess_rules::RETENTION;
use crate::auth::repository::{ending, guesses};
use crate::purge::{Purge, Removed};

/// Logins that have expired, and ended ones once no access token of theirs lives any more.
pub const PURGE_LOGINS: Purge = Purge {
    name: "logins",
    remove: |conn, times, batch| {
        let rows = ending::delete_over(conn, times.now, times.oldest_token, batch)?;
        Ok(Removed::at_most(batch, rows))
    },
};

/// Guests that nobody can act as any more: after their logins.
pub const PURGE_GUESTS: Purge = Purge {
    name: "guests",
    remove: |conn, _, batch| {
        let rows = ending::delete_abandoned_guests(conn, batch)?;
        Ok(Removed::at_most(batch, rows))
    },
};

/// Counts of guesses that limit nobody any more.
pub const PURGE_ATTEMPTS: Purge = Purge {
    name: "attempts",
    remove: |conn, times, batch| {
        let rows = guesses::delete_old(conn, times.now - RETENTION, batch)?;
        Ok(Removed::at_most(batch, rows))
    },
};
