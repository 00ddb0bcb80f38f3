//! The forms in which hashes are stored: our own, and those of other programs.

use base64::alphabet::{self, Alphabet};
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig, STANDARD_NO_PAD};
use base64::engine::{DecodePaddingMode, Engine};

use super::wrapper::Wrapper;
use super::{FOREIGN_ARGON2, StoredHash};
use crate::password::refusal::HashRefusal;
use crate::password::scheme::{Argon2Cost, Digest, Scheme, number};

/// The longest salt and the longest output, in bytes.
pub const MAX_BYTES: usize = 64;
/// The shortest output, in bytes.
const MIN_OUTPUT: usize = 16;
/// The shortest salt that Argon2 takes, in bytes (RFC 9106, section 3.1).
const MIN_ARGON2_SALT: usize = 8;
/// What every hash of ASP.NET Core Identity 3 begins with: a byte of 1, and a number below 65,536.
const ASP_NET: &str = "AQAAA";
/// The shortest salt that ASP.NET Core Identity takes, in bytes.
const MIN_ASP_NET_SALT: usize = 16;
/// The length of better-auth's salt in hex, which is the salt, and of its output in hex.
const BETTER_AUTH: (usize, usize) = (32, 128);

/// Base64 as Django writes it, with its padding or without.
pub const PADDED: GeneralPurpose = engine(&alphabet::STANDARD);
/// Base64 of bcrypt. Its last characters have bits to spare, which some programs do not leave
/// empty.
const BCRYPT: GeneralPurpose = engine(&alphabet::BCRYPT);

const fn engine(alphabet: &Alphabet) -> GeneralPurpose {
    let config =
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    GeneralPurpose::new(alphabet, config.with_decode_allow_trailing_bits(true))
}

