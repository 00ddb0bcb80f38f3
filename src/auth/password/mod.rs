//! Passwords: what may be one, and how it is hashed and compared.

mod argon2id;
mod common_passwords;
mod new_password;
mod policy;
mod pool;
mod typed_password;

use std::io;

use secrecy::{ExposeSecret, SecretString};

pub use argon2id::Cost;
pub use new_password::NewPassword;
pub use policy::Owner;
pub use pool::PasswordPoolError;
pub use typed_password::TypedPassword;

use argon2id::{decoy, hash, needs_rehash, verify};
use policy::Policy;
use pool::Pool;

use crate::config::{PasswordSettings, PublicUrl};
use crate::random::Random;
use crate::users::PasswordHash;
use crate::validation::Invalid;

/// Hashes and compares passwords on threads of its own.
#[derive(Clone)]
pub struct Passwords {
    pool: Pool,
    random: Random,
    cost: Cost,
    policy: Policy,
    /// Compared with where there is no account, so that the work is the same.
    decoy: PasswordHash,
}

impl Passwords {
    /// Starts the threads. `public_url` tells what the service is called, which is no good password.
    ///
    /// # Errors
    /// When the system refuses a thread, or the cost is none that argon2 knows.
    pub fn start(
        settings: &PasswordSettings,
        public_url: &PublicUrl,
        random: Random,
    ) -> io::Result<Self> {
        let cost = Cost::new(settings.memory_kib, settings.iterations).map_err(io::Error::other)?;
        let decoy = decoy(&random.bytes(), &random.bytes(), &cost).map_err(io::Error::other)?;
        tracing::info!(
            threads = settings.threads,
            memory_mib = settings.threads * settings.memory_kib / 1024,
            queue = settings.queue,
            "hashing passwords"
        );
        Ok(Self {
            pool: Pool::start(settings.threads, settings.queue)?,
            random,
            cost,
            policy: Policy::new(settings.min_length, public_url),
            decoy: PasswordHash::new(decoy),
        })
    }

    /// Checks a new password of `owner` against this server's rules.
    ///
    /// # Errors
    /// When it is shorter than `password.min_length`, common, or made of the owner's address or nickname or
    /// the service's name.
    pub fn check_policy(&self, password: &NewPassword, owner: Owner<'_>) -> Result<(), Invalid> {
        self.policy.check(password, owner)
    }

    /// Hashes a new password.
    ///
    /// # Errors
    /// When too many hashes are waiting.
    pub async fn hash(&self, password: NewPassword) -> Result<PasswordHash, PasswordPoolError> {
        self.hash_bytes(password.secret().clone()).await
    }

    /// Compares `typed` with `stored`, or with a decoy of the same cost where there is none. `None`
    /// when they differ; else the hash to store from now on, a new one where settings have grown.
    ///
    /// # Errors
    /// When too many hashes are waiting.
    pub async fn compare(
        &self,
        typed: TypedPassword,
        stored: Option<PasswordHash>,
    ) -> Result<Option<PasswordHash>, PasswordPoolError> {
        let (password, stored) = match stored {
            Some(stored) if typed.is_possible() => (typed.composed(), stored),
            _ => {
                let decoy = self.decoy.clone();
                self.pool.run(move || verify(b"", decoy.expose())).await?;
                return Ok(None);
            }
        };
        let (typed, expected) = (password.clone(), stored.clone());
        let matches = self
            .pool
            .run(move || verify(typed.expose_secret().as_bytes(), expected.expose()))
            .await?;
        match matches {
            false => Ok(None),
            true if needs_rehash(stored.expose(), &self.cost) => {
                self.hash_bytes(password).await.map(Some)
            }
            true => Ok(Some(stored)),
        }
    }

    async fn hash_bytes(&self, password: SecretString) -> Result<PasswordHash, PasswordPoolError> {
        let (salt, cost) = (self.random.bytes(), self.cost.clone());
        let phc = self
            .pool
            .run(move || hash(password.expose_secret().as_bytes(), &salt, &cost))
            .await?;
        phc.map(PasswordHash::new)
            .map_err(|error| PasswordPoolError::Hashing(error.to_string()))
    }
}
