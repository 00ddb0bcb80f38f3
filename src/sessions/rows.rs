//! Rows of `sessions` and `participants`, and what of them is told as it stands there.

use diesel::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;

use super::labels::{Label, Labels};
use super::settings::{NamesSetting, QuestionsSetting, RepliesSetting};
use super::{MuteId, QuestionId, Role, SessionDescription, SessionId, SessionTitle};
use crate::blocked_words::BlockedWords;
use crate::changes::Change;
use crate::db::UtcTime;
use crate::db::columns::{bytes_columns, enum_columns, stored_as};
use crate::db::schema::{participants, sessions, users};
use crate::users::{AccountKind, Nickname, UserId};

bytes_columns!(MuteId, QuestionId);
enum_columns!(NamesSetting, QuestionsSetting, RepliesSetting, Role);
stored_as! {
    BlockedWords,
    diesel::sql_types::Text,
    String,
    |text: &String| BlockedWords::from_column(text),
    |words: BlockedWords| words.to_column()
}
stored_as! {
    Labels,
    diesel::sql_types::Text,
    String,
    |text: &String| serde_json::from_str(text).ok().map(Labels),
    // Texts alone: nothing in them can fail.
    |labels: Labels| serde_json::to_string(&labels.0).unwrap_or_default()
}

/// What a session says of itself, whoever asks.
#[derive(
    Debug, Clone, PartialEq, Queryable, Selectable, Insertable, AsChangeset, Serialize, ToSchema,
)]
#[diesel(table_name = sessions, primary_key(session_id), treat_none_as_null = true)]
#[serde(rename_all = "camelCase")]
pub struct SessionDetails {
    /// Cannot be guessed: whoever knows it can read the session.
    #[schema(value_type = String, pattern = "^[A-Za-z0-9_-]{22}$")]
    pub session_id: SessionId,
    /// What people type to find it; no other session ever has it.
    #[schema(pattern = "^[34679CDFGHJKMNPQRTVWXY]{6}$")]
    pub join_code: String,
    /// As it was typed, in NFC.
    #[schema(value_type = SessionTitle)]
    pub title: String,
    /// As it was typed, in NFC; empty where nothing was said.
    #[schema(value_type = SessionDescription)]
    pub description: String,
    /// RFC 3339 in UTC.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: UtcTime,
    /// When it ends by itself.
    #[schema(value_type = String, format = DateTime)]
    pub expires_at: UtcTime,
    /// When its super host ended it; null if nobody did.
    #[schema(required, value_type = Option<String>, format = DateTime)]
    pub ended_at: Option<UtcTime>,
    /// Under which questions can be put, in the order of its hosts.
    #[schema(value_type = Vec<Label>)]
    pub labels: Labels,
    /// Of the question that is being answered now.
    #[diesel(column_name = current_question)]
    #[schema(required, value_type = Option<String>)]
    pub current_question_id: Option<QuestionId>,
}

/// What the table of roles and actions decides from.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Queryable,
    Selectable,
    Insertable,
    AsChangeset,
    Serialize,
    ToSchema,
)]
#[diesel(table_name = sessions)]
#[serde(rename_all = "camelCase")]
#[schema(as = SessionRules)]
pub struct Rules {
    /// Who asks questions, and when others see them.
    #[diesel(column_name = questions_setting)]
    pub questions: QuestionsSetting,
    /// Who replies, and when others see it.
    #[diesel(column_name = replies_setting)]
    pub replies: RepliesSetting,
    /// Whether questions and replies are liked; otherwise the numbers of likes stand still.
    #[diesel(column_name = likes_setting)]
    pub likes: bool,
    /// Whose names are seen.
    #[diesel(column_name = names_setting)]
    pub names: NamesSetting,
    /// Seconds between two contributions of one participant: 0 to 3,600.
    #[schema(minimum = 0, maximum = 3600)]
    pub slow_mode: i64,
    /// Whether the words count that this server holds back everywhere.
    pub use_instance_words: bool,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            questions: QuestionsSetting::Open,
            replies: RepliesSetting::Open,
            likes: true,
            names: NamesSetting::Optional,
            slow_mode: 0,
            use_instance_words: true,
        }
    }
}

