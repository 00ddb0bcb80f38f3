//! Which addresses and nicknames are taken.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, RandomState};

use super::line::Reason;

/// The folded address and the folded nickname of an account.
pub type Names = (String, String);

/// What a line asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ImportVerdict {
    /// An account to make.
    New,
    /// An account that is there under this address and this nickname.
    AlreadyThere,
    /// An account that cannot be.
    Refused(Reason),
}

/// The names of accounts that are there, and of those to be made. Digests of them will do: a dry
/// run keeps those of the whole file.
#[derive(Default)]
pub struct Taken {
    digests: RandomState,
    /// The nickname of each address.
    nicknames: HashMap<u64, u64>,
    /// All of them.
    taken: HashSet<u64>,
}

impl Taken {
    /// An account that is there.
    pub fn add(&mut self, (email, nickname): &Names) {
        let nickname = self.digests.hash_one(nickname);
        self.nicknames
            .insert(self.digests.hash_one(email), nickname);
        self.taken.insert(nickname);
    }

    /// What becomes of an account with these names; one to be made is there for those that follow.
    pub fn judge(&mut self, names: &Names) -> ImportVerdict {
        let (email, nickname) = names;
        let nickname = self.digests.hash_one(nickname);
        match self.nicknames.get(&self.digests.hash_one(email)) {
            Some(its) if *its == nickname => ImportVerdict::AlreadyThere,
            Some(_) => ImportVerdict::Refused(Reason::EmailTaken),
            None if self.taken.contains(&nickname) => ImportVerdict::Refused(Reason::NicknameTaken),
            None => {
                self.add(names);
                ImportVerdict::New
            }
        }
    }
}
