//! What can go wrong with a question or a reply, as callers can react to it.

use crate::db::DbError;
use crate::sessions::{Refusal, SessionsError};

/// An error of the questions service.
#[derive(Debug, thiserror::Error)]
pub enum QuestionsError {
    /// No question has this number.
    #[error("there is no such question")]
    NoSuchQuestion,
    /// No living reply has this number.
    #[error("there is no such reply")]
    NoSuchReply,
    /// The session has as many questions, or the question as many replies, as one may have.
    #[error("there are too many")]
    TooMany,
    /// There is no such session, or whoever asks may not.
    #[error("the session does not allow it")]
    Session(#[from] SessionsError),
    /// A row of a file cannot be written: a defect of ours.
    #[error("a row cannot be written")]
    Row(#[from] csv::Error),
    /// The database failed.
    #[error("the database failed")]
    Database(#[from] DbError),
}

impl From<Refusal> for QuestionsError {
    fn from(refusal: Refusal) -> Self {
        Self::Session(refusal.into())
    }
}
