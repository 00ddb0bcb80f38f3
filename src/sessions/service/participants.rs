//! Coming in, and seeing who takes part.

use super::access::{Presence, authorize};
use super::{SessionsService, find};
use crate::changes::Recorder;
use crate::client_network::Network;
use crate::db::DbConn;
use crate::paging::Page;
use crate::sessions::permissions::{Action, decide};
use crate::sessions::repository::presence;
use crate::sessions::{Participant, ParticipantsPage, Role, SessionId, SessionsError};
use crate::users::{CurrentUser, UserId};

impl SessionsService {
    /// Lets whoever asks come in on purpose: a named account is listed from then on, if it wants.
    /// The join code works in this network from then on.
    ///
    /// # Errors
    /// As for [`Self::end`].
    pub async fn enter(
        &self,
        me: CurrentUser,
        session_id: SessionId,
        is_listed: bool,
        network: Network,
    ) -> Result<Participant, SessionsError> {
        let clock = self.clock.clone();
        let presence = if is_listed {
            Presence::Named
        } else {
            Presence::Unseen
        };
        let enter = move |conn: &mut DbConn, recorder: &mut Recorder| {
            let mut actor = authorize(conn, &clock, me, session_id, Action::Enter)?;
            let is_hidden = actor
                .session
                .standing(actor.now)
                .writing(false)
                .is_anonymous;
            let presence = if is_hidden {
                Presence::Unseen
            } else {
                presence
            };
            actor.enter(conn, recorder, presence)?;
            let is_seen = actor.session.participation.is_some_and(|it| it.listed);
            let participant = Participant {
                user_id: is_seen.then_some(me.user_id),
                nickname: actor.user.nickname.filter(|_| is_seen),
                role: actor.session.role().unwrap_or(Role::Participant),
            };
            Ok::<_, SessionsError>((participant, actor.session.details.join_code))
        };
        let (participant, code) = self.changes.write(enter).await?;
        self.known_codes.note(network, &code).await;
        Ok(participant)
    }

    /// At most `limit` of those who take part under their nickname, hosts first: of those behind
    /// `after`.
    ///
    /// # Errors
    /// [`SessionsError::NoSuchSession`], [`SessionsError::Refused`] for who does not take part, or
    /// when the database fails.
    pub async fn list_participants(
        &self,
        me: CurrentUser,
        session_id: SessionId,
        after: Option<(Role, UserId)>,
        limit: usize,
    ) -> Result<ParticipantsPage, SessionsError> {
        let now = self.clock.now();
        let list = move |conn: &mut DbConn| {
            let session = find(conn, session_id, Some(me.user_id))?;
            decide(Action::ListParticipants, session.standing(now))?;
            let more = limit as i64 + 1;
            let listed = presence::list_listed(conn, session_id, after, more)?;
            Ok(ParticipantsPage {
                listed: Page::of(listed, limit),
                anonymous_count: session.counts.anonymous_count,
            })
        };
        self.db.read(list).await
    }
}