/// Everything that a session allows.
#[derive(Debug, Clone, PartialEq, Eq, Default, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = sessions)]
pub struct Settings {
    /// What everybody is told.
    #[diesel(embed)]
    pub rules: Rules,
    /// What has one of these words waits for review. Hosts alone are told them.
    pub blocked_words: BlockedWords,
}

/// What is counted of a session. It changes with the rows that it counts, while the session's row
/// is locked.
#[derive(Debug, Clone, Copy, Queryable, Selectable, Insertable)]
#[diesel(table_name = sessions)]
pub struct SessionCounts {
    /// How many take part under their nickname.
    pub listed_count: i64,
    /// How often somebody has come in without a name.
    pub anonymous_count: i64,
    /// How many questions there are, whoever sees them.
    pub question_count: i64,
    /// How many questions everybody sees.
    pub shown_count: i64,
    /// How many questions and replies wait for review.
    pub pending_count: i64,
}

/// How someone takes part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Queryable, Selectable, Insertable)]
#[diesel(table_name = participants)]
pub struct Participation {
    /// What it may do.
    pub role: Role,
    /// Whether the others see it under its nickname.
    pub listed: bool,
    /// Whether it is counted among those without a name.
    pub anonymous: bool,
    /// Since when it is a host; none for others.
    pub host_since: Option<UtcTime>,
    /// Since when it takes part no longer: the row stays for what it counts.
    pub left_at: Option<UtcTime>,
    /// When it asked or replied last while the settings held for it.
    pub contributed_at: Option<UtcTime>,
    /// What hosts keep it from.
    #[diesel(embed)]
    pub muted: Muted,
}

/// How somebody is muted in a session.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Default, Queryable, Selectable, Insertable, AsChangeset,
)]
#[diesel(table_name = participants)]
pub struct Muted {
    /// By something under the nickname: in everything, while it is no host.
    #[diesel(column_name = muted_by_name)]
    pub by_name: bool,
    /// By something anonymous: in what is done without a name, likes too, whoever it is.
    #[diesel(column_name = muted_anonymously)]
    pub anonymously: bool,
}

/// A session as it is for one who asks.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = sessions)]
pub struct Session {
    /// What it says of itself.
    #[diesel(embed)]
    pub details: SessionDetails,
    /// What it allows.
    #[diesel(embed)]
    pub settings: Settings,
    /// What is counted of it.
    #[diesel(embed)]
    pub counts: SessionCounts,
    /// How far it has come.
    #[diesel(embed)]
    pub change: Change,
    /// How whoever asks takes part; a stranger does not.
    #[diesel(embed)]
    pub participation: Option<Participation>,
    /// What the account of a participant is that asks.
    #[diesel(select_expression = users::kind.nullable())]
    #[diesel(select_expression_type = diesel::dsl::Nullable<users::kind>)]
    pub kind: Option<AccountKind>,
}

/// Someone who takes part.
#[derive(Insertable)]
#[diesel(table_name = participants)]
pub struct NewParticipantRow {
    pub session_id: SessionId,
    pub user_id: UserId,
    #[diesel(embed)]
    pub participation: Participation,
    pub session_created_at: UtcTime,
}

/// A participant as the others see one.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Serialize, ToSchema)]
#[diesel(table_name = users)]
#[serde(rename_all = "camelCase")]
#[schema(as = ParticipantResponse)]
pub struct Participant {
    /// Null for who is not listed, as guests never are.
    #[diesel(select_expression = users::user_id.nullable())]
    #[schema(required)]
    pub user_id: Option<UserId>,
    /// As the account is called now; null for who is not listed.
    #[schema(required, value_type = Option<Nickname>)]
    pub nickname: Option<String>,
    /// What it may do in the session.
    #[diesel(select_expression = participants::role)]
    pub role: Role,
}
