//! Requests and answers as they travel.

use secrecy::ExposeSecret;
use serde::Serialize;

use super::password::{NewPassword, TypedPassword};
use super::refresh_token::RefreshTokenText;
use super::register::NewAccount;
use super::service::{Credentials, SignedIn};
use crate::http::{Fields, FromFields};
use crate::users::{Email, FoldedEmail, Nickname};
use crate::validation::Invalid;

/// Bodies of auth routes hold little.
const MAX_BYTES: usize = 16 * 1024;

/// How a refresh token travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mode {
    /// In a cookie that no script can read.
    #[default]
    Cookie,
    /// In the JSON, for apps without cookies and for pages of another site.
    Json,
}

impl Mode {
    fn parse(text: &str) -> Result<Self, Invalid> {
        match text {
            "cookie" => Ok(Self::Cookie),
            "json" => Ok(Self::Json),
            _ => Err(Invalid::NotOneOf("cookie, json")),
        }
    }
}

/// POST `/users`.
pub struct RegisterRequest(pub NewAccount);

impl FromFields for RegisterRequest {
    const MAX_BYTES: usize = MAX_BYTES;
    const MAY_BE_EMPTY: bool = false;

    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let email = fields.required("email", Email::parse);
        let nickname = fields.required("nickname", Nickname::parse);
        let password = fields.required("password", NewPassword::parse);
        Some(Self(NewAccount {
            email: email?,
            nickname: nickname?,
            password: password?,
        }))
    }
}

/// POST `/auth/login`. Whatever text was typed is taken: what can be no address or password is a
/// wrong one, at the same cost.
pub struct LoginRequest {
    pub credentials: Credentials,
    pub mode: Mode,
}

impl FromFields for LoginRequest {
    const MAX_BYTES: usize = MAX_BYTES;
    const MAY_BE_EMPTY: bool = false;

    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let email = fields.required("email", |typed| Ok(FoldedEmail::of(typed)));
        let password = fields.required("password", |typed| Ok(TypedPassword::new(typed)));
        let mode = fields.optional("mode", Mode::parse);
        Some(Self {
            credentials: Credentials {
                email: email?,
                password: password?,
            },
            mode: mode?.unwrap_or_default(),
        })
    }
}

/// POST `/auth/token` and `/auth/logout`.
pub struct RefreshRequest {
    /// From a client without cookies.
    pub refresh_token: Option<RefreshTokenText>,
}

impl FromFields for RefreshRequest {
    const MAX_BYTES: usize = MAX_BYTES;
    const MAY_BE_EMPTY: bool = true;

    fn from_fields(fields: &mut Fields) -> Option<Self> {
        let refresh_token = fields.optional("refreshToken", |text| {
            Ok(RefreshTokenText::new(text.into()))
        });
        Some(Self {
            refresh_token: refresh_token?,
        })
    }
}

/// What POST `/users` answers.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct RegisteredResponse<'a> {
    pub user_id: i64,
    pub email: &'a str,
    pub nickname: &'a str,
}

/// What gives tokens answers.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TokenResponse<'a> {
    access_token: &'a str,
    token_type: &'static str,
    /// Seconds for which the access token lives.
    expires_in: i64,
    user_id: i64,
    nickname: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<&'a str>,
}

impl<'a> TokenResponse<'a> {
    /// With the refresh token in it where `mode` says so.
    pub fn new(tokens: &'a SignedIn, mode: Mode) -> Self {
        Self {
            access_token: tokens.access_token.text.expose_secret(),
            token_type: "Bearer",
            expires_in: tokens.access_token.lifetime.num_seconds(),
            user_id: tokens.user_id,
            nickname: tokens.nickname.as_deref(),
            refresh_token: (mode == Mode::Json).then(|| tokens.refresh_token.expose()),
        }
    }
}

/// What POST `/auth/logout` answers.
#[derive(Serialize)]
pub struct MessageResponse {
    pub message: String,
}
