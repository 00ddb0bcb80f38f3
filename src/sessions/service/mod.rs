//! Opening, finding, changing and ending sessions; coming in; hosts.

pub mod access;

use std::net::IpAddr;

use chrono::{DateTime, TimeDelta, Utc};

use super::permissions::Action;
use super::repository::{self, presence};
use super::rows::{NewParticipantRow, NewSessionRow, PresenceRow};
use super::service::access::{Actor, Presence, Subject, authorize, require_to_read};
use super::{
    JoinCode, Participant, ParticipantsPage, Role, Session, SessionChange, SessionId, SessionTitle,
    SessionsError,
};
use crate::audit;
use crate::audit::AuditEntry;
use crate::clock::SharedClock;
use crate::db::{Db, DbConn, DbError};
use crate::paging::Page;
use crate::random::Random;
use crate::users::{CurrentUser, UserId, lock_named_alone};
use crate::validation::Invalid;

/// How long a session lasts that does not say.
const USUAL_LIFETIME: TimeDelta = TimeDelta::days(7);
/// How far away the end of a session may be.
const LONGEST_LIFETIME: TimeDelta = TimeDelta::days(365);
/// Sessions that one account opens: deleting it ends those that run, in one transaction.
const MAX_SESSIONS: i64 = 1_000;
/// How many join codes are tried. With a million sessions, one in 113 is taken: all of them once in
/// 10^16.
const CODE_TRIES: u32 = 8;

/// Opens sessions and lets people in.
#[derive(Clone)]
pub struct SessionsService {
    db: Db,
    clock: SharedClock,
    random: Random,
}

/// The session with this id, as it is for whoever asks, inside another feature's read.
///
/// # Errors
/// [`SessionsError::NoSuchSession`], or when the database fails.
pub fn find(
    conn: &mut DbConn,
    session_id: SessionId,
    me: Option<UserId>,
) -> Result<Session, SessionsError> {
    let session = repository::find(conn, session_id, me)?;
    session.ok_or(SessionsError::NoSuchSession)
}

/// Counts questions that were added to a session, or taken away from it, whose row is locked.
pub fn count_questions(
    conn: &mut DbConn,
    session_id: SessionId,
    added: i64,
) -> Result<(), DbError> {
    repository::update_question_count(conn, session_id, added)
}

impl SessionsService {
    /// On this database.
    pub fn new(db: Db, clock: SharedClock, random: Random) -> Self {
        Self { db, clock, random }
    }

    /// The time, to tell what is over.
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// Opens a session, whose super host is whoever asks.
    ///
    /// # Errors
    /// [`SessionsError::Account`] for a guest and for an account that is gone or disabled,
    /// [`SessionsError::Expiry`], [`SessionsError::TooMany`], or when the database fails.
    pub async fn open(
        &self,
        me: CurrentUser,
        title: SessionTitle,
        expires_at: Option<DateTime<Utc>>,
    ) -> Result<Session, SessionsError> {
        let mut tries = 1;
        loop {
            let opened = self.open_once(me, title.clone(), expires_at).await;
            match opened {
                Err(SessionsError::Database(DbError::Unique(key)))
                    if key == repository::JOIN_CODE_KEY && tries < CODE_TRIES =>
                {
                    tries += 1;
                }
                settled => return settled,
            }
        }
    }

