//! The one door to a session's writes: it locks, reads and asks the table of roles and actions. And
//! coming in, with the first write.

use chrono::{DateTime, Utc};

use super::find;
use crate::changes::Recorder;
use crate::clock::SharedClock;
use crate::db::{DbConn, DbError};
use crate::sessions::permissions::{Action, Standing, decide};
use crate::sessions::repository::{self, presence};
use crate::sessions::rows::{Muted, NewParticipantRow, Participation};
use crate::sessions::{Role, Session, SessionId, SessionsError};
use crate::users::{self, AccountKind, CurrentUser, User, UserId, UsersError};

/// Someone whom the table has allowed an action in a session. Neither the account nor the session
/// changes until the transaction ends.
pub struct Actor {
    /// The account and the login that act.
    pub me: CurrentUser,
    /// The account.
    pub user: User,
    /// The session as it is now.
    pub session: Session,
    /// When the session was locked: what ends by time is judged by this.
    pub now: DateTime<Utc>,
}

/// Someone who wants to act in a session, which is locked. Only the table makes an [`Actor`] of it.
pub struct Applicant(Actor);

/// As whom someone takes part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// By liking, or by a link: nobody sees who.
    Unseen,
    /// With something anonymous.
    Anonymous,
    /// Under the nickname; a guest, who has none, is anonymous.
    Named,
}

/// Locks the account, then the session, and asks the table about an action on the session itself.
///
/// # Errors
/// Those of [`lock`], and [`SessionsError::Refused`].
pub fn authorize(
    conn: &mut DbConn,
    clock: &SharedClock,
    me: CurrentUser,
    session_id: SessionId,
    action: Action,
) -> Result<Actor, SessionsError> {
    let applicant = lock(conn, clock, me, session_id)?;
    let standing = applicant.standing();
    applicant.allow(action, standing)
}

/// Locks the account, then the session, and reads both.
///
/// The account is locked alone, not shared: a guest's row may change with the first contribution,
/// and two requests of one account that both had it shared would wait for each other.
///
/// # Errors
/// [`SessionsError::Account`] for an account that is gone or disabled,
/// [`SessionsError::NoSuchSession`], or when the database fails.
pub fn lock(
    conn: &mut DbConn,
    clock: &SharedClock,
    me: CurrentUser,
    session_id: SessionId,
) -> Result<Applicant, SessionsError> {
    let user = users::repository::lock_active(conn, me.user_id)?;
    let user = user.ok_or(UsersError::Gone)?;
    repository::lock(conn, session_id)?;
    Ok(Applicant(Actor {
        me,
        user,
        session: find(conn, session_id, Some(me.user_id))?,
        now: clock.now(),
    }))
}

impl Applicant {
    /// The account that applies.
    pub fn user_id(&self) -> UserId {
        self.0.me.user_id
    }

    /// The session as it is for who applies.
    pub fn session(&self) -> &Session {
        &self.0.session
    }

    /// When the session was locked.
    pub fn now(&self) -> DateTime<Utc> {
        self.0.now
    }

    /// What the table decides from, about what nobody wrote.
    pub fn standing(&self) -> Standing {
        self.0.session.standing(self.0.now)
    }

    /// The same of who is about to write, without its name if it says so or has to.
    pub fn writing(&self, wants_anonymity: bool) -> Standing {
        self.standing().writing(wants_anonymity)
    }

    /// Asks the table.
    ///
    /// # Errors
    /// [`SessionsError::Refused`].
    pub fn allow(self, action: Action, standing: Standing) -> Result<Actor, SessionsError> {
        decide(action, standing)?;
        Ok(self.0)
    }
}

impl Actor {
    /// Whether a guest acts.
    pub fn is_guest(&self) -> bool {
        self.user.kind == AccountKind::Guest
    }

    /// Lets the actor take part, and changes the session's two counts by what changes of the
    /// actor's row: `listed_count` by a name, `anonymous_count` by one person without a name.
    ///
    /// # Errors
    /// When the database fails.
    pub fn enter(
        &mut self,
        conn: &mut DbConn,
        recorder: &mut Recorder,
        presence: Presence,
    ) -> Result<(), DbError> {
        let after = self.participation_after(presence);
        self.take_part(conn, recorder, after)
    }

