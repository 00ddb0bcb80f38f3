//! Who asks for questions and replies, and what that one may do to each of them.

use chrono::{DateTime, TimeDelta, Utc};

use super::{Entry, Question, QuestionsError, Reply};
use crate::sessions::{Action, Actor, Applicant, Session, Standing, decide};
use crate::users::UserId;

/// How long a like of somebody else does not yet keep an author from changing the words.
const EDIT_GRACE: TimeDelta = TimeDelta::minutes(2);

/// Whoever asks, in one session and at one time.
#[derive(Debug, Clone, Copy)]
pub struct Viewer {
    /// The account, if there is one.
    pub me: Option<UserId>,
    /// What the table decides from, about what nobody wrote.
    session: Standing,
    now: DateTime<Utc>,
}

impl Viewer {
    /// An account, or nobody in particular, in a session as it is for that one.
    pub fn new(me: Option<UserId>, session: &Session, now: DateTime<Utc>) -> Self {
        Self {
            me,
            session: session.standing(now),
            now,
        }
    }

    /// Whoever wants to act.
    pub fn applying(applicant: &Applicant) -> Self {
        Self::new(
            Some(applicant.user_id()),
            applicant.session(),
            applicant.now(),
        )
    }

    /// Whoever acts.
    pub fn acting(actor: &Actor) -> Self {
        Self::new(Some(actor.me.user_id), &actor.session, actor.now)
    }
}

impl Question {
    /// What the table decides from.
    pub fn standing(&self, viewer: &Viewer) -> Standing {
        Standing {
            is_author: self.entry.is_owner,
            is_settled: self.closed || self.entry.content.pinned || self.replies_count > 0,
            is_judged: self.entry.is_judged(viewer),
            ..viewer.session
        }
    }

    /// With what the viewer may do to it now.
    pub fn judged(mut self, viewer: &Viewer) -> Self {
        let standing = self.standing(viewer);
        self.entry.can_edit = decide(Action::EditQuestion, standing).is_ok();
        self.entry.can_delete = decide(Action::DeleteQuestion, standing).is_ok();
        self
    }
}

impl Reply {
    /// What the table decides from.
    pub fn standing(&self, viewer: &Viewer) -> Standing {
        Standing {
            is_author: self.entry.is_owner,
            is_settled: self.entry.content.pinned,
            is_judged: self.entry.is_judged(viewer),
            ..viewer.session
        }
    }

    /// With what the viewer may do to it now; to a deleted one nothing.
    pub fn judged(mut self, viewer: &Viewer) -> Self {
        let standing = self.standing(viewer);
        let may = |action| !self.deleted && decide(action, standing).is_ok();
        (self.entry.can_edit, self.entry.can_delete) =
            (may(Action::EditReply), may(Action::DeleteReply));
        self
    }
}

impl Entry {
    /// How many others like what the viewer wrote.
    pub fn likes_of_others(&self) -> i64 {
        self.likes_count - i64::from(self.liked)
    }

    /// Counts a change of the words.
    pub fn revise(&mut self, now: DateTime<Utc>) {
        self.content.revision += 1;
        self.content.updated_at = now.into();
        self.content.edited_at = Some(now.into());
    }

    /// Refuses to go on with other words than those that were seen.
    ///
    /// # Errors
    /// [`QuestionsError::OtherRevision`].
    pub fn require_revision(&self, seen: Option<i64>) -> Result<(), QuestionsError> {
        if seen.is_some_and(|seen| seen != self.content.revision) {
            return Err(QuestionsError::OtherRevision);
        }
        Ok(())
    }

    /// Whether a like of somebody else keeps the author from changing the words.
    fn is_judged(&self, viewer: &Viewer) -> bool {
        let written = DateTime::from(self.content.created_at);
        self.likes_of_others() > 0 && viewer.now - written >= EDIT_GRACE
    }
}
