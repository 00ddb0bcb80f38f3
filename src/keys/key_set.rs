//! The keys of one moment: which of them signs, and which verify.

use std::iter::once;
use std::sync::{Arc, PoisonError, RwLock};

use chrono::{DateTime, TimeDelta, Utc};

use super::SigningKey;

/// All keys that are kept, at least one, in the order in which they begin to sign.
#[derive(Clone)]
pub struct KeySet {
    first: Arc<SigningKey>,
    later: Vec<Arc<SigningKey>>,
    /// How long a key verifies after its successor began to sign.
    window: TimeDelta,
    /// None of them is in the database any more.
    removed: bool,
}

impl KeySet {
    /// `None` without any key.
    pub fn new(mut keys: Vec<Arc<SigningKey>>, window: TimeDelta) -> Option<Self> {
        keys.sort_by(|a, b| (a.signs_from, &a.id).cmp(&(b.signs_from, &b.id)));
        let mut keys = keys.into_iter();
        Some(Self {
            first: keys.next()?,
            later: keys.collect(),
            window,
            removed: false,
        })
    }

    /// The same keys after they were removed, where nothing else can be had: none of them verifies.
    pub fn removed(&self) -> Self {
        Self {
            removed: true,
            ..self.clone()
        }
    }

    /// The newest key that signs at `now`. Where all are said to do so later, because another
    /// instance's clock is ahead, the first of them.
    pub fn signer(&self, now: DateTime<Utc>) -> &SigningKey {
        let mut newest_first = self.later.iter().rev();
        newest_first
            .find(|key| key.signs_from <= now)
            .unwrap_or(&self.first)
    }

    /// The keys that verify at `now` or will: each until the last token that it signed is over.
    pub fn verifying(&self, now: DateTime<Utc>) -> impl Iterator<Item = &Arc<SigningKey>> {
        let ends = self.later.iter().map(|next| next.signs_from + self.window);
        let ends = ends.map(Some).chain(once(None));
        let living = self
            .all()
            .zip(ends)
            .filter(move |(_, end)| !self.removed && end.is_none_or(|end| now < end));
        living.map(|(key, _)| key)
    }

    /// The key of this id, if it verifies at `now`.
    pub fn find(&self, id: &str, now: DateTime<Utc>) -> Option<&SigningKey> {
        let mut verifying = self.verifying(now);
        verifying.find(|key| key.id == id).map(Arc::as_ref)
    }

    /// The key of this id, whether or not it verifies.
    pub fn kept(&self, id: &str) -> Option<Arc<SigningKey>> {
        self.all().find(|key| key.id == id).cloned()
    }

    fn all(&self) -> impl Iterator<Item = &Arc<SigningKey>> {
        once(&self.first).chain(&self.later)
    }
}

/// The keys as they were read last, for all workers.
#[derive(Clone)]
pub struct PresentKeys(Arc<RwLock<Arc<KeySet>>>);

impl PresentKeys {
    /// Begins with `keys`.
    pub fn new(keys: KeySet) -> Self {
        Self(Arc::new(RwLock::new(Arc::new(keys))))
    }

    /// The keys now.
    pub fn get(&self) -> Arc<KeySet> {
        let present = self.0.read().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&present)
    }

    /// From now on, these.
    pub fn set(&self, keys: KeySet) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(keys);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds)
    }

    fn key(seed: u64, signs_from: i64) -> Arc<SigningKey> {
        Arc::new(SigningKey::for_tests(seed, at(signs_from)))
    }

    /// Keys that begin at 0, 1,000 and 2,000 s; each verifies for 720 s after the next has begun.
    fn keys() -> KeySet {
        let keys = vec![key(3, 2_000), key(1, 0), key(2, 1_000)];
        KeySet::new(keys, TimeDelta::seconds(720)).expect("three keys")
    }

    fn id(seed: u64) -> String {
        key(seed, 0).id.clone()
    }

    #[test]
    fn without_a_key_there_is_no_set() {
        assert!(KeySet::new(Vec::new(), TimeDelta::zero()).is_none());
    }

    #[test]
    fn the_newest_key_that_has_begun_signs() {
        for (seconds, seed) in [(0, 1), (999, 1), (1_000, 2), (1_999, 2), (2_000, 3)] {
            let signer = keys().signer(at(seconds)).id.clone();
            assert_eq!(signer, id(seed), "at {seconds} s");
        }
    }

    #[test]
    fn before_all_of_them_the_first_signs() {
        assert_eq!(keys().signer(at(-1)).id, id(1));
    }

    #[test]
    fn a_key_verifies_from_before_it_signs_until_its_last_token_is_over() {
        let cases = [
            (-1, vec![id(1), id(2), id(3)]),
            (1_719, vec![id(1), id(2), id(3)]),
            (1_720, vec![id(2), id(3)]),
            (2_719, vec![id(2), id(3)]),
            (2_720, vec![id(3)]),
            (1_000_000, vec![id(3)]),
        ];
        let keys = keys();
        for (seconds, expected) in cases {
            let now = at(seconds);
            let verifying: Vec<_> = keys.verifying(now).map(|it| it.id.clone()).collect();
            assert_eq!(verifying, expected, "at {seconds} s");
            for id in [id(1), id(2), id(3)] {
                let found = keys.find(&id, now).is_some();
                assert_eq!(found, expected.contains(&id), "{id} at {seconds} s");
            }
        }
        assert!(keys.find("another", at(0)).is_none());
    }
}
