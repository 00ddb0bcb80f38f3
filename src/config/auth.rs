//! Lifetimes of tokens, and the cost of a password hash.

use std::time::Duration;

use chrono::TimeDelta;

use super::Profile;
use super::reader::Reader;

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;

/// How much longer than an access token lives what concerns it is remembered.
const WINDOW_MARGIN: TimeDelta = TimeDelta::minutes(2);

/// The least memory of a password hash in production, in KiB, with [`FLOOR_ITERATIONS`]: the
/// minimum that OWASP's Password Storage Cheat Sheet gives for Argon2id (19 MiB, t=2, p=1).
pub const FLOOR_MEMORY_KIB: u32 = 19_456;
/// The least number of passes in production (see [`FLOOR_MEMORY_KIB`]).
pub const FLOOR_ITERATIONS: u32 = 2;
/// The least length of a password, in characters (NIST SP 800-63B-4, section 3.1.1.2).
pub const MIN_LENGTH: u32 = 8;
/// The greatest length of a password, in characters; NIST asks for at least 64.
pub const MAX_LENGTH: u32 = 128;

/// How long tokens live.
#[derive(Debug, Clone)]
pub struct AuthSettings {
    /// How long an access token lives; 1 minute to 1 hour.
    pub access_token_lifetime: Duration,
    /// How long a login lives without a rotation of its refresh token.
    pub refresh_idle_lifetime: Duration,
    /// The same for a guest's login; at most as long as [`Self::refresh_idle_lifetime`].
    pub guest_idle_lifetime: Duration,
    /// How long a login lives at most, counted from the sign-in.
    pub refresh_lifetime: Duration,
    /// How long after a rotation the exchanged token and the current one both get the current one.
    pub refresh_grace: Duration,
    /// How often what is over is removed; 1 minute to 1 day.
    pub purge_interval: Duration,
    /// How old a signing key grows before the next one is made; 1 day to 365 days.
    pub key_rotation_interval: Duration,
}

/// What a password must be, and what hashing it costs.
#[derive(Debug, Clone)]
pub struct PasswordSettings {
    /// In characters, after NFC; [`MIN_LENGTH`] to [`MAX_LENGTH`].
    pub min_length: u32,
    /// Memory of one hash, in KiB; up to 128 MiB.
    pub memory_kib: u32,
    /// Passes over that memory; up to 10.
    pub iterations: u32,
    /// Hashing threads; each works on `memory_kib` of its own.
    pub threads: u32,
    /// Requests that may wait for a hash before others are answered 503. Sites share them: see
    /// `password::queue`.
    pub queue: u32,
}

impl AuthSettings {
    pub(super) fn read(reader: &mut Reader) -> Self {
        let seconds = Duration::from_secs;
        let settings = Self {
            access_token_lifetime: reader.duration(
                "auth.access_token_lifetime",
                seconds(MINUTE)..=seconds(HOUR),
            ),
            refresh_idle_lifetime: reader.duration(
                "auth.refresh_idle_lifetime",
                seconds(MINUTE)..=seconds(365 * DAY),
            ),
            guest_idle_lifetime: reader.duration(
                "auth.guest_idle_lifetime",
                seconds(MINUTE)..=seconds(365 * DAY),
            ),
            refresh_lifetime: reader.duration(
                "auth.refresh_lifetime",
                seconds(MINUTE)..=seconds(365 * DAY),
            ),
            refresh_grace: reader.duration("auth.refresh_grace", seconds(0)..=seconds(5 * MINUTE)),
            purge_interval: reader.duration("auth.purge_interval", seconds(MINUTE)..=seconds(DAY)),
            key_rotation_interval: reader.duration(
                "auth.key_rotation_interval",
                seconds(DAY)..=seconds(365 * DAY),
            ),
        };
        settings.check_order(reader);
        settings
    }

    /// What ends sooner must not be set to end later.
    fn check_order(&self, reader: &mut Reader) {
        let access = ("auth.access_token_lifetime", self.access_token_lifetime);
        let guests = ("auth.guest_idle_lifetime", self.guest_idle_lifetime);
        let idle = ("auth.refresh_idle_lifetime", self.refresh_idle_lifetime);
        let absolute = ("auth.refresh_lifetime", self.refresh_lifetime);
        for ((key, value), (longer_key, longer)) in
            [(idle, absolute), (guests, idle), (access, guests)]
        {
            if value > longer {
                let origin = reader.origin(key);
                let message = format!("must not be longer than {longer_key}");
                reader.problem(key, &origin, message);
            }
        }
    }

    /// How long an access token may still come along whose login has ended, or whose key was
    /// replaced: its lifetime and a margin.
    pub fn access_token_window(&self) -> TimeDelta {
        let lifetime = TimeDelta::from_std(self.access_token_lifetime);
        lifetime.unwrap_or(TimeDelta::MAX) + WINDOW_MARGIN
    }
}

impl PasswordSettings {
    pub(super) fn read(reader: &mut Reader, profile: Profile) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, |cores| cores.get());
        let cores = u32::try_from(cores).unwrap_or(1);
        let (memory, iterations) = match profile {
            Profile::Production => (FLOOR_MEMORY_KIB, FLOOR_ITERATIONS),
            Profile::Development => (8, 1),
        };
        Self {
            min_length: reader.integer("password.min_length", MIN_LENGTH..=MAX_LENGTH),
            memory_kib: reader.integer("password.memory_kib", memory..=128 * 1024),
            iterations: reader.integer("password.iterations", iterations..=10),
            threads: reader.integer_or("password.threads", cores, 1..=1024),
            queue: reader.integer_or("password.queue", 32 * cores, 1..=100_000),
        }
    }
}
