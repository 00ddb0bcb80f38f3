//! Keeps what this process holds in memory in step with the database.

use std::time::Duration;

use super::ended_logins::EndedLogins;
use super::signing_keys::SigningKeys;
use crate::db::{Notices, describe};

/// How often the database is read if there is no notice.
const INTERVAL: Duration = Duration::from_secs(2);

/// Reads ended logins and signing keys when there is notice, and every two seconds in any case, for
/// as long as the server runs.
pub async fn run(ended_logins: EndedLogins, signing_keys: SigningKeys, notices: Notices) {
    let (mut logins, mut keys) = (Outage::of("ended logins"), Outage::of("signing keys"));
    loop {
        let waited = notices.wait(INTERVAL).await;
        if waited.heard {
            tracing::debug!(waited.missed, "heard of a change");
        }
        let everything = waited.missed || logins.is_on;
        logins.note(ended_logins.reread(everything).await);
        keys.note(signing_keys.reread().await);
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
