//! How a hash is computed: all by libraries.

use argon2::Argon2;
use bcrypt::bcrypt;
use pbkdf2::pbkdf2_hmac;
use pbkdf2::sha2::{Sha256, Sha512};
use scrypt::scrypt;
use sha1::Sha1;
use zeroize::Zeroizing;

use super::memory::Memory;
use super::scheme::{Argon2Cost, Digest, Scheme};

/// Bytes of a password that bcrypt looks at, with the zero at its end where there is room for it.
pub const BCRYPT_BYTES: usize = 72;

impl Scheme {
    /// Fills `output` with the hash. Argon2 works in `memory`, which must have
    /// [`Self::memory_kib`]; scrypt takes as much for itself and gives it back.
    ///
    /// # Errors
    /// When the scheme takes no such salt or output, which parsing refuses.
    pub fn compute(
        &self,
        password: &[u8],
        salt: &[u8],
        output: &mut [u8],
        memory: &mut Memory,
    ) -> Result<(), ComputeError> {
        match self {
            Self::Own(cost) | Self::Argon2(cost) => {
                argon2(cost, password, salt, output, memory)?;
            }
            Self::Scrypt {
                log_n,
                block,
                lanes,
            } => {
                let params = scrypt::Params::new(*log_n, *block, *lanes)?;
                scrypt(password, salt, &params, output)?;
            }
            Self::Pbkdf2 { digest, iterations } => {
                let rounds = iterations / digest.blocks(output.len());
                match digest {
                    Digest::Sha1 => pbkdf2_hmac::<Sha1>(password, salt, rounds, output),
                    Digest::Sha256 => pbkdf2_hmac::<Sha256>(password, salt, rounds, output),
                    Digest::Sha512 => pbkdf2_hmac::<Sha512>(password, salt, rounds, output),
                }
            }
            Self::Bcrypt { cost } => {
                let salt = salt.try_into().map_err(ComputeError::Salt)?;
                let hash = bcrypt(*cost, salt, &bcrypt_key(password));
                output
                    .iter_mut()
                    .zip(hash)
                    .for_each(|(to, from)| *to = from);
            }
        }
        // One line for each hash, so that work can be counted.
        tracing::debug!(memory_kib = self.memory_kib(), scheme = %self, "password hashed");
        Ok(())
    }
}

/// Why a hash was not computed.
#[derive(Debug, thiserror::Error)]
pub enum ComputeError {
    /// A salt or an output of a length that Argon2 does not take, or too little memory.
    #[error("Argon2: {0}")]
    Argon2(#[from] argon2::Error),
    /// Parameters that scrypt does not take.
    #[error("scrypt: {0}")]
    ScryptParams(#[from] scrypt::errors::InvalidParams),
    /// An output of a length that scrypt does not take.
    #[error("scrypt: {0}")]
    ScryptOutput(#[from] scrypt::errors::InvalidOutputLen),
    /// A salt that bcrypt does not take.
    #[error("bcrypt: {0}")]
    Salt(std::array::TryFromSliceError),
}

fn argon2(
    cost: &Argon2Cost,
    password: &[u8],
    salt: &[u8],
    output: &mut [u8],
    memory: &mut Memory,
) -> argon2::Result<()> {
    let blocks = memory.blocks(cost.params.block_count());
    let argon2 = Argon2::new(cost.algorithm, cost.version, cost.params.clone());
    argon2.hash_password_into_with_memory(password, salt, output, blocks)
}

fn bcrypt_key(password: &[u8]) -> Zeroizing<Vec<u8>> {
    let ended = password.iter().copied().chain([0]);
    Zeroizing::new(ended.take(BCRYPT_BYTES).collect())
}
