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
