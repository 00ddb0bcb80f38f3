//! Making one question of two.

use std::net::IpAddr;

use super::questions::hide;
use super::{find, replies as reply_rules, unchoose};
use crate::audit::AuditAction;
use crate::changes::Recorder;
use crate::db::{DbConn, DbError};
use crate::questions::repository::{merging, replies};
use crate::questions::{
    Question, QuestionId, QuestionNumber, QuestionsError, QuestionsService, Review, Viewer,
    repository,
};
use crate::sessions::{self, Action, Actor};
use crate::users::CurrentUser;

impl QuestionsService {
    /// Merges a question into another one of its session, which has the likes and the replies of
    /// both from then on, and returns that one. Where a `revision` is given, it is that of the
    /// words of the other one that were seen.
    ///
    /// # Errors
    /// [`QuestionsError::NoSuchQuestion`], [`QuestionsError::Session`],
    /// [`QuestionsError::NotApproved`], [`QuestionsError::Merged`],
    /// [`QuestionsError::MergedIntoItself`], [`QuestionsError::OtherRevision`],
    /// [`QuestionsError::TooManyRepliesToMerge`], or when the database fails.
    pub async fn merge(
        &self,
        me: CurrentUser,
        question_id: QuestionId,
        into: QuestionId,
        revision: Option<i64>,
        ip: Option<IpAddr>,
    ) -> Result<Question, QuestionsError> {
        let merge = move |conn: &mut DbConn,
                          recorder: &mut Recorder,
                          mut actor: Actor,
                          question: Question| {
            question.require_shown()?;
            let place = repository::find_place(conn, into)?;
            let here = place.filter(|(_, session)| *session == question.session_id);
            let (number, _) = here.ok_or(QuestionsError::NoSuchQuestion)?;
            if number == question.number {
                return Err(QuestionsError::MergedIntoItself);
            }
            let other = find(conn, number, &Viewer::acting(&actor))?;
            other.require_shown()?;
            other.entry.require_revision(revision)?;
            require_room(conn, question.number, number)?;
            unite(conn, recorder, &question, &other)?;
            unchoose(conn, recorder, &mut actor.session, question_id)?;
            let item = question_id.to_text();
            sessions::note_item(conn, &actor, AuditAction::QuestionMerged, item, ip)?;
            find(conn, number, &Viewer::acting(&actor))
        };
        let action = Action::MergeQuestion;
        self.act(me, question_id, action, merge).await
    }
}

/// Refuses two questions with more replies than one takes.
fn require_room(
    conn: &mut DbConn,
    question: QuestionNumber,
    into: QuestionNumber,
) -> Result<(), QuestionsError> {
    let mut places = 0;
    for number in [question, into] {
        places += replies::count(conn, number, Review::Approved)?;
    }
    if places <= reply_rules::MAX_REPLIES as i64 {
        Ok(())
    } else {
        Err(QuestionsError::TooManyRepliesToMerge)
    }
}

/// Moves what others like and replied; what was merged into the one points to the other.
fn unite(
    conn: &mut DbConn,
    recorder: &mut Recorder,
    question: &Question,
    other: &Question,
) -> Result<(), DbError> {
    let change = recorder.change(conn, question.session_id)?;
    let moved = merging::Moved {
        likes: merging::move_likes(conn, question.number, other.number)?,
        replies: question.replies_count,
        merged: 1 + question.merged_count,
    };
    merging::move_replies(conn, question.number, other.number)?;
    merging::update_merged(conn, question.number, other.number, change)?;
    merging::update_united(conn, other.number, moved, change)?;
    hide(conn, recorder, question, 0)
}
