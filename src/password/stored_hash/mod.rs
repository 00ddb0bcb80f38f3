//! Stored hashes: our own, and those of other programs.

use base64::alphabet::{self, Alphabet};
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD_NO_PAD};
use base64::engine::{DecodePaddingMode, Engine};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::compute::BCRYPT_BYTES;
use super::memory::Memory;
use super::refusal::HashRefusal;
use super::scheme::{Argon2Cost, Scheme, number};
use crate::random::Random;
use crate::users::PasswordHash;

/// The longest salt and the longest output, in bytes.
const MAX_BYTES: usize = 64;
/// The shortest output, in bytes.
const MIN_OUTPUT: usize = 16;
/// The shortest salt that Argon2 takes, in bytes (RFC 9106, section 3.1).
const MIN_ARGON2_SALT: usize = 8;
/// Before the Argon2 of other programs, as Django writes it; our own begin with `$`.
const FOREIGN_ARGON2: &str = "argon2";

/// Base64 as Django writes it, with its padding or without.
const DJANGO: GeneralPurpose = engine(&alphabet::STANDARD);
/// Base64 of bcrypt. Its last characters have bits to spare, which some programs do not leave
/// empty.
const BCRYPT: GeneralPurpose = engine(&alphabet::BCRYPT);

const fn engine(alphabet: &Alphabet) -> GeneralPurpose {
    let config =
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    GeneralPurpose::new(alphabet, config.with_decode_allow_trailing_bits(true))
}

/// A hash, taken apart.
#[derive(Clone)]
pub struct StoredHash {
    scheme: Scheme,
    /// Whether the password is hashed by SHA-256 before, as Django does for bcrypt.
    is_prehashed: bool,
    salt: Vec<u8>,
    output: Vec<u8>,
}

impl StoredHash {
    /// Takes a hash of another program, in the form in which we store it.
    ///
    /// # Errors
    /// When it could not be verified, or only at too high a cost.
    pub fn import(text: &str) -> Result<PasswordHash, HashRefusal> {
        let text = if text.starts_with("$argon2") {
            format!("{FOREIGN_ARGON2}{text}")
        } else {
            text.to_owned()
        };
        let scheme = Self::parse(&text)?.scheme.to_string();
        Ok(PasswordHash::new(text, scheme))
    }

    /// Takes a stored hash apart.
    ///
    /// # Errors
    /// When it cannot be verified, or only at too high a cost.
    pub fn parse(text: &str) -> Result<Self, HashRefusal> {
        let parts: Vec<_> = text.split('$').collect();
        match *parts.as_slice() {
            ["", "argon2id", version, params, salt, output] => {
                let cost = Argon2Cost::parse("argon2id", version, params)?;
                Self::of_base64(Scheme::Own(cost), salt, output)
            }
            ["", "scrypt", params, salt, output] => {
                Self::of_base64(Scheme::parse_scrypt(params)?, salt, output)
            }
            [
                "",
                name @ ("pbkdf2-sha256" | "pbkdf2-sha512"),
                iterations,
                salt,
                output,
            ] => {
                let (salt, output) = (salt.replace('.', "+"), output.replace('.', "+"));
                let salt = decode(&STANDARD_NO_PAD, &salt)?;
                Self::of_pbkdf2(name, iterations, salt, decode(&STANDARD_NO_PAD, &output)?)
            }
            ["", "2a" | "2b" | "2y", cost, rest] => Self::of_bcrypt(cost, rest, false),
            _ => Self::parse_django(&parts),
        }
    }

    fn parse_django(parts: &[&str]) -> Result<Self, HashRefusal> {
        match *parts {
            [FOREIGN_ARGON2, name, version, params, salt, output] => {
                let cost = Argon2Cost::parse(name, version, params)?;
                Self::of_base64(Scheme::Argon2(cost), salt, output)
            }
            // Before version 1.3 it was not written.
            [FOREIGN_ARGON2, name, params, salt, output] => {
                let cost = Argon2Cost::parse(name, "v=16", params)?;
                Self::of_base64(Scheme::Argon2(cost), salt, output)
            }
            ["scrypt", n, salt, block, lanes, output] => {
                let scheme = Scheme::scrypt(log2(n)?, number(block)?, number(lanes)?)?;
                Self::of(scheme, salt.into(), decode(&DJANGO, output)?)
            }
            [
                name @ ("pbkdf2_sha256" | "pbkdf2_sha1"),
                iterations,
                salt,
                output,
            ] => Self::of_pbkdf2(name, iterations, salt.into(), decode(&DJANGO, output)?),
            ["bcrypt", "", "2a" | "2b" | "2y", cost, rest] => Self::of_bcrypt(cost, rest, false),
            ["bcrypt_sha256", "", "2a" | "2b" | "2y", cost, rest] => {
                Self::of_bcrypt(cost, rest, true)
            }
            _ => Err(HashRefusal::UnknownScheme),
        }
    }

