//! Keeps what this process holds in memory in step with the database.

use std::time::Duration;

use super::ended_logins::EndedLogins;
use crate::db::{Db, Notices, describe};
use crate::keys::SigningKeys;
use crate::password::{self, Decoys};

/// How often the database is read if there is no notice.
const INTERVAL: Duration = Duration::from_secs(2);

/// Every how many reads all that matters is read: once a minute where there is no notice.
const READS_OF_EVERYTHING: u32 = 30;

/// Every how many reads password hashes are counted that nobody is known to have changed: once an
/// hour where there is no notice.
const READS_UNTIL_COUNT: u32 = 60 * READS_OF_EVERYTHING;

/// What is read again and again.
pub struct Caches {
    /// The database.
    pub db: Db,
    /// Which logins have ended.
    pub ended_logins: EndedLogins,
    /// The keys of access tokens.
    pub signing_keys: SigningKeys,
    /// What is drawn by how many accounts have which hashes.
    pub decoys: Decoys,
}

/// Reads all of it when there is notice, and every two seconds in any case, for as long as the
/// server runs.
pub async fn run(watched: Caches, notices: Notices) {
    let Caches {
        db,
        ended_logins,
        signing_keys,
        decoys,
    } = watched;
    let mut reads = 0_u32;
    let (mut logins, mut keys) = (Outage::of("ended logins"), Outage::of("signing keys"));
    let mut schemes = Outage::of("schemes of passwords");
    loop {
        let waited = notices.wait(INTERVAL).await;
        if waited.heard {
            tracing::debug!(waited.missed, "heard of a change");
        }
        // Now and then in any case: the clock of whoever ended a login may be slow.
        reads = reads.wrapping_add(1);
        let is_minute = reads.is_multiple_of(READS_OF_EVERYTHING);
        let everything = waited.missed || logins.is_on || is_minute;
        logins.note(ended_logins.reload(everything).await);
        keys.note(signing_keys.reload().await);
        if reads.is_multiple_of(READS_UNTIL_COUNT) {
            schemes.note(password::service::recount(&db).await);
        }
        schemes.note(password::service::keep_up(&db, &decoys, is_minute).await);
    }
}

/// Whether something can be read. Of a row of failures the first is logged.
struct Outage {
    what: &'static str,
    is_on: bool,
}

impl Outage {
    fn of(what: &'static str) -> Self {
        Self { what, is_on: false }
    }

    fn note<E: std::error::Error + 'static>(&mut self, outcome: Result<(), E>) {
        let what = self.what;
        match &outcome {
            Err(error) if !self.is_on => {
                let cause = describe(error);
                tracing::warn!(what, cause, "cannot be read again; trying on");
            }
            Ok(()) if self.is_on => tracing::info!(what, "can be read again"),
            _ => {}
        }
        self.is_on = outcome.is_err();
    }
}
