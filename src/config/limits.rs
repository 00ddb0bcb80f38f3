//! How often clients may ask, and how often passwords may be guessed.

use std::time::Duration;

use super::Profile;
use super::reader::Reader;

/// The most failed attempts on one account, in a row or an hour (NIST SP 800-63B-4, section 3.2.2).
const MOST_ATTEMPTS: u32 = 100;

/// Every limit.
#[derive(Debug, Clone)]
pub struct LimitSettings {
    /// Whether there are any.
    pub enabled: bool,
    /// Of guesses at one address.
    pub attempts: AttemptSettings,
    /// Of each route that takes a password: signing in, registering, changing the password.
    pub credentials: Rate,
    /// Of new guests.
    pub guests: Rate,
    /// Of refreshes.
    pub token: Rate,
    /// Of join codes that nobody has.
    pub join_codes: Rate,
    /// Of all requests together.
    pub everything: Rate,
}

/// How often a password may be guessed.
#[derive(Debug, Clone, Copy)]
pub struct AttemptSettings {
    /// From one client network or known device, before the waits begin: 1 s, doubled each time.
    pub in_a_row: u32,
    /// The longest of these waits.
    pub longest_wait: Duration,
    /// For one address from everywhere, within an hour.
    pub an_hour: u32,
}

/// How many requests one client network may send.
#[derive(Debug, Clone, Copy)]
pub struct Rate {
    /// In the long run.
    pub per_second: u32,
    /// At once.
    pub burst: u32,
}

impl Rate {
    /// So many times as much.
    pub fn times(self, factor: u32) -> Self {
        Self {
            per_second: self.per_second * factor,
            burst: self.burst * factor,
        }
    }
}

impl LimitSettings {
    pub(super) fn read(reader: &mut Reader, profile: Profile) -> Self {
        let enabled = reader.parsed("limits.enabled", true, "true or false");
        if profile == Profile::Production && !enabled {
            let origin = reader.origin("limits.enabled");
            let message = "must be true in production: without limits, anyone can guess passwords";
            reader.problem("limits.enabled", &origin, message);
        }
        let longest_wait = Duration::from_secs(1)..=Duration::from_secs(3600);
        Self {
            enabled,
            attempts: AttemptSettings {
                in_a_row: reader.integer("limits.attempts_in_a_row", 5, 1..=MOST_ATTEMPTS),
                longest_wait: reader.duration("limits.attempts_longest_wait", longest_wait),
                an_hour: reader.integer("limits.attempts_an_hour", 50, 1..=MOST_ATTEMPTS),
            },
            credentials: rate(reader, "credentials", 1, 30),
            guests: rate(reader, "guests", 10, 600),
            token: rate(reader, "token", 20, 1_000),
            join_codes: rate(reader, "join_codes", 1, 60),
            everything: rate(reader, "everything", 100, 1_000),
        }
    }
}

fn rate(reader: &mut Reader, kind: &str, per_second: u32, burst: u32) -> Rate {
    let mut read = |what, fallback| {
        let key = format!("limits.{kind}_{what}");
        reader.integer(&key, fallback, 1..=100_000)
    };
    Rate {
        per_second: read("per_second", per_second),
        burst: read("burst", burst),
    }
}
