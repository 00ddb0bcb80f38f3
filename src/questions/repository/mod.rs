//! Statements on `questions`; those on replies and likes are beside it.

pub mod account_export;
pub mod followed;
pub mod labels;
pub mod likes;
pub mod merging;
pub mod mutes;
pub mod ownership;
pub mod removal;
pub mod replies;
pub mod review;
pub mod search;

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::rows::{EntryRow, NewQuestionRow, QuestionRow};
use super::{Body, Listing, Question, QuestionId, QuestionNumber, Review, Sort, State, Viewer};
use crate::changes::Change;
use crate::db::schema::{participants, question_likes, questions, users};
use crate::db::{DbConn, DbError, UtcTime};
use crate::sessions::SessionId;
use crate::users::UserId;

/// The columns of an `EntryRow`: what is known of the author, and the like of whoever asks, are
/// looked up for each row of a page. Joined, PostgreSQL would read all participants of the session
/// and all likes of the reader for it.
macro_rules! entry {
    ($table:ident, $id:ident, $likes:ident, $me:expr) => {{
        let nickname = users::table
            .filter(users::user_id.nullable().eq($table::author_id))
            .select(users::nickname);
        let role = participants::table
            .filter(participants::session_id.eq(questions::session_id))
            .filter(participants::user_id.nullable().eq($table::author_id))
            .select(participants::role);
        let liked_by = $likes::table
            .filter($likes::$id.eq($table::$id))
            .filter($likes::user_id.eq(UserId::or_nobody($me)))
            .select($likes::user_id);
        (
            $table::author_id,
            $table::anonymous,
            $table::review,
            $table::pinned,
            $table::likes_count,
            $table::created_at,
            $table::updated_at,
            $table::edited_at,
            $table::revision,
            nickname.single_value(),
            role.single_value(),
            liked_by.single_value(),
        )
    }};
}
pub(super) use entry;

/// Notes when what everybody sees of questions or replies changed last.
macro_rules! content_changed {
    ($table:ident, $change:expr) => {
        (
            $table::change.eq($change.number),
            $table::host_change.eq($change.host_number),
            $table::content_change.eq($change.number),
            $table::content_host_change.eq($change.host_number),
        )
    };
}
pub(super) use content_changed;

/// Notes when what is counted of questions or replies changed last.
macro_rules! counts_changed {
    ($table:ident, $change:expr) => {
        (
            $table::change.eq($change.number),
            $table::host_change.eq($change.host_number),
        )
    };
}
pub(super) use counts_changed;

/// Notes when replies to a question became visible or moved.
macro_rules! replies_changed {
    ($change:expr) => {
        (
            $crate::db::schema::questions::replies_change.eq($change.number),
            $crate::db::schema::questions::replies_host_change.eq($change.host_number),
        )
    };
}
pub(super) use replies_changed;

/// The columns of a `QuestionRow` and an `EntryRow`.
macro_rules! columns {
    ($me:expr) => {{
        let target = diesel::alias!($crate::db::schema::questions as target);
        let is_target = target
            .field(questions::question_id)
            .nullable()
            .eq(questions::merged_into);
        let merged_into = target
            .filter(is_target)
            .select(target.field(questions::public_id));
        let target_review = target
            .filter(is_target)
            .select(target.field(questions::review));
        (
            (
                questions::question_id,
                questions::public_id,
                questions::session_id,
                questions::closed,
                merged_into.single_value(),
                target_review.single_value(),
                questions::merged_count,
                questions::label_ids,
                questions::replies_count,
                questions::body,
            ),
            $crate::questions::repository::entry!(questions, question_id, question_likes, $me),
        )
    }};
}
pub(super) use columns;

/// Questions as whoever asks sees them.
macro_rules! seen_by {
    ($me:expr) => {
        questions::table.select(columns!($me))
    };
}

