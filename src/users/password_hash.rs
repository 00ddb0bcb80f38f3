//! A stored password hash.

use std::fmt;

/// A hash as it is stored, and its scheme. No secret like a password, but what can be guessed
/// offline: it cannot be printed by accident.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash {
    text: String,
    scheme: String,
}

impl PasswordHash {
    /// From a row, or fresh from the hashing threads.
    pub fn new(text: String, scheme: String) -> Self {
        Self { text, scheme }
    }

    /// The whole of it, for a row or to compare with.
    pub fn expose(&self) -> &str {
        &self.text
    }

    /// What comparing with it costs: the hash without salt and output, the same for all of one
    /// cost.
    pub fn scheme(&self) -> &str {
        &self.scheme
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash(hidden)")
    }
}
