//! Opening, finding, changing, ending, reopening and deleting sessions.

use std::net::IpAddr;

use chrono::{DateTime, Datelike, TimeDelta, Utc};

use super::access::authorize;
use super::{SessionsService, change_details, entry, find};
use crate::audit;
use crate::changes::{Change, Recorder};
use crate::client_network::Network;
use crate::db::{DbConn, DbError};
use crate::paging::Page;
use crate::retries::{self, Creation, Retry};
use crate::sessions::permissions::Action;
use crate::sessions::purge::COUNTED_AFTER_DELETION;
use crate::sessions::repository::{self, presence};
use crate::sessions::rows::NewParticipantRow;
use crate::sessions::{
    JoinCode, Muted, NewSession, Participation, Reopening, Role, Session, SessionChange,
    SessionCounts, SessionDetails, SessionId, SessionsError, Settings, SettingsChange,
};
use crate::users::{AccountKind, CurrentUser, lock_named_alone};
use crate::validation::Invalid;

/// How long a session lasts that does not say.
const USUAL_LIFETIME: TimeDelta = TimeDelta::days(7);
/// By how much the end of a session may be more than a year away: the clock of whoever says "in a
/// year" may be ahead by as much.
const CLOCK_TOLERANCE: TimeDelta = TimeDelta::minutes(1);
/// Sessions that one account opens, whoever their super host is now.
const MAX_SESSIONS: i64 = 1_000;
/// How many join codes are tried. With a million sessions, one in 113 is taken: all of them once in
/// 10^16.
const CODE_TRIES: u32 = 8;

impl SessionsService {
    /// Opens a session, whose super host is whoever asks; its join code works in this network. One
    /// that the same request has opened before is found again.
    ///
    /// # Errors
    /// [`SessionsError::Account`] for a guest and for an account that is gone or disabled,
    /// [`SessionsError::Retry`], [`SessionsError::Expiry`], [`SessionsError::TooMany`], or when the
    /// database fails.
    pub async fn open(
        &self,
        me: CurrentUser,
        network: Network,
        new: NewSession,
        retry: Option<Retry>,
    ) -> Result<Creation<Session>, SessionsError> {
        let mut tries = 1;
        let opened = loop {
            match self.open_once(me, new.clone(), retry.clone()).await {
                Err(SessionsError::Database(DbError::Unique(key)))
                    if key == repository::JOIN_CODE_KEY && tries < CODE_TRIES =>
                {
                    tries += 1;
                }
                settled => break settled?,
            }
        };
        if let Creation::New(session) = &opened {
            let code = &session.details.join_code;
            self.known_codes.note(network, code).await;
        }
        Ok(opened)
    }

    async fn open_once(
        &self,
        me: CurrentUser,
        new: NewSession,
        retry: Option<Retry>,
    ) -> Result<Creation<Session>, SessionsError> {
        let session_id = SessionId::generate(&self.random);
        let code = JoinCode::generate(&self.random);
        let clock = self.clock.clone();
        let open = move |conn: &mut DbConn| {
            // Alone, so that two sessions at once are counted one after the other.
            lock_named_alone(conn, me.user_id)?;
            let now = clock.now();
            let open = |conn: &mut DbConn| {
                let deleted_after = now - COUNTED_AFTER_DELETION;
                if repository::count_opened_by(conn, me.user_id, deleted_after)? >= MAX_SESSIONS {
                    return Err(SessionsError::TooMany);
                }
                let expires_at = new.expires_at.unwrap_or(now + USUAL_LIFETIME);
                require_future(expires_at, now)?;
                let details = new.details(session_id, &code, now, expires_at);
                let mut settings = Settings::default();
                new.settings.apply(&mut settings);
                let opened = insert(conn, details, settings, me, now)?;
                Ok((session_id.to_text(), opened))
            };
            let find = |conn: &mut DbConn, created: &str| find_opened(conn, created, me);
            retries::once(conn, me.user_id, retry.as_ref(), now, find, open)
        };
        self.db.write(open).await
    }

