//! A session and who is in it, what they wrote there, and what nobody may find there.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use chrono::{DateTime, Utc};

use crate::support::follower::Place;
use crate::support::*;

/// How somebody takes part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Voice {
    /// Is listed, and writes under the nickname or anonymously.
    Named,
    /// Is listed, and writes anonymously.
    Quiet,
    /// Is not listed, and writes anonymously.
    Hidden,
    /// Has no name.
    Guest,
}

/// Somebody who acts.
pub struct Person {
    pub client: Client,
    pub user_id: i64,
    pub voice: Voice,
    /// Stays in the session with this account until the end.
    pub stays: bool,
}

/// A question or a reply, as far as its author knows.
#[derive(Clone)]
pub struct Entry {
    pub url: String,
    /// The number of its words, and how often they were changed.
    pub words: usize,
    pub revision: i64,
    pub author: i64,
    /// Of a reply.
    pub question: Option<String>,
}

/// The number of words that are not told any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Gone {
    ForAll(usize),
    ButForHosts(usize),
    /// They are told again.
    NotAny,
}

/// A session, what is in it, and what must not be found in it any more.
pub struct Room {
    pub session: String,
    /// Where its servers listen.
    pub servers: Vec<Place>,
    pub now: DateTime<Utc>,
    pub name: String,
    pub entries: Mutex<Vec<Entry>>,
    pub users: Mutex<Vec<i64>>,
    /// Makes words and nicknames unique.
    count: AtomicUsize,
    /// How many changes there were.
    pub changes: AtomicUsize,
    /// How many accounts were deleted.
    pub deletions: AtomicUsize,
    /// The numbers of words that are gone, and how many there are: those, too, that only hosts
    /// still see.
    gone: Mutex<Vec<Gone>>,
    /// The numbers of words that no host has approved.
    unapproved: Mutex<BTreeSet<usize>>,
    pub moment: Arc<AtomicUsize>,
    /// What nobody may see, and what no stranger may see.
    pub hidden: Mutex<Vec<String>>,
    pub unseen: Mutex<Vec<String>>,
}

/// Words, replies, and likes of both, each of which go by themselves.
const STEPS_OF_A_DELETION: usize = 4;

impl Room {
    /// How often somebody who is no host may be told at most to read everything anew.
    pub fn resets(&self) -> usize {
        STEPS_OF_A_DELETION * self.deletions.load(Ordering::SeqCst)
    }

    /// A session that `host` opens.
    pub fn open(name: &str, host: &Client, servers: Vec<Place>, now: DateTime<Utc>) -> Self {
        Self {
            session: host.opens("Lecture 7"),
            servers,
            now,
            name: name.into(),
            entries: Mutex::default(),
            users: Mutex::default(),
            count: AtomicUsize::default(),
            changes: AtomicUsize::default(),
            deletions: AtomicUsize::default(),
            gone: Mutex::default(),
            unapproved: Mutex::default(),
            moment: Arc::default(),
            hidden: Mutex::default(),
            unseen: Mutex::default(),
        }
    }

    /// Somebody who is going to act.
    pub fn person(&self, client: Client, voice: Voice, stays: bool) -> Person {
        let user_id = client.user_id();
        self.meet(client, user_id, voice, stays)
    }

    /// The same, of whom the number is known.
    pub fn meet(&self, client: Client, user_id: i64, voice: Voice, stays: bool) -> Person {
        self.users.lock().unwrap().push(user_id);
        self.keep_secret(voice, &user_id.to_string());
        if voice != Voice::Guest {
            self.keep_secret(voice, &client.nickname);
        }
        Person {
            client,
            user_id,
            voice,
            stays,
        }
    }

    /// Remembers what is not to be seen of somebody.
    pub fn keep_secret(&self, voice: Voice, secret: &str) {
        let secrets = match voice {
            Voice::Named => return,
            Voice::Quiet => &self.unseen,
            Voice::Hidden | Voice::Guest => &self.hidden,
        };
        secrets.lock().unwrap().push(secret.into());
    }

    /// A new number.
    pub fn number(&self) -> usize {
        self.count.fetch_add(1, Ordering::Relaxed)
    }

    /// These words are in no answer from now on.
    pub fn forget(&self, words: usize) {
        self.note_gone(Gone::ForAll(words));
    }

    /// These words are told to hosts alone from now on.
    pub fn hide(&self, words: usize) {
        self.note_gone(Gone::ButForHosts(words));
    }

    fn note_gone(&self, words: Gone) {
        let mut gone = self.gone.lock().unwrap();
        gone.push(words);
        self.moment.store(gone.len(), Ordering::SeqCst);
    }

    /// These words wait for a host.
    pub fn hold_back(&self, words: usize) {
        self.unapproved.lock().unwrap().insert(words);
    }

    /// These words are told to everybody from now on, if everybody sees where they stand.
    pub fn show(&self, words: usize) {
        self.unapproved.lock().unwrap().remove(&words);
        let mut gone = self.gone.lock().unwrap();
        let hidden = gone
            .iter_mut()
            .filter(|it| **it == Gone::ButForHosts(words));
        hidden.for_each(|it| *it = Gone::NotAny);
    }

    /// Whatever waits may be told to everybody from now on.
    pub fn show_all(&self) {
        self.unapproved.lock().unwrap().clear();
    }

    /// Stops the test if a text that began to come at this moment has words that were gone, or
    /// that hosts alone see.
    #[track_caller]
    pub fn expect_none_gone(&self, what: &str, is_host: bool, moment: usize, text: &str) {
        let (gone, unapproved) = (self.gone.lock().unwrap(), self.unapproved.lock().unwrap());
        for piece in text.split("words-").skip(1) {
            let number = piece.split('.').next().and_then(|it| it.parse().ok());
            let Some(number) = number else { continue };
            let was = |it: Gone| gone[..moment].contains(&it);
            let is_gone = was(Gone::ForAll(number));
            let is_hidden = was(Gone::ButForHosts(number)) || unapproved.contains(&number);
            assert!(!is_gone, "{what} was told what was gone, words-{piece}");
            assert!(
                is_host || !is_hidden,
                "{what} was told what hosts alone see, words-{piece}"
            );
        }
    }

    /// What is written: everything that could break a frame, too.
    pub fn words(number: usize) -> String {
        format!("words-{number}. \"왜?\"\n\nid: 1\nevent: x\n\n\u{2028}data: \\n")
    }
}