    async fn open_once(
        &self,
        me: CurrentUser,
        title: SessionTitle,
        expires_at: Option<DateTime<Utc>>,
    ) -> Result<Session, SessionsError> {
        let session_id = SessionId::generate(&self.random);
        let code = JoinCode::generate(&self.random);
        let clock = self.clock.clone();
        let open = move |conn: &mut DbConn| {
            // Alone, so that two sessions at once are counted one after the other.
            lock_named_alone(conn, me.user_id)?;
            if repository::count_opened_by(conn, me.user_id)? >= MAX_SESSIONS {
                return Err(SessionsError::TooMany);
            }
            let now = clock.now();
            let expires_at = expires_at.unwrap_or(now + USUAL_LIFETIME);
            require_future(expires_at, now)?;
            let session = NewSessionRow {
                session_id: session_id.to_text(),
                join_code: code.as_str(),
                title: &title.0,
                created_at: now.into(),
                expires_at: expires_at.into(),
                listed_count: 1,
                anonymous_count: 0,
                question_count: 0,
            };
            repository::insert(conn, &session)?;
            let super_host = PresenceRow {
                role: Role::SuperHost,
                listed: true,
                anonymous: false,
            };
            let super_host = NewParticipantRow::new(session_id, me.user_id, super_host, now.into());
            presence::insert(conn, &super_host)?;
            find(conn, session_id, Some(me.user_id))
        };
        self.db.write(open).await
    }

    /// The session with this id.
    ///
    /// # Errors
    /// [`SessionsError::NoSuchSession`], or when the database fails.
    pub async fn get(
        &self,
        session_id: SessionId,
        me: Option<CurrentUser>,
    ) -> Result<Session, SessionsError> {
        let me = me.map(|it| it.user_id);
        let get = move |conn: &mut DbConn| find(conn, session_id, me);
        self.db.read(get).await
    }

    /// The session with this join code.
    ///
    /// # Errors
    /// [`SessionsError::NoSuchSession`], or when the database fails.
    pub async fn get_by_code(
        &self,
        code: JoinCode,
        me: Option<CurrentUser>,
    ) -> Result<Session, SessionsError> {
        let me = me.map(|it| it.user_id);
        let get = move |conn: &mut DbConn| repository::find_by_code(conn, &code, me);
        let found = self.db.read::<_, DbError, _>(get).await?;
        found.ok_or(SessionsError::NoSuchSession)
    }

    /// At most `limit` sessions in which whoever asks takes part, the newest first: of those behind
    /// `after`.
    pub async fn list(
        &self,
        me: CurrentUser,
        after: Option<(DateTime<Utc>, SessionId)>,
        limit: usize,
    ) -> Result<Page<Session>, DbError> {
        let list = move |conn: &mut DbConn| {
            let more = limit as i64 + 1;
            repository::list_of(conn, me.user_id, after, more)
        };
        Ok(Page::of(self.db.read(list).await?, limit))
    }

    /// Changes a session, and the session as it is then.
    ///
    /// # Errors
    /// [`SessionsError::Account`], [`SessionsError::NoSuchSession`], [`SessionsError::Refused`],
    /// [`SessionsError::Expiry`], or when the database fails.
    pub async fn update(
        &self,
        me: CurrentUser,
        session_id: SessionId,
        change: SessionChange,
    ) -> Result<Session, SessionsError> {
        let clock = self.clock.clone();
        let update = move |conn: &mut DbConn| {
            let actor = authorize(conn, &clock, me, session_id)?;
            actor.require(Action::EditSession, Subject::default())?;
            if let Some(expires_at) = change.expires_at {
                require_future(expires_at, actor.now)?;
            }
            if change.title.is_none() && change.expires_at.is_none() {
                return Ok(actor.session);
            }
            repository::update(conn, session_id, &change)?;
            find(conn, session_id, Some(me.user_id))
        };
        self.db.write(update).await
    }

    /// Ends a session, and the session as it is then. What has ended already stays as it is.
    ///
    /// # Errors
    /// [`SessionsError::Account`], [`SessionsError::NoSuchSession`], [`SessionsError::Refused`], or
    /// when the database fails.
    pub async fn end(
        &self,
        me: CurrentUser,
        session_id: SessionId,
        ip: Option<IpAddr>,
    ) -> Result<Session, SessionsError> {
        let clock = self.clock.clone();
        let end = move |conn: &mut DbConn| {
            let actor = authorize(conn, &clock, me, session_id)?;
            actor.require(Action::EndSession, Subject::default())?;
            if actor.session.is_over(actor.now) {
                return Ok(actor.session);
            }
            repository::update_ended(conn, session_id, actor.now)?;
            let ended = entry(audit::AuditAction::SessionEnded, me, &actor, ip);
            audit::repository::insert(conn, &ended)?;
            find(conn, session_id, Some(me.user_id))
        };
        self.db.write(end).await
    }

