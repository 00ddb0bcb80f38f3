//! Which join codes work in which client networks: those of sessions that somebody from there has
//! opened, looked up or entered in the last day. They are let through when others in the network
//! have used up its guesses.

use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use lru::LruCache;

use super::SessionsService;
use crate::client_network::Network;
use crate::clock::SharedClock;
use crate::config::{KeyPurpose, MasterSecrets};
use crate::db::{Db, DbConn, DbError, describe};
use crate::mac::MacKey;
use crate::sessions::JoinCode;
use crate::sessions::repository::known_codes;

/// How long a code is known, at least.
const KNOWN: TimeDelta = TimeDelta::days(1);
/// How often it is noted anew that a code is used.
const NOTED_EVERY: TimeDelta = TimeDelta::hours(1);
/// After so long it is forgotten: what was used at the end of a [`NOTED_EVERY`] is known as long.
pub const FORGOTTEN_AFTER: TimeDelta = TimeDelta::hours(25);
/// Codes in networks that an instance remembers without asking the database; 100 bytes each.
const REMEMBERED: NonZeroUsize = NonZeroUsize::MIN.saturating_add(8_191);

/// The known codes: in the database for every instance, and those that this one has noted a moment
/// ago in memory. Clones share them.
#[derive(Clone)]
pub struct KnownCodes {
    db: Db,
    clock: SharedClock,
    key: MacKey,
    /// When each was noted.
    noted: Arc<Mutex<LruCache<String, DateTime<Utc>>>>,
}

impl KnownCodes {
    /// With a key that is derived for this purpose alone.
    pub fn new(db: &Db, clock: &SharedClock, secrets: &MasterSecrets) -> Self {
        Self {
            db: db.clone(),
            clock: clock.clone(),
            key: MacKey::derive(&secrets.current, KeyPurpose::KnownCodes),
            noted: Arc::new(Mutex::new(LruCache::new(REMEMBERED))),
        }
    }

    /// Notes that a code works in a network. Where the database fails, it is not noted: it is asked
    /// for only while others guess.
    pub(super) async fn note(&self, network: Network, code: &str) {
        let (key, now) = (self.key_of(network, code), self.clock.now());
        if self.is_noted(&key, now - NOTED_EVERY) {
            return;
        }
        let noted = key.clone();
        let note = move |conn: &mut DbConn| known_codes::upsert(conn, &noted, now);
        if let Err(error) = self.db.write_statement(note).await {
            let cause = describe(&error);
            tracing::warn!(cause, "a join code is not noted");
            return;
        }
        let mut noted = self.noted.lock().unwrap_or_else(PoisonError::into_inner);
        noted.put(key, now);
    }

    /// Whether a code works in a network. The database is asked the same whether or not the code is
    /// any session's.
    async fn is_known(&self, network: Network, code: &JoinCode) -> Result<bool, DbError> {
        let (key, since) = (
            self.key_of(network, code.as_str()),
            self.clock.now() - KNOWN,
        );
        if self.is_noted(&key, since) {
            return Ok(true);
        }
        let find = move |conn: &mut DbConn| known_codes::exists(conn, &key, since);
        self.db.read(find).await
    }

    fn is_noted(&self, key: &str, since: DateTime<Utc>) -> bool {
        let mut noted = self.noted.lock().unwrap_or_else(PoisonError::into_inner);
        noted.get(key).is_some_and(|at| *at > since)
    }

    /// All /64 of an IPv6 /48 share what they know: otherwise one customer of a provider could have
    /// 65,536 rows written for each code.
    fn key_of(&self, network: Network, code: &str) -> String {
        let network = network.site().unwrap_or(network).to_bytes();
        URL_SAFE_NO_PAD.encode(self.key.mac(&[&network, code.as_bytes()]))
    }
}

impl SessionsService {
    /// Whether somebody from this network has opened, looked up or entered the session with this
    /// join code in the last day.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn is_code_known(&self, network: Network, code: &JoinCode) -> Result<bool, DbError> {
        self.known_codes.is_known(network, code).await
    }
}
