//! How often a password may be guessed. Each guess is reserved before anything is verified, whether
//! or not an account has the address: by (address, client network) or, where a known device
//! guesses, by (address, device); without a known device also by the address alone.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};

use crate::auth::device_token::{DeviceId, DeviceTokenKey, DeviceTokenText};
use crate::auth::error::AuthError;
use crate::auth::guess_rules::{Counted, an_hour, in_a_row};
use crate::auth::login::Device;
use crate::auth::repository::guesses;
use crate::client_network::Network;
use crate::clock::SharedClock;
use crate::config::{AttemptSettings, KeyPurpose, LimitSettings, MasterSecrets};
use crate::db::{Db, DbConn, DbError, describe};
use crate::mac::MacKey;
use crate::random::Random;
use crate::users::{FoldedEmail, LoginId};

/// Under what a guess at an address counts.
#[derive(Clone)]
pub struct Guess {
    /// The address with the client network, or with the known device.
    in_a_row: String,
    /// The address alone; a known device does not count here.
    everywhere: Option<String>,
}

/// A guess that was counted before it is made.
#[derive(Clone)]
pub struct Reservation {
    guess: Guess,
    /// When it was counted.
    at: DateTime<Utc>,
    /// When the one before it was.
    before: DateTime<Utc>,
}

/// Counts guesses in the database, for all instances.
#[derive(Clone)]
pub struct Guesses {
    db: Db,
    clock: SharedClock,
    random: Random,
    rules: AttemptSettings,
    enabled: bool,
    key: MacKey,
    devices: DeviceTokenKey,
}

impl Guesses {
    /// With keys derived for these purposes alone.
    pub fn new(
        db: &Db,
        clock: &SharedClock,
        random: &Random,
        settings: &LimitSettings,
        secrets: &MasterSecrets,
    ) -> Self {
        Self {
            db: db.clone(),
            clock: clock.clone(),
            random: random.clone(),
            rules: settings.attempts,
            enabled: settings.enabled,
            key: MacKey::derive(&secrets.current, KeyPurpose::Attempts),
            devices: DeviceTokenKey::new(secrets),
        }
    }

    /// What a guess from a login of this address counts under: by itself, so that strangers who
    /// exhaust the limits of an address do not keep its owner from changing the password.
    pub fn of_login(&self, email: &FoldedEmail, login_id: LoginId) -> Guess {
        Guess {
            in_a_row: self.hash(b"login", login_id.as_bytes(), email),
            everywhere: None,
        }
    }

    /// What a guess at this address from this device counts under.
    pub fn of(&self, email: &FoldedEmail, device: &Device) -> Guess {
        match self.known(email, device) {
            Some(known) => Guess {
                in_a_row: self.hash(b"device", known.as_bytes(), email),
                everywhere: None,
            },
            None => Guess {
                in_a_row: self.hash(b"network", &Network::of(device.ip).to_bytes(), email),
                everywhere: Some(self.hash(b"everywhere", b"", email)),
            },
        }
    }

    /// Counts a guess before it is made.
    ///
    /// # Errors
    /// [`AuthError::TooManyAttempts`] where it may not be made now, or when the database fails;
    /// then nothing is counted.
    pub async fn reserve(&self, guess: Guess) -> Result<Reservation, AuthError> {
        let (rules, at) = (self.rules, self.clock.now());
        if !self.enabled {
            return Ok(Reservation {
                guess,
                at,
                before: at,
            });
        }
        let reserve = move |conn: &mut DbConn| {
            // Errors, so that what one of them has counted is not kept.
            let refused = AuthError::TooManyAttempts;
            let row = count(conn, &guess.in_a_row, at, |seen| in_a_row(rules, seen, at))?;
            let before = row.map_err(refused)?;
            if let Some(key) = &guess.everywhere {
                let hour = count(conn, key, at, |seen| an_hour(rules, seen, at))?;
                hour.map_err(refused)?;
            }
            Ok(Reservation {
                guess: guess.clone(),
                at,
                before,
            })
        };
        self.db.write(reserve).await
    }

    /// Takes a reservation back if what it was for came to neither yes nor no, and passes that on.
    ///
    /// # Errors
    /// `outcome`'s own.
    pub async fn settle<T>(
        &self,
        reserved: &Reservation,
        outcome: Result<T, AuthError>,
    ) -> Result<T, AuthError> {
        let is_settled = matches!(
            outcome,
            Ok(_)
                | Err(AuthError::InvalidCredentials
                    | AuthError::InvalidAccessToken
                    | AuthError::LoginEnded)
        );
        if !is_settled {
            self.give_back(reserved).await;
        }
        outcome
    }

