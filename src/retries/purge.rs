//! What the purge removes of idempotency keys.

use chrono::TimeDelta;

use super::repository;
use crate::purge::{Purge, Removed};

/// How long a request may be sent again, at least.
const KEPT: TimeDelta = TimeDelta::days(1);

/// Keys whose day is over.
pub const PURGE: Purge = Purge {
    name: "idempotency keys",
    remove: |conn, times, batch| {
        let rows = repository::delete_old(conn, times.now - KEPT, batch)?;
        Ok(Removed::at_most(batch, rows))
    },
};
