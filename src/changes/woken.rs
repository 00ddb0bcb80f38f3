//! Which sessions have changed a moment ago, for those who follow them: at this server, and by
//! notices at the others.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use super::SessionId;
use crate::db::Marks;

/// Sessions that have changed since somebody asked last. Clones share them.
#[derive(Clone)]
pub struct Woken(Arc<Marks>);

/// What was woken.
#[derive(Debug, Default)]
pub struct WokenSessions {
    /// Sessions that have changed.
    pub sessions: BTreeSet<SessionId>,
    /// Notices of other servers may have been lost: any session may have changed.
    pub missed: bool,
}

impl Woken {
    /// On what servers tell each other.
    pub fn new(marks: Arc<Marks>) -> Self {
        Self(marks)
    }

    /// Marks sessions that have changed by a commit of this server.
    pub fn mark(&self, sessions: impl Iterator<Item = SessionId>) {
        self.0.mark(sessions.map(SessionId::to_text));
    }

    /// Lets [`Self::wait`] return.
    pub fn nudge(&self) {
        self.0.nudge();
    }

    /// Waits until something was marked or there was a nudge, `at_most` that long, and takes what
    /// was marked.
    pub fn wait(&self, at_most: Duration) -> WokenSessions {
        let (texts, missed) = self.0.wait(at_most);
        WokenSessions {
            sessions: texts.iter().filter_map(|it| SessionId::parse(it)).collect(),
            missed,
        }
    }

    /// Which sessions are followed here: others wake nobody.
    pub fn set_followed(&self, sessions: impl Iterator<Item = SessionId>) {
        self.0
            .set_followed(sessions.map(SessionId::to_text).collect());
    }
}
