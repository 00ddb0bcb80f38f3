//! How often a password may be guessed. Each guess is reserved before anything is verified, whether or
//! not an account has the address: by (address, client network) or, where a known device guesses, by
//! (address, device); without a known device also by the address alone.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use hmac::{Hmac, Mac};
use sha2::Sha256;

use super::device_token::{DeviceId, DeviceTokenKey, DeviceTokenText};
use super::error::AuthError;
use super::login::Device;
use super::repository::attempts::{self as repository, Counted};
use crate::clock::SharedClock;
use crate::config::{AttemptSettings, LimitSettings, MasterSecrets};
use crate::db::{Db, DbConn, DbError, describe};
use crate::network::Network;
use crate::random::Random;
use crate::users::{FoldedEmail, LoginId};

/// How long after its last guess a row is forgotten.
pub const RETENTION: TimeDelta = TimeDelta::days(1);

const HOUR: TimeDelta = TimeDelta::hours(1);
const FIRST_WAIT: TimeDelta = TimeDelta::seconds(1);
/// Doubled more often, a wait is longer than any setting allows.
const MOST_DOUBLINGS: i64 = 20;
const PURPOSE: &str = "attempts";

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
pub struct Attempts {
    db: Db,
    clock: SharedClock,
    random: Random,
    rules: AttemptSettings,
    enabled: bool,
    key: [u8; 32],
    devices: DeviceTokenKey,
}

impl Attempts {
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
            key: secrets.current.derive(PURPOSE),
            devices: DeviceTokenKey::new(secrets),
        }
    }

    /// What a guess from a login of this address counts under: by itself, so that strangers who exhaust
    /// the limits of an address do not keep its owner from changing the password.
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
    /// [`AuthError::TooManyAttempts`] where it may not be made now, or when the database fails; then
    /// nothing is counted.
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

    /// Takes a reservation back: the guess was not made after all. Where that fails, it counts.
    pub async fn give_back(&self, reserved: &Reservation) {
        if !self.enabled {
            return;
        }
        let Reservation { guess, at, before } = reserved.clone();
        let give_back = move |conn: &mut DbConn| {
            repository::restore_time(conn, &guess.in_a_row, at, before)?;
            repository::take_one(conn, &guess.in_a_row)?;
            guess
                .everywhere
                .iter()
                .try_for_each(|key| repository::take_one(conn, key))
        };
        if let Err(error) = self.db.write::<_, DbError, _>(give_back).await {
            let cause = describe(&error);
            tracing::warn!(cause, "an attempt that was not made counts as one");
        }
    }

    /// After a right guess, in the transaction that it allows: those before it from the same place
    /// are forgotten, and for the address it was no guess.
    ///
    /// # Errors
    /// When the database fails.
    pub fn clear(&self, conn: &mut DbConn, reserved: &Reservation) -> Result<(), DbError> {
        if !self.enabled {
            return Ok(());
        }
        let guess = &reserved.guess;
        repository::delete(conn, &guess.in_a_row)?;
        guess
            .everywhere
            .iter()
            .try_for_each(|key| repository::take_one(conn, key))
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
        let mac = Hmac::<Sha256>::new_from_slice(&self.key);
        let mac = mac
            .unwrap_or_else(|_| unreachable!("HMAC takes a key of any length"))
            .chain_update(kind)
            .chain_update([0])
            .chain_update(place)
            .chain_update(email.as_str());
        URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes())
    }
}

/// Counts one guess more by a rule and tells when the one before it was made, or how long there must
/// be none.
fn count(
    conn: &mut DbConn,
    key: &str,
    now: DateTime<Utc>,
    rule: impl Fn(Counted) -> Result<Counted, TimeDelta>,
) -> Result<Result<DateTime<Utc>, TimeDelta>, DbError> {
    let seen = repository::insert_or_lock(conn, key, now)?;
    match rule(seen) {
        Ok(next) => {
            repository::update(conn, key, next)?;
            Ok(Ok(seen.last_at))
        }
        Err(wait) => Ok(Err(wait)),
    }
}

