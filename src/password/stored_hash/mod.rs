//! Stored hashes: our own, and those of other programs.

mod forms;
mod parameters;
mod wrapper;

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use serde_json::{Map, Value};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::compute::BCRYPT_BYTES;
use super::memory::Memory;
use super::refusal::HashRefusal;
use super::scheme::Scheme;
use crate::random::Random;
use crate::users::PasswordHash;

use forms::MAX_BYTES;
use wrapper::Wrapper;

/// Before the Argon2 of other programs, as Django writes it; our own begin with `$`.
const FOREIGN_ARGON2: &str = "argon2";

/// A hash, taken apart.
#[derive(Clone)]
pub struct StoredHash {
    scheme: Scheme,
    wrapper: Wrapper,
    salt: Vec<u8>,
    output: Vec<u8>,
}

impl StoredHash {
    /// Takes a hash of another program, in the form in which we store it. `parameters` is what some
    /// programs keep beside it.
    ///
    /// # Errors
    /// When it could not be verified, or only at too high a cost.
    pub fn import(
        text: &str,
        parameters: Option<&Map<String, Value>>,
    ) -> Result<PasswordHash, HashRefusal> {
        let text = match parameters {
            Some(parameters) => parameters::join(text, parameters)?,
            None if text.starts_with("$argon2") => format!("{FOREIGN_ARGON2}{text}"),
            None => text.to_owned(),
        };
        let scheme = Self::parse(&text)?.scheme.to_string();
        Ok(PasswordHash::new(text, scheme))
    }

    /// A hash that no password has: comparing with it costs what comparing with one of `scheme`
    /// does.
    pub fn decoy(scheme: Scheme, random: &Random) -> Self {
        let (salt, output) = scheme.usual_lengths();
        let bytes: [u8; MAX_BYTES * 2] = random.bytes();
        let (for_salt, for_output) = bytes.split_at(MAX_BYTES);
        Self {
            scheme,
            wrapper: Wrapper::Plain,
            salt: for_salt.iter().copied().take(salt).collect(),
            output: for_output.iter().copied().take(output).collect(),
        }
    }

    /// What comparing with it costs.
    pub fn scheme(&self) -> &Scheme {
        &self.scheme
    }

    /// Whether the hash tells of all of `password`: bcrypt looks at 72 bytes, and some programs
    /// leave spaces out. What is left out may be a mistake.
    pub fn covers(&self, password: &str) -> bool {
        let seen = match self.scheme {
            Scheme::Bcrypt { .. } => BCRYPT_BYTES,
            _ => usize::MAX,
        };
        self.wrapper.keeps_all(password) && self.wrapper.prepare(password).len() <= seen
    }

    /// Whether this is the hash of `password`. The outputs are compared in constant time.
    pub fn matches(&self, password: &str, memory: &mut Memory) -> bool {
        let (wrapper, length) = (self.wrapper, self.output.len());
        let prepared = wrapper.prepare(password);
        let mut made = Zeroizing::new(vec![0; wrapper.scheme_length(length)]);
        match self
            .scheme
            .compute(prepared.as_bytes(), &self.salt, &mut made, memory)
        {
            Ok(()) => wrapper.finish(made, length).ct_eq(&self.output).into(),
            Err(error) => {
                let scheme = &self.scheme;
                tracing::error!(%error, %scheme, "a password hash cannot be computed");
                false
            }
        }
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

#[cfg(test)]
mod tests;
