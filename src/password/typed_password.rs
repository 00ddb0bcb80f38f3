//! Passwords as they are typed to sign in.

use secrecy::{ExposeSecret, SecretString};

use crate::text::nfc;

/// What is longer than this, in bytes, is no account's password. Imported ones may be long.
const MAX_BYTES: usize = 4096;

/// A password as it was typed to sign in: whatever it is, comparing it costs the same.
#[derive(Clone)]
pub struct TypedPassword(Option<SecretString>);

impl TypedPassword {
    /// Takes whatever was typed. What is empty or too long is no account's.
    pub fn new(typed: &str) -> Self {
        let is_possible = (1..=MAX_BYTES).contains(&typed.len());
        Self(is_possible.then(|| typed.into()))
    }

    /// Whether it can be an account's at all.
    pub(super) fn is_possible(&self) -> bool {
        self.0.is_some()
    }

    /// As it was typed: what other programs hashed. Empty for what can be no account's.
    pub(super) fn as_typed(&self) -> &str {
        self.0.as_ref().map_or("", |typed| typed.expose_secret())
    }

    /// In NFC: what we hash.
    pub(super) fn composed(&self) -> SecretString {
        nfc(self.as_typed()).into()
    }
}
