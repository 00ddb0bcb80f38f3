//! The keys that sign access tokens. They are kept in `signing_keys`, their private halves
//! encrypted under the master secret, and every instance has them in memory.

mod changes;

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::time::timeout;

use super::key_set::{KeySet, PresentKeys};
use super::repository;
use super::rows::SigningKeyRow;
use super::signing_key::{SigningKey, Vault};
use crate::clock::SharedClock;
use crate::config::{AuthSettings, MasterSecrets};
use crate::db::{Db, DbConn, DbError};
use crate::random::Random;
use changes::Change;

/// How often the database is asked for a key that is not known.
const LOOK_INTERVAL: TimeDelta = TimeDelta::seconds(1);

/// How long a request waits for a read, of its own or of another.
const PATIENCE: Duration = Duration::from_secs(5);

/// Why there are no signing keys.
#[derive(Debug, thiserror::Error)]
pub enum SigningKeyError {
    /// Another master secret was in use before.
    #[error(
        "the database was used under another secret: set secret to that one; \
         to replace it, set it as secret_previous"
    )]
    OtherSecret,
    /// The cipher refused, which it does for none of our inputs.
    #[error("a signing key cannot be encrypted")]
    Encryption,
    /// A row was not made under our secret, or its two halves do not belong together.
    #[error("a signing key in the database is damaged")]
    Damaged,
    /// There are keys, and none of them was ever known here.
    #[error("no signing key in the database can be read with this secret")]
    NoneReadable,
    /// The database failed.
    #[error("the signing keys cannot be read or kept")]
    Database(#[from] DbError),
}

/// Makes signing keys and keeps the present ones in memory. Clones share them.
#[derive(Clone)]
pub struct SigningKeys(Arc<KeysState>);

struct KeysState {
    db: Db,
    clock: SharedClock,
    random: Random,
    settings: AuthSettings,
    vault: Vault,
    present: PresentKeys,
    /// Keys of which was said that they cannot be read.
    unreadable: Mutex<BTreeSet<String>>,
    /// Held while the database is read, so that what was read first is taken first.
    last_look: tokio::sync::Mutex<Option<Look>>,
}

/// The last time that a key was looked for.
#[derive(Clone, Copy)]
struct Look {
    at: DateTime<Utc>,
    succeeded: bool,
}

impl SigningKeys {
    /// The keys in the database; the first of several starts makes one.
    ///
    /// # Errors
    /// When the database fails or was used with another secret.
    pub async fn open(
        db: Db,
        secrets: &MasterSecrets,
        settings: &AuthSettings,
        clock: SharedClock,
        random: Random,
    ) -> Result<Self, SigningKeyError> {
        let vault = Vault::new(secrets);
        let change = Change::new(&vault, &random, settings, clock.now());
        let rows = db.write(move |conn| change.set_up(conn)).await?;
        let keys = rows.iter().map(|row| SigningKey::from_row(&vault, row));
        let keys = keys
            .map(|key| key.map(Arc::new))
            .collect::<Result<_, _>>()?;
        let keys = KeySet::new(keys, settings.access_token_window());
        let keys = keys.ok_or(SigningKeyError::NoneReadable)?;
        Ok(Self(Arc::new(KeysState {
            db,
            clock,
            random,
            settings: settings.clone(),
            vault,
            present: PresentKeys::new(keys),
            unreadable: Mutex::default(),
            last_look: tokio::sync::Mutex::default(),
        })))
    }

    /// The keys as they are now, and will be when they have been read again.
    pub fn present(&self) -> &PresentKeys {
        &self.0.present
    }

    /// Those that verify now or will: what the world may know of them.
    pub fn published(&self) -> Vec<Arc<SigningKey>> {
        let now = self.0.clock.now();
        self.0.present.get().verifying(now).cloned().collect()
    }

    /// Reads the keys that other instances and commands have made or removed, and makes the next
    /// one if it is time.
    ///
    /// # Errors
    /// When the database fails; then those in memory stay. When no key in it can be read; then
    /// those in memory are no longer good, and no token is.
    pub async fn reload(&self) -> Result<(), SigningKeyError> {
        let _first_come = self.0.last_look.lock().await;
        self.0.reload_in_time().await
    }

