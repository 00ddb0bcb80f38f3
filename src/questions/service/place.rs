//! In which session something is written, before it is.

use std::time::Duration;

use crate::db::DbConn;
use crate::questions::{Place, QuestionsError, QuestionsService, repository};
use crate::sessions::{self, SessionId, SessionsError};
use crate::users::{self, AccountKind, CurrentUser};

impl QuestionsService {
    /// The session in which a guest is about to write; `None` where the account is none, or where
    /// nothing is there.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn session_of_guest(
        &self,
        me: CurrentUser,
        place: Place,
    ) -> Result<Option<SessionId>, QuestionsError> {
        let find = move |conn: &mut DbConn| {
            let user = users::repository::find_active(conn, me.user_id)?;
            if user.is_none_or(|user| user.kind != AccountKind::Guest) {
                return Ok(None);
            }
            find_session(conn, place)
        };
        self.db.read(find).await
    }

    /// How long a session that is slow lets somebody wait who is about to write there a question or
    /// a reply, anonymously or not; `None` where it does not.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn slow_mode_left(
        &self,
        me: CurrentUser,
        place: Place,
        is_anonymous: bool,
    ) -> Result<Option<Duration>, QuestionsError> {
        let now = self.clock.now();
        let find = move |conn: &mut DbConn| {
            let Some(session_id) = find_session(conn, place)? else {
                return Ok(None);
            };
            let session = match sessions::find(conn, session_id, Some(me.user_id)) {
                Ok(session) => session,
                Err(SessionsError::NoSuchSession) => return Ok(None),
                Err(error) => return Err(error.into()),
            };
            let wait = session.slow_mode_left(now);
            let is_slow = session.standing(now).writing(is_anonymous).is_slow();
            Ok(wait.filter(|_| is_slow).and_then(|it| it.to_std().ok()))
        };
        self.db.read(find).await
    }
}

/// The session of a place; `None` where nothing is there.
fn find_session(conn: &mut DbConn, place: Place) -> Result<Option<SessionId>, QuestionsError> {
    Ok(match place {
        Place::Session(session_id) => Some(session_id),
        Place::Question(question_id) => repository::find_place(conn, question_id)?.map(|it| it.1),
        Place::Reply(reply_id) => repository::replies::find_place(conn, reply_id)?.map(|it| it.1),
    })
}
