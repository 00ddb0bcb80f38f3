//! Requests and answers about an account that is signed in, and its logins.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::{MAX_BYTES, Mode};
use crate::audit::Event;
use crate::auth::login::OwnLogin;
use crate::auth::service::export::Export;
use crate::http::{Fields, FromFields};
use crate::password::{NewPassword, TypedPassword};
use crate::users::{AccountKind, Email, LoginId, Nickname, UserId};

/// A change of one's password.
#[derive(ToSchema)]
#[schema(rename_all = "camelCase")]
pub struct PasswordRequest {
    /// The one that holds now.
    #[schema(value_type = String, format = Password, examples("a long enough one"))]
    pub current_password: TypedPassword,
    /// The one that shall hold.
    pub new_password: NewPassword,
    /// How the refresh token of the new login travels; `cookie` where it is not said.
    pub mode: Option<Mode>,
}

impl FromFields for PasswordRequest {
    const MAX_BYTES: usize = MAX_BYTES;
    const MAY_BE_EMPTY: bool = false;

    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let current = fields.required("currentPassword", |it| Ok(TypedPassword::new(it)));
        let new = fields.required("newPassword", NewPassword::parse);
        let mode = fields.optional("mode", Mode::parse);
        Some(Self {
            current_password: current?,
            new_password: new?,
            mode: mode?,
        })
    }
}

/// The end of one's account.
#[derive(ToSchema)]
pub struct DeletionRequest {
    /// A named account's; guests have none.
    #[schema(value_type = Option<String>, format = Password, examples("a long enough one"))]
    pub password: Option<TypedPassword>,
}

impl FromFields for DeletionRequest {
    const MAX_BYTES: usize = MAX_BYTES;
    const MAY_BE_EMPTY: bool = true;

    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let password = fields.optional("password", |it| Ok(TypedPassword::new(it)));
        Some(Self {
            password: password?,
        })
    }
}

/// One's signed-in devices.
#[derive(Serialize, ToSchema)]
pub struct LoginsResponse {
    /// The one used last first.
    logins: Vec<LoginResponse>,
}

/// One signed-in device.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct LoginResponse {
    /// A random text: 22 characters.
    login_id: String,
    /// RFC 3339 in UTC.
    #[schema(value_type = String, format = DateTime)]
    created_at: DateTime<Utc>,
    /// When it was last refreshed, to the hour.
    #[schema(value_type = String, format = DateTime)]
    last_used_at: DateTime<Utc>,
    /// What it called itself when it signed in; at most 256 characters.
    #[schema(required)]
    user_agent: Option<String>,
    /// The address from which it signed in.
    #[schema(required)]
    ip: Option<String>,
    /// Whether it is the one that asks.
    current: bool,
}

impl LoginResponse {
    fn new(login: OwnLogin, asking: LoginId) -> Self {
        Self {
            login_id: login.login_id.to_text(),
            created_at: login.created_at,
            last_used_at: login.last_used_at,
            user_agent: login.user_agent,
            ip: login.ip,
            current: login.login_id == asking,
        }
    }
}

impl LoginsResponse {
    /// As the login `asking` sees them.
    pub fn new(logins: Vec<OwnLogin>, asking: LoginId) -> Self {
        let logins = logins.into_iter();
        Self {
            logins: logins.map(|it| LoginResponse::new(it, asking)).collect(),
        }
    }
}

/// Everything that is stored about an account, but for the hash of its password.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ExportResponse {
    /// The account itself.
    account: ExportedAccount,
    /// Its logins, those too that are over and not yet removed.
    logins: Vec<ExportedLogin>,
    /// What the audit trail says about it.
    audit_events: Vec<ExportedEvent>,
    /// What it has said and done, by feature.
    #[schema(value_type = Object)]
    contributions: Map<String, Value>,
}

/// An account in an export.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ExportedAccount {
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
    created_at: DateTime<Utc>,
    /// Whether it is an administrator's.
    admin: bool,
}

/// A login in an export.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ExportedLogin {
    /// A random text: 22 characters.
    login_id: String,
    /// RFC 3339 in UTC.
    #[schema(value_type = String, format = DateTime)]
    created_at: DateTime<Utc>,
    /// When it was last refreshed, to the hour.
    #[schema(value_type = String, format = DateTime)]
    last_used_at: DateTime<Utc>,
    /// What it called itself when it signed in.
    #[schema(required)]
    user_agent: Option<String>,
    /// The address from which it signed in.
    #[schema(required)]
    ip: Option<String>,
    /// When it was ended; null if it was not.
    #[schema(required, value_type = Option<String>, format = DateTime)]
    ended_at: Option<DateTime<Utc>>,
}

/// An entry of the audit trail in an export.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ExportedEvent {
    /// What was done.
    #[schema(examples("signed_in"))]
    action: String,
    /// RFC 3339 in UTC.
    #[schema(value_type = String, format = DateTime)]
    at: DateTime<Utc>,
    /// Which login, where there is one.
    #[schema(required)]
    login_id: Option<String>,
    /// The client's address.
    #[schema(required)]
    ip: Option<String>,
    /// In which Q&A session, where it was in one.
    #[schema(required)]
    session_id: Option<String>,
}

impl From<OwnLogin> for ExportedLogin {
    fn from(login: OwnLogin) -> Self {
        Self {
            login_id: login.login_id.to_text(),
            created_at: login.created_at,
            last_used_at: login.last_used_at,
            user_agent: login.user_agent,
            ip: login.ip,
            ended_at: login.ended_at,
        }
    }
}

impl From<Event> for ExportedEvent {
    fn from(event: Event) -> Self {
        Self {
            action: event.action,
            at: event.at,
            login_id: event.login_id,
            ip: event.ip,
            session_id: event.session_id,
        }
    }
}

impl From<Export> for ExportResponse {
    fn from(export: Export) -> Self {
        let user = export.user;
        Self {
            account: ExportedAccount {
                user_id: user.user_id,
                kind: user.kind,
                email: user.email,
                nickname: user.nickname,
                created_at: user.created_at,
                admin: user.admin,
            },
            logins: export.logins.into_iter().map(Into::into).collect(),
            audit_events: export.events.into_iter().map(Into::into).collect(),
            contributions: export.features,
        }
    }
}
