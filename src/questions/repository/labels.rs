//! Statements on the labels of questions.

use diesel::prelude::*;

use super::content_changed;
use crate::changes::Change;
use crate::db::schema::questions;
use crate::db::{DbConn, DbError};
use crate::questions::{LabelIds, QuestionNumber};
use crate::sessions::{LabelId, SessionId};

/// Puts a question under these labels alone.
pub fn update_labels(
    conn: &mut DbConn,
    number: QuestionNumber,
    label_ids: &LabelIds,
    change: Change,
) -> Result<(), DbError> {
    diesel::update(questions::table.find(number))
        .set((
            questions::label_ids.eq(label_ids),
            content_changed!(questions, change),
        ))
        .execute(conn)?;
    Ok(())
}

/// The questions of a session that are under a label.
pub fn list_labelled(
    conn: &mut DbConn,
    session_id: SessionId,
    label_id: LabelId,
) -> Result<Vec<(QuestionNumber, LabelIds)>, DbError> {
    let labelled = questions::table
        .filter(questions::session_id.eq(session_id))
        .filter(questions::label_ids.like(format!("%{}%", label_id.to_text())))
        .select((questions::question_id, questions::label_ids));
    Ok(labelled.load(conn)?)
}
