//! Keeps what this process holds in memory in step with the database.

use std::time::Duration;

use actix_web::rt::spawn;

use super::ended_logins::EndedLogins;
use crate::db::{Db, Notices, describe};
use crate::keys::SigningKeys;
use crate::password::{self, Decoys};

/// How often the caches are reloaded if there is no notice.
const INTERVAL: Duration = Duration::from_secs(2);

/// Every 30th reload is a full one: once a minute if there is no notice.
const RELOADS_TO_FULL: u32 = 30;

/// The schemes of all password hashes are counted at start and after every 1,800th reload: once an
/// hour if there is no notice.
const RELOADS_TO_COUNT: u32 = 60 * RELOADS_TO_FULL;

/// What is reloaded.
pub struct Caches {
    /// The database.
    pub db: Db,
    /// Which logins have ended.
    pub ended_logins: EndedLogins,
    /// The keys of access tokens.
    pub signing_keys: SigningKeys,
    /// Drawn in proportion to the schemes of all password hashes.
    pub decoys: Decoys,
}

/// Reloads the caches when there is notice, and every two seconds in any case, for as long as the
/// server runs.
pub async fn run(caches: Caches, notices: Notices) {
    let Caches {
        db,
        ended_logins,
        signing_keys,
        decoys,
    } = caches;
    let (mut logins, mut keys) = (Outage::of("ended logins"), Outage::of("signing keys"));
    let mut schemes = Outage::of("schemes of passwords");
    let mut reloads = 0_u32;
    loop {
        if reloads.is_multiple_of(RELOADS_TO_COUNT) {
            spawn(count(db.clone()));
        }
        let waited = notices.wait(INTERVAL).await;
        if waited.heard {
            tracing::debug!(waited.missed, "heard of a change");
        }
        // Now and then in any case: the clock of whoever ended a login may be slow.
        reloads = reloads.wrapping_add(1);
        let is_full = reloads.is_multiple_of(RELOADS_TO_FULL);
        let everything = waited.missed || logins.is_on || is_full;
        logins.note(ended_logins.reload(everything).await);
        keys.note(signing_keys.reload().await);
        schemes.note(password::service::keep_up(&db, &decoys, is_full).await);
    }
}

/// Counts beside the reloads, because a large table takes seconds.
async fn count(db: Db) {
    if let Err(error) = password::service::recount(&db).await {
        let cause = describe(&error);
        tracing::warn!(
            cause,
            "password hashes cannot be counted; the next count will do"
        );
    }
}

/// Whether reloads of something fail. The first failure in a row is logged.
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
                tracing::warn!(what, cause, "cannot be reloaded; trying again");
            }
            Ok(()) if self.is_on => tracing::info!(what, "can be reloaded again"),
            _ => {}
        }
        self.is_on = outcome.is_err();
    }
}
