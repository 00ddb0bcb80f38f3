//! How often clients may ask, and how often passwords may be guessed.

use std::time::Duration;

use super::Profile;
use super::reader::Reader;

/// The most failed attempts on one account, in a row or an hour (NIST SP 800-63B-4, section 3.2.2).
const MOST_ATTEMPTS: u32 = 100;
/// In microseconds.
const SECOND: i64 = 1_000_000;
/// In microseconds.
const MINUTE: i64 = 60 * SECOND;

/// Every limit.
#[derive(Debug, Clone)]
pub struct LimitSettings {
    /// Whether there are any.
    pub enabled: bool,
    /// Of guesses at one address.
    pub attempts: AttemptSettings,
    /// Of a network: for signing in, and for registering.
    pub credentials: Rate,
    /// Of a network: for each of changing the password, deleting the account, exports and writing
    /// posts.
    pub costly: Rate,
    /// Of a network: new guests.
    pub guests: Rate,
    /// Of a network: refreshes.
    pub token: Rate,
    /// Of a network: join codes that nobody has.
    pub join_codes: Rate,
    /// Of a network: streams of events.
    pub streams: Rate,
    /// Of a network: all requests that bear no valid token, but streams of events and the page.
    pub everything: Rate,
    /// Of a network whose `everything` is used up: tokens whose signature is checked all the same.
    pub token_checks: Rate,
    /// Of a network: all requests with valid tokens together.
    pub bearers: Rate,
    /// Of a network: likes of all accounts together.
    pub bearer_likes: Rate,
    /// Of a network, in one session: what guests ask, reply and edit.
    pub guest_contributions: Rate,
    /// Of a network: searches without a valid token.
    pub searches: Rate,
    /// Of an account: all requests.
    pub account_everything: Rate,
    /// Of an account: questions, replies and edits.
    pub account_contributions: Rate,
    /// Of an account: likes, and their taking back.
    pub account_likes: Rate,
    /// Of an account: new sessions.
    pub account_sessions: Rate,
    /// Of an account: searches.
    pub account_searches: Rate,
    /// Of an account: new nicknames.
    pub account_renames: Rate,
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

/// How many requests one client may send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// Microseconds between two requests, in the long run.
    pub interval: i64,
    /// Requests at once.
    pub burst: u32,
}

impl Rate {
    /// So many requests a second, and so many at once.
    pub fn per_second(requests: u32, burst: u32) -> Self {
        let interval = SECOND / i64::from(requests);
        Self { interval, burst }
    }

    /// So many requests a minute, and so many at once.
    pub fn per_minute(requests: u32, burst: u32) -> Self {
        let interval = MINUTE / i64::from(requests);
        Self { interval, burst }
    }

    /// So many times as much.
    pub fn times(self, factor: u32) -> Self {
        Self {
            interval: (self.interval / i64::from(factor)).max(1),
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
        Self {
            enabled,
            attempts: AttemptSettings::read(reader),
            credentials: per_second(reader, "credentials"),
            costly: per_second(reader, "costly"),
            guests: per_second(reader, "guests"),
            token: per_second(reader, "token"),
            join_codes: per_second(reader, "join_codes"),
            streams: per_second(reader, "streams"),
            everything: per_second(reader, "everything"),
            token_checks: per_second(reader, "token_checks"),
            bearers: per_second(reader, "bearers"),
            bearer_likes: per_second(reader, "bearer_likes"),
            guest_contributions: per_second(reader, "guest_contributions"),
            searches: per_second(reader, "searches"),
            account_everything: per_second(reader, "account_everything"),
            account_contributions: per_minute(reader, "account_contributions"),
            account_likes: per_second(reader, "account_likes"),
            account_sessions: per_minute(reader, "account_sessions"),
            account_searches: per_second(reader, "account_searches"),
            account_renames: per_minute(reader, "account_renames"),
        }
    }
}

impl AttemptSettings {
    fn read(reader: &mut Reader) -> Self {
        let longest_wait = Duration::from_secs(1)..=Duration::from_secs(3600);
        Self {
            in_a_row: reader.integer("limits.attempts_in_a_row", 1..=MOST_ATTEMPTS),
            longest_wait: reader.duration("limits.attempts_longest_wait", longest_wait),
            an_hour: reader.integer("limits.attempts_an_hour", 1..=MOST_ATTEMPTS),
        }
    }
}

fn per_second(reader: &mut Reader, kind: &str) -> Rate {
    let requests = read(reader, kind, "per_second");
    Rate::per_second(requests, read(reader, kind, "burst"))
}

fn per_minute(reader: &mut Reader, kind: &str) -> Rate {
    let requests = read(reader, kind, "per_minute");
    Rate::per_minute(requests, read(reader, kind, "burst"))
}

fn read(reader: &mut Reader, kind: &str, what: &str) -> u32 {
    reader.integer(&format!("limits.{kind}_{what}"), 1..=100_000)
}