impl StoredHash {
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
            ["", "firebase-scrypt", params, salt, output] => {
                let hash = Self::of_base64(Scheme::parse_scrypt(params)?, salt, output)?;
                Ok(hash.wrapped(Wrapper::Firebase))
            }
            [
                "",
                name @ ("pbkdf2-sha1" | "pbkdf2-sha256" | "pbkdf2-sha512"),
                iterations,
                salt,
                output,
            ] => {
                let (salt, output) = (salt.replace('.', "+"), output.replace('.', "+"));
                let salt = decode(&STANDARD_NO_PAD, &salt)?;
                let output = decode(&STANDARD_NO_PAD, &output)?;
                Self::of_pbkdf2(digest(name)?, number(iterations)?, salt, output)
            }
            ["", "2a" | "2b" | "2y", cost, rest] => Self::of_bcrypt(cost, rest, Wrapper::Plain),
            ["", "wp", "2y", cost, rest] => Self::of_bcrypt(cost, rest, Wrapper::WordPress),
            [method, salt, output] if method.contains(':') => {
                Self::parse_werkzeug(method, salt, output)
            }
            [text] => Self::parse_bare(text),
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
                Self::of(scheme, salt.into(), decode(&PADDED, output)?)
            }
            [
                name @ ("pbkdf2_sha256" | "pbkdf2_sha1"),
                iterations,
                salt,
                output,
            ] => {
                let (iterations, output) = (number(iterations)?, decode(&PADDED, output)?);
                Self::of_pbkdf2(digest(name)?, iterations, salt.into(), output)
            }
            ["bcrypt", "", "2a" | "2b" | "2y", cost, rest] => {
                Self::of_bcrypt(cost, rest, Wrapper::Plain)
            }
            ["bcrypt_sha256", "", "2a" | "2b" | "2y", cost, rest] => {
                Self::of_bcrypt(cost, rest, Wrapper::Sha256)
            }
            _ => Err(HashRefusal::UnknownScheme),
        }
    }

    /// Without its numbers, what a hash of Werkzeug costs depends on the version that checks it.
    fn parse_werkzeug(method: &str, salt: &str, output: &str) -> Result<Self, HashRefusal> {
        let parts: Vec<_> = method.split(':').collect();
        match *parts.as_slice() {
            ["scrypt", n, block, lanes] => {
                let scheme = Scheme::scrypt(log2(n)?, number(block)?, number(lanes)?)?;
                Self::of(scheme, salt.into(), hex(output)?)
            }
            ["pbkdf2", digest, iterations] => {
                let digest = digest.parse().or(Err(HashRefusal::UnknownScheme))?;
                Self::of_pbkdf2(digest, number(iterations)?, salt.into(), hex(output)?)
            }
            ["scrypt" | "pbkdf2", ..] => Err(HashRefusal::Malformed),
            _ => Err(HashRefusal::UnknownScheme),
        }
    }

    /// Forms without a `$`.
    fn parse_bare(text: &str) -> Result<Self, HashRefusal> {
        if text.starts_with(ASP_NET) {
            return Self::parse_asp_net(&decode(&PADDED, text)?);
        }
        let (salt, output) = text.split_once(':').ok_or(HashRefusal::UnknownScheme)?;
        if (salt.len(), output.len()) != BETTER_AUTH {
            return Err(HashRefusal::UnknownScheme);
        }
        hex(salt)?;
        let hash = Self::of(Scheme::scrypt(14, 16, 1)?, salt.into(), hex(output)?)?;
        Ok(hash.wrapped(Wrapper::BetterAuth))
    }

    /// One byte of 1; hash function, iterations and length of the salt, each a number of four bytes
    /// with the highest first; salt and output.
    fn parse_asp_net(bytes: &[u8]) -> Result<Self, HashRefusal> {
        let rest = bytes.get(1..).ok_or(HashRefusal::Malformed)?;
        let (digest, rest) = four_bytes(rest)?;
        let (iterations, rest) = four_bytes(rest)?;
        let (length, rest) = four_bytes(rest)?;
        let digest = match digest {
            0 => Digest::Sha1,
            1 => Digest::Sha256,
            2 => Digest::Sha512,
            _ => return Err(HashRefusal::UnknownScheme),
        };
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        let (salt, output) = rest
            .split_at_checked(length)
            .ok_or(HashRefusal::Malformed)?;
        if salt.len() < MIN_ASP_NET_SALT {
            return Err(HashRefusal::Malformed);
        }
        Self::of_pbkdf2(digest, iterations, salt.into(), output.into())
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
        digest: Digest,
        iterations: u32,
        salt: Vec<u8>,
        output: Vec<u8>,
    ) -> Result<Self, HashRefusal> {
        let scheme = Scheme::pbkdf2(digest, iterations, digest.blocks(output.len()))?;
        Self::of(scheme, salt, output)
    }

    fn of_bcrypt(cost: &str, rest: &str, wrapper: Wrapper) -> Result<Self, HashRefusal> {
        let (salt, output) = rest.split_at_checked(22).ok_or(HashRefusal::Malformed)?;
        let (salt, output) = (decode(&BCRYPT, salt)?, decode(&BCRYPT, output)?);
        if (cost.len(), salt.len(), output.len()) != (2, 16, 23) {
            return Err(HashRefusal::Malformed);
        }
        let hash = Self::of(Scheme::bcrypt(cost)?, salt, output)?;
        Ok(hash.wrapped(wrapper))
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
            wrapper: Wrapper::Plain,
            salt,
            output,
        })
    }

    fn wrapped(self, wrapper: Wrapper) -> Self {
        Self { wrapper, ..self }
    }
}

/// From `pbkdf2-sha256` or `pbkdf2_sha256`.
fn digest(name: &str) -> Result<Digest, HashRefusal> {
    let digest = name.get("pbkdf2-".len()..).and_then(|it| it.parse().ok());
    digest.ok_or(HashRefusal::UnknownScheme)
}

/// Of a number that is a power of two, written in full.
fn log2(text: &str) -> Result<u32, HashRefusal> {
    let number = number(text)?;
    let log2 = number.checked_ilog2().filter(|_| number.is_power_of_two());
    log2.ok_or(HashRefusal::Malformed)
}

fn four_bytes(bytes: &[u8]) -> Result<(u32, &[u8]), HashRefusal> {
    let (number, rest) = bytes.split_first_chunk().ok_or(HashRefusal::Malformed)?;
    Ok((u32::from_be_bytes(*number), rest))
}

fn hex(text: &str) -> Result<Vec<u8>, HashRefusal> {
    base16ct::lower::decode_vec(text).or(Err(HashRefusal::Malformed))
}

pub fn decode(engine: &GeneralPurpose, text: &str) -> Result<Vec<u8>, HashRefusal> {
    engine.decode(text).or(Err(HashRefusal::Malformed))
}
