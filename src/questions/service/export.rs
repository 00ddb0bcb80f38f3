//! Everything that was asked and replied in a session, for its hosts, in steps that hold little.

use std::collections::HashMap;
use std::sync::Arc;

use tokio::sync::OwnedSemaphorePermit;

use crate::db::DbConn;
use crate::questions::repository::replies;
use crate::questions::{
    Question, QuestionNumber, QuestionsError, QuestionsService, Reply, Viewer, repository,
};
use crate::sessions;
use crate::sessions::{Action, Session, SessionId, decide};
use crate::users::CurrentUser;

/// Questions and replies that a step reads at most, unless one question has more: each step waits
/// for a connection, and others wait for that of a step. It holds some 150 kB, and 3 MB where every
/// text has its greatest length.
const MOST: i64 = 500;
/// Workbooks that one process writes at a time: compression takes memory and a processor.
pub const MAX_WORKBOOKS: usize = 2;

/// A question with its living replies, as nobody in particular sees them.
#[derive(Debug)]
pub struct Exported {
    /// The question.
    pub question: Question,
    /// The names of its labels.
    pub labels: Vec<String>,
    /// Pinned ones first, then the oldest.
    pub replies: Vec<Reply>,
}

/// How far an export has come.
#[derive(Debug)]
pub struct Progress {
    session_id: SessionId,
    /// Of the questions that there were when it began, those still to be given, the next one last;
    /// with the number of its replies at that time.
    left: Vec<(QuestionNumber, i64)>,
    /// Nobody in particular.
    viewer: Viewer,
}

impl QuestionsService {
    /// Begins an export.
    ///
    /// # Errors
    /// [`QuestionsError::Session`] where there is no such session, and for who is no host of it; or
    /// when the database fails.
    pub async fn begin_export(
        &self,
        me: CurrentUser,
        session_id: SessionId,
    ) -> Result<(Session, Progress), QuestionsError> {
        let now = self.clock.now();
        let begin = move |conn: &mut DbConn| {
            let session = sessions::find(conn, session_id, Some(me.user_id))?;
            decide(Action::Export, session.standing(now))?;
            let mut left = repository::list_numbers(conn, session_id)?;
            left.reverse();
            let viewer = Viewer::new(None, &session, now);
            let progress = Progress {
                session_id,
                left,
                viewer,
            };
            Ok((session, progress))
        };
        self.db.read(begin).await
    }

    /// Lets a workbook be written until what this gives is dropped.
    ///
    /// # Errors
    /// [`QuestionsError::TooManyWorkbooks`], at once: nobody waits for a place.
    pub fn begin_workbook(&self) -> Result<OwnedSemaphorePermit, QuestionsError> {
        let place = Arc::clone(&self.workbooks).try_acquire_owned();
        place.or(Err(QuestionsError::TooManyWorkbooks))
    }

    /// Goes on with an export; nothing, once everything was given.
    ///
    /// # Errors
    /// [`QuestionsError::Session`] where the session was deleted meanwhile, or when the database
    /// fails.
    pub async fn next_chunk(
        &self,
        mut progress: Progress,
    ) -> Result<(Vec<Exported>, Progress), QuestionsError> {
        let next_chunk = move |conn: &mut DbConn| {
            let mut step = Vec::new();
            while step.is_empty() && !progress.left.is_empty() {
                step = progress.step(conn)?;
            }
            Ok((step, progress))
        };
        self.db.read(next_chunk).await
    }
}

impl Progress {
    /// The next questions with their replies; nothing, where all of them were deleted meanwhile.
    fn step(&mut self, conn: &mut DbConn) -> Result<Vec<Exported>, QuestionsError> {
        let session = sessions::find(conn, self.session_id, None)?;
        let numbers = self.next_numbers();
        let questions = repository::list_numbered(conn, &numbers, &self.viewer)?;
        let mut replies: HashMap<_, Vec<_>> = HashMap::new();
        for reply in replies::list_to(conn, &numbers, &self.viewer)? {
            replies.entry(reply.question).or_default().push(reply);
        }
        let with_replies = |question: Question| Exported {
            replies: replies.remove(&question.number).unwrap_or_default(),
            labels: question.label_ids.names(&session.details.labels),
            question,
        };
        let public = questions.into_iter().filter(Question::is_public);
        Ok(public.map(with_replies).collect())
    }

    /// Takes as many questions as one step reads with their replies, and one at least.
    fn next_numbers(&mut self) -> Vec<QuestionNumber> {
        let (mut numbers, mut entries) = (Vec::new(), 0);
        while let Some((number, _)) = self.left.pop_if(|(_, replies)| {
            entries += 1 + *replies;
            entries <= MOST || numbers.is_empty()
        }) {
            numbers.push(number);
        }
        numbers
    }
}
