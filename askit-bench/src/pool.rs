//! The hashing threads alone: what sign-ins would reach if nothing else had to be done for them.

use std::time::Duration;

use actix_web::rt::{self, System};
use anyhow::ensure;
use askit::client_network::Network;
use askit::clock::Stopwatch;
use askit::config::{Settings, Sources};
use askit::password::{NewPassword, Passwords, Slot, TypedPassword};
use askit::random::Random;
use askit::users::{FoldedEmail, PasswordHash};

use crate::rounds::Slice;

const EMAIL: &str = "mina@example.com";
const PASSWORD: &str = "a long enough one";

/// As the default settings make them, in this process.
pub struct Pool {
    passwords: Passwords,
    stored: PasswordHash,
    slots: u32,
    /// How many hashes are computed at once.
    pub threads: u32,
}

impl Pool {
    /// Starts the threads, and hashes a password.
    ///
    /// # Errors
    /// When the system refuses threads or memory.
    pub fn start() -> anyhow::Result<Self> {
        let settings = Settings::load(&Sources::default()).settings?;
        let (settings, public_url) = (settings.password, settings.server.public_url);
        let random = Random::from_system();
        let passwords = Passwords::start(&settings, &public_url, random.bytes(), random)?;
        let hash = async {
            let mut slot = passwords.enter(Network::Unknown)?;
            let password = NewPassword::parse(PASSWORD)?;
            anyhow::Ok(passwords.hash(&mut slot, password).await?)
        };
        let stored = System::new().block_on(hash)?;
        Ok(Self {
            passwords,
            stored,
            slots: settings.queue + settings.threads,
            threads: settings.threads,
        })
    }

    /// Compares the right password for `duration`, with every slot taken all the time.
    ///
    /// # Errors
    /// When a slot is missing, or a comparison fails.
    pub fn run(&self, duration: Duration) -> anyhow::Result<Slice> {
        let clock = Stopwatch::start();
        let done = System::new().block_on(self.compare_all(&clock, duration))?;
        Ok(Slice::rate(done as f64 / clock.elapsed().as_secs_f64()))
    }

    async fn compare_all(&self, clock: &Stopwatch, duration: Duration) -> anyhow::Result<usize> {
        let mut tasks = Vec::new();
        for number in 0..self.slots {
            // As in a storm, each is another site's.
            let slot = self
                .passwords
                .enter(Network::Address(number.to_be_bytes()))?;
            let (passwords, stored) = (self.passwords.clone(), self.stored.clone());
            tasks.push(rt::spawn(compare(
                passwords, slot, stored, *clock, duration,
            )));
        }
        let mut done = 0;
        for task in tasks {
            done += task.await??;
        }
        Ok(done)
    }
}

/// How many comparisons there were.
async fn compare(
    passwords: Passwords,
    mut slot: Slot,
    stored: PasswordHash,
    clock: Stopwatch,
    duration: Duration,
) -> anyhow::Result<usize> {
    let email = FoldedEmail::of(EMAIL);
    let mut done = 0;
    while clock.elapsed() < duration {
        let typed = TypedPassword::new(PASSWORD);
        let matched = passwords.compare(&mut slot, &typed, &email, Some(&stored));
        ensure!(matched.await?, "the right password is wrong");
        done += 1;
    }
    Ok(done)
}
