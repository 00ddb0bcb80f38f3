//! What a hash costs: its scheme and the parameters of it, without salt and output.

mod text;

use argon2::{Algorithm, Params, Version};
use strum::{Display, EnumString};

pub use text::number;

/// How a hash is computed. As text it is unique, and the same for each hash of the same cost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scheme {
    /// Our own: of the password in NFC.
    Own(Argon2Cost),
    /// Argon2 of another program.
    Argon2(Argon2Cost),
    /// scrypt (RFC 7914).
    Scrypt {
        /// The binary logarithm of N.
        log_n: u8,
        /// r: the size of a block, in units of 128 bytes.
        block: u32,
        /// p.
        lanes: u32,
    },
    /// PBKDF2 (RFC 8018) with HMAC.
    Pbkdf2 {
        /// The hash function.
        digest: Digest,
        /// For the whole output: twice as many where it takes two blocks.
        iterations: u32,
    },
    /// bcrypt.
    Bcrypt {
        /// The binary logarithm of its rounds.
        cost: u32,
    },
}

/// What one Argon2 costs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Argon2Cost {
    /// Argon2i or Argon2id.
    pub algorithm: Algorithm,
    /// 1.0 or 1.3.
    pub version: Version,
    /// Memory, passes, lanes.
    pub params: Params,
}

/// A hash function in PBKDF2.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Display, EnumString)]
#[strum(serialize_all = "lowercase")]
pub enum Digest {
    /// 20 bytes.
    Sha1,
    /// 32 bytes.
    Sha256,
    /// 64 bytes.
    Sha512,
}

impl Scheme {
    /// Of our own hashes, in KiB of memory and passes over it, on one lane.
    ///
    /// # Errors
    /// When Argon2 knows no such cost.
    pub fn own(memory_kib: u32, iterations: u32) -> argon2::Result<Self> {
        Ok(Self::Own(Argon2Cost {
            algorithm: Algorithm::Argon2id,
            version: Version::V0x13,
            params: Params::new(memory_kib, iterations, 1, None)?,
        }))
    }

    /// In KiB; schemes without memory to speak of have none.
    pub fn memory_kib(&self) -> u32 {
        match self {
            Self::Own(cost) | Self::Argon2(cost) => cost.params.m_cost(),
            Self::Scrypt { log_n, block, .. } => (1 << log_n) / 8 * block,
            Self::Pbkdf2 { .. } | Self::Bcrypt { .. } => 0,
        }
    }

    /// In blocks of Argon2, for which alone they are needed.
    pub fn blocks(&self) -> usize {
        match self {
            Self::Own(cost) | Self::Argon2(cost) => cost.params.block_count(),
            Self::Scrypt { .. } | Self::Pbkdf2 { .. } | Self::Bcrypt { .. } => 0,
        }
    }

    /// Bytes of the salt and of the output in hashes that nobody prescribes.
    pub fn usual_lengths(&self) -> (usize, usize) {
        match self {
            Self::Own(_) | Self::Argon2(_) | Self::Scrypt { .. } => (16, 32),
            Self::Pbkdf2 { digest, .. } => (16, digest.length()),
            Self::Bcrypt { .. } => (16, 23),
        }
    }

    /// Whether hashes of this scheme are to be replaced by ones of `wanted`: those of other
    /// programs, weaker ones, and those that need more memory than a thread now has.
    pub fn is_outdated_by(&self, wanted: &Self) -> bool {
        match (self, wanted) {
            (Self::Own(own), Self::Own(wanted)) => {
                own.params.m_cost() != wanted.params.m_cost()
                    || own.params.t_cost() < wanted.params.t_cost()
            }
            _ => true,
        }
    }
}

impl Digest {
    /// In bytes.
    pub fn length(self) -> usize {
        match self {
            Self::Sha1 => 20,
            Self::Sha256 => 32,
            Self::Sha512 => 64,
        }
    }

    /// How many of its outputs an output of so many bytes takes.
    pub fn blocks(self, bytes: usize) -> u32 {
        let blocks = bytes.div_ceil(self.length()).max(1);
        u32::try_from(blocks).unwrap_or(u32::MAX)
    }
}

#[cfg(test)]
mod tests;
