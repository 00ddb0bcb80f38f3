//! Statements on `questions`; those on replies and likes are beside it.

pub mod likes;
pub mod ownership;
pub mod replies;

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::rows::{EntryRow, NewQuestionRow, QuestionRow};
use super::{Body, Listing, Question, QuestionId, Sort, State};
use crate::db::schema::{participants, question_likes, questions, users};
use crate::db::{DbConn, DbError, UtcTime};
use crate::sessions::SessionId;
use crate::users::UserId;

/// Questions with what is known of their authors, and with the like of whoever asks: looked up for
/// each one of a page. Joined, PostgreSQL would read all participants of the session and all likes
/// of the reader for it.
macro_rules! seen_by {
    ($me:expr) => {{
        let nickname = users::table
            .filter(users::user_id.nullable().eq(questions::author_id))
            .select(users::nickname);
        let role = participants::table
            .filter(participants::session_id.eq(questions::session_id))
            .filter(participants::user_id.nullable().eq(questions::author_id))
            .select(participants::role);
        let liked_by = question_likes::table
            .filter(question_likes::question_id.eq(questions::question_id))
            .filter(question_likes::user_id.eq($me))
            .select(question_likes::user_id);
        questions::table.select((
            (
                questions::question_id,
                questions::session_id,
                questions::closed,
                questions::replies_count,
            ),
            (
                questions::author_id,
                questions::anonymous,
                questions::body.nullable(),
                questions::pinned,
                questions::likes_count,
                questions::created_at,
                questions::updated_at,
                nickname.single_value(),
                role.single_value(),
                liked_by.single_value(),
            ),
        ))
    }};
}

/// Writes a question and tells its number.
pub fn insert(conn: &mut DbConn, row: &NewQuestionRow) -> Result<QuestionId, DbError> {
    let inserted = diesel::insert_into(questions::table).values(row);
    let number = inserted
        .returning(questions::question_id)
        .get_result(conn)?;
    Ok(QuestionId(number))
}

/// In which session a question was asked; that never changes.
pub fn find_session(
    conn: &mut DbConn,
    question_id: QuestionId,
) -> Result<Option<SessionId>, DbError> {
    let row = questions::table.find(question_id);
    let session = row.select(questions::session_id).get_result(conn);
    Ok(session.optional()?)
}

/// The question with this number, as it is for whoever asks.
pub fn find(
    conn: &mut DbConn,
    question_id: QuestionId,
    me: Option<UserId>,
) -> Result<Option<Question>, DbError> {
    let me = UserId::or_nobody(me);
    let row: Option<(QuestionRow, EntryRow)> = seen_by!(me)
        .filter(questions::question_id.eq(question_id))
        .get_result(conn)
        .optional()?;
    Ok(row.map(|(row, entry)| row.seen_by(me, entry)))
}

/// The questions of a session that are wanted.
pub fn list(
    conn: &mut DbConn,
    session_id: SessionId,
    me: Option<UserId>,
    wanted: Listing,
) -> Result<Vec<Question>, DbError> {
    let me = UserId::or_nobody(me);
    let mut found = seen_by!(me)
        .filter(questions::session_id.eq(session_id))
        .limit(wanted.limit as i64)
        .into_boxed();
    found = match wanted.state {
        State::Open => found.filter(questions::closed.eq(false)),
        State::Closed => found.filter(questions::closed.eq(true)),
        State::All => found,
    };
    let (pinned, likes, id) = (
        questions::pinned,
        questions::likes_count,
        questions::question_id,
    );
    if let Some(after) = wanted.after {
        // Of those behind an unpinned one none is pinned: said so, it is a range of the index.
        found = match (wanted.sort, after.pinned) {
            (Sort::Top, false) => {
                let behind = likes.lt(after.likes).or(id.lt(after.id));
                found.filter(pinned.eq(false).and(likes.le(after.likes)).and(behind))
            }
            (Sort::Top, true) => {
                let behind = likes.lt(after.likes).or(id.lt(after.id));
                found.filter(pinned.eq(false).or(likes.le(after.likes).and(behind)))
            }
            (Sort::New, false) => found.filter(pinned.eq(false).and(id.lt(after.id))),
            (Sort::New, true) => found.filter(pinned.eq(false).or(id.lt(after.id))),
            (Sort::Old, false) => found.filter(pinned.eq(false).and(id.gt(after.id))),
            (Sort::Old, true) => found.filter(pinned.eq(false).or(id.gt(after.id))),
        };
    }
    found = match wanted.sort {
        Sort::Top => found.order((pinned.desc(), likes.desc(), id.desc())),
        Sort::New => found.order((pinned.desc(), id.desc())),
        Sort::Old => found.order((pinned.desc(), id)),
    };
    let rows: Vec<(QuestionRow, EntryRow)> = found.load(conn)?;
    let seen = rows.into_iter();
    Ok(seen.map(|(row, entry)| row.seen_by(me, entry)).collect())
}

/// The numbers of a session's questions, the oldest first.
pub fn list_numbers(conn: &mut DbConn, session_id: SessionId) -> Result<Vec<i64>, DbError> {
    let asked = questions::table
        .filter(questions::session_id.eq(session_id))
        .order(questions::question_id)
        .select(questions::question_id);
    Ok(asked.load(conn)?)
}

/// Changes the words of a question.
pub fn update_body(
    conn: &mut DbConn,
    question_id: QuestionId,
    body: &Body,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    diesel::update(questions::table.find(question_id))
        .set((
            questions::body.eq(&body.0),
            questions::updated_at.eq(UtcTime::from(now)),
        ))
        .execute(conn)?;
    Ok(())
}

/// Pins a question, or not any more.
pub fn update_pinned(
    conn: &mut DbConn,
    question_id: QuestionId,
    is_pinned: bool,
) -> Result<(), DbError> {
    diesel::update(questions::table.find(question_id))
        .set(questions::pinned.eq(is_pinned))
        .execute(conn)?;
    Ok(())
}

/// Closes a question, or opens it again.
pub fn update_closed(
    conn: &mut DbConn,
    question_id: QuestionId,
    is_closed: bool,
) -> Result<(), DbError> {
    diesel::update(questions::table.find(question_id))
        .set(questions::closed.eq(is_closed))
        .execute(conn)?;
    Ok(())
}

/// Adds to the number of a question's living replies.
pub fn update_replies_count(
    conn: &mut DbConn,
    question_id: QuestionId,
    added: i64,
) -> Result<(), DbError> {
    diesel::update(questions::table.find(question_id))
        .set(questions::replies_count.eq(questions::replies_count + added))
        .execute(conn)?;
    Ok(())
}

/// Deletes a question with its replies and all likes.
pub fn delete(conn: &mut DbConn, question_id: QuestionId) -> Result<(), DbError> {
    diesel::delete(questions::table.find(question_id)).execute(conn)?;
    Ok(())
}
