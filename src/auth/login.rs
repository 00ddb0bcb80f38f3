//! A login: one signed-in device, alive across rotations of its refresh token.

use std::net::IpAddr;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};

use super::device_token::DeviceTokenText;
use crate::random::Random;

/// Bytes of a login's id: too many to guess.
pub const LOGIN_ID_BYTES: usize = 16;
/// What is kept of a `User-Agent`, in characters: enough to tell one's devices apart.
const MAX_USER_AGENT: usize = 256;

/// A login's random id. It is no secret: the access token names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct LoginId([u8; LOGIN_ID_BYTES]);

impl LoginId {
    /// A new id.
    pub fn generate(random: &Random) -> Self {
        Self(random.bytes())
    }

    /// From the bytes in a refresh token.
    pub fn from_bytes(bytes: [u8; LOGIN_ID_BYTES]) -> Self {
        Self(bytes)
    }

    /// The bytes in a refresh token.
    pub fn as_bytes(&self) -> &[u8; LOGIN_ID_BYTES] {
        &self.0
    }

    /// As it stands in rows and access tokens: 22 characters of base64url.
    pub fn to_text(self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }
}

/// Where a request came from, as far as it tells.
#[derive(Debug, Clone, Default)]
pub struct Device {
    /// The client's address, seen through trusted proxies.
    pub ip: Option<IpAddr>,
    /// The beginning of its `User-Agent`.
    pub user_agent: Option<String>,
    /// The cookie by which it may be known.
    pub token: Option<DeviceTokenText>,
}

impl Device {
    /// Keeps the beginning of the `User-Agent`, without control characters.
    pub fn new(
        ip: Option<IpAddr>,
        user_agent: Option<&str>,
        token: Option<DeviceTokenText>,
    ) -> Self {
        let shorten = |it: &str| {
            it.chars()
                .filter(|c| !c.is_control())
                .take(MAX_USER_AGENT)
                .collect()
        };
        Self {
            ip,
            user_agent: user_agent.map(shorten),
            token,
        }
    }
}

/// A login as it is stored, with what its account says about it.
#[derive(Debug, Clone)]
pub struct Login {
    /// Which login.
    pub login_id: LoginId,
    /// Whose.
    pub user_id: i64,
    /// The account's nickname; guests have none.
    pub nickname: Option<String>,
    /// Whether the account may sign in at all.
    pub user_is_active: bool,
    /// The generation of the token that is current.
    pub generation: u32,
    /// The generation that was exchanged for it.
    pub previous: Option<u32>,
    /// When the current generation came to be.
    pub rotated_at: DateTime<Utc>,
    /// When it ends unless it is refreshed; never after `expires_at`.
    pub idle_expires_at: DateTime<Utc>,
    /// When it ends however busy it is. Never moves.
    pub expires_at: DateTime<Utc>,
    /// When it was ended, if it was.
    pub ended_at: Option<DateTime<Utc>>,
}

impl Login {
    /// Whether its refresh token buys anything still.
    pub fn is_alive(&self, now: DateTime<Utc>) -> bool {
        self.ended_at.is_none()
            && now < self.idle_expires_at
            && now < self.expires_at
            && self.user_is_active
    }
}
