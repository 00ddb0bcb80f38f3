//! Asking the table of roles and actions in the transaction that acts, and coming in with the first
//! write.

use chrono::{DateTime, Utc};

use crate::clock::SharedClock;
use crate::db::{DbConn, DbError};
use crate::sessions::permissions::{Action, Standing, decide};
use crate::sessions::repository::presence;
use crate::sessions::rows::{NewParticipantRow, PresenceRow};
use crate::sessions::{Role, Session, SessionId, SessionsError, repository};
use crate::users::{self, AccountKind, CurrentUser, User, UsersError};

/// Someone who acts in a session. Neither the account nor the session changes until the transaction
/// ends.
pub struct Actor {
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
/// The account is locked alone, not shared: a guest's row may change with the first contribution,
/// and two requests of one account that both had it shared would wait for each other.
///
/// # Errors
/// [`SessionsError::Account`] for an account that is gone or disabled,
/// [`SessionsError::NoSuchSession`], or when the database fails.
pub fn authorize(
    conn: &mut DbConn,
    clock: &SharedClock,
    me: CurrentUser,
    session_id: SessionId,
) -> Result<Actor, SessionsError> {
    users::repository::lock_row(conn, me.user_id)?;
    let user = users::repository::find_active(conn, me.user_id)?.ok_or(UsersError::Gone)?;
    repository::lock(conn, session_id)?;
    let session = repository::find(conn, session_id, Some(me.user_id))?;
    Ok(Actor {
        user,
        session: session.ok_or(SessionsError::NoSuchSession)?,
        now: clock.now(),
        me,
        presence: presence::find(conn, session_id, me.user_id)?,
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

impl Actor {
    /// Whether whoever acts is a guest.
    pub fn is_guest(&self) -> bool {
        self.user.kind == AccountKind::Guest
    }

    /// Asks the table.
    ///
    /// # Errors
    /// [`SessionsError::Refused`].
    pub fn require(&self, action: Action, subject: Subject) -> Result<(), SessionsError> {
        require(&self.session, action, subject, self.now)
    }

    /// Lets whoever acts take part, and counts what others see new of it: a name, or one anonymous
    /// person more. Who has been counted as anonymous stays so under the nickname, or the
    /// difference would tell whose the anonymous words are. A listed one's first anonymous
    /// words look like those of an anonymous person who is there already; where there is none,
    /// like those of one who comes in with them.
    pub fn enter(&mut self, conn: &mut DbConn, presence: Presence) -> Result<(), DbError> {
        let before = self.presence;
        let after = self.presence_after(presence);
        let (session_id, user_id) = (self.session.session_id, self.me.user_id);
        match before {
            Some(before) if before == after => return Ok(()),
            Some(_) => presence::update(conn, session_id, user_id, after)?,
            None => {
                let created_at = self.session.created_at.into();
                let row = NewParticipantRow::new(session_id, user_id, after, created_at);
                presence::insert(conn, &row)?;
            }
        }
        let more = |is: fn(&PresenceRow) -> bool| {
            i64::from(is(&after)) - i64::from(before.as_ref().is_some_and(is))
        };
        let (listed, anonymous) = (more(|it| it.listed), more(|it| it.anonymous));
        presence::update_counts(conn, session_id, listed, anonymous)?;
        self.session.listed_count += listed;
        self.session.anonymous_count += anonymous;
        self.session.role = Some(after.role);
        self.presence = Some(after);
        Ok(())
    }

    fn presence_after(&self, presence: Presence) -> PresenceRow {
        let is_named = presence == Presence::Named && !self.is_guest();
        let before = self.presence.unwrap_or(PresenceRow {
            role: Role::Participant,
            listed: false,
            anonymous: false,
        });
        let is_counted = match presence {
            Presence::Unseen => self.presence.is_none(),
            Presence::Anonymous => !before.listed || self.session.anonymous_count == 0,
            Presence::Named => !is_named,
        };
        PresenceRow {
            listed: before.listed || is_named,
            anonymous: before.anonymous || is_counted,
            ..before
        }
    }
}
