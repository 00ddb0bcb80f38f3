//! What becomes of someone's sessions when something becomes of the account.

use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::audit;
use crate::audit::{AuditAction, AuditEntry};
use crate::changes::Recorder;
use crate::db::{DbConn, DbError, UtcTime};
use crate::sessions::repository::presence;
use crate::sessions::{
    Muted, Role, Session, SessionDescription, SessionId, SessionTitle, repository,
};
use crate::users::account_data::AccountData;
use crate::users::account_export::ExportPart;
use crate::users::{Nickname, UserId};

/// A guest's participations go to the account; those of a deleted account go, and its sessions go
/// to the sub hosts who serve longest. Before what belongs to sessions: a claim locks them here.
pub const ACCOUNT_DATA: AccountData = AccountData {
    name: "sessions",
    claim: Some(claim),
    erase,
    renamed: Some(renamed),
    export: Some(export),
};

/// Sessions that an export reads at once, of up to 4.7 KB.
const SESSIONS: usize = 20;
/// Sessions out of which a deleted account is taken at once, each with up to seven statements.
const SESSIONS_LEFT: i64 = 50;
/// A session without a host can be read for so long.
const KEPT_WITHOUT_HOST: TimeDelta = TimeDelta::days(30);

/// A session in which the account takes part, or did, as an export tells it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ExportedParticipation {
    /// Which session.
    #[schema(value_type = String)]
    session_id: SessionId,
    /// In NFC.
    #[schema(value_type = SessionTitle)]
    title: String,
    /// In NFC; empty where nothing was said.
    #[schema(value_type = SessionDescription)]
    description: String,
    /// RFC 3339 in UTC.
    #[schema(value_type = String, format = DateTime)]
    created_at: UtcTime,
    /// When it ends by itself.
    #[schema(value_type = String, format = DateTime)]
    expires_at: UtcTime,
    /// When its super host ended it; null if nobody did.
    #[schema(required, value_type = Option<String>, format = DateTime)]
    ended_at: Option<UtcTime>,
    /// What the account may do there; null for what it has left.
    #[schema(required)]
    role: Option<Role>,
    /// When the account left; null where it takes part.
    #[schema(required, value_type = Option<String>, format = DateTime)]
    left_at: Option<UtcTime>,
    /// Whether hosts keep the account from writing there, under its nickname or without it.
    muted: bool,
}

fn claim(conn: &mut DbConn, guest: UserId, account: UserId) -> Result<(), DbError> {
    repository::lock_all_of(conn, guest)?;
    presence::update_guest_to_account(conn, guest, account)
}

fn erase(
    conn: &mut DbConn,
    account: UserId,
    now: DateTime<Utc>,
    limit: i64,
) -> Result<usize, DbError> {
    // In order of their ids, as everybody locks sessions.
    let theirs = presence::list_of(conn, account, limit.min(SESSIONS_LEFT))?;
    let locked: Vec<SessionId> = theirs.into_iter().map(|it| it.0).collect();
    for session_id in &locked {
        repository::lock(conn, *session_id)?;
    }
    let mut recorder = Recorder::default();
    // Read again, now that nobody changes them. Others may come where some are gone meanwhile.
    let theirs = presence::list_of(conn, account, locked.len() as i64)?;
    for (session_id, participation) in theirs.iter().filter(|it| locked.contains(&it.0)) {
        if participation.role == Role::SuperHost {
            pass_on(conn, &mut recorder, *session_id, account, now)?;
        }
        if participation.listed {
            let change = recorder.change(conn, *session_id)?;
            presence::update_counts(conn, *session_id, -1, 0, change)?;
            recorder.listing(conn, *session_id, account)?;
        }
        presence::delete(conn, *session_id, account)?;
    }
    Ok(locked.len())
}

/// Gives the session of a deleted account to the sub host who serves longest. Without one it ends,
/// and is deleted later. One that is deleted already stays so.
fn pass_on(
    conn: &mut DbConn,
    recorder: &mut Recorder,
    session_id: SessionId,
    account: UserId,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    let Some(mut session) = repository::find(conn, session_id, None)? else {
        return Ok(());
    };
    let entry = |action| AuditEntry {
        session_id: Some(session_id.to_text()),
        ..AuditEntry::new(action, Some(account), now)
    };
    if let Some(heir) = presence::find_heir(conn, session_id)? {
        presence::update_super_host(conn, session_id, account, heir)?;
        recorder.person(conn, session_id, heir)?;
        let handed_over = AuditEntry {
            subject_id: Some(heir),
            ..entry(AuditAction::HostHandedOver)
        };
        return audit::repository::insert(conn, &handed_over);
    }
    repository::update_delete_at(conn, session_id, now + KEPT_WITHOUT_HOST)?;
    if session.is_over(now) {
        return Ok(());
    }
    session.details.ended_at = Some(now.into());
    let change = recorder.change(conn, session_id)?;
    repository::update(conn, &session.details, change)?;
    audit::repository::insert(conn, &entry(AuditAction::SessionEnded))
}

/// Others see the new nickname in the list of participants, and beside what was written under it
/// by who has left since.
fn renamed(conn: &mut DbConn, account: UserId, _: &Nickname) -> Result<(), DbError> {
    repository::lock_all_of(conn, account)?;
    let mut recorder = Recorder::default();
    for session_id in presence::list_named(conn, account)? {
        recorder.person(conn, session_id, account)?;
    }
    Ok(())
}

fn export(account: UserId) -> ExportPart {
    ExportPart::list(SESSIONS, move |conn, after, limit| {
        let sessions = repository::list_of(conn, account, after, limit, true)?.into_iter();
        let keyed = sessions.map(|session| {
            let opened = DateTime::from(session.details.created_at);
            let key = (opened, session.details.session_id);
            (key, ExportedParticipation::from(session))
        });
        Ok(keyed.collect())
    })
}

impl From<Session> for ExportedParticipation {
    fn from(session: Session) -> Self {
        Self {
            role: session.role(),
            muted: session
                .participation
                .is_some_and(|it| it.muted != Muted::default()),
            left_at: session.participation.and_then(|it| it.left_at),
            session_id: session.details.session_id,
            title: session.details.title,
            description: session.details.description,
            created_at: session.details.created_at,
            expires_at: session.details.expires_at,
            ended_at: session.details.ended_at,
        }
    }
}