    /// The session that this request has opened before, if it has.
    ///
    /// # Errors
    /// [`SessionsError::Retry`], [`SessionsError::NoSuchSession`], or when the database fails.
    pub async fn find_opened(
        &self,
        me: CurrentUser,
        retry: Retry,
    ) -> Result<Option<Session>, SessionsError> {
        let find = move |conn: &mut DbConn| {
            let created = retries::find(conn, me.user_id, &retry)?;
            let opened = created.map(|created| find_opened(conn, &created, me));
            opened.transpose()
        };
        self.db.read(find).await
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

    /// The session with this join code, which works in this network from then on.
    ///
    /// # Errors
    /// [`SessionsError::NoSuchSession`], or when the database fails.
    pub async fn get_by_code(
        &self,
        code: JoinCode,
        network: Network,
        me: Option<CurrentUser>,
    ) -> Result<Session, SessionsError> {
        let me = me.map(|it| it.user_id);
        let get = move |conn: &mut DbConn| repository::find_by_code(conn, &code, me);
        let found = self.db.read::<_, DbError, _>(get).await?;
        let session = found.ok_or(SessionsError::NoSuchSession)?;
        let code = &session.details.join_code;
        self.known_codes.note(network, code).await;
        Ok(session)
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
            repository::list_of(conn, me.user_id, after, more, false)
        };
        Ok(Page::of(self.db.read(list).await?, limit))
    }

    /// Changes a session and returns it.
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
        let update = move |conn: &mut DbConn, recorder: &mut Recorder| {
            let actor = authorize(conn, &clock, me, session_id, change.action())?;
            if let Some(expires_at) = change.expires_at {
                require_future(expires_at, actor.now)?;
            }
            let mut session = actor.session;
            change_details(conn, recorder, &mut session, |it| change.apply(it))?;
            if let Some(settings) = &change.settings {
                change_settings(conn, recorder, &mut session, settings)?;
            }
            Ok(session)
        };
        self.changes.write(update).await
    }

    /// Ends a session, and returns the session. What has ended already stays as it is.
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
        let end = move |conn: &mut DbConn, recorder: &mut Recorder| {
            let mut actor = authorize(conn, &clock, me, session_id, Action::EndSession)?;
            if !actor.session.is_over(actor.now) {
                actor.session.details.ended_at = Some(actor.now.into());
                actor.session.change = recorder.change(conn, session_id)?;
                repository::update(conn, &actor.session.details, actor.session.change)?;
                let ended = entry(audit::AuditAction::SessionEnded, &actor, ip);
                audit::repository::insert(conn, &ended)?;
            }
            Ok(actor.session)
        };
        self.changes.write(end).await
    }

    /// Lets a session go on that has ended, and returns it. One that has not stays as it is.
    ///
    /// # Errors
    /// As for [`Self::update`].
    pub async fn reopen(
        &self,
        me: CurrentUser,
        session_id: SessionId,
        reopening: Reopening,
        ip: Option<IpAddr>,
    ) -> Result<Session, SessionsError> {
        let clock = self.clock.clone();
        let reopen = move |conn: &mut DbConn, recorder: &mut Recorder| {
            let mut actor = authorize(conn, &clock, me, session_id, Action::ReopenSession)?;
            let now = actor.now;
            let expires_at = reopening.expires_at.unwrap_or(now + USUAL_LIFETIME);
            require_future(expires_at, now)?;
            if actor.session.is_over(now) {
                actor.session.change = recorder.change(conn, session_id)?;
                let change = actor.session.change;
                repository::update_reopened(conn, session_id, expires_at, change)?;
                actor.session.details.ended_at = None;
                actor.session.details.expires_at = expires_at.into();
                let reopened = entry(audit::AuditAction::SessionReopened, &actor, ip);
                audit::repository::insert(conn, &reopened)?;
            }
            Ok(actor.session)
        };
        self.changes.write(reopen).await
    }

    /// Deletes a session: from now on nobody finds anything of it. The purge removes its rows.
    ///
    /// # Errors
    /// As for [`Self::end`].
    pub async fn delete(
        &self,
        me: CurrentUser,
        session_id: SessionId,
        ip: Option<IpAddr>,
    ) -> Result<(), SessionsError> {
        let clock = self.clock.clone();
        let delete = move |conn: &mut DbConn, recorder: &mut Recorder| {
            let actor = authorize(conn, &clock, me, session_id, Action::DeleteSession)?;
            recorder.change(conn, session_id)?;
            repository::update_deleted(conn, session_id, actor.now)?;
            let deleted = entry(audit::AuditAction::SessionDeleted, &actor, ip);
            Ok::<_, SessionsError>(audit::repository::insert(conn, &deleted)?)
        };
        self.changes.write(delete).await?;
        self.purge_soon.ask();
        Ok(())
    }
}

