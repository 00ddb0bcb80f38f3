//! Statements on `replies`.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use crate::changes::Change;
use crate::db::schema::{participants, questions, replies, reply_likes, users};
use crate::db::{DbConn, DbError, UtcTime};
use crate::questions::repository::content_changed;
use crate::questions::rows::{EntryRow, NewReplyRow, ReplyRow};
use crate::questions::{Body, QuestionNumber, Reply, ReplyId, ReplyNumber, Review, Viewer};
use crate::sessions::SessionId;
use crate::users::UserId;

/// The columns of a `ReplyRow` and an `EntryRow`.
macro_rules! columns {
    ($me:expr) => {
        (
            (
                replies::reply_id,
                replies::public_id,
                replies::question_id,
                questions::public_id,
                questions::review,
                questions::author_id,
                replies::body,
            ),
            $crate::questions::repository::entry!(replies, reply_id, reply_likes, $me),
        )
    };
}
pub(super) use columns;

/// Replies as whoever asks sees them.
macro_rules! seen_by {
    ($me:expr) => {
        replies::table
            .inner_join(questions::table)
            .select(columns!($me))
    };
}

/// Writes a reply and tells its number.
pub fn insert(
    conn: &mut DbConn,
    row: &NewReplyRow,
    change: Change,
) -> Result<ReplyNumber, DbError> {
    let inserted =
        diesel::insert_into(replies::table).values((row, content_changed!(replies, change)));
    Ok(inserted.returning(replies::reply_id).get_result(conn)?)
}

/// The number of a reply, and in which session it was written; that never changes.
pub fn find_place(
    conn: &mut DbConn,
    reply_id: ReplyId,
) -> Result<Option<(ReplyNumber, SessionId)>, DbError> {
    let row = replies::table
        .inner_join(questions::table)
        .filter(replies::public_id.eq(reply_id));
    let place = row.select((replies::reply_id, questions::session_id));
    Ok(place.get_result(conn).optional()?)
}

/// The reply with this number, living or deleted, as the viewer sees it.
pub fn find(
    conn: &mut DbConn,
    number: ReplyNumber,
    viewer: &Viewer,
) -> Result<Option<Reply>, DbError> {
    let row: Option<(ReplyRow, EntryRow)> = seen_by!(viewer.me)
        .filter(replies::reply_id.eq(number))
        .get_result(conn)
        .optional()?;
    Ok(row.map(|(row, entry)| row.seen_by(viewer, entry)))
}

/// At most `limit` replies to a question that the viewer sees, pinned ones first, then the oldest:
/// of those behind `after`, whether one is pinned and its number.
pub fn list(
    conn: &mut DbConn,
    question: QuestionNumber,
    viewer: &Viewer,
    after: Option<(bool, ReplyNumber)>,
    limit: usize,
) -> Result<Vec<Reply>, DbError> {
    let mut found = seen_by!(viewer.me)
        .filter(replies::question_id.eq(question))
        .order((replies::pinned.desc(), replies::reply_id))
        .limit(limit as i64)
        .into_boxed();
    if !viewer.is_host() {
        let is_own = replies::author_id.eq(UserId::or_nobody(viewer.me));
        let is_seen = replies::review.eq(Review::Approved).nullable();
        found = found.filter(is_seen.or(is_own));
    }
    if let Some((is_pinned, number)) = after {
        // Of those behind an unpinned one none is pinned: said so, it is a range of the index.
        let (unpinned, behind) = (replies::pinned.eq(false), replies::reply_id.gt(number));
        found = if is_pinned {
            found.filter(unpinned.or(behind))
        } else {
            found.filter(unpinned.and(behind))
        };
    }
    let rows: Vec<(ReplyRow, EntryRow)> = found.load(conn)?;
    let seen = rows.into_iter();
    Ok(seen
        .map(|(row, entry)| row.seen_by(viewer, entry))
        .collect())
}

/// The living approved replies to these questions: to each pinned ones first, then the oldest.
pub fn list_to(
    conn: &mut DbConn,
    questions: &[QuestionNumber],
    viewer: &Viewer,
) -> Result<Vec<Reply>, DbError> {
    let rows: Vec<(ReplyRow, EntryRow)> = seen_by!(viewer.me)
        .filter(replies::question_id.eq_any(questions))
        .filter(replies::body.is_not_null())
        .filter(replies::review.eq(Review::Approved))
        .order((
            replies::question_id,
            replies::pinned.desc(),
            replies::reply_id,
        ))
        .load(conn)?;
    let seen = rows.into_iter();
    Ok(seen
        .map(|(row, entry)| row.seen_by(viewer, entry))
        .collect())
}

/// How many places the replies to a question take that are in a state of review: those that stayed
/// of deleted ones, too.
pub fn count(conn: &mut DbConn, question: QuestionNumber, review: Review) -> Result<i64, DbError> {
    let all = replies::table
        .filter(replies::question_id.eq(question))
        .filter(replies::review.eq(review));
    Ok(all.count().get_result(conn)?)
}

/// Changes the words of a reply.
pub fn update_body(
    conn: &mut DbConn,
    number: ReplyNumber,
    body: &Body,
    review: Review,
    now: DateTime<Utc>,
    change: Change,
) -> Result<(), DbError> {
    diesel::update(replies::table.find(number))
        .set((
            replies::body.eq(&body.0),
            replies::review.eq(review),
            replies::updated_at.eq(UtcTime::from(now)),
            replies::edited_at.eq(UtcTime::from(now)),
            replies::revision.eq(replies::revision + 1),
            content_changed!(replies, change),
        ))
        .execute(conn)?;
    Ok(())
}

/// Pins a reply, or not any more.
pub fn update_pinned(
    conn: &mut DbConn,
    number: ReplyNumber,
    is_pinned: bool,
    change: Change,
) -> Result<(), DbError> {
    diesel::update(replies::table.find(number))
        .set((
            replies::pinned.eq(is_pinned),
            content_changed!(replies, change),
        ))
        .execute(conn)?;
    Ok(())
}

/// Lets others see a reply, or not any more.
pub fn update_review(
    conn: &mut DbConn,
    number: ReplyNumber,
    review: Review,
    change: Change,
) -> Result<(), DbError> {
    let unpinned = (review != Review::Approved).then(|| replies::pinned.eq(false));
    diesel::update(replies::table.find(number))
        .set((
            replies::review.eq(review),
            unpinned,
            content_changed!(replies, change),
        ))
        .execute(conn)?;
    Ok(())
}

/// Takes everything out of a reply but its place.
pub fn update_deleted(
    conn: &mut DbConn,
    number: ReplyNumber,
    now: DateTime<Utc>,
    change: Change,
) -> Result<(), DbError> {
    let likes = reply_likes::table.filter(reply_likes::reply_id.eq(number));
    diesel::delete(likes).execute(conn)?;
    diesel::update(replies::table.find(number))
        .set((
            replies::body.eq(None::<String>),
            replies::author_id.eq(None::<UserId>),
            replies::anonymous.eq(true),
            replies::pinned.eq(false),
            replies::likes_count.eq(0),
            replies::updated_at.eq(UtcTime::from(now)),
            content_changed!(replies, change),
        ))
        .execute(conn)?;
    Ok(())
}

/// Deletes a reply with its place and its likes.
pub fn delete(conn: &mut DbConn, number: ReplyNumber) -> Result<(), DbError> {
    diesel::delete(replies::table.find(number)).execute(conn)?;
    Ok(())
}
