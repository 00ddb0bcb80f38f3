//! What can go wrong with a question or a reply, as callers can react to it.

use crate::db::DbError;
use crate::retries::RetryError;
use crate::sessions::{Refusal, SessionsError};

/// An error of the questions service.
#[derive(Debug, thiserror::Error)]
pub enum QuestionsError {
    /// No question has this id.
    #[error("there is no such question")]
    NoSuchQuestion,
    /// No living reply has this id.
    #[error("there is no such reply")]
    NoSuchReply,
    /// The session has as many questions as one may have.
    #[error("the session has too many questions")]
    TooManyQuestions,
    /// The question has as many replies as one may have.
    #[error("the question has too many replies")]
    TooManyReplies,
    /// The guest owns as much as one may own.
    #[error("the guest has too many questions, replies and likes")]
    TooManyOfGuest,
    /// The words were changed since they were seen.
    #[error("the words are others than those that were seen")]
    OtherRevision,
    /// The session has as many questions waiting for review as one may have.
    #[error("the session has too many pending questions")]
    TooManyPending,
    /// The question has as many replies waiting for review as one may have.
    #[error("the question has too many pending replies")]
    TooManyPendingReplies,
    /// Not everybody sees it.
    #[error("it is not approved")]
    NotApproved,
    /// It was merged into another question.
    #[error("the question was merged into another one")]
    Merged,
    /// A question is merged into another one.
    #[error("a question cannot be merged into itself")]
    MergedIntoItself,
    /// Together the questions would have more replies than one may have.
    #[error("the questions have too many replies together")]
    TooManyRepliesToMerge,
    /// It stands under the nickname of a host.
    #[error("a host cannot be muted by name")]
    MutedHost,
    /// There is no such mute.
    #[error("there is no such mute")]
    NoSuchMute,
    /// The request cannot be told from another one.
    #[error("the request cannot be sent again")]
    Retry(#[from] RetryError),
    /// There is no such session, or whoever asks may not.
    #[error("the session does not allow it")]
    Session(#[from] SessionsError),
    /// As many workbooks are being written as may be at a time.
    #[error("too many workbooks are being written")]
    TooManyWorkbooks,
    /// A piece of a file cannot be written: a defect of ours.
    #[error("a piece of a file cannot be written")]
    File(#[from] std::io::Error),
    /// The database failed.
    #[error("the database failed")]
    Database(#[from] DbError),
}

impl From<Refusal> for QuestionsError {
    fn from(refusal: Refusal) -> Self {
        Self::Session(refusal.into())
    }
}
