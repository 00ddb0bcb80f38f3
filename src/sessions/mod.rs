//! Q&A sessions: rooms that one named account opens, and those who take part in them.

mod dto;
mod error;
pub mod handlers;
mod join_code;
pub mod permissions;
mod qr;
mod repository;
mod rows;
mod service;
mod session_id;

use chrono::{DateTime, Utc};

use crate::paging::Page;
use crate::text;
use crate::users::UserId;

pub use dto::SessionResponse;
pub use error::SessionsError;
pub use join_code::JoinCode;
pub use permissions::{Action, Refusal, Role, Standing, decide};
pub use rows::Participation;
pub use service::access::{Actor, Presence, authorize, lock};
pub use service::account_data::ACCOUNT_DATA;
pub use service::{SessionsService, count_questions, find};
pub use session_id::SessionId;

text::bounded! {
    /// The title of a session: 1 to 100 characters.
    SessionTitle, 100
}

/// What is to be changed of a session.
#[derive(Debug, Clone)]
pub struct SessionChange {
    /// Another title.
    pub title: Option<SessionTitle>,
    /// Another end.
    pub expires_at: Option<DateTime<Utc>>,
}

/// A session as it is seen by one who asks.
#[derive(Debug, Clone)]
pub struct Session {
    /// Which.
    pub session_id: SessionId,
    /// By which it is found without its id.
    pub join_code: String,
    /// In NFC.
    pub title: String,
    /// When it was opened.
    pub created_at: DateTime<Utc>,
    /// When it ends by itself.
    pub expires_at: DateTime<Utc>,
    /// When its super host ended it.
    pub ended_at: Option<DateTime<Utc>>,
    /// How many take part under their nickname.
    pub listed_count: i64,
    /// How often somebody has come in without a name.
    pub anonymous_count: i64,
    /// How many questions there are.
    pub question_count: i64,
    /// How whoever asks takes part; a stranger does not.
    pub participation: Option<Participation>,
}

impl Session {
    /// Whether its time has passed.
    pub fn is_expired(&self, now: DateTime<Utc>) -> bool {
        self.expires_at <= now
    }

    /// Those who take part under their nickname, and how often somebody has come in without a name.
    pub fn participant_count(&self) -> i64 {
        self.listed_count + self.anonymous_count
    }

    /// Whether it has ended, by its super host or by time: then nobody writes any more.
    pub fn is_over(&self, now: DateTime<Utc>) -> bool {
        self.ended_at.is_some() || self.is_expired(now)
    }

    /// The role of whoever asks; a stranger has none.
    pub fn role(&self) -> Option<Role> {
        self.participation.map(|it| it.role)
    }

    /// Changes the copy as the row was changed.
    fn apply(&mut self, change: &SessionChange) {
        if let Some(title) = &change.title {
            self.title.clone_from(&title.0);
        }
        self.expires_at = change.expires_at.unwrap_or(self.expires_at);
    }

    /// What the table decides from, about what nobody wrote.
    pub fn standing(&self, now: DateTime<Utc>) -> Standing {
        Standing {
            role: self.role(),
            is_author: false,
            is_over: self.is_over(now),
            is_settled: false,
        }
    }
}

/// A participant as the others see one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Participant {
    /// Nobody, where the others see no name.
    pub named: Option<(UserId, String)>,
    /// What it may do.
    pub role: Role,
}

/// Some of those who take part in a session under their nickname.
#[derive(Debug)]
pub struct ParticipantsPage {
    /// Hosts first.
    pub listed: Page<Participant>,
    /// How often somebody has come in without a name.
    pub anonymous_count: i64,
}
