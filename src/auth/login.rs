//! A login: one signed-in device, alive across rotations of its refresh token.

use std::net::IpAddr;
use std::time::Duration;

use chrono::{DateTime, DurationRound, TimeDelta, Utc};

use super::device_token::DeviceTokenText;
use crate::users::{AccountKind, LoginId, UserId};

/// What is kept of a `User-Agent`, in characters: enough to tell one's devices apart.
const MAX_USER_AGENT: usize = 256;

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
    pub user_id: UserId,
    /// What the account is.
    pub kind: AccountKind,
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
    /// Whether it ends after a day without use: that of a guest who has not contributed.
    pub is_brief: bool,
}

/// How long logins live without use.
#[derive(Debug, Clone, Copy)]
pub struct IdleLifetimes {
    /// A named account's.
    pub usual: Duration,
    /// That of a guest who has not contributed.
    pub brief: Duration,
}

impl IdleLifetimes {
    /// When a login ends that was used `now` and not again.
    pub fn expires_at(self, is_brief: bool, now: DateTime<Utc>) -> DateTime<Utc> {
        now + if is_brief { self.brief } else { self.usual }
    }
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

/// A login as its owner sees it.
#[derive(Debug, Clone)]
pub struct OwnLogin {
    /// Which.
    pub login_id: LoginId,
    /// When it began.
    pub created_at: DateTime<Utc>,
    /// When it was last refreshed, cut to the hour.
    pub last_used_at: DateTime<Utc>,
    /// The beginning of its `User-Agent`.
    pub user_agent: Option<String>,
    /// The address from which it began.
    pub ip: Option<String>,
    /// When it ends unless it is refreshed.
    pub idle_expires_at: DateTime<Utc>,
    /// When it was ended, if it was.
    pub ended_at: Option<DateTime<Utc>>,
}

impl OwnLogin {
    /// Of the time of the last use the hour alone is told.
    pub fn hour_of(time: DateTime<Utc>) -> DateTime<Utc> {
        time.duration_trunc(TimeDelta::hours(1)).unwrap_or(time)
    }

    /// Whether it is neither ended nor expired.
    pub fn is_alive(&self, now: DateTime<Utc>) -> bool {
        self.ended_at.is_none() && now < self.idle_expires_at
    }
}