/// What stands behind the cursor in a list of what everybody sees, in its order.
macro_rules! behind {
    ($found:expr, $wanted:expr) => {{
        let mut found = $found;
        let (pinned, likes, id) = (
            questions::pinned,
            questions::likes_count,
            questions::question_id,
        );
        if let Some(after) = $wanted.after {
            // Of those behind an unpinned one none is pinned: said so, it is a range of the index.
            found = match ($wanted.sort, after.pinned) {
                (Sort::Top, false) => {
                    let behind = likes.lt(after.likes).or(id.lt(after.number));
                    found.filter(pinned.eq(false).and(likes.le(after.likes)).and(behind))
                }
                (Sort::Top, true) => {
                    let behind = likes.lt(after.likes).or(id.lt(after.number));
                    found.filter(pinned.eq(false).or(likes.le(after.likes).and(behind)))
                }
                (Sort::New, false) => found.filter(pinned.eq(false).and(id.lt(after.number))),
                (Sort::New, true) => found.filter(pinned.eq(false).or(id.lt(after.number))),
                (Sort::Old, false) => found.filter(pinned.eq(false).and(id.gt(after.number))),
                (Sort::Old, true) => found.filter(pinned.eq(false).or(id.gt(after.number))),
            };
        }
        match $wanted.sort {
            Sort::Top => found.order((pinned.desc(), likes.desc(), id.desc())),
            Sort::New => found.order((pinned.desc(), id.desc())),
            Sort::Old => found.order((pinned.desc(), id)),
        }
    }};
}

/// What stands behind a number in a list in order of time.
macro_rules! behind_number {
    ($found:expr, $id:expr, $sort:expr, $after:expr) => {
        match ($sort, $after) {
            (Sort::Old, None) => $found.order($id),
            (Sort::Old, Some(after)) => $found.filter($id.gt(after)).order($id),
            (_, None) => $found.order($id.desc()),
            (_, Some(after)) => $found.filter($id.lt(after)).order($id.desc()),
        }
    };
}
pub(super) use behind_number;

/// Writes a question and tells its number.
pub fn insert(
    conn: &mut DbConn,
    row: &NewQuestionRow,
    change: Change,
) -> Result<QuestionNumber, DbError> {
    let inserted =
        diesel::insert_into(questions::table).values((row, content_changed!(questions, change)));
    let question_id = inserted.returning(questions::question_id);
    Ok(question_id.get_result(conn)?)
}

/// The number of a question, and in which session it was asked; that never changes.
pub fn find_place(
    conn: &mut DbConn,
    question_id: QuestionId,
) -> Result<Option<(QuestionNumber, SessionId)>, DbError> {
    let row = questions::table.filter(questions::public_id.eq(question_id));
    let place = row.select((questions::question_id, questions::session_id));
    Ok(place.get_result(conn).optional()?)
}

/// The row of the question with this id, for whoever asks.
pub fn find_row(
    conn: &mut DbConn,
    question_id: QuestionId,
    me: Option<UserId>,
) -> Result<Option<(QuestionRow, EntryRow)>, DbError> {
    let row = seen_by!(me).filter(questions::public_id.eq(question_id));
    Ok(row.get_result(conn).optional()?)
}

/// The question with this number, as the viewer sees it.
pub fn find(
    conn: &mut DbConn,
    number: QuestionNumber,
    viewer: &Viewer,
) -> Result<Option<Question>, DbError> {
    let row: Option<(QuestionRow, EntryRow)> = seen_by!(viewer.me)
        .filter(questions::question_id.eq(number))
        .get_result(conn)
        .optional()?;
    Ok(row.map(|(row, entry)| row.seen_by(viewer, entry)))
}

/// The questions of a session that are wanted.
pub fn list(
    conn: &mut DbConn,
    session_id: SessionId,
    viewer: &Viewer,
    wanted: &Listing,
) -> Result<Vec<Question>, DbError> {
    let mut found = seen_by!(viewer.me)
        .filter(questions::session_id.eq(session_id))
        .limit(wanted.limit as i64)
        .into_boxed();
    found = match wanted.state {
        State::Open => found.filter(questions::closed.eq(false)),
        State::Closed => found.filter(questions::closed.eq(true)),
        State::All => found,
    };
    if let Some(label_id) = wanted.label {
        found = found.filter(questions::label_ids.like(format!("%{}%", label_id.to_text())));
    }
    found = match (wanted.is_mine, wanted.review) {
        (true, _) => found.filter(questions::author_id.eq(UserId::or_nobody(viewer.me))),
        (false, Review::Approved) => found.filter(questions::shown.eq(true)),
        (false, review) => found.filter(questions::review.eq(review)),
    };
    found = if wanted.is_by_pins() {
        behind!(found, wanted)
    } else {
        let after = wanted.after.map(|it| it.number);
        behind_number!(found, questions::question_id, wanted.sort, after)
    };
    let rows: Vec<(QuestionRow, EntryRow)> = found.load(conn)?;
    let seen = rows.into_iter();
    Ok(seen
        .map(|(row, entry)| row.seen_by(viewer, entry))
        .collect())
}

