//! Asking the table of roles and actions in the transaction that acts, and coming in with the first write.

use chrono::{DateTime, Utc};

use super::permissions::{Action, Standing, decide};
use super::repository::presence;
use super::rows::{NewParticipantRow, PresenceRow};
use super::{Role, Session, SessionId, SessionsError, repository};
use crate::clock::SharedClock;
use crate::db::{DbConn, DbError};
use crate::users::{self, CurrentUser, User, UsersError};

/// Someone who acts in a session. Neither the account nor the session changes until the transaction ends.
pub struct Access {
    /// Who acts.
    pub user: User,
    /// As it is now.
    pub session: Session,
    /// When it was locked: what ends by time is judged by this.
    pub now: DateTime<Utc>,
    me: CurrentUser,
    presence: Option<PresenceRow>,
}

/// What an action is about, where someone wrote it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Subject {
    /// Whether whoever acts wrote it.
    pub is_author: bool,
    /// Whether the question is closed, or has a living reply.
    pub is_settled: bool,
}

/// As whom someone takes part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// By liking: nobody sees who.
    Unseen,
    /// With something anonymous.
    Anonymous,
    /// Under the nickname; a guest, who has none, is anonymous.
    Named,
}

/// Locks the account, then the session, and reads what decides about what follows.
///
/// The account is locked alone, not shared: a guest's row may change with the first contribution, and two
/// requests of one account that both had it shared would wait for each other.
///
/// # Errors
/// [`SessionsError::Account`] for an account that is gone or disabled, [`SessionsError::NoSuchSession`], or
/// when the database fails.
pub fn authorize(
    conn: &mut DbConn,
    clock: &SharedClock,
    me: CurrentUser,
    session_id: SessionId,
) -> Result<Access, SessionsError> {
    users::repository::lock_row(conn, me.user_id)?;
    let user = users::repository::find_active(conn, me.user_id)?.ok_or(UsersError::Gone)?;
    repository::lock(conn, session_id)?;
    let session = repository::find(conn, session_id, Some(me.user_id))?;
    Ok(Access {
        user,
        session: session.ok_or(SessionsError::NoSuchSession)?,
        now: clock.now(),
        me,
        presence: presence::find_presence(conn, session_id, me.user_id)?,
    })
}

/// Asks the table for someone who only reads.
///
/// # Errors
/// [`SessionsError::Refused`].
pub fn require_to_read(
    session: &Session,
    action: Action,
    now: DateTime<Utc>,
) -> Result<(), SessionsError> {
    require(session, action, Subject::default(), now)
}

fn require(
    session: &Session,
    action: Action,
    subject: Subject,
    now: DateTime<Utc>,
) -> Result<(), SessionsError> {
    let standing = Standing {
        role: session.role,
        is_author: subject.is_author,
        is_over: session.is_over(now),
        is_settled: subject.is_settled,
    };
    Ok(decide(action, standing)?)
}

impl Access {
    /// Whether whoever acts is a guest.
    pub fn is_guest(&self) -> bool {
        self.user.nickname.is_none()
    }

    /// Asks the table.
    ///
    /// # Errors
    /// [`SessionsError::Refused`].
    pub fn require(&self, action: Action, subject: Subject) -> Result<(), SessionsError> {
        require(&self.session, action, subject, self.now)
    }

    /// Lets whoever acts take part, and counts what others see new of it: a name, or one anonymous person
    /// more. Who has been counted as anonymous stays so under the nickname, or the difference would tell
    /// whose the anonymous words are; and a name that says something anonymous counts as one person more,
    /// as a guest would who comes in with it.
    ///
    /// # Errors
    /// When the database fails.
    pub fn enter(&mut self, conn: &mut DbConn, presence: Presence) -> Result<(), DbError> {
        let before = self.presence;
        let (was_listed, was_anonymous) =
            before.map_or((false, false), |it| (it.listed, it.anonymous));
        let is_named = presence == Presence::Named && !self.is_guest();
        let listed = was_listed || is_named;
        let anonymous = was_anonymous
            || match presence {
                Presence::Unseen => before.is_none(),
                Presence::Anonymous => true,
                Presence::Named => !is_named,
            };
        if before.is_some() && (listed, anonymous) == (was_listed, was_anonymous) {
            return Ok(());
        }
        let (session_id, user_id) = (self.session.session_id, self.me.user_id);
        let role = before.map_or(Role::Participant, |it| it.role);
        match before {
            Some(_) => presence::update_presence(conn, session_id, user_id, listed, anonymous)?,
            None => {
                let row = NewParticipantRow {
                    session_id: session_id.to_text(),
                    user_id: user_id.get(),
                    role: role.as_str(),
                    listed,
                    anonymous,
                    session_created_at: self.session.created_at.into(),
                };
                presence::insert_participant(conn, &row)?;
            }
        }
        let listed_more = i64::from(listed) - i64::from(was_listed);
        let anonymous_more = i64::from(anonymous) - i64::from(was_anonymous);
        presence::update_participant_counts(conn, session_id, listed_more, anonymous_more)?;
        self.session.listed_count += listed_more;
        self.session.anonymous_count += anonymous_more;
        self.session.role = Some(role);
        self.presence = Some(PresenceRow {
            role,
            listed,
            anonymous,
        });
        Ok(())
    }
}
