//! Q&A sessions: rooms that one named account opens, and those who take part in them.

mod account_data;
mod description;
mod dto;
mod error;
mod followed;
pub mod handlers;
mod join_code;
mod labels;
pub mod permissions;
mod purge;
mod qr;
mod repository;
mod rows;
mod service;
mod settings;

use chrono::{DateTime, TimeDelta, Utc};
use utoipa::ToSchema;

use crate::changes::Audience;
pub use crate::changes::SessionId;
use crate::ids::random_id;
use crate::paging::Page;
use crate::text;
use crate::users::AccountKind;

pub use account_data::{ACCOUNT_DATA, ExportedParticipation};
pub use description::SessionDescription;
pub use dto::SessionResponse;
pub use error::SessionsError;
pub use followed::{
    Followed, Person, SessionEvent, find_followed, list_changes, list_hosts, list_persons,
    list_present,
};
pub use join_code::JoinCode;
pub use labels::{Label, LabelColor, LabelId, LabelName, Labels, MAX_LABELS, WantedLabel};
pub use permissions::{Action, Refusal, Role, Standing, decide, needs_review};
pub use purge::{PURGE_KNOWN_CODES, PURGE_PARTICIPANTS, PURGE_SESSIONS, lock_deleted};
pub use rows::{
    Muted, Participant, Participation, Rules, Session, SessionCounts, SessionDetails, Settings,
};
pub use service::access::{Actor, Applicant, Presence, lock};
pub use service::known_codes::KnownCodes;
pub use service::{
    SessionsService, Tally, change_details, count, count_no_questions, count_removed_questions,
    find, is_blocked, lock_row, note_item, note_muted,
};
pub use settings::{NamesSetting, QuestionsSetting, RepliesSetting, SettingsChange};

/// By so much the clocks of two instances may differ: what is later was not written in the future.
const CLOCKS_APART: TimeDelta = TimeDelta::seconds(5);

random_id! {
    /// The random id of a question, by which it is told.
    QuestionId
}

random_id! {
    /// The random id of a mute.
    MuteId
}

text::bounded! {
    /// The title of a session: 1 to 100 characters.
    SessionTitle, 100
}

/// A new session.
#[derive(Debug, Clone, ToSchema)]
#[schema(as = SessionRequest, rename_all = "camelCase")]
pub struct NewSession {
    title: SessionTitle,
    /// What it is about; nothing where it is left out.
    #[schema(value_type = Option<SessionDescription>)]
    description: SessionDescription,
    /// When it ends by itself: RFC 3339, later than now, at most a year by the calendar and a
    /// minute from now. In 7 days if it is left out.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub expires_at: Option<DateTime<Utc>>,
    /// What it allows, where that is not the usual.
    #[schema(value_type = Option<SettingsChange>)]
    pub settings: SettingsChange,
}

impl NewSession {
    /// One that ends when sessions usually do.
    pub fn new(title: SessionTitle, description: SessionDescription) -> Self {
        Self {
            title,
            description,
            expires_at: None,
            settings: SettingsChange::default(),
        }
    }

    /// What the session says of itself when it is opened.
    fn details(
        &self,
        session_id: SessionId,
        join_code: &JoinCode,
        created_at: DateTime<Utc>,
        expires_at: DateTime<Utc>,
    ) -> SessionDetails {
        SessionDetails {
            session_id,
            join_code: join_code.as_str().into(),
            title: self.title.0.clone(),
            description: self.description.as_str().into(),
            created_at: created_at.into(),
            expires_at: expires_at.into(),
            ended_at: None,
            labels: Labels::default(),
            current_question_id: None,
        }
    }
}

/// A change of a session; what is left out stays.
#[derive(Debug, Clone, ToSchema)]
#[schema(as = SessionChangeRequest, rename_all = "camelCase")]
pub struct SessionChange {
    title: Option<SessionTitle>,
    description: Option<SessionDescription>,
    /// When it ends by itself: RFC 3339, later than now, at most a year by the calendar and a
    /// minute from now.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub expires_at: Option<DateTime<Utc>>,
    /// What it allows: any part of it. Hosts may change this alone.
    pub settings: Option<SettingsChange>,
}

