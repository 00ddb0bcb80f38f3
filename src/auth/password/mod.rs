//! Passwords: what may be one, and how it is hashed and compared.

mod argon2id;
mod pool;

use std::io;

use secrecy::{ExposeSecret, SecretString};
use utoipa::openapi::schema::{KnownFormat, Object, Schema, SchemaFormat, Type};
use utoipa::{PartialSchema, ToSchema, openapi::RefOr};

pub use argon2id::Cost;
pub use pool::PasswordPoolError;

use argon2id::{decoy, hash, needs_rehash, verify};
use pool::Pool;

use crate::config::{MAX_LENGTH, MIN_LENGTH, PasswordSettings};
use crate::random::Random;
use crate::text::nfc;
use crate::users::PasswordHash;
use crate::validation::Invalid;

/// The longest new password, in bytes of UTF-8.
const MAX_NEW_BYTES: u32 = 512;
/// What is longer than this, in bytes, is no account's password. Imported ones may be long.
const MAX_TYPED_BYTES: usize = 4096;

/// A password that an account may be given: 8 to 128 characters in NFC, at most 512 bytes.
#[derive(Clone)]
pub struct NewPassword(SecretString);

/// A password as it was typed to sign in, in NFC; `None` for what can be nobody's.
#[derive(Clone)]
pub struct TypedPassword(Option<SecretString>);

impl NewPassword {
    /// Takes a password as typed; nothing is trimmed or cut.
    ///
    /// # Errors
    /// When it is too short or too long.
    pub fn parse(typed: &str) -> Result<Self, Invalid> {
        let password = nfc(typed);
        let characters = password.chars().count();
        if characters < MIN_LENGTH as usize {
            return Err(Invalid::TooShort { min: MIN_LENGTH });
        }
        if characters > MAX_LENGTH as usize {
            return Err(Invalid::TooLong { max: MAX_LENGTH });
        }
        if password.len() > MAX_NEW_BYTES as usize {
            return Err(Invalid::TooManyBytes { max: MAX_NEW_BYTES });
        }
        Ok(Self(password.into()))
    }

    fn characters(&self) -> usize {
        self.0.expose_secret().chars().count()
    }
}

impl PartialSchema for NewPassword {
    fn schema() -> RefOr<Schema> {
        let text = Object::builder()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Password)))
            .min_length(Some(MIN_LENGTH as usize))
            .max_length(Some(MAX_LENGTH as usize))
            .description(Some(format!(
                "Counted as code points in NFC, and at most {MAX_NEW_BYTES} bytes of UTF-8; any \
                 character but U+0000, nothing is trimmed. A server may ask for more characters."
            )))
            .examples(["a long enough one", "충분히 긴 비밀번호"]);
        text.into()
    }
}

impl ToSchema for NewPassword {}

impl TypedPassword {
    /// Takes whatever was typed. What is empty or too long matches no account, at the same cost.
    pub fn new(typed: &str) -> Self {
        let is_possible = (1..=MAX_TYPED_BYTES).contains(&typed.len());
        Self(is_possible.then(|| nfc(typed).into()))
    }
}

/// Hashes and compares passwords on threads of its own.
#[derive(Clone)]
pub struct Passwords {
    pool: Pool,
    random: Random,
    cost: Cost,
    min_length: u32,
    /// Compared with where there is no account, so that the work is the same.
    decoy: PasswordHash,
}

impl Passwords {
    /// Starts the threads.
    ///
    /// # Errors
    /// When the system refuses a thread, or the cost is none that argon2 knows.
    pub fn start(settings: &PasswordSettings, random: Random) -> io::Result<Self> {
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
            min_length: settings.min_length,
            decoy: PasswordHash::new(decoy),
        })
    }

    /// Checks a new password against this server's rules.
    ///
    /// # Errors
    /// When it is shorter than `password.min_length`.
    pub fn check_policy(&self, password: &NewPassword) -> Result<(), Invalid> {
        match password.characters() < self.min_length as usize {
            true => Err(Invalid::TooShort {
                min: self.min_length,
            }),
            false => Ok(()),
        }
    }

    /// Hashes a new password.
    ///
    /// # Errors
    /// When too many hashes are waiting.
    pub async fn hash(&self, password: NewPassword) -> Result<PasswordHash, PasswordPoolError> {
        self.hash_bytes(password.0).await
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
        let (password, stored) = match (typed.0, stored) {
            (Some(password), Some(stored)) => (password, stored),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn length_is_counted_in_characters_after_composition() {
        assert!(NewPassword::parse("pass wrd").is_ok());
        assert_eq!(
            NewPassword::parse("passwrd").err(),
            Some(Invalid::TooShort { min: 8 })
        );
        let decomposed = "e\u{301}".repeat(8);
        assert!(NewPassword::parse(&decomposed).is_ok());
        let short = "e\u{301}".repeat(7);
        assert_eq!(
            NewPassword::parse(&short).err(),
            Some(Invalid::TooShort { min: 8 })
        );
        assert!(NewPassword::parse(&"ä".repeat(128)).is_ok());
        assert_eq!(
            NewPassword::parse(&"ä".repeat(129)).err(),
            Some(Invalid::TooLong { max: 128 })
        );
        assert!(NewPassword::parse(&"🔑".repeat(128)).is_ok());
    }

    #[test]
    fn nothing_is_trimmed() {
        let password = NewPassword::parse("  spaces  ").expect("a password");
        assert_eq!(password.0.expose_secret(), "  spaces  ");
    }
}