    /// A hash that no password has: comparing with it costs what comparing with one of `scheme`
    /// does.
    pub fn decoy(scheme: Scheme, random: &Random) -> Self {
        let (salt, output) = scheme.usual_lengths();
        let bytes: [u8; MAX_BYTES * 2] = random.bytes();
        let (for_salt, for_output) = bytes.split_at(MAX_BYTES);
        Self {
            scheme,
            is_prehashed: false,
            salt: for_salt.iter().copied().take(salt).collect(),
            output: for_output.iter().copied().take(output).collect(),
        }
    }

    /// What comparing with it costs.
    pub fn scheme(&self) -> &Scheme {
        &self.scheme
    }

    /// Whether the hash tells of all of `password`: bcrypt looks at 72 bytes, so what comes after
    /// may be a mistake.
    pub fn covers(&self, password: &str) -> bool {
        let is_cut = matches!(self.scheme, Scheme::Bcrypt { .. }) && !self.is_prehashed;
        !is_cut || password.len() <= BCRYPT_BYTES
    }

    /// Whether this is the hash of `password`. The outputs are compared in constant time.
    pub fn matches(&self, password: &[u8], memory: &mut Memory) -> bool {
        let prehashed =
            (self.is_prehashed).then(|| Zeroizing::new(format!("{:x}", Sha256::digest(password))));
        let password = prehashed.as_ref().map_or(password, |it| it.as_bytes());
        let mut output = Zeroizing::new(vec![0; self.output.len()]);
        match self
            .scheme
            .compute(password, &self.salt, &mut output, memory)
        {
            Ok(()) => output.ct_eq(&self.output).into(),
            Err(error) => {
                tracing::error!(%error, scheme = %self.scheme, "a password hash cannot be computed");
                false
            }
        }
    }

    fn of_base64(scheme: Scheme, salt: &str, output: &str) -> Result<Self, HashRefusal> {
        let (salt, output) = (
            decode(&STANDARD_NO_PAD, salt)?,
            decode(&STANDARD_NO_PAD, output)?,
        );
        let is_argon2 = matches!(scheme, Scheme::Own(_) | Scheme::Argon2(_));
        if is_argon2 && salt.len() < MIN_ARGON2_SALT {
            Err(HashRefusal::Malformed)
        } else {
            Self::of(scheme, salt, output)
        }
    }

    fn of_pbkdf2(
        name: &str,
        iterations: &str,
        salt: Vec<u8>,
        output: Vec<u8>,
    ) -> Result<Self, HashRefusal> {
        let digest = name.get("pbkdf2-".len()..).and_then(|it| it.parse().ok());
        let digest = digest.ok_or(HashRefusal::UnknownScheme)?;
        let scheme = Scheme::pbkdf2(digest, iterations, digest.blocks(output.len()))?;
        Self::of(scheme, salt, output)
    }

    fn of_bcrypt(cost: &str, rest: &str, is_prehashed: bool) -> Result<Self, HashRefusal> {
        let (salt, output) = rest.split_at_checked(22).ok_or(HashRefusal::Malformed)?;
        let (salt, output) = (decode(&BCRYPT, salt)?, decode(&BCRYPT, output)?);
        if (cost.len(), salt.len(), output.len()) != (2, 16, 23) {
            return Err(HashRefusal::Malformed);
        }
        let hash = Self::of(Scheme::bcrypt(cost)?, salt, output)?;
        Ok(Self {
            is_prehashed,
            ..hash
        })
    }

    fn of(scheme: Scheme, salt: Vec<u8>, output: Vec<u8>) -> Result<Self, HashRefusal> {
        if salt.len() > MAX_BYTES || output.len() > MAX_BYTES {
            return Err(HashRefusal::TooLong { max: MAX_BYTES });
        }
        if output.len() < MIN_OUTPUT {
            return Err(HashRefusal::TooShort { min: MIN_OUTPUT });
        }
        Ok(Self {
            scheme,
            is_prehashed: false,
            salt,
            output,
        })
    }
}

/// Makes the hash of a new password, to be stored.
///
/// # Errors
/// When the scheme takes no such salt or output, which it does.
pub fn hash(
    scheme: &Scheme,
    password: &[u8],
    salt: &[u8; 16],
    memory: &mut Memory,
) -> Result<PasswordHash, super::compute::ComputeError> {
    let mut output = [0; 32];
    scheme.compute(password, salt, &mut output, memory)?;
    let (salt, output) = (STANDARD_NO_PAD.encode(salt), STANDARD_NO_PAD.encode(output));
    let text = format!("{scheme}${salt}${output}");
    Ok(PasswordHash::new(text, scheme.to_string()))
}

/// Of a number that is a power of two, written in full.
fn log2(text: &str) -> Result<u32, HashRefusal> {
    let number = number(text)?;
    let log2 = number.checked_ilog2().filter(|_| number.is_power_of_two());
    log2.ok_or(HashRefusal::Malformed)
}

fn decode(engine: &GeneralPurpose, text: &str) -> Result<Vec<u8>, HashRefusal> {
    engine.decode(text).or(Err(HashRefusal::Malformed))
}

#[cfg(test)]
mod tests;