/// One guess more in a row, or how long there must be none.
fn in_a_row(
    rules: AttemptSettings,
    seen: Counted,
    now: DateTime<Utc>,
) -> Result<Counted, TimeDelta> {
    let is_forgotten = now - seen.last_at >= RETENTION;
    let before = if is_forgotten { 0 } else { seen.counted };
    let wait = wait_after(rules, before) - (now - seen.last_at);
    if wait > TimeDelta::zero() {
        return Err(wait);
    }
    Ok(Counted {
        counted: before + 1,
        last_at: now,
        ..seen
    })
}

/// The wait after so many guesses in a row.
fn wait_after(rules: AttemptSettings, counted: i64) -> TimeDelta {
    let doublings = counted - i64::from(rules.in_a_row);
    if doublings < 0 {
        return TimeDelta::zero();
    }
    let longest = TimeDelta::from_std(rules.longest_wait).unwrap_or(TimeDelta::MAX);
    (FIRST_WAIT * (1 << doublings.min(MOST_DOUBLINGS))).min(longest)
}

/// One guess more in this hour, or how long there must be none. The hour begins with its first guess.
fn an_hour(
    rules: AttemptSettings,
    seen: Counted,
    now: DateTime<Utc>,
) -> Result<Counted, TimeDelta> {
    let passed = now - seen.first_at;
    if passed >= HOUR || seen.counted == 0 {
        return Ok(Counted {
            counted: 1,
            first_at: now,
            last_at: now,
        });
    }
    if seen.counted >= i64::from(rules.an_hour) {
        return Err(HOUR - passed);
    }
    Ok(Counted {
        counted: seen.counted + 1,
        last_at: now,
        ..seen
    })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const RULES: AttemptSettings = AttemptSettings {
        in_a_row: 5,
        longest_wait: Duration::from_secs(900),
        an_hour: 50,
    };

    fn none() -> Counted {
        Counted {
            counted: 0,
            first_at: DateTime::UNIX_EPOCH,
            last_at: DateTime::UNIX_EPOCH,
        }
    }

    type Rule = fn(AttemptSettings, Counted, DateTime<Utc>) -> Result<Counted, TimeDelta>;

    /// Guesses as soon as it may, and tells how long it waited, in seconds.
    fn waits(rule: Rule, count: usize) -> Vec<i64> {
        let (mut seen, mut now) = (none(), DateTime::UNIX_EPOCH);
        let mut guess = || {
            let wait = rule(RULES, seen, now).err().unwrap_or_default();
            if wait > TimeDelta::zero() {
                let too_early = now + wait - TimeDelta::microseconds(1);
                assert!(rule(RULES, seen, too_early).is_err());
            }
            now += wait;
            seen = rule(RULES, seen, now).expect("it may");
            wait.num_seconds()
        };
        (0..count).map(|_| guess()).collect()
    }

    #[test]
    fn after_five_in_a_row_waits_double_up_to_the_longest() {
        let expected = [
            0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900,
        ];
        assert_eq!(waits(in_a_row, 17), expected);
        let many = Counted {
            counted: i64::MAX / 2,
            ..none()
        };
        let wait = in_a_row(RULES, many, DateTime::UNIX_EPOCH);
        assert_eq!(wait.err(), Some(TimeDelta::seconds(900)));
    }

    #[test]
    fn a_day_after_the_last_of_them_all_is_forgotten() {
        let seen = Counted {
            counted: 30,
            ..none()
        };
        let almost = DateTime::UNIX_EPOCH + RETENTION - TimeDelta::seconds(1);
        let counted = |now| in_a_row(RULES, seen, now).map(|it| it.counted);
        assert_eq!(counted(almost), Ok(31));
        assert_eq!(counted(almost + TimeDelta::seconds(1)), Ok(1));
    }

    #[test]
    fn fifty_an_hour_and_then_a_new_hour() {
        let mut expected = vec![0; 50];
        expected.extend([3600]);
        expected.extend([0; 49]);
        expected.extend([3600]);
        assert_eq!(waits(an_hour, 101), expected);
    }

    #[test]
    fn an_hour_of_which_all_was_given_back_begins_anew() {
        let now = DateTime::UNIX_EPOCH + TimeDelta::minutes(30);
        let seen = an_hour(RULES, none(), now).expect("it may");
        assert_eq!(seen.first_at, now);
    }
}
