//! Schemes as text, and the bounds of what is read.

use std::fmt;
use std::str::FromStr;

use argon2::{Algorithm, Params, Version};

use super::{Argon2Cost, Digest, Scheme};
use crate::password::refusal::HashRefusal;

/// Bounds of a hash, which is input like any other: beyond them nothing is computed.
const MAX_MEMORY_KIB: u32 = 128 * 1024;
const MAX_ARGON2_ITERATIONS: u32 = 10;
const MAX_LANES: u32 = 16;
const MAX_SCRYPT_BLOCK: u32 = 64;
const MIN_BCRYPT_COST: u32 = 4;
const MAX_BCRYPT_COST: u32 = 14;
const MAX_PBKDF2: u32 = 5_000_000;
const MAX_PBKDF2_SHA512: u32 = 2_000_000;

/// As it stands in `users.password_scheme`.
impl fmt::Display for Scheme {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Own(cost) => write!(f, "${cost}"),
            Self::Argon2(cost) => write!(f, "argon2${cost}"),
            Self::Scrypt {
                log_n,
                block,
                lanes,
            } => {
                write!(f, "$scrypt$ln={log_n},r={block},p={lanes}")
            }
            Self::Pbkdf2 { digest, iterations } => {
                write!(f, "$pbkdf2-{digest}${iterations}")
            }
            Self::Bcrypt { cost } => write!(f, "$2b${cost}"),
        }
    }
}

impl fmt::Display for Argon2Cost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (memory, passes) = (self.params.m_cost(), self.params.t_cost());
        let (algorithm, version) = (self.algorithm.as_str(), u32::from(self.version));
        let lanes = self.params.p_cost();
        write!(f, "{algorithm}$v={version}$m={memory},t={passes},p={lanes}")
    }
}

/// What [`fmt::Display`] writes.
impl FromStr for Scheme {
    type Err = HashRefusal;

    fn from_str(text: &str) -> Result<Self, HashRefusal> {
        let parts: Vec<_> = text.split('$').collect();
        match *parts.as_slice() {
            ["", name, version, params] => Argon2Cost::parse(name, version, params).map(Self::Own),
            ["argon2", name, version, params] => {
                Argon2Cost::parse(name, version, params).map(Self::Argon2)
            }
            ["", "scrypt", params] => Self::parse_scrypt(params),
            ["", "2b", cost] => Self::bcrypt(cost),
            ["", name, iterations] => {
                let digest = name.strip_prefix("pbkdf2-").and_then(|it| it.parse().ok());
                let digest = digest.ok_or(HashRefusal::UnknownScheme)?;
                Self::pbkdf2(digest, number(iterations)?, 1)
            }
            _ => Err(HashRefusal::UnknownScheme),
        }
    }
}

impl Argon2Cost {
    /// From `argon2id`, `v=19` and `m=19456,t=2,p=1`.
    ///
    /// # Errors
    /// For what Argon2 does not know, or what costs too much.
    pub fn parse(name: &str, version: &str, params: &str) -> Result<Self, HashRefusal> {
        let algorithm = match name {
            "argon2i" => Algorithm::Argon2i,
            "argon2id" => Algorithm::Argon2id,
            _ => return Err(HashRefusal::UnknownScheme),
        };
        let version = match version {
            "v=16" => Version::V0x10,
            "v=19" => Version::V0x13,
            _ => return Err(HashRefusal::Malformed),
        };
        let [memory, passes, lanes] = numbers(params, ["m=", "t=", "p="])?;
        bound("the memory of Argon2, in KiB,", memory, MAX_MEMORY_KIB)?;
        bound("the passes of Argon2", passes, MAX_ARGON2_ITERATIONS)?;
        bound("the lanes of Argon2", lanes, MAX_LANES)?;
        let params = Params::new(memory, passes, lanes, None);
        Ok(Self {
            algorithm,
            version,
            params: params.or(Err(HashRefusal::Malformed))?,
        })
    }
}

impl Scheme {
    /// From `ln=14,r=8,p=5`.
    ///
    /// # Errors
    /// For what scrypt does not know, or what costs too much.
    pub fn parse_scrypt(params: &str) -> Result<Self, HashRefusal> {
        let [log_n, block, lanes] = numbers(params, ["ln=", "r=", "p="])?;
        Self::scrypt(log_n, block, lanes)
    }

    /// # Errors
    /// For what scrypt does not know, or what costs too much.
    pub fn scrypt(log_n: u32, block: u32, lanes: u32) -> Result<Self, HashRefusal> {
        if log_n == 0 || block == 0 || lanes == 0 {
            return Err(HashRefusal::Malformed);
        }
        bound("r of scrypt", block, MAX_SCRYPT_BLOCK)?;
        bound("p of scrypt", lanes, MAX_LANES)?;
        let blocks = 1_u32.checked_shl(log_n).unwrap_or(u32::MAX);
        let memory_kib = u64::from(blocks) * u64::from(block) / 8;
        let memory_kib = u32::try_from(memory_kib).unwrap_or(u32::MAX);
        bound("the memory of scrypt, in KiB,", memory_kib, MAX_MEMORY_KIB)?;
        let log_n = u8::try_from(log_n).or(Err(HashRefusal::Malformed))?;
        Ok(Self::Scrypt {
            log_n,
            block,
            lanes,
        })
    }

    /// With an output of so many blocks of the hash function.
    ///
    /// # Errors
    /// For none, or what costs too much.
    pub fn pbkdf2(digest: Digest, iterations: u32, blocks: u32) -> Result<Self, HashRefusal> {
        let iterations = iterations.saturating_mul(blocks);
        let max = match digest {
            Digest::Sha1 | Digest::Sha256 => MAX_PBKDF2,
            Digest::Sha512 => MAX_PBKDF2_SHA512,
        };
        bound("the iterations of PBKDF2", iterations, max)?;
        match iterations {
            0 => Err(HashRefusal::Malformed),
            _ => Ok(Self::Pbkdf2 { digest, iterations }),
        }
    }

    /// # Errors
    /// For no number, or what costs too much.
    pub fn bcrypt(cost: &str) -> Result<Self, HashRefusal> {
        let cost = number(cost)?;
        bound("the cost of bcrypt", cost, MAX_BCRYPT_COST)?;
        if cost < MIN_BCRYPT_COST {
            Err(HashRefusal::Malformed)
        } else {
            Ok(Self::Bcrypt { cost })
        }
    }
}

/// The numbers of `a=1,b=2,c=3`, in this order and no others.
fn numbers<const N: usize>(params: &str, names: [&str; N]) -> Result<[u32; N], HashRefusal> {
    let parts: Vec<_> = params.split(',').collect();
    let parts: [&str; N] = parts.try_into().or(Err(HashRefusal::Malformed))?;
    let mut numbers = [0; N];
    for ((slot, name), part) in numbers.iter_mut().zip(names).zip(parts) {
        *slot = number(part.strip_prefix(name).ok_or(HashRefusal::Malformed)?)?;
    }
    Ok(numbers)
}

/// Digits and nothing else.
pub fn number(text: &str) -> Result<u32, HashRefusal> {
    if text.is_empty() || !text.bytes().all(|it| it.is_ascii_digit()) {
        return Err(HashRefusal::Malformed);
    }
    // What is too large for the type is too large for every bound.
    Ok(text.parse().unwrap_or(u32::MAX))
}

fn bound(what: &'static str, value: u32, max: u32) -> Result<(), HashRefusal> {
    if value > max {
        Err(HashRefusal::TooCostly { what, max })
    } else {
        Ok(())
    }
}