    /// Lets whoever asks come in on purpose: a named account is listed from then on.
    ///
    /// # Errors
    /// As for [`Self::end`].
    pub async fn enter(
        &self,
        me: CurrentUser,
        session_id: SessionId,
    ) -> Result<Participant, SessionsError> {
        let clock = self.clock.clone();
        let enter = move |conn: &mut DbConn| {
            let mut actor = authorize(conn, &clock, me, session_id)?;
            actor.require(Action::Enter, Subject::default())?;
            actor.enter(conn, Presence::Named)?;
            let nickname = actor.user.nickname;
            Ok(Participant {
                named: nickname.map(|nickname| (me.user_id, nickname)),
                role: actor.session.role.unwrap_or(Role::Participant),
            })
        };
        self.db.write(enter).await
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
        after: Option<(Role, i64)>,
        limit: usize,
    ) -> Result<ParticipantsPage, SessionsError> {
        let now = self.clock.now();
        let list = move |conn: &mut DbConn| {
            let session = find(conn, session_id, Some(me.user_id))?;
            require_to_read(&session, Action::ListParticipants, now)?;
            let more = limit as i64 + 1;
            let listed = presence::list_listed(conn, session_id, after, more)?;
            Ok(ParticipantsPage {
                listed: Page::of(listed, limit),
                anonymous_count: session.anonymous_count,
            })
        };
        self.db.read(list).await
    }

    /// Makes a listed participant a sub host, or a participant again, who is then as returned.
    ///
    /// # Errors
    /// [`SessionsError::Account`], [`SessionsError::NoSuchSession`], [`SessionsError::Refused`],
    /// [`SessionsError::OwnRole`], [`SessionsError::NoSuchParticipant`], or when the database
    /// fails.
    pub async fn change_host(
        &self,
        me: CurrentUser,
        session_id: SessionId,
        user_id: UserId,
        is_host: bool,
        ip: Option<IpAddr>,
    ) -> Result<Participant, SessionsError> {
        let clock = self.clock.clone();
        let (role, action) = if is_host {
            (Role::SubHost, audit::AuditAction::HostGranted)
        } else {
            (Role::Participant, audit::AuditAction::HostRevoked)
        };
        let change = move |conn: &mut DbConn| {
            let actor = authorize(conn, &clock, me, session_id)?;
            actor.require(Action::ChangeHosts, Subject::default())?;
            if user_id == me.user_id {
                return Err(SessionsError::OwnRole);
            }
            let listed = presence::find_listed(conn, session_id, user_id)?;
            let listed = listed.ok_or(SessionsError::NoSuchParticipant)?;
            if listed.role != role {
                presence::update_role(conn, session_id, user_id, role)?;
                let changed = AuditEntry {
                    subject_id: Some(user_id),
                    ..entry(action, me, &actor, ip)
                };
                audit::repository::insert(conn, &changed)?;
            }
            Ok(Participant { role, ..listed })
        };
        self.db.write(change).await
    }
}

fn require_future(expires_at: DateTime<Utc>, now: DateTime<Utc>) -> Result<(), SessionsError> {
    if now < expires_at && expires_at <= now + LONGEST_LIFETIME {
        Ok(())
    } else {
        Err(SessionsError::Expiry(Invalid::NotWithinAYear))
    }
}

fn entry(
    action: audit::AuditAction,
    me: CurrentUser,
    actor: &Actor,
    ip: Option<IpAddr>,
) -> AuditEntry {
    AuditEntry {
        login_id: Some(me.login_id.to_text()),
        ip,
        session_id: Some(actor.session.session_id.to_text()),
        ..AuditEntry::new(action, Some(me.user_id), actor.now)
    }
}
