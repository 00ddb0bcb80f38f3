//! In which session something is written, before it is.

use crate::db::DbConn;
use crate::questions::{Place, QuestionsError, QuestionsService, repository};
use crate::sessions::SessionId;
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
            Ok(match place {
                Place::Session(session_id) => Some(session_id),
                Place::Question(question_id) => {
                    repository::find_place(conn, question_id)?.map(|it| it.1)
                }
                Place::Reply(reply_id) => {
                    repository::replies::find_place(conn, reply_id)?.map(|it| it.1)
                }
            })
        };
        self.db.read(find).await
    }
}
