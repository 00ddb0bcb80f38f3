//! Access tokens whose signature was checked before. Checking one takes 50 µs, knowing it 1 µs.

use std::cell::RefCell;
use std::num::NonZeroUsize;

use chrono::{DateTime, Utc};
use lru::LruCache;
use sha2::{Digest, Sha256};

use crate::users::CurrentUser;

/// Tokens that each worker remembers: about 200 bytes each.
const CAPACITY: NonZeroUsize = NonZeroUsize::MIN.saturating_add(8191);

/// What a genuine token says. Whether it is accepted now is asked again for each request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifiedToken {
    /// The key that signed it.
    pub key_id: String,
    /// Whom it speaks for, and by which login.
    pub user: CurrentUser,
    /// When it was signed.
    pub issued: DateTime<Utc>,
    /// When it ends, without leeway.
    pub ends: DateTime<Utc>,
}

/// The tokens that were used last, by their digest. A clone begins empty: each worker has one of
/// its own and needs no lock.
pub struct SignatureCache(RefCell<LruCache<[u8; 32], VerifiedToken>>);

impl SignatureCache {
    /// Remembers nothing yet.
    pub fn new() -> Self {
        Self(RefCell::new(LruCache::new(CAPACITY)))
    }

    /// What the token says, checked by `verify` unless it was before. Failures are not remembered.
    pub fn get_or<E>(
        &self,
        token: &str,
        verify: impl FnOnce() -> Result<VerifiedToken, E>,
    ) -> Result<VerifiedToken, E> {
        let mut tokens = self.0.borrow_mut();
        tokens.try_get_or_insert(digest(token), verify).cloned()
    }

    /// Whether it would be known without a check.
    pub fn contains(&self, token: &str) -> bool {
        self.0.borrow().contains(&digest(token))
    }
}

fn digest(token: &str) -> [u8; 32] {
    Sha256::digest(token).into()
}

impl Clone for SignatureCache {
    fn clone(&self) -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::users::{LoginId, UserId};

    fn genuine(key_id: &str) -> VerifiedToken {
        VerifiedToken {
            key_id: key_id.into(),
            user: CurrentUser {
                user_id: UserId::new(5).expect("an id"),
                login_id: LoginId::from_bytes([7; 16]),
            },
            issued: DateTime::UNIX_EPOCH,
            ends: DateTime::UNIX_EPOCH,
        }
    }

    fn ask(tokens: &SignatureCache, token: &str, answer: Result<&str, ()>) -> Result<String, ()> {
        let found = tokens.get_or(token, || answer.map(genuine));
        found.map(|it| it.key_id)
    }

    #[test]
    fn a_token_is_verified_once() {
        let tokens = SignatureCache::new();
        assert!(!tokens.contains("a"));
        assert_eq!(ask(&tokens, "a", Ok("first")), Ok("first".into()));
        assert!(tokens.contains("a") && !tokens.contains("b"));
        assert_eq!(ask(&tokens, "a", Err(())), Ok("first".into()));
        assert_eq!(ask(&tokens, "b", Ok("other")), Ok("other".into()));
    }

    #[test]
    fn a_failure_is_not_remembered() {
        let tokens = SignatureCache::new();
        assert_eq!(ask(&tokens, "a", Err(())), Err(()));
        assert_eq!(ask(&tokens, "a", Ok("first")), Ok("first".into()));
    }

    #[test]
    fn a_worker_begins_with_nothing() {
        let tokens = SignatureCache::new();
        ask(&tokens, "a", Ok("first")).expect("verified");
        assert_eq!(ask(&tokens.clone(), "a", Err(())), Err(()));
    }

    #[test]
    fn what_was_not_used_for_long_gives_way() {
        let tokens = SignatureCache::new();
        for number in 0..CAPACITY.get() * 2 {
            ask(&tokens, "kept", Ok("kept")).expect("verified");
            ask(&tokens, &number.to_string(), Ok("other")).expect("verified");
        }
        assert_eq!(tokens.0.borrow().len(), CAPACITY.get());
        assert_eq!(ask(&tokens, "kept", Err(())), Ok("kept".into()));
        assert_eq!(ask(&tokens, "0", Err(())), Err(()));
    }
}
