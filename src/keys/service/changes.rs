//! What is done to the signing keys in the database: each in one transaction, one instance at a
//! time.

use chrono::{DateTime, TimeDelta, Utc};

use super::SigningKeyError;
use crate::config::AuthSettings;
use crate::db::{DbConn, UtcTime, dialect};
use crate::keys::repository;
use crate::keys::rows::SigningKeyRow;
use crate::keys::signing_key::Vault;
use crate::random::Random;

/// How long a key is published before it signs: as long as a copy of the public keys may be kept
/// (`max-age=300`), and 10 s in which every instance has read the new one.
pub const LEAD: TimeDelta = TimeDelta::seconds(300 + 10);

/// What a change needs.
pub struct Change {
    vault: Vault,
    random: Random,
    now: DateTime<Utc>,
    /// How old the newest key may be before the next one is made.
    interval: TimeDelta,
}

impl Change {
    /// A change at `now`.
    pub fn new(
        vault: &Vault,
        random: &Random,
        settings: &AuthSettings,
        now: DateTime<Utc>,
    ) -> Self {
        let interval = TimeDelta::from_std(settings.key_rotation_interval);
        Self {
            vault: vault.clone(),
            random: random.clone(),
            now,
            interval: interval.unwrap_or(TimeDelta::MAX),
        }
    }

    /// Whether the newest key is as old as it may be, or there is none.
    pub fn is_due(&self, keys: &[SigningKeyRow]) -> bool {
        let made = keys.iter().map(|key| DateTime::from(key.created_at));
        made.max()
            .is_none_or(|newest| newest + self.interval <= self.now)
    }

    /// A start: sees that the secret is the database's, and that there is a key that is not too
    /// old. Returns all keys.
    ///
    /// # Errors
    /// When the database was used with another secret, or fails.
    pub fn set_up(&self, conn: &mut DbConn) -> Result<Vec<SigningKeyRow>, SigningKeyError> {
        dialect::lock_setup(conn)?;
        self.adopt_secret(conn)?;
        self.add_if_due(conn)
    }

    /// The next key by schedule, unless another instance was faster. An instance whose secret is no
    /// longer the database's leaves it to the others, which may be unable to read what it makes.
    /// Returns all keys.
    pub fn make_if_due(&self, conn: &mut DbConn) -> Result<Vec<SigningKeyRow>, SigningKeyError> {
        dialect::lock_setup(conn)?;
        let check = repository::find_secret_check(conn)?;
        if check.as_deref() == Some(self.vault.check()) {
            self.add_if_due(conn)
        } else {
            Ok(repository::list_signing_keys(conn)?)
        }
    }

    /// A new key now. `compromised`: in place of all others, and it signs at once.
    ///
    /// # Errors
    /// When the database was used with another secret, or fails.
    pub fn rotate(
        &self,
        conn: &mut DbConn,
        compromised: bool,
    ) -> Result<SigningKeyRow, SigningKeyError> {
        dialect::lock_setup(conn)?;
        self.adopt_secret(conn)?;
        if compromised {
            repository::delete_signing_keys(conn)?;
        }
        let keys = repository::list_signing_keys(conn)?;
        dialect::notify(conn)?;
        self.add(conn, &keys)
    }

    /// Sees that the secret is the one that the database was used with before. If that is the
    /// previous one, everything is encrypted anew under the current one.
    fn adopt_secret(&self, conn: &mut DbConn) -> Result<(), SigningKeyError> {
        let check = repository::find_secret_check(conn)?;
        let check = check.as_deref();
        if check.is_some_and(|it| !self.vault.knows(it)) {
            return Err(SigningKeyError::OtherSecret);
        }
        for row in repository::list_signing_keys(conn)? {
            let resealed = self.vault.reseal(&row, &self.random);
            // Of a version that wrote no check value, the keys themselves tell.
            let resealed = resealed.map_err(|error| match check {
                Some(_) => error,
                None => SigningKeyError::OtherSecret,
            });
            if let Some(encrypted) = resealed? {
                repository::update_encrypted(conn, &row.key_id, &encrypted)?;
            }
        }
        if check != Some(self.vault.check()) {
            repository::replace_secret_check(conn, self.vault.check())?;
        }
        Ok(())
    }

    fn add_if_due(&self, conn: &mut DbConn) -> Result<Vec<SigningKeyRow>, SigningKeyError> {
        let mut keys = repository::list_signing_keys(conn)?;
        if self.is_due(&keys) {
            keys.push(self.add(conn, &keys)?);
        }
        Ok(keys)
    }

    /// The first key signs at once; a later one when everybody has seen it.
    fn add(
        &self,
        conn: &mut DbConn,
        keys: &[SigningKeyRow],
    ) -> Result<SigningKeyRow, SigningKeyError> {
        let mut fresh = self.vault.make(&self.random, self.now)?;
        if !keys.is_empty() {
            fresh.signs_from = UtcTime::from(self.now + LEAD);
        }
        repository::insert_signing_key(conn, &fresh)?;
        Ok(fresh)
    }
}
