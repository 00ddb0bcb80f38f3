//! Keeps what this process holds in memory in step with the database.

use super::ended_logins::{EndedLogins, INTERVAL};
use crate::db::{Notices, describe};

/// Reads ended logins when there is notice, and every [`INTERVAL`] in any case. Runs for ever.
pub async fn run(ended_logins: EndedLogins, notices: Notices) {
    let mut is_down = false;
    loop {
        let has_missed_some = notices.wait(INTERVAL).await || is_down;
        let outcome = ended_logins.reread(has_missed_some).await;
        if let (Err(error), false) = (&outcome, is_down) {
            let cause = describe(error);
            tracing::warn!(cause, "ended logins cannot be read; trying again");
        }
        is_down = outcome.is_err();
    }
}
