//! What the purge removes of logins, guests and guesses.

use crate::auth::guess_rules::RETENTION;
use crate::auth::repository::{ending, guesses};
use crate::purge::Purge;

/// Logins that have expired, and ended ones once no access token of theirs lives any more.
pub const PURGE_LOGINS: Purge = Purge {
    name: "logins",
    remove: |conn, times, batch| ending::delete_over(conn, times.now, times.oldest_token, batch),
};

/// Guests that nobody can act as any more: after their logins.
pub const PURGE_GUESTS: Purge = Purge {
    name: "guests",
    remove: |conn, _, batch| ending::delete_abandoned_guests(conn, batch),
};

/// Counts of guesses that limit nobody any more.
pub const PURGE_ATTEMPTS: Purge = Purge {
    name: "attempts",
    remove: |conn, times, batch| guesses::delete_old(conn, times.now - RETENTION, batch),
};
