//! A stored password hash.

use std::fmt;

/// A hash in PHC format. No secret like a password, but what can be guessed offline: it cannot be
/// printed by accident.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash(String);

impl PasswordHash {
    /// From a row, or fresh from the hashing threads.
    pub fn new(phc: String) -> Self {
        Self(phc)
    }

    /// The PHC string, for a row or to compare with.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PasswordHash(hidden)")
    }
}
