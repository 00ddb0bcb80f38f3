//! What a session allows, each changeable while it runs.

use serde::Serialize;
use strum::{EnumString, IntoStaticStr, VariantNames};
use utoipa::ToSchema;

use super::rows::{Rules, Settings};
use crate::blocked_words::{BlockedWord, BlockedWords};

/// The longest time between two contributions of one participant, in seconds.
pub const MAX_SLOW_MODE: u32 = 3_600;

/// Who asks questions, and when others see them.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Default,
    Serialize,
    ToSchema,
    EnumString,
    IntoStaticStr,
    VariantNames,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum QuestionsSetting {
    /// Everybody; everybody sees them at once.
    #[default]
    Open,
    /// Everybody; once a host has approved them.
    Review,
    /// Everybody; what is anonymous, once a host has approved it.
    ReviewAnonymous,
    /// Nobody; hosts do all the same, under their nicknames.
    Closed,
}

/// Who replies, and when others see it.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Default,
    Serialize,
    ToSchema,
    EnumString,
    IntoStaticStr,
    VariantNames,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum RepliesSetting {
    /// Everybody; everybody sees it at once.
    #[default]
    Open,
    /// Everybody; once a host has approved it.
    Review,
    /// Everybody; what is anonymous, once a host has approved it.
    ReviewAnonymous,
    /// Hosts, under their nicknames.
    Hosts,
    /// Nobody; hosts do all the same, under their nicknames.
    Closed,
}

impl RepliesSetting {
    /// Whether others than hosts reply.
    pub fn is_open(self) -> bool {
        !matches!(self, Self::Hosts | Self::Closed)
    }
}

/// Whose names are seen.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    Default,
    Serialize,
    ToSchema,
    EnumString,
    IntoStaticStr,
    VariantNames,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum NamesSetting {
    /// Of those who want it.
    #[default]
    Optional,
    /// Of all: nothing is written or liked without one.
    Required,
    /// Of hosts: what others write meanwhile is anonymous for ever, and entering lists nobody.
    Hidden,
}

/// A change of settings; what is left out stays.
#[derive(Debug, Clone, Default, ToSchema)]
#[schema(as = SettingsRequest, rename_all = "camelCase")]
pub struct SettingsChange {
    /// Who asks questions, and when others see them.
    pub questions: Option<QuestionsSetting>,
    /// Who replies, and when others see it.
    pub replies: Option<RepliesSetting>,
    /// Whether questions and replies are liked.
    pub likes: Option<bool>,
    /// Whose names are seen.
    pub names: Option<NamesSetting>,
    /// Seconds between two contributions of one participant.
    #[schema(minimum = 0, maximum = 3600)]
    pub slow_mode: Option<i64>,
    /// At most 200 words of 1 to 50 characters.
    #[schema(value_type = Option<Vec<BlockedWord>>, max_items = 200)]
    pub blocked_words: Option<BlockedWords>,
    /// Whether the words count that this server holds back everywhere.
    pub use_instance_words: Option<bool>,
}

impl SettingsChange {
    /// Changes settings.
    pub fn apply(&self, settings: &mut Settings) {
        let rules = &mut settings.rules;
        *rules = Rules {
            questions: self.questions.unwrap_or(rules.questions),
            replies: self.replies.unwrap_or(rules.replies),
            likes: self.likes.unwrap_or(rules.likes),
            names: self.names.unwrap_or(rules.names),
            slow_mode: self.slow_mode.unwrap_or(rules.slow_mode),
            use_instance_words: self.use_instance_words.unwrap_or(rules.use_instance_words),
        };
        if let Some(words) = &self.blocked_words {
            settings.blocked_words.clone_from(words);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_and_the_document_have_the_same_words() {
        crate::text::assert_documented::<QuestionsSetting>();
        crate::text::assert_documented::<RepliesSetting>();
        crate::text::assert_documented::<NamesSetting>();
    }
}
