//! What a password is compared with where there is no account: a hash that no password has. Which
//! one an address gets does not change from one attempt to the next, and its scheme is as frequent
//! among addresses without an account as among those with one. So a slow scheme gives nobody away.

use std::sync::{Arc, PoisonError, RwLock};

use super::scheme::Scheme;
use super::stored_hash::StoredHash;
use crate::mac::MacKey;
use crate::random::Random;
use crate::users::FoldedEmail;

/// How many accounts have a hash of a scheme, as it stands in `password_schemes`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct SchemeCount {
    /// A scheme and its costs, as text.
    pub scheme: String,
    /// At least 1.
    pub accounts: i64,
}

/// Chooses a decoy for each address. Clones share it.
#[derive(Clone)]
pub struct Decoys {
    key: MacKey,
    random: Random,
    table: Arc<RwLock<Table>>,
}

struct Table {
    /// What it was made of.
    counts: Vec<SchemeCount>,
    decoys: Vec<Decoy>,
    /// Where there are no accounts.
    own: StoredHash,
}

struct Decoy {
    scheme: String,
    /// How many have it, at least 1.
    accounts: f64,
    hash: StoredHash,
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
            key: MacKey::new(&key),
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
        let mut decoys = Vec::new();
        for SchemeCount { scheme, accounts } in &counts {
            // A hash that cannot be verified is compared with nothing, so nobody takes long over
            // it.
            let Ok(parsed) = scheme.parse() else {
                tracing::warn!(
                    scheme,
                    "accounts have hashes of a scheme that cannot be verified"
                );
                continue;
            };
            decoys.push(Decoy {
                scheme: scheme.clone(),
                accounts: (*accounts).max(1) as f64,
                hash: StoredHash::decoy(parsed, &self.random),
            });
        }
        table.counts = counts;
        table.decoys = decoys;
    }

    /// Whether accounts have hashes that are not ours, or not of today's cost: then sign-ins change
    /// how many.
    pub fn are_mixed(&self) -> bool {
        let table = self.table.read().unwrap_or_else(PoisonError::into_inner);
        let own = table.own.scheme();
        table.decoys.iter().any(|it| it.hash.scheme() != own)
    }

    /// The decoy of an address: the scheme that comes first in a race of all (rendezvous hashing,
    /// weighted by the logarithm method). So an address moves only from a scheme that loses
    /// accounts, or to one that gains them, as accounts do.
    pub(super) fn of(&self, email: &FoldedEmail) -> StoredHash {
        let table = self.table.read().unwrap_or_else(PoisonError::into_inner);
        let arrival = |decoy: &&Decoy| -self.number(email, &decoy.scheme).ln() / decoy.accounts;
        let first = |one: &&Decoy, other: &&Decoy| arrival(one).total_cmp(&arrival(other));
        let found = table.decoys.iter().min_by(first);
        found.map_or(&table.own, |decoy| &decoy.hash).clone()
    }

    /// Above 0 and below 1, the same each time, and without the key as good as random.
    fn number(&self, email: &FoldedEmail, scheme: &str) -> f64 {
        let parts = [scheme.as_bytes(), &[0], email.as_str().as_bytes()];
        let bytes = self.key.mac(&parts);
        // As many bits as an f64 holds, and half of one more.
        let number = bytes
            .iter()
            .take(6)
            .fold(0, |number, byte| (number << 8) | u64::from(*byte));
        (number as f64 + 0.5) / (1_u64 << 48) as f64
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

    /// Made by another program: an address that changes its decoy tells that it has no account.
    #[test]
    fn the_number_of_an_address_never_changes() {
        let mina = FoldedEmail::of("mina@example.com");
        let number = decoys(&[]).number(&mina, "$2b$12");
        assert_eq!(number.to_bits(), 0.016826933742150274_f64.to_bits());
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

    /// As people sign in for the first time, other schemes lose accounts to ours.
    #[test]
    fn an_address_goes_from_other_schemes_to_ours_and_nowhere_else() {
        let own = "$argon2id$v=19$m=64,t=2,p=1";
        let counts = |of_own, of_others| {
            let others = ["$2b$12", "$pbkdf2-sha256$600000", "$pbkdf2-sha256$870000"];
            let mut counts: Vec<_> = others.map(|it| (it, of_others)).to_vec();
            counts.push((own, of_own));
            decoys(&counts)
        };
        let (before, after) = (counts(100, 300), counts(400, 200));
        let moves = (0..2_000).map(|it| (scheme_of(&before, it), scheme_of(&after, it)));
        let moves: Vec<_> = moves.filter(|(before, after)| before != after).collect();
        assert!(moves.iter().all(|(_, after)| after == own), "{moves:?}");
        assert!((480..720).contains(&moves.len()), "{} of 600", moves.len());
    }

    #[test]
    fn another_key_draws_other_decoys() {
        let counts = [("$2b$12", 1), ("$scrypt$ln=14,r=8,p=5", 1)];
        let one = decoys(&counts);
        let other = Decoys {
            key: MacKey::new(&[8; 32]),
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