impl SessionChange {
    /// What it is in the table of roles and actions.
    fn action(&self) -> Action {
        let is_of_itself =
            self.title.is_some() || self.description.is_some() || self.expires_at.is_some();
        if self.settings.is_some() && !is_of_itself {
            Action::EditSettings
        } else {
            Action::EditSession
        }
    }

    /// Changes what a session says of itself.
    fn apply(&self, details: &mut SessionDetails) {
        if let Some(title) = &self.title {
            details.title.clone_from(&title.0);
        }
        if let Some(description) = &self.description {
            details.description = description.as_str().into();
        }
        if let Some(expires_at) = self.expires_at {
            details.expires_at = expires_at.into();
        }
    }
}

/// Until when a session that has ended goes on.
#[derive(Debug, Clone, Copy, ToSchema)]
#[schema(as = ReopenRequest, rename_all = "camelCase")]
pub struct Reopening {
    /// When it ends by itself: RFC 3339, later than now, at most a year by the calendar and a
    /// minute from now. In 7 days if it is left out.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub expires_at: Option<DateTime<Utc>>,
}

impl Session {
    /// Whether its time has passed.
    pub fn is_expired(&self, now: DateTime<Utc>) -> bool {
        self.details.expires_at <= now.into()
    }

    /// Those who take part under their nickname, and how often somebody has come in without a name.
    pub fn participant_count(&self) -> i64 {
        self.counts.listed_count + self.counts.anonymous_count
    }

    /// Whether it has ended, by its super host or by time: then nobody writes any more.
    pub fn is_over(&self, now: DateTime<Utc>) -> bool {
        self.details.ended_at.is_some() || self.is_expired(now)
    }

    /// The role of whoever asks; a stranger has none, and nobody who has left.
    pub fn role(&self) -> Option<Role> {
        let present = self.participation.filter(|it| it.left_at.is_none());
        present.map(|it| it.role)
    }

    /// As what it is told how far the session has come.
    pub fn audience(&self) -> Audience {
        Audience::of(self.role().is_some_and(Role::is_host))
    }

    /// What the table decides from, about what nobody wrote.
    pub fn standing(&self, now: DateTime<Utc>) -> Standing {
        Standing {
            role: self.role(),
            is_author: false,
            is_over: self.is_over(now),
            is_settled: false,
            is_judged: false,
            is_guest: self.kind == Some(AccountKind::Guest),
            is_anonymous: false,
            rules: self.settings.rules,
            muted: self.participation.map(|it| it.muted).unwrap_or_default(),
        }
    }

    /// How long whoever asks waits until it may contribute again where the session is slow. A clock
    /// that was set back makes nobody wait until it has caught up.
    pub fn slow_mode_left(&self, now: DateTime<Utc>) -> Option<TimeDelta> {
        let last = DateTime::from(self.participation?.contributed_at?);
        let passed = now - last;
        if passed < -CLOCKS_APART {
            return None;
        }
        let passed = passed.max(TimeDelta::zero());
        let left = TimeDelta::seconds(self.settings.rules.slow_mode) - passed;
        (left > TimeDelta::zero()).then_some(left)
    }

    /// Whether a mute keeps whoever asks from writing as it would by default; `None` for a
    /// stranger.
    pub fn is_muted(&self, now: DateTime<Utc>) -> Option<bool> {
        let standing = self.standing(now).writing(false);
        self.role().map(|_| standing.is_muted(false))
    }
}

/// Some of those who take part in a session under their nickname.
#[derive(Debug)]
pub struct ParticipantsPage {
    /// Hosts first.
    pub listed: Page<Participant>,
    /// How often somebody has come in without a name.
    pub anonymous_count: i64,
}
