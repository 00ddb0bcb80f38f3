//! Passwords: what may be one, and how it is hashed and compared.

mod common_passwords;
mod compute;
mod decoys;
mod memory;
mod new_password;
mod policy;
mod pool;
mod queue;
mod refusal;
mod repository;
mod rows;
mod scheme;
pub mod service;
mod stored_hash;
mod typed_password;

use std::io;
use std::ops::BitAnd;

use secrecy::{ExposeSecret, SecretString};

pub use decoys::{Decoys, SchemeCount};
pub use new_password::NewPassword;
pub use policy::PasswordOwner;
pub use pool::{PasswordPoolError, Slot};
pub use refusal::HashRefusal;
pub use stored_hash::StoredHash;
pub use typed_password::TypedPassword;

use memory::Memory;
use policy::Policy;
use pool::Pool;
use queue::Lane;
use scheme::Scheme;

use crate::client_network::Network;
use crate::config::{PasswordSettings, PublicUrl};
use crate::random::Random;
use crate::users::{FoldedEmail, PasswordHash};
use crate::validation::Invalid;

/// Hashes and compares passwords on threads of its own.
#[derive(Clone)]
pub struct Passwords {
    pool: Pool,
    random: Random,
    /// What new hashes cost.
    own: Scheme,
    policy: Policy,
    /// What is compared with where there is no account.
    pub decoys: Decoys,
}

impl Passwords {
    /// Starts the threads. `public_url` tells what the service is called, which is no good
    /// password. The key chooses decoys and nothing else.
    ///
    /// # Errors
    /// When the system refuses threads or memory, or the cost is none that Argon2 knows.
    pub fn start(
        settings: &PasswordSettings,
        public_url: &PublicUrl,
        decoy_key: [u8; 32],
        random: Random,
    ) -> io::Result<Self> {
        let own =
            Scheme::own(settings.memory_kib, settings.iterations).map_err(io::Error::other)?;
        let memory = |_| Memory::reserve(settings.memory_kib as usize);
        let memories: Option<Vec<_>> = (0..settings.threads).map(memory).collect();
        let mut memories = memories.ok_or(io::ErrorKind::OutOfMemory)?;
        let advised = memories.iter_mut().map(Memory::advise);
        let is_advised = advised.fold(true, BitAnd::bitand);
        tracing::info!(
            threads = settings.threads,
            memory_mib = u64::from(settings.threads) * u64::from(settings.memory_kib) / 1024,
            queue = settings.queue,
            "hashing passwords"
        );
        if !is_advised || !gives_huge_pages() {
            tracing::info!(
                file = HUGE_PAGES,
                "no huge pages from the system: hashing takes longer"
            );
        }
        Ok(Self {
            pool: Pool::start(memories, settings.queue, &random)?,
            policy: Policy::new(settings.min_length, public_url),
            decoys: Decoys::new(decoy_key, own.clone(), &random),
            random,
            own,
        })
    }

    /// Checks a new password of `owner` against this server's rules.
    ///
    /// # Errors
    /// When it is shorter than `password.min_length`, common, or made of the owner's address or
    /// nickname or the service's name.
    pub fn check_policy(
        &self,
        password: &NewPassword,
        owner: PasswordOwner<'_>,
    ) -> Result<(), Invalid> {
        self.policy.check(password, owner)
    }

    /// Takes a slot for the hashes of one request, before anything else is done for it.
    ///
    /// # Errors
    /// When there is none.
    pub fn enter(&self, network: Network) -> Result<Slot, PasswordPoolError> {
        self.pool.enter(network)
    }

    /// Hashes a new password.
    ///
    /// # Errors
    /// When the slot was given up for another site, or hashing fails.
    pub async fn hash(
        &self,
        slot: &mut Slot,
        password: NewPassword,
    ) -> Result<PasswordHash, PasswordPoolError> {
        self.hash_composed(slot, password.secret().clone()).await
    }

