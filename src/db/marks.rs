//! Texts that one thread marks and another one takes: at this server, and by notices at the others.

use std::collections::{BTreeSet, HashSet};
use std::mem::take;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// What was marked since somebody asked last.
pub struct Marks {
    state: Mutex<State>,
    /// Something is to be taken here.
    marked: Condvar,
    /// Something is to be told to other servers.
    outgoing: Condvar,
}

#[derive(Default)]
struct State {
    here: BTreeSet<String>,
    /// `None` where there are no other servers.
    outgoing: Option<BTreeSet<String>>,
    missed: bool,
    nudged: bool,
    /// What somebody here wants to know of.
    followed: HashSet<String>,
}

impl Marks {
    /// Nothing is marked. `has_others`: what this server marks is told to others, too.
    pub fn new(has_others: bool) -> Self {
        let outgoing = has_others.then(BTreeSet::new);
        Self {
            state: Mutex::new(State {
                outgoing,
                ..State::default()
            }),
            marked: Condvar::new(),
            outgoing: Condvar::new(),
        }
    }

    /// Marks texts at this server.
    pub fn mark(&self, texts: impl Iterator<Item = String>) {
        let mut state = self.lock();
        for text in texts {
            if let Some(outgoing) = &mut state.outgoing {
                outgoing.insert(text.clone());
            }
            state.hear(text);
        }
        let is_heard = !state.here.is_empty();
        drop(state);
        if is_heard {
            self.marked.notify_one();
        }
        self.outgoing.notify_one();
    }

    /// Lets [`Self::wait`] return.
    pub fn nudge(&self) {
        self.lock().nudged = true;
        self.marked.notify_one();
    }

    /// Waits until something was marked, was missed, or there was a nudge, `at_most` that long.
    /// Takes what was marked, and whether something may have been missed.
    pub fn wait(&self, at_most: Duration) -> (BTreeSet<String>, bool) {
        let is_quiet = |it: &mut State| it.here.is_empty() && !it.missed && !it.nudged;
        let waited = self
            .marked
            .wait_timeout_while(self.lock(), at_most, is_quiet);
        let (mut state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        state.nudged = false;
        (take(&mut state.here), take(&mut state.missed))
    }

    /// What somebody here wants to know of: other marks are told to other servers alone.
    pub fn set_followed(&self, followed: HashSet<String>) {
        self.lock().followed = followed;
    }

    pub(super) fn is_followed(&self) -> bool {
        !self.lock().followed.is_empty()
    }

    /// Marks what another server has told.
    pub(super) fn hear<'a>(&self, texts: impl Iterator<Item = &'a str>) {
        let mut state = self.lock();
        texts.for_each(|text| state.hear(text.to_owned()));
        drop(state);
        self.marked.notify_one();
    }

    /// Notes that other servers may have told something that was not heard.
    pub(super) fn miss(&self) {
        self.lock().missed = true;
        self.marked.notify_one();
    }

    /// Waits for what is to be told to other servers, `at_most` that long, and takes it.
    pub(super) fn wait_outgoing(&self, at_most: Duration) -> BTreeSet<String> {
        let is_empty = |it: &mut State| it.outgoing.as_ref().is_none_or(BTreeSet::is_empty);
        let waited = self
            .outgoing
            .wait_timeout_while(self.lock(), at_most, is_empty);
        let (mut state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        state.outgoing.as_mut().map(take).unwrap_or_default()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn hear(&mut self, text: String) {
        if self.followed.contains(&text) {
            self.here.insert(text);
        }
    }
}
