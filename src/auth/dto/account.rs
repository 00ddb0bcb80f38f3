//! Requests and answers about an account that is signed in, and its logins.

use serde::Serialize;
use utoipa::ToSchema;

use super::Mode;
use crate::auth::login::OwnLogin;
use crate::db::UtcTime;
use crate::http::{Fields, FromFields};
use crate::password::{NewPassword, TypedPassword};
use crate::text;
use crate::users::LoginId;

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
    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let current = fields.required("currentPassword", |it| Ok(TypedPassword::new(it)));
        let new = fields.required("newPassword", NewPassword::parse);
        let mode = fields.optional("mode", text::word);
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
    #[schema(value_type = String)]
    login_id: LoginId,
    /// RFC 3339 in UTC.
    #[schema(value_type = String, format = DateTime)]
    created_at: UtcTime,
    /// When it was last refreshed, to the hour.
    #[schema(value_type = String, format = DateTime)]
    last_used_at: UtcTime,
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
            login_id: login.login_id,
            created_at: login.created_at.into(),
            last_used_at: login.last_used_at.into(),
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