    /// The same of who asks or replies: in a slow session only a while after the last time.
    ///
    /// # Errors
    /// [`SessionsError::SlowDown`], or when the database fails.
    pub fn enter_writing(
        &mut self,
        conn: &mut DbConn,
        recorder: &mut Recorder,
        presence: Presence,
        standing: Standing,
    ) -> Result<(), SessionsError> {
        let mut after = self.participation_after(presence);
        if standing.is_slow() {
            if let Some(wait) = self.session.slow_mode_left(self.now) {
                return Err(SessionsError::SlowDown(wait));
            }
            after.contributed_at = Some(self.now.into());
        }
        Ok(self.take_part(conn, recorder, after)?)
    }

    fn take_part(
        &mut self,
        conn: &mut DbConn,
        recorder: &mut Recorder,
        after: Participation,
    ) -> Result<(), DbError> {
        let before = self.session.participation;
        let (session_id, user_id) = (self.session.details.session_id, self.me.user_id);
        match before {
            Some(before) if before == after => return Ok(()),
            Some(_) => presence::update(conn, session_id, user_id, after)?,
            None => {
                let row = NewParticipantRow {
                    session_id,
                    user_id,
                    participation: after,
                    session_created_at: self.session.details.created_at,
                };
                presence::insert(conn, &row)?;
            }
        }
        let more = |is: fn(&Participation) -> bool| {
            i64::from(is(&after)) - i64::from(before.as_ref().is_some_and(is))
        };
        let (listed, anonymous) = (more(|it| it.listed), more(|it| it.anonymous));
        self.session.participation = Some(after);
        if (listed, anonymous) == (0, 0) {
            return Ok(());
        }
        let change = recorder.change(conn, session_id)?;
        presence::update_counts(conn, session_id, listed, anonymous, change)?;
        if listed > 0 {
            recorder.listing(conn, session_id, user_id)?;
        }
        self.session.change = change;
        self.session.counts.listed_count += listed;
        self.session.counts.anonymous_count += anonymous;
        Ok(())
    }

    /// The rule of anonymity: what others see of the actor after this.
    ///
    /// Others see two things of a participant. `listed`: the nickname stands in the list.
    /// `anonymous`: `anonymous_count` is higher by one. Neither is ever taken back here.
    ///
    /// Whoever had left comes back with what was counted, and not listed.
    ///
    /// 1. A stranger who likes, or enters unseen, is counted as anonymous.
    /// 2. A participant who does changes nothing.
    /// 3. A named account that enters on purpose, or writes under its nickname, is listed. If it
    ///    was counted as anonymous, it stays counted. Otherwise a host would see the count fall as
    ///    the name appears, and would know whose the anonymous words are.
    /// 4. A guest has no nickname. For what it does but likes, case 5 holds.
    /// 5. Someone not listed who writes anonymously is counted as anonymous, once.
    /// 6. Someone listed who writes anonymously changes nothing while `anonymous_count` is above
    ///    0. The words may be of any of those who are counted.
    /// 7. Someone listed who writes anonymously while `anonymous_count` is 0 is counted as
    ///    anonymous. Otherwise a host would know that one of the listed wrote the words. Counted,
    ///    they look like the words of a stranger who comes in with them (case 5).
    fn participation_after(&self, presence: Presence) -> Participation {
        let before = self.session.participation.unwrap_or(Participation {
            role: Role::Participant,
            listed: false,
            anonymous: false,
            host_since: None,
            left_at: None,
            contributed_at: None,
            muted: Muted::default(),
        });
        let becomes_listed = presence == Presence::Named && !self.is_guest();
        let becomes_anonymous = match presence {
            Presence::Unseen => !before.listed && !before.anonymous,
            _ if becomes_listed => false,
            _ => !before.listed || self.session.counts.anonymous_count == 0,
        };
        Participation {
            listed: before.listed || becomes_listed,
            anonymous: before.anonymous || becomes_anonymous,
            left_at: None,
            ..before
        }
    }
}
