//! Who asks for questions and replies, and what that one may do to each of them.

use chrono::{DateTime, TimeDelta, Utc};

use super::{Entry, Question, QuestionId, QuestionsError, Reply, Review};
use crate::sessions::{Action, Actor, Applicant, Role, Session, Standing, decide};
use crate::users::UserId;

/// How long a like of somebody else does not yet keep an author from changing the words.
const EDIT_GRACE: TimeDelta = TimeDelta::minutes(2);

/// Whoever asks, in one session and at one time.
#[derive(Debug, Clone, Copy)]
pub struct Viewer {
    /// The account, if there is one.
    pub me: Option<UserId>,
    /// The question that is being answered now.
    current: Option<QuestionId>,
    /// What the table decides from, about what nobody wrote.
    session: Standing,
    now: DateTime<Utc>,
}

impl Viewer {
    /// An account, or nobody in particular, in a session as it is for that one.
    pub fn new(me: Option<UserId>, session: &Session, now: DateTime<Utc>) -> Self {
        Self {
            me,
            current: session.details.current_question_id,
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

    /// Whether it is a host of the session.
    pub fn is_host(&self) -> bool {
        self.session.role.is_some_and(Role::is_host)
    }
}

impl Question {
    /// What the table decides from.
    pub fn standing(&self, viewer: &Viewer) -> Standing {
        let is_current = viewer.current == Some(self.question_id);
        let is_chosen = self.entry.content.pinned || is_current;
        let is_joined = self.replies_count > 0 || self.merged_count > 0;
        Standing {
            is_author: self.entry.is_owner,
            is_settled: self.closed || is_chosen || is_joined,
            is_judged: self.entry.is_judged(viewer),
            is_anonymous: self.entry.anonymous,
            ..viewer.session
        }
    }

    /// Whether everybody sees it in lists.
    pub fn is_shown(&self) -> bool {
        self.entry.content.review == Review::Approved && self.merged_into.is_none()
    }

    /// Whether everybody sees it who has its id. What was merged goes out of sight with the
    /// question that has its likes and replies.
    pub fn is_public(&self) -> bool {
        let is_approved = |it: Review| it == Review::Approved;
        is_approved(self.entry.content.review) && self.target_review.is_none_or(is_approved)
    }

    /// Whether the viewer sees it at all.
    pub fn is_seen_by(&self, viewer: &Viewer) -> bool {
        self.is_public() || self.entry.is_owner || viewer.is_host()
    }

    /// Refuses to go on with what was merged into another one.
    ///
    /// # Errors
    /// [`QuestionsError::Merged`].
    pub fn require_unmerged(&self) -> Result<(), QuestionsError> {
        match self.merged_into {
            Some(_) => Err(QuestionsError::Merged),
            None => Ok(()),
        }
    }

    /// Refuses to go on with what not everybody sees.
    ///
    /// # Errors
    /// [`QuestionsError::Merged`], [`QuestionsError::NotApproved`].
    pub fn require_shown(&self) -> Result<(), QuestionsError> {
        self.require_unmerged()?;
        if self.is_shown() {
            Ok(())
        } else {
            Err(QuestionsError::NotApproved)
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
            is_anonymous: self.entry.anonymous,
            ..viewer.session
        }
    }

    /// Whether everybody sees it.
    pub fn is_shown(&self) -> bool {
        self.entry.content.review == Review::Approved && self.question_review == Review::Approved
    }

    /// Whether the viewer sees it at all: with the question, or because it is its own.
    pub fn is_seen_by(&self, viewer: &Viewer) -> bool {
        let sees_question = self.question_review == Review::Approved || self.is_to_own;
        let is_approved = self.entry.content.review == Review::Approved;
        viewer.is_host() || self.entry.is_owner || sees_question && is_approved
    }

    /// Refuses to go on with what not everybody sees.
    ///
    /// # Errors
    /// [`QuestionsError::NotApproved`].
    pub fn require_shown(&self) -> Result<(), QuestionsError> {
        if self.is_shown() {
            Ok(())
        } else {
            Err(QuestionsError::NotApproved)
        }
    }

    /// With what the viewer may do to it now. Of a deleted one hosts remove the place.
    pub fn judged(mut self, viewer: &Viewer) -> Self {
        let standing = self.standing(viewer);
        let may = |action| decide(action, standing).is_ok();
        self.entry.can_edit = !self.deleted && may(Action::EditReply);
        self.entry.can_delete = may(Action::DeleteReply);
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

    /// Whether a like of somebody else, or a host, keeps the author from changing the words.
    fn is_judged(&self, viewer: &Viewer) -> bool {
        let written = DateTime::from(self.content.created_at);
        let is_liked = self.likes_of_others() > 0 && viewer.now - written >= EDIT_GRACE;
        is_liked || self.content.review == Review::Dismissed
    }
}
