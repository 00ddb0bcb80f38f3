//! What a password is compared with where there is no account: a hash that no password has. Which one an
//! address gets does not change from one attempt to the next, and its scheme is as frequent among
//! addresses without an account as among those with one. So a slow scheme gives nobody away.

use std::sync::{Arc, PoisonError, RwLock};

use hmac::{Hmac, Mac};
use sha2::Sha256;

use super::scheme::Scheme;
use super::stored_hash::StoredHash;
use crate::random::Random;
use crate::users::FoldedEmail;

/// How many accounts have a hash of a scheme, as it stands in `password_schemes`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchemeCount {
    /// In the form of [`Scheme`] as text.
    pub scheme: String,
    /// At least 1.
    pub accounts: i64,
}

/// Chooses a decoy for each address. Clones share it.
#[derive(Clone)]
pub struct Decoys {
    key: [u8; 32],
    random: Random,
    table: Arc<RwLock<Table>>,
}

struct Table {
    /// What it was made of.
    counts: Vec<SchemeCount>,
    /// In this order, each up to so many accounts.
    decoys: Vec<(u64, StoredHash)>,
    /// Where there are no accounts.
    own: StoredHash,
}

impl Decoys {
    /// Of `own` alone, as where there are no accounts yet. The key serves this purpose alone.
    pub fn new(key: [u8; 32], own: Scheme, random: &Random) -> Self {
        let table = Table {
            counts: Vec::new(),
            decoys: Vec::new(),
            own: StoredHash::decoy(own, random),
        };
        Self {
            key,
            random: random.clone(),
            table: Arc::new(RwLock::new(table)),
        }
    }

    /// Takes note of the schemes in use.
    pub fn update(&self, counts: Vec<SchemeCount>) {
        let mut table = self.table.write().unwrap_or_else(PoisonError::into_inner);
        if counts == table.counts {
            return;
        }
        let mut total = 0;
        let mut decoys = Vec::new();
        for SchemeCount { scheme, accounts } in &counts {
            // A hash that cannot be verified is compared with nothing, so nobody takes long over it.
            let Ok(scheme) = scheme.parse() else {
                tracing::warn!(
                    scheme,
                    "accounts have hashes of a scheme that cannot be verified"
                );
                continue;
            };
            total += u64::try_from(*accounts).unwrap_or_default();
            decoys.push((total, StoredHash::decoy(scheme, &self.random)));
        }
        table.counts = counts;
        table.decoys = decoys;
    }

    /// The decoy of an address.
    pub(super) fn of(&self, email: &FoldedEmail) -> StoredHash {
        let table = self.table.read().unwrap_or_else(PoisonError::into_inner);
        let total = table.decoys.last().map_or(0, |(end, _)| *end);
        let place = (u128::from(self.number(email)) * u128::from(total)) >> u64::BITS;
        let found = table
            .decoys
            .iter()
            .find(|(end, _)| place < u128::from(*end));
        found.map_or(&table.own, |(_, decoy)| decoy).clone()
    }

    /// The same for an address each time, and without the key as good as random.
    fn number(&self, email: &FoldedEmail) -> u64 {
        let mac = Hmac::<Sha256>::new_from_slice(&self.key);
        let mac = mac
            .unwrap_or_else(|_| unreachable!("HMAC takes a key of any length"))
            .chain_update(email.as_str());
        let bytes = mac.finalize().into_bytes();
        bytes
            .iter()
            .take(8)
            .fold(0, |number, byte| number << 8 | u64::from(*byte))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoys(counts: &[(&str, i64)]) -> Decoys {
        let own = Scheme::own(64, 2).expect("a cost");
        let decoys = Decoys::new([7; 32], own, &Random::from_seed(7));
        let count = |(scheme, accounts): &(&str, i64)| SchemeCount {
            scheme: (*scheme).into(),
            accounts: *accounts,
        };
        decoys.update(counts.iter().map(count).collect());
        decoys
    }

    fn scheme_of(decoys: &Decoys, address: usize) -> String {
        let email = FoldedEmail::of(&format!("nobody{address}@example.com"));
        decoys.of(&email).scheme().to_string()
    }

    #[test]
    fn without_accounts_every_decoy_is_ours() {
        let decoys = decoys(&[]);
        assert_eq!(scheme_of(&decoys, 1), "$argon2id$v=19$m=64,t=2,p=1");
    }

    #[test]
    fn schemes_are_as_frequent_among_decoys_as_among_accounts() {
        let counts = [
            ("$2b$12", 600),
            ("$argon2id$v=19$m=64,t=2,p=1", 300),
            ("$scrypt$ln=14,r=8,p=5", 100),
        ];
        let decoys = decoys(&counts);
        let drawn: Vec<_> = (0..10_000).map(|it| scheme_of(&decoys, it)).collect();
        for (scheme, accounts) in counts {
            let found = drawn.iter().filter(|it| *it == scheme).count();
            let expected = usize::try_from(accounts).expect("a count") * 10;
            // Five standard deviations of the binomial distribution.
            assert!(
                found.abs_diff(expected) < 250,
                "{scheme}: {found}, not {expected}"
            );
        }
    }

    #[test]
    fn an_address_keeps_its_decoy_in_whatever_spelling() {
        let decoys = decoys(&[("$2b$12", 1), ("$scrypt$ln=14,r=8,p=5", 1)]);
        for address in 0..20 {
            let scheme = scheme_of(&decoys, address);
            let typed = FoldedEmail::of(&format!(" NOBODY{address}@Example.com"));
            assert_eq!(decoys.of(&typed).scheme().to_string(), scheme);
        }
    }

    #[test]
    fn another_key_draws_other_decoys() {
        let counts = [("$2b$12", 1), ("$scrypt$ln=14,r=8,p=5", 1)];
        let one = decoys(&counts);
        let other = Decoys {
            key: [8; 32],
            ..one.clone()
        };
        let differ = |it: &usize| scheme_of(&one, *it) != scheme_of(&other, *it);
        let differ = (0..100).filter(differ).count();
        assert!((20..80).contains(&differ), "{differ} of 100");
    }

    #[test]
    fn what_cannot_be_verified_is_no_decoy() {
        let decoys = decoys(&[("$md5$", 1000), ("$2b$12", 1)]);
        assert!((0..50).all(|it| scheme_of(&decoys, it) == "$2b$12"));
        decoys.update(Vec::new());
        assert_eq!(scheme_of(&decoys, 1), "$argon2id$v=19$m=64,t=2,p=1");
    }
}
