//! A session and who is in it, what they wrote there, and what nobody may find there.

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
    /// The number of its words.
    pub words: usize,
    pub author: i64,
    /// Of a reply.
    pub question: Option<String>,
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
    /// The numbers of words that are gone, and how many there are.
    gone: Mutex<Vec<usize>>,
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
        let mut gone = self.gone.lock().unwrap();
        gone.push(words);
        self.moment.store(gone.len(), Ordering::SeqCst);
    }

    /// Stops the test if a text that began to come at this moment has words that were gone.
    #[track_caller]
    pub fn expect_none_gone(&self, what: &str, moment: usize, text: &str) {
        let gone = self.gone.lock().unwrap();
        for piece in text.split("words-").skip(1) {
            let number = piece.split('.').next().and_then(|it| it.parse().ok());
            let is_gone = number.is_some_and(|number| gone[..moment].contains(&number));
            assert!(!is_gone, "{what} was told what was gone, words-{piece}");
        }
    }

    /// What is written: everything that could break a frame, too.
    pub fn words(number: usize) -> String {
        format!("words-{number}. \"왜?\"\n\nid: 1\nevent: x\n\n\u{2028}data: \\n")
    }
}