    /// Whether `typed` is the password of `stored`, or of `email`'s decoy where nothing is stored.
    /// What can be no account's password is compared all the same.
    ///
    /// # Errors
    /// When the slot was given up for another site, too many slow hashes are waiting, or hashing
    /// fails.
    pub async fn compare(
        &self,
        slot: &mut Slot,
        typed: &TypedPassword,
        email: &FoldedEmail,
        stored: Option<&PasswordHash>,
    ) -> Result<bool, PasswordPoolError> {
        // What cannot be verified, not even by its cost, is nobody's.
        let found = stored.and_then(|it| StoredHash::parse(it.expose()).ok());
        let may_match = found.is_some() && typed.is_possible();
        let hash = found.unwrap_or_else(|| self.decoys.of(email));
        let scheme = hash.scheme().clone();
        let password = match scheme {
            Scheme::Own(_) => typed.composed(),
            _ => typed.as_typed().into(),
        };
        let matches = move |memory: &mut Memory| hash.matches(password.expose_secret(), memory);
        let matches = self.run(slot, &scheme, matches).await?;
        Ok(matches && may_match)
    }

    /// The hash to store for a password that was right: the stored one, or a new one where that is
    /// another program's or the settings have changed. A hash that does not tell of all that
    /// was typed stays.
    ///
    /// # Errors
    /// When hashing fails.
    pub async fn renew(
        &self,
        slot: &mut Slot,
        typed: &TypedPassword,
        stored: &PasswordHash,
    ) -> Result<PasswordHash, PasswordPoolError> {
        match StoredHash::parse(stored.expose()) {
            Ok(hash)
                if !hash.covers(typed.as_typed()) || !hash.scheme().is_outdated_by(&self.own) =>
            {
                let scheme = hash.scheme().to_string();
                Ok(PasswordHash::new(stored.expose().into(), scheme))
            }
            _ => self.hash_composed(slot, typed.composed()).await,
        }
    }

    async fn hash_composed(
        &self,
        slot: &mut Slot,
        password: SecretString,
    ) -> Result<PasswordHash, PasswordPoolError> {
        let (salt, own) = (self.random.bytes(), self.own.clone());
        let hash = move |memory: &mut Memory| {
            stored_hash::hash(&own, password.expose_secret().as_bytes(), &salt, memory)
        };
        let hash = self.run(slot, &self.own, hash).await?;
        hash.map_err(|error| PasswordPoolError::Hashing(error.to_string()))
    }

    /// Runs `work` with the memory that `scheme` needs: a thread's own, or where that is too small
    /// one that is given back.
    async fn run<T: Send + 'static>(
        &self,
        slot: &mut Slot,
        scheme: &Scheme,
        work: impl FnOnce(&mut Memory) -> T + Send + 'static,
    ) -> Result<T, PasswordPoolError> {
        let (lane, blocks) = (self.lane(scheme), scheme.blocks());
        let work = move |memory: &mut Memory| {
            if lane != Lane::Own {
                memory.wipe_from(0);
            }
            if lane != Lane::Large {
                return Some(work(memory));
            }
            let mut large = Memory::reserve(blocks)?;
            large.advise();
            let outcome = work(&mut large);
            large.wipe_from(0);
            Some(outcome)
        };
        let outcome = slot.run(lane, work).await?;
        outcome.ok_or(PasswordPoolError::Hashing("no memory is left".into()))
    }

    fn lane(&self, scheme: &Scheme) -> Lane {
        match scheme {
            // It takes memory of its own.
            Scheme::Scrypt { .. } => Lane::Large,
            _ if scheme.memory_kib() > self.own.memory_kib() => Lane::Large,
            Scheme::Own(_) => Lane::Own,
            _ => Lane::Foreign,
        }
    }
}

/// Where Linux says whether it gives huge pages to those who ask.
const HUGE_PAGES: &str = "/sys/kernel/mm/transparent_hugepage/enabled";

fn gives_huge_pages() -> bool {
    std::fs::read_to_string(HUGE_PAGES).is_ok_and(|text| !text.contains("[never]"))
}