    /// Reads the keys for a token whose key is not known, once a second at most, whoever asks.
    /// False when the database could not be asked.
    pub async fn reload_for_unknown_key(&self) -> bool {
        let Ok(mut last) = timeout(PATIENCE, self.0.last_look.lock()).await else {
            return false;
        };
        let now = self.0.clock.now();
        if let Some(look) = *last
            && (now - look.at).abs() < LOOK_INTERVAL
        {
            return look.succeeded;
        }
        // Counts also if whoever asks goes away meanwhile.
        *last = Some(Look {
            at: now,
            succeeded: false,
        });
        let outcome = self.0.reload_in_time().await;
        let succeeded = !matches!(outcome, Err(SigningKeyError::Database(_)));
        // Those who waited for it were answered, too, however long it took.
        let at = self.0.clock.now();
        *last = Some(Look { at, succeeded });
        succeeded
    }
}

impl KeysState {
    async fn reload_in_time(&self) -> Result<(), SigningKeyError> {
        let read = timeout(PATIENCE, self.reload()).await;
        read.unwrap_or_else(|_elapsed| {
            let hangs = "the read of the signing keys hangs".into();
            Err(DbError::Unavailable(hangs).into())
        })
    }

    async fn reload(&self) -> Result<(), SigningKeyError> {
        let rows = self.db.read(repository::list_signing_keys).await?;
        let now = self.clock.now();
        let change = Change::new(&self.vault, &self.random, &self.settings, now);
        if !change.is_due(&rows) {
            return self.take(&rows);
        }
        // Whether or not the next one can be made.
        self.take(&rows).ok();
        let make = move |conn: &mut DbConn| change.make_if_due(conn);
        self.take(&self.db.write(make).await?)
    }

    /// Goes on with these keys. Those that are in memory are not decrypted again: their rows may
    /// have been encrypted anew under a secret that this instance does not have.
    fn take(&self, rows: &[SigningKeyRow]) -> Result<(), SigningKeyError> {
        let before = self.present.get();
        let window = self.settings.access_token_window();
        let known = |row: &SigningKeyRow| before.kept(&row.key_id).or_else(|| self.read(row));
        let keys = KeySet::new(rows.iter().filter_map(known).collect(), window);
        let usable = keys.is_some();
        self.present.set(keys.unwrap_or_else(|| before.removed()));
        if usable {
            Ok(())
        } else {
            Err(SigningKeyError::NoneReadable)
        }
    }

    fn read(&self, row: &SigningKeyRow) -> Option<Arc<SigningKey>> {
        let key = SigningKey::from_row(&self.vault, row).map(Arc::new).ok();
        if key.is_none() {
            let told = self.unreadable.lock();
            let mut told = told.unwrap_or_else(PoisonError::into_inner);
            if told.insert(row.key_id.clone()) {
                let key_id = &row.key_id;
                tracing::warn!(
                    key_id,
                    "a signing key cannot be read with this instance's secret; its tokens are refused here"
                );
            }
        }
        key
    }
}

/// A key made by the command line, for a server to find.
pub struct Rotated {
    /// Its id, the `kid` of its tokens.
    pub key_id: String,
    /// When it begins to sign.
    pub signs_from: DateTime<Utc>,
}

/// Makes a new key. `compromised`: in place of all others, and it signs at once.
///
/// # Errors
/// When the database fails or was used with another secret.
pub async fn rotate(
    db: &Db,
    secrets: &MasterSecrets,
    settings: &AuthSettings,
    random: &Random,
    now: DateTime<Utc>,
    compromised: bool,
) -> Result<Rotated, SigningKeyError> {
    let change = Change::new(&Vault::new(secrets), random, settings, now);
    let made = db
        .write(move |conn| change.rotate(conn, compromised))
        .await?;
    Ok(Rotated {
        key_id: made.key_id,
        signs_from: made.signs_from.into(),
    })
}