/// The numbers of a session's approved questions, merged ones too, the oldest first, and how many
/// living replies each has.
pub fn list_numbers(
    conn: &mut DbConn,
    session_id: SessionId,
) -> Result<Vec<(QuestionNumber, i64)>, DbError> {
    let asked = questions::table
        .filter(questions::session_id.eq(session_id))
        .filter(questions::review.eq(Review::Approved))
        .order(questions::question_id)
        .select((questions::question_id, questions::replies_count));
    Ok(asked.load(conn)?)
}

/// The approved questions with these numbers, the oldest first, as the viewer sees them.
pub fn list_numbered(
    conn: &mut DbConn,
    numbers: &[QuestionNumber],
    viewer: &Viewer,
) -> Result<Vec<Question>, DbError> {
    let rows: Vec<(QuestionRow, EntryRow)> = seen_by!(viewer.me)
        .filter(questions::question_id.eq_any(numbers))
        .filter(questions::review.eq(Review::Approved))
        .order(questions::question_id)
        .load(conn)?;
    let seen = rows.into_iter();
    Ok(seen
        .map(|(row, entry)| row.seen_by(viewer, entry))
        .collect())
}

/// The questions with these numbers, in any order, as the viewer sees them.
pub fn list_any(
    conn: &mut DbConn,
    numbers: &[QuestionNumber],
    viewer: &Viewer,
) -> Result<Vec<Question>, DbError> {
    let rows: Vec<(QuestionRow, EntryRow)> = seen_by!(viewer.me)
        .filter(questions::question_id.eq_any(numbers))
        .load(conn)?;
    let seen = rows.into_iter();
    Ok(seen
        .map(|(row, entry)| row.seen_by(viewer, entry))
        .collect())
}

/// Changes the words of a question.
pub fn update_body(
    conn: &mut DbConn,
    number: QuestionNumber,
    body: &Body,
    review: Review,
    now: DateTime<Utc>,
    change: Change,
) -> Result<(), DbError> {
    diesel::update(questions::table.find(number))
        .set((
            questions::body.eq(&body.0),
            questions::review.eq(review),
            questions::shown.eq(review == Review::Approved),
            questions::updated_at.eq(UtcTime::from(now)),
            questions::edited_at.eq(UtcTime::from(now)),
            questions::revision.eq(questions::revision + 1),
            content_changed!(questions, change),
        ))
        .execute(conn)?;
    Ok(())
}

/// Pins a question, or not any more.
pub fn update_pinned(
    conn: &mut DbConn,
    number: QuestionNumber,
    is_pinned: bool,
    change: Change,
) -> Result<(), DbError> {
    diesel::update(questions::table.find(number))
        .set((
            questions::pinned.eq(is_pinned),
            content_changed!(questions, change),
        ))
        .execute(conn)?;
    Ok(())
}

/// Closes a question, or opens it again.
pub fn update_closed(
    conn: &mut DbConn,
    number: QuestionNumber,
    is_closed: bool,
    change: Change,
) -> Result<(), DbError> {
    diesel::update(questions::table.find(number))
        .set((
            questions::closed.eq(is_closed),
            content_changed!(questions, change),
        ))
        .execute(conn)?;
    Ok(())
}

/// Adds to the number of a question's living replies.
pub fn update_replies_count(
    conn: &mut DbConn,
    number: QuestionNumber,
    added: i64,
    change: Change,
) -> Result<(), DbError> {
    diesel::update(questions::table.find(number))
        .set((
            questions::replies_count.eq(questions::replies_count + added),
            counts_changed!(questions, change),
        ))
        .execute(conn)?;
    Ok(())
}

/// Deletes a question with its replies and all likes.
pub fn delete(conn: &mut DbConn, number: QuestionNumber) -> Result<(), DbError> {
    diesel::delete(questions::table.find(number)).execute(conn)?;
    Ok(())
}
