//! Everything that was asked and replied in a session, for its hosts, in steps that hold little.

use super::replies::MAX_ALL_REPLIES;
use crate::db::DbConn;
use crate::questions::repository::replies;
use crate::questions::{
    Question, QuestionNumber, QuestionsError, QuestionsService, Reply, Viewer, repository,
};
use crate::sessions;
use crate::sessions::{Action, Session, SessionId, decide};
use crate::users::CurrentUser;

/// Questions that one step gives at most: others wait for the connection.
const MOST: usize = 100;
/// A step ends once it has so many bytes: it holds those, and one question with all replies, 2 MB
/// at most.
const STEP_BYTES: usize = 64 * 1024;
/// What a question or a reply takes beside its words.
const ENTRY_BYTES: usize = 256;

/// A question with its living replies, as nobody in particular sees them.
#[derive(Debug)]
pub struct Exported {
    /// The question.
    pub question: Question,
    /// Pinned ones first, then the oldest.
    pub replies: Vec<Reply>,
}

/// How far an export has come.
#[derive(Debug)]
pub struct Progress {
    session_id: SessionId,
    /// Of the questions that there were when it began, the numbers of those still to be given, the
    /// next one last.
    left: Vec<QuestionNumber>,
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
            let step = progress.step(conn)?;
            Ok((step, progress))
        };
        self.db.read(next_chunk).await
    }
}

impl Progress {
    /// The next questions that are still there, with replies; nothing, once none is left.
    fn step(&mut self, conn: &mut DbConn) -> Result<Vec<Exported>, QuestionsError> {
        sessions::find(conn, self.session_id, None)?;
        let (mut step, mut bytes) = (Vec::new(), 0);
        while bytes < STEP_BYTES
            && step.len() < MOST
            && let Some(number) = self.left.pop()
        {
            let Some(question) = repository::find(conn, number, &self.viewer)? else {
                continue;
            };
            let mut replies = replies::list(conn, number, &self.viewer, None, MAX_ALL_REPLIES)?;
            replies.retain(|reply| !reply.deleted);
            let exported = Exported { question, replies };
            bytes += exported.bytes();
            step.push(exported);
        }
        Ok(step)
    }
}

impl Exported {
    fn bytes(&self) -> usize {
        let words = |reply: &Reply| reply.body.as_ref().map_or(0, String::len);
        let replies = self.replies.iter().map(|it| ENTRY_BYTES + words(it));
        ENTRY_BYTES + self.question.body.len() + replies.sum::<usize>()
    }
}
