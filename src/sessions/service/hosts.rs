//! Making hosts, and participants again; handing a session over.

use std::net::IpAddr;

use super::access::{Actor, authorize};
use super::{SessionsService, entry};
use crate::audit::{self, AuditAction, AuditEntry};
use crate::changes::Recorder;
use crate::db::DbConn;
use crate::sessions::permissions::Action;
use crate::sessions::repository::presence;
use crate::sessions::{Participant, Role, SessionId, SessionsError};
use crate::users::{CurrentUser, UserId};

impl SessionsService {
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
        let (role, action, audited) = if is_host {
            (Role::SubHost, Action::GrantHost, AuditAction::HostGranted)
        } else {
            (
                Role::Participant,
                Action::RevokeHost,
                AuditAction::HostRevoked,
            )
        };
        let change = move |conn: &mut DbConn, recorder: &mut Recorder| {
            let actor = authorize(conn, &clock, me, session_id, action)?;
            if user_id == me.user_id {
                return Err(SessionsError::OwnRole);
            }
            let listed = presence::find_listed(conn, session_id, user_id)?;
            let listed = listed.ok_or(SessionsError::NoSuchParticipant)?;
            if listed.role != role {
                let since = is_host.then_some(actor.now.into());
                presence::update_role(conn, session_id, user_id, role, since)?;
                recorder.person(conn, session_id, user_id)?;
                note(conn, &actor, audited, user_id, ip)?;
            }
            Ok(Participant { role, ..listed })
        };
        self.changes.write(change).await
    }

    /// Makes a sub host the super host, who is then as returned; whoever asks becomes a sub host.
    ///
    /// # Errors
    /// Those of [`Self::change_host`], and [`SessionsError::NotASubHost`].
    pub async fn hand_over(
        &self,
        me: CurrentUser,
        session_id: SessionId,
        user_id: UserId,
        ip: Option<IpAddr>,
    ) -> Result<Participant, SessionsError> {
        let clock = self.clock.clone();
        let hand_over = move |conn: &mut DbConn, recorder: &mut Recorder| {
            let actor = authorize(conn, &clock, me, session_id, Action::HandOver)?;
            if user_id == me.user_id {
                return Err(SessionsError::OwnRole);
            }
            let heir = presence::find_listed(conn, session_id, user_id)?;
            let heir = heir.ok_or(SessionsError::NoSuchParticipant)?;
            if heir.role != Role::SubHost {
                return Err(SessionsError::NotASubHost);
            }
            presence::update_super_host(conn, session_id, me.user_id, user_id)?;
            recorder.person(conn, session_id, me.user_id)?;
            recorder.person(conn, session_id, user_id)?;
            note(conn, &actor, AuditAction::HostHandedOver, user_id, ip)?;
            Ok(Participant {
                role: Role::SuperHost,
                ..heir
            })
        };
        self.changes.write(hand_over).await
    }

    /// Lets whoever asks take part no longer. What it has written stays. A super host's session
    /// goes to the sub host who serves longest.
    ///
    /// # Errors
    /// [`SessionsError::Account`], [`SessionsError::NoSuchSession`], [`SessionsError::NoSubHost`],
    /// or when the database fails.
    pub async fn leave(
        &self,
        me: CurrentUser,
        session_id: SessionId,
        ip: Option<IpAddr>,
    ) -> Result<(), SessionsError> {
        let clock = self.clock.clone();
        let leave = move |conn: &mut DbConn, recorder: &mut Recorder| {
            let actor = authorize(conn, &clock, me, session_id, Action::Leave)?;
            let Some(role) = actor.session.role() else {
                return Ok(());
            };
            if role == Role::SuperHost {
                let heir = presence::find_heir(conn, session_id)?;
                let heir = heir.ok_or(SessionsError::NoSubHost)?;
                presence::update_super_host(conn, session_id, me.user_id, heir)?;
                recorder.person(conn, session_id, heir)?;
                note(conn, &actor, AuditAction::HostHandedOver, heir, ip)?;
            }
            if role.is_host() {
                recorder.person(conn, session_id, me.user_id)?;
                note(conn, &actor, AuditAction::HostRevoked, me.user_id, ip)?;
            }
            presence::update_left(conn, session_id, me.user_id, actor.now)?;
            let was_listed = actor.session.participation.is_some_and(|it| it.listed);
            if was_listed {
                let change = recorder.change(conn, session_id)?;
                presence::update_counts(conn, session_id, -1, 0, change)?;
                recorder.listing(conn, session_id, me.user_id)?;
            }
            Ok(())
        };
        self.changes.write(leave).await
    }
}

/// Writes down what was done to a host.
fn note(
    conn: &mut DbConn,
    actor: &Actor,
    action: AuditAction,
    subject: UserId,
    ip: Option<IpAddr>,
) -> Result<(), SessionsError> {
    let changed = AuditEntry {
        subject_id: Some(subject),
        ..entry(action, actor, ip)
    };
    Ok(audit::repository::insert(conn, &changed)?)
}
