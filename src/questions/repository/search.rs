//! Statements that read what questions are searched by.

use diesel::prelude::*;

use crate::db::schema::questions;
use crate::db::{DbConn, DbError};
use crate::questions::{LabelIds, QuestionId, QuestionNumber, Review};
use crate::sessions::SessionId;
use crate::users::UserId;

/// What a question is searched by, and by what its place in a list is decided.
#[derive(Debug, Clone, Queryable)]
pub struct SearchedRow {
    pub number: QuestionNumber,
    pub question_id: QuestionId,
    pub body: String,
    pub review: Review,
    pub shown: bool,
    pub pinned: bool,
    pub closed: bool,
    pub likes_count: i64,
    pub label_ids: LabelIds,
}

/// The questions of a session that have changed after `after`, as hosts count.
pub fn list_changed(
    conn: &mut DbConn,
    session_id: SessionId,
    after: i64,
) -> Result<Vec<SearchedRow>, DbError> {
    let changed = questions::table
        .filter(questions::session_id.eq(session_id))
        .filter(questions::host_change.gt(after))
        .select((
            questions::question_id,
            questions::public_id,
            questions::body,
            questions::review,
            questions::shown,
            questions::pinned,
            questions::closed,
            questions::likes_count,
            questions::label_ids,
        ));
    Ok(changed.load(conn)?)
}

/// The numbers of the questions that somebody asked in a session. A claim, which gives them to
/// another account, is no change that anybody counts.
pub fn list_asked_by(
    conn: &mut DbConn,
    session_id: SessionId,
    author: UserId,
) -> Result<Vec<QuestionNumber>, DbError> {
    let theirs = questions::table
        .filter(questions::author_id.eq(author))
        .filter(questions::session_id.eq(session_id))
        .select(questions::question_id);
    Ok(theirs.load(conn)?)
}
