//! The export of an account as a whole: its document, and the parts that belong to `auth`.

use serde::Serialize;
use utoipa::ToSchema;
use utoipa::openapi::Ref;

use super::login::OwnLogin;
use super::repository::logins;
use crate::audit::{self, Event};
use crate::db::UtcTime;
use crate::users::account_data::AccountData;
use crate::users::account_export::{ExportError, ExportPart};
use crate::users::{AccountKind, Email, LoginId, Nickname, User, UserId};

/// Logins that are read at once, of up to 1.3 KB.
const LOGINS: usize = 50;
/// Audit events that are read at once.
const EVENTS: usize = 250;

/// Everything that is stored about an account, but for the hash of its password. It is written
/// piece by piece: this describes the whole.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
pub struct ExportResponse {
    /// The account itself.
    pub account: ExportedAccount,
    /// Its logins, those too that are over and not yet removed: the latest first.
    pub logins: Vec<ExportedLogin>,
    /// What the audit trail says about it: the oldest first.
    pub audit_events: Vec<ExportedEvent>,
    /// What it has said and done, by feature.
    #[schema(schema_with = contributions)]
    pub contributions: (),
}

/// The features are above: the document says there what they keep.
fn contributions() -> Ref {
    Ref::from_schema_name("Contributions")
}

/// An account in an export.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ExportedAccount {
    /// A random number; nothing can be read from its order.
    user_id: UserId,
    kind: AccountKind,
    /// Null for guests.
    #[schema(required, value_type = Option<Email>)]
    email: Option<String>,
    /// Null for guests.
    #[schema(required, value_type = Option<Nickname>)]
    nickname: Option<String>,
    /// RFC 3339 in UTC.
    #[schema(value_type = String, format = DateTime)]
    created_at: UtcTime,
    /// Whether it is an administrator's.
    admin: bool,
}

/// A login in an export.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ExportedLogin {
    /// A random text: 22 characters.
    #[schema(value_type = String)]
    login_id: LoginId,
    /// RFC 3339 in UTC.
    #[schema(value_type = String, format = DateTime)]
    created_at: UtcTime,
    /// When it was last refreshed, to the hour.
    #[schema(value_type = String, format = DateTime)]
    last_used_at: UtcTime,
    /// What it called itself when it signed in.
    #[schema(required)]
    user_agent: Option<String>,
    /// The address from which it signed in.
    #[schema(required)]
    ip: Option<String>,
    /// When it was ended; null if it was not.
    #[schema(required, value_type = Option<String>, format = DateTime)]
    ended_at: Option<UtcTime>,
}

/// An entry of the audit trail in an export.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ExportedEvent {
    /// What was done.
    #[schema(examples("signed_in"))]
    action: String,
    /// RFC 3339 in UTC.
    #[schema(value_type = String, format = DateTime)]
    at: UtcTime,
    /// Which login, where there is one.
    #[schema(required, value_type = Option<String>)]
    login_id: Option<LoginId>,
    /// The client's address.
    #[schema(required)]
    ip: Option<String>,
    /// In which Q&A session, where it was in one.
    #[schema(required)]
    session_id: Option<String>,
    /// To which question or reply it was done, where it was done to one.
    #[schema(required)]
    item_id: Option<String>,
}

/// An [`ExportResponse`] whose lists are still to be read.
///
/// # Errors
/// When the account cannot be written, which nothing is known to cause.
pub fn document(
    account: UserId,
    user: User,
    account_data: &[AccountData],
) -> Result<ExportPart, ExportError> {
    let features = account_data.iter();
    let features = features.filter_map(|feature| Some((feature.name, feature.export?(account))));
    Ok(ExportPart::Object(vec![
        ("account", ExportPart::value(&ExportedAccount::from(user))?),
        ("logins", logins_of(account)),
        ("auditEvents", events_of(account)),
        ("contributions", ExportPart::Object(features.collect())),
    ]))
}

fn logins_of(account: UserId) -> ExportPart {
    ExportPart::list(LOGINS, move |conn, after, limit| {
        let logins = logins::list_latest(conn, account, after, limit)?.into_iter();
        let keyed = logins.map(|it| ((it.created_at, it.login_id), ExportedLogin::from(it)));
        Ok(keyed.collect())
    })
}

fn events_of(account: UserId) -> ExportPart {
    ExportPart::list(EVENTS, move |conn, after, limit| {
        let events = audit::repository::list_of(conn, account, after, limit)?.into_iter();
        let keyed = events.map(|(number, event)| (number, ExportedEvent::from(event)));
        Ok(keyed.collect())
    })
}

impl From<User> for ExportedAccount {
    fn from(user: User) -> Self {
        Self {
            user_id: user.user_id,
            kind: user.kind,
            email: user.email,
            nickname: user.nickname,
            created_at: user.created_at.into(),
            admin: user.admin,
        }
    }
}

impl From<OwnLogin> for ExportedLogin {
    fn from(login: OwnLogin) -> Self {
        Self {
            login_id: login.login_id,
            created_at: login.created_at.into(),
            last_used_at: login.last_used_at.into(),
            user_agent: login.user_agent,
            ip: login.ip,
            ended_at: login.ended_at.map(UtcTime::from),
        }
    }
}

impl From<Event> for ExportedEvent {
    fn from(event: Event) -> Self {
        Self {
            action: event.action,
            at: event.at.into(),
            login_id: event.login_id,
            ip: event.ip,
            session_id: event.session_id,
            item_id: event.item_id,
        }
    }
}
