//! Statements on what waits for review, and on what was dismissed.

use diesel::prelude::*;

use super::replies::columns as reply_columns;
use super::{behind_number, columns as question_columns, content_changed, replies_changed};
use crate::changes::Change;
use crate::db::schema::{participants, question_likes, questions, replies, reply_likes, users};
use crate::db::{DbConn, DbError};
use crate::questions::rows::{EntryRow, QuestionRow, ReplyRow};
use crate::questions::{Question, QuestionNumber, Reply, ReplyNumber, Review, Sort, Viewer};
use crate::sessions::SessionId;
use crate::users::UserId;

/// Lets others see a question, or not any more. Replies to it appear with it, if it has any.
pub fn update_review(
    conn: &mut DbConn,
    number: QuestionNumber,
    review: Review,
    has_replies: bool,
    change: Change,
) -> Result<(), DbError> {
    let is_shown = review == Review::Approved;
    let replies_appear = (is_shown && has_replies).then(|| replies_changed!(change));
    let unpinned = (!is_shown).then(|| questions::pinned.eq(false));
    diesel::update(questions::table.find(number))
        .set((
            questions::review.eq(review),
            questions::shown.eq(is_shown),
            unpinned,
            replies_appear,
            content_changed!(questions, change),
        ))
        .execute(conn)?;
    Ok(())
}

/// How many questions of a session are in a state of review.
pub fn count_in_review(
    conn: &mut DbConn,
    session_id: SessionId,
    review: Review,
) -> Result<i64, DbError> {
    let of_session = questions::table
        .filter(questions::session_id.eq(session_id))
        .filter(questions::review.eq(review));
    Ok(of_session.count().get_result(conn)?)
}

/// The questions of a session that wait for review and have not changed since, as hosts count: the
/// oldest first.
pub fn list_pending(
    conn: &mut DbConn,
    session_id: SessionId,
    up_to: i64,
    viewer: &Viewer,
) -> Result<Vec<Question>, DbError> {
    let rows: Vec<(QuestionRow, EntryRow)> = questions::table
        .filter(questions::session_id.eq(session_id))
        .filter(questions::review.eq(Review::Pending))
        .filter(questions::host_change.le(up_to))
        .order(questions::question_id)
        .select(question_columns!(viewer.me))
        .load(conn)?;
    let seen = rows.into_iter();
    Ok(seen
        .map(|(row, entry)| row.seen_by(viewer, entry))
        .collect())
}

/// The same of replies.
pub fn list_pending_replies(
    conn: &mut DbConn,
    session_id: SessionId,
    up_to: i64,
    viewer: &Viewer,
) -> Result<Vec<Reply>, DbError> {
    let rows: Vec<(ReplyRow, EntryRow)> = replies::table
        .inner_join(questions::table)
        .filter(replies::session_id.eq(session_id))
        .filter(replies::review.eq(Review::Pending))
        .filter(replies::host_change.le(up_to))
        .order(replies::reply_id)
        .select(reply_columns!(viewer.me))
        .load(conn)?;
    let seen = rows.into_iter();
    Ok(seen
        .map(|(row, entry)| row.seen_by(viewer, entry))
        .collect())
}

/// At most `limit` replies of a session that are in a state of review, in order of time: of those
/// behind `after`.
pub fn list_replies(
    conn: &mut DbConn,
    session_id: SessionId,
    state: Review,
    (sort, after): (Sort, Option<ReplyNumber>),
    limit: usize,
    viewer: &Viewer,
) -> Result<Vec<Reply>, DbError> {
    let mut found = replies::table
        .inner_join(questions::table)
        .filter(replies::session_id.eq(session_id))
        .filter(replies::review.eq(state))
        .limit(limit as i64)
        .select(reply_columns!(viewer.me))
        .into_boxed();
    found = behind_number!(found, replies::reply_id, sort, after);
    let rows: Vec<(ReplyRow, EntryRow)> = found.load(conn)?;
    let seen = rows.into_iter();
    Ok(seen
        .map(|(row, entry)| row.seen_by(viewer, entry))
        .collect())
}