    /// Takes a reservation back: the guess was not made after all. Where that fails, it counts.
    pub async fn give_back(&self, reserved: &Reservation) {
        if !self.enabled {
            return;
        }
        let Reservation { guess, at, before } = reserved.clone();
        let give_back = move |conn: &mut DbConn| {
            guesses::restore_time(conn, &guess.in_a_row, at, before)?;
            guesses::take_one(conn, &guess.in_a_row)?;
            guess
                .everywhere
                .iter()
                .try_for_each(|key| guesses::take_one(conn, key))
        };
        if let Err(error) = self.db.write::<_, DbError, _>(give_back).await {
            let cause = describe(&error);
            tracing::warn!(cause, "an attempt that was not made counts as one");
        }
    }

    /// After a right guess, in the transaction that it allows: those before it from the same place
    /// are forgotten, and for the address it was no guess.
    pub fn clear(&self, conn: &mut DbConn, reserved: &Reservation) -> Result<(), DbError> {
        if !self.enabled {
            return Ok(());
        }
        let guess = &reserved.guess;
        guesses::delete(conn, &guess.in_a_row)?;
        guess
            .everywhere
            .iter()
            .try_for_each(|key| guesses::take_one(conn, key))
    }

    /// The token by which this device is known from now on, after a right guess. One that is known
    /// keeps its id.
    pub fn device_token(&self, email: &FoldedEmail, device: &Device) -> DeviceTokenText {
        let known = self.known(email, device);
        let id = known.unwrap_or_else(|| DeviceId::generate(&self.random));
        self.devices.encode(id, email)
    }

    /// What the audit trail says of an address that has no account.
    pub fn address_hash(&self, email: &FoldedEmail) -> String {
        self.hash(b"audit", b"", email)
    }

    fn known(&self, email: &FoldedEmail, device: &Device) -> Option<DeviceId> {
        self.devices.decode(device.token.as_ref()?, email)
    }

    /// No two kinds share a message: each part but the last ends where its kind says.
    fn hash(&self, kind: &[u8], place: &[u8], email: &FoldedEmail) -> String {
        let parts = [kind, &[0], place, email.as_str().as_bytes()];
        URL_SAFE_NO_PAD.encode(self.key.mac(&parts))
    }
}

/// Counts one guess more by a rule and tells when the one before it was made, or how long there
/// must be none.
fn count(
    conn: &mut DbConn,
    key: &str,
    now: DateTime<Utc>,
    rule: impl Fn(Counted) -> Result<Counted, TimeDelta>,
) -> Result<Result<DateTime<Utc>, TimeDelta>, DbError> {
    let seen = guesses::insert_or_lock(conn, key, now)?;
    match rule(seen) {
        Ok(next) => {
            guesses::update(conn, key, next)?;
            Ok(Ok(seen.last_at))
        }
        Err(wait) => Ok(Err(wait)),
    }
}

#[cfg(test)]
mod tests {
    use tempfile::TempDir;

    use super::*;
    use crate::clock::SystemClock;
    use crate::config::{DatabaseSettings, DatabaseUrl, MasterSecret, Settings, Sources};

    fn guesses(folder: &TempDir) -> Guesses {
        let sources = Sources {
            directory: folder.path().into(),
            ..Sources::default()
        };
        let settings = Settings::load(&sources).settings.expect("defaults");
        let url = DatabaseUrl::Sqlite(folder.path().join("test.db"));
        let database = DatabaseSettings {
            url,
            ..settings.database
        };
        let db = Db::open(&database, std::time::Duration::from_secs(1)).expect("opened");
        let secrets = MasterSecrets {
            current: MasterSecret::new(vec![1; 32]).expect("long enough"),
            previous: None,
        };
        let clock: SharedClock = std::sync::Arc::new(SystemClock);
        let random = Random::from_seed(7);
        Guesses::new(&db, &clock, &random, &settings.limits, &secrets)
    }

    /// Made by another program: what was counted before an upgrade counts after it.
    #[test]
    fn the_keys_of_an_address_never_change() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let guesses = guesses(&folder);
        let mina = FoldedEmail::of("mina@example.com");
        let login = LoginId::from_bytes(std::array::from_fn(|it| it as u8));
        let of_login = guesses.of_login(&mina, login);
        assert_eq!(
            of_login.in_a_row,
            "iyUoQBAXUxrCy3p1RBwy3HldfdDGI4PcwpgiN-3oLoE"
        );
        let token = "IiIiIiIiIiIiIiIiIiIiIsLOm3vrvBWG4Lyi0ZIQoz1ZDLDUP1k2Lcg8MY_O6rTZ";
        let mut device = Device {
            ip: None,
            user_agent: None,
            token: Some(DeviceTokenText::new(token.into())),
        };
        assert_eq!(
            guesses.of(&mina, &device).in_a_row,
            "OptRgHy-cIAzk7irktI_aJevAJ09GnZayiDeFi8sO28"
        );
        device.token = None;
        assert_eq!(
            guesses.of(&mina, &device).everywhere.as_deref(),
            Some("zbZ8Rll6zKYtAVWuaUp9b7ch14RTWzQ_ny1V6lCbnEY")
        );
        assert_eq!(
            guesses.address_hash(&mina),
            "0ScCxdOt4wPb7KjHng2Tx1-SCAMbbMjqIAOUdArtU04"
        );
    }
}