/// Changes what a session allows. That blocked words have changed, hosts alone are told.
fn change_settings(
    conn: &mut DbConn,
    recorder: &mut Recorder,
    session: &mut Session,
    change: &SettingsChange,
) -> Result<(), DbError> {
    let before = session.settings.clone();
    change.apply(&mut session.settings);
    if session.settings == before {
        return Ok(());
    }
    let session_id = session.details.session_id;
    let is_public = session.settings.rules != before.rules;
    session.change = recorder.change_seen(conn, session_id, is_public)?;
    repository::update_settings(conn, session_id, &session.settings, session.change)
}

/// Opens a session with its super host in it.
fn insert(
    conn: &mut DbConn,
    details: SessionDetails,
    settings: Settings,
    me: CurrentUser,
    now: DateTime<Utc>,
) -> Result<Session, DbError> {
    let participation = super_host_since(now);
    let session = Session {
        details,
        settings,
        counts: SessionCounts {
            listed_count: 1,
            anonymous_count: 0,
            question_count: 0,
            shown_count: 0,
            pending_count: 0,
        },
        change: Change::default(),
        participation: Some(participation),
        kind: Some(AccountKind::Named),
    };
    let Session {
        details,
        settings,
        counts,
        ..
    } = &session;
    repository::insert(conn, details, settings, *counts, me.user_id)?;
    let super_host = NewParticipantRow {
        session_id: session.details.session_id,
        user_id: me.user_id,
        participation,
        session_created_at: now.into(),
    };
    presence::insert(conn, &super_host)?;
    Ok(session)
}

/// A session by its id as a key has kept it.
fn find_opened(
    conn: &mut DbConn,
    created: &str,
    me: CurrentUser,
) -> Result<Session, SessionsError> {
    let session_id = SessionId::parse(created).ok_or(SessionsError::NoSuchSession)?;
    find(conn, session_id, Some(me.user_id))
}

/// How whoever opens a session takes part in it.
fn super_host_since(now: DateTime<Utc>) -> Participation {
    Participation {
        role: Role::SuperHost,
        listed: true,
        anonymous: false,
        host_since: Some(now.into()),
        left_at: None,
        contributed_at: None,
        muted: Muted::default(),
    }
}

fn require_future(expires_at: DateTime<Utc>, now: DateTime<Utc>) -> Result<(), SessionsError> {
    if now < expires_at && expires_at <= in_a_year(now) + CLOCK_TOLERANCE {
        Ok(())
    } else {
        Err(SessionsError::Expiry(Invalid::NotWithinAYear))
    }
}

/// The same day of the next year; 1 March, if today is 29 February.
fn in_a_year(now: DateTime<Utc>) -> DateTime<Utc> {
    let same_day = now.with_year(now.year() + 1);
    same_day.unwrap_or(now + TimeDelta::days(366))
}
