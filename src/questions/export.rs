//! Everything that was asked and replied in a session, for its hosts, in steps that hold little.

use super::replies::MAX_REPLIES;
use super::repository::{self, replies};
use super::{
    Listing, Place, Question, QuestionId, QuestionsError, QuestionsService, Reply, Sort, State,
};
use crate::db::DbConn;
use crate::sessions::{self, Action, Session, SessionId, require_to_read};
use crate::users::CurrentUser;

/// Questions that are read at once.
const PAGE: usize = 100;
/// A step ends once it has so many bytes of text: at most those, and one question with all replies, 2 MB.
const STEP_BYTES: usize = 64 * 1024;

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
    /// Questions that were read and not yet given, the next one last.
    read: Vec<Question>,
    /// Behind which question to read on.
    after: Option<Place>,
}

impl QuestionsService {
    /// Begins an export.
    ///
    /// # Errors
    /// [`QuestionsError::Session`] where there is no such session, and for who is no host of it; or when the
    /// database fails.
    pub async fn begin_export(
        &self,
        me: CurrentUser,
        session_id: SessionId,
    ) -> Result<(Session, Progress), QuestionsError> {
        let now = self.clock.now();
        let begin = move |conn: &mut DbConn| {
            let session = sessions::find(conn, session_id, Some(me.user_id))?;
            require_to_read(&session, Action::Export, now)?;
            Ok::<_, QuestionsError>(session)
        };
        let progress = Progress {
            session_id,
            read: Vec::new(),
            after: None,
        };
        Ok((self.db.read(begin).await?, progress))
    }

    /// Goes on with an export; nothing, once everything was given.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn go_on(
        &self,
        mut progress: Progress,
    ) -> Result<(Vec<Exported>, Progress), QuestionsError> {
        let go_on = move |conn: &mut DbConn| {
            let (mut step, mut bytes) = (Vec::new(), 0);
            while bytes < STEP_BYTES
                && let Some(exported) = progress.next(conn)?
            {
                bytes += exported.bytes();
                step.push(exported);
            }
            Ok((step, progress))
        };
        self.db.read(go_on).await
    }
}

impl Progress {
    fn next(&mut self, conn: &mut DbConn) -> Result<Option<Exported>, QuestionsError> {
        if self.read.is_empty() {
            self.read_on(conn)?;
        }
        let Some(question) = self.read.pop() else {
            return Ok(None);
        };
        let question_id = QuestionId(question.question_id);
        let mut replies = match question.replies_count {
            0 => Vec::new(),
            _ => replies::list(conn, question_id, None, None, MAX_REPLIES)?,
        };
        replies.retain(|reply| reply.entry.body.is_some());
        Ok(Some(Exported { question, replies }))
    }

    fn read_on(&mut self, conn: &mut DbConn) -> Result<(), QuestionsError> {
        let wanted = Listing {
            sort: Sort::Old,
            state: State::All,
            after: self.after,
            limit: PAGE,
        };
        self.read = repository::list(conn, self.session_id, None, wanted)?;
        if let Some(last) = self.read.last() {
            self.after = Some(Place::of(last, Sort::Old));
        }
        self.read.reverse();
        Ok(())
    }
}

impl Exported {
    fn bytes(&self) -> usize {
        let replies = self.replies.iter().map(|reply| &reply.entry);
        let entries = replies.chain([&self.question.entry]);
        let bodies = entries.filter_map(|entry| entry.body.as_ref());
        bodies.map(String::len).sum()
    }
}
