//! Requests that may be sent again: what such a request has created is created once
//! (`Idempotency-Key`, draft-ietf-httpapi-idempotency-key-header).

mod account_data;
mod dto;
mod error;
pub mod handlers;
mod purge;
mod repository;
mod rows;
mod service;

pub use account_data::ACCOUNT_DATA;
pub use dto::{KeyParameter, Retriable};
pub use error::RetryError;
pub use purge::PURGE;
pub use service::{find, once};

use crate::validation::Invalid;

/// Characters of a key, at most.
pub const LONGEST_KEY: u32 = 64;

/// What its sender calls a request, so that it may be sent again: 1 to 64 visible characters of
/// ASCII. Each account has its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyKey(String);

/// A request that may be sent again.
#[derive(Debug, Clone)]
pub struct Retry {
    key: IdempotencyKey,
    /// The SHA-256 of its method, path and body.
    request: [u8; 32],
}

/// What a request has led to.
#[derive(Debug)]
pub enum Creation<T> {
    /// It was created now.
    New(T),
    /// The same request has created it before; this is how it is now.
    Replayed(T),
}

impl IdempotencyKey {
    /// Takes a key from a header.
    ///
    /// # Errors
    /// When it has no characters, too many, or others than those that are allowed.
    pub fn parse(text: &[u8]) -> Result<Self, Invalid> {
        let is_key = (1..=LONGEST_KEY as usize).contains(&text.len())
            && text.iter().all(u8::is_ascii_graphic);
        let text = str::from_utf8(text).ok().filter(|_| is_key);
        Ok(Self(text.ok_or(Invalid::NotAKey)?.to_owned()))
    }
}

impl<T> Creation<T> {
    /// What was created, written in another way.
    pub fn map<U>(self, write: impl FnOnce(T) -> U) -> Creation<U> {
        match self {
            Self::New(value) => Creation::New(write(value)),
            Self::Replayed(value) => Creation::Replayed(write(value)),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_key_has_1_to_64_visible_characters() {
        for good in [
            "a",
            "~!",
            &"k".repeat(64),
            "019ab5f2-7c1e-7d43-9a51-3f6f2c0b8e17",
        ] {
            assert!(IdempotencyKey::parse(good.as_bytes()).is_ok(), "{good}");
        }
        for bad in ["", " ", "a b", "a\t", "é", "\u{7f}", &"k".repeat(65)] {
            assert_eq!(
                IdempotencyKey::parse(bad.as_bytes()),
                Err(Invalid::NotAKey),
                "{bad}"
            );
        }
    }

    proptest! {
        #[test]
        fn whatever_is_sent_is_a_key_or_refused(sent: Vec<u8>) {
            let is_key = IdempotencyKey::parse(&sent).is_ok();
            prop_assert_eq!(
                is_key,
                (1..=64).contains(&sent.len()) && sent.iter().all(|it| (33..=126).contains(it))
            );
        }
    }
}
