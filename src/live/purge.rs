//! What the purge removes of streams: what servers that are gone have counted.

use chrono::TimeDelta;

use super::repository;
use crate::purge::{Purge, Removed};

/// Servers tell every few seconds how many follow there.
const FORGOTTEN_AFTER: TimeDelta = TimeDelta::hours(1);

/// Removes what servers that are gone have counted.
pub const PURGE: Purge = Purge {
    name: "listeners of servers that are gone",
    remove: |conn, times, batch| {
        let rows = repository::delete_old(conn, times.now - FORGOTTEN_AFTER, batch)?;
        Ok(Removed::at_most(batch, rows))
    },
};
