//! The two forms of an export: JSON, and CSV for spreadsheets. They hold nothing that only an
//! author may know, because a file goes from hand to hand.

mod csv_rows;

use chrono::{DateTime, Utc};
use serde::Serialize;
use strum::{EnumString, VariantNames};
use utoipa::ToSchema;

use super::{Body, ContributionAuthorResponse};
use crate::questions::Entry;
use crate::questions::service::export::Exported;
use crate::sessions::{Session, SessionTitle};

/// As which file an export comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ToSchema, EnumString, VariantNames)]
#[schema(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub enum Format {
    /// One object.
    #[default]
    Json,
    /// A row for each question and each reply.
    Csv,
}

/// A file that is written piece by piece.
#[derive(Debug)]
pub struct ExportFile {
    format: Format,
    /// Whether a question was written, so that a comma follows.
    has_begun: bool,
}

/// Everything that was asked and replied in a session.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SessionExportResponse {
    /// As it was when the export began.
    session: ExportedSession,
    /// The oldest first.
    questions: Vec<ExportedQuestion>,
}

/// The session of an export.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ExportedSession {
    /// Which session.
    session_id: String,
    /// What people type to find it.
    join_code: String,
    /// In NFC.
    #[schema(value_type = SessionTitle)]
    title: String,
    /// RFC 3339 in UTC.
    #[schema(value_type = String, format = DateTime)]
    created_at: DateTime<Utc>,
    /// When it ends by itself.
    #[schema(value_type = String, format = DateTime)]
    expires_at: DateTime<Utc>,
    /// When its super host ended it; null if nobody did.
    #[schema(required, value_type = Option<String>, format = DateTime)]
    ended_at: Option<DateTime<Utc>>,
    /// As in the session.
    #[schema(minimum = 0)]
    participant_count: i64,
    /// When the export began.
    #[schema(minimum = 0)]
    question_count: i64,
}

/// A question of an export.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ExportedQuestion {
    /// Its number.
    #[schema(minimum = 1)]
    question_id: i64,
    /// Whether hosts have closed it.
    closed: bool,
    #[serde(flatten)]
    entry: ExportedEntry,
    /// Living ones: pinned ones first, then the oldest.
    replies: Vec<ExportedReply>,
}

/// A reply of an export.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ExportedReply {
    /// Its number.
    #[schema(minimum = 1)]
    reply_id: i64,
    #[serde(flatten)]
    entry: ExportedEntry,
}

/// What they have in common.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ExportedEntry {
    /// In NFC.
    #[schema(value_type = Body)]
    body: String,
    /// Of nulls where it is anonymous.
    author: ContributionAuthorResponse,
    /// How many like it.
    #[schema(minimum = 0)]
    likes_count: i64,
    /// Whether hosts have put it first.
    pinned: bool,
    /// RFC 3339 in UTC.
    #[schema(value_type = String, format = DateTime)]
    created_at: DateTime<Utc>,
    /// When its words were last changed, or written.
    #[schema(value_type = String, format = DateTime)]
    updated_at: DateTime<Utc>,
}

/// What ends the JSON.
const END: &str = "]}";

impl ExportFile {
    /// Nothing is written yet.
    pub fn new(format: Format) -> Self {
        Self {
            format,
            has_begun: false,
        }
    }

    /// What stands before the first question.
    ///
    /// # Errors
    /// When it cannot be written, which nothing is known to cause. So it is with the pieces.
    pub fn head(&self, session: Session) -> Result<Vec<u8>, csv::Error> {
        if self.format == Format::Csv {
            return csv_rows::head();
        }
        let empty = SessionExportResponse {
            session: session.into(),
            questions: Vec::new(),
        };
        let mut head = serde_json::to_vec(&empty).map_err(std::io::Error::from)?;
        head.truncate(head.len() - END.len());
        Ok(head)
    }

    /// Questions that follow.
    ///
    /// # Errors
    /// As for [`Self::head`].
    pub fn piece(&mut self, exported: Vec<Exported>) -> Result<Vec<u8>, csv::Error> {
        let piece = match self.format {
            Format::Json => self.json(exported)?,
            Format::Csv => csv_rows::rows(exported)?,
        };
        self.has_begun = true;
        Ok(piece)
    }

    /// What stands behind the last one.
    pub fn tail(&self) -> &'static str {
        match self.format {
            Format::Csv => "",
            Format::Json => END,
        }
    }

    fn json(&self, exported: Vec<Exported>) -> Result<Vec<u8>, std::io::Error> {
        let mut piece = Vec::new();
        for exported in exported {
            if self.has_begun || !piece.is_empty() {
                piece.push(b',');
            }
            serde_json::to_writer(&mut piece, &ExportedQuestion::from(exported))?;
        }
        Ok(piece)
    }
}

impl From<Session> for ExportedSession {
    fn from(session: Session) -> Self {
        Self {
            participant_count: session.participant_count(),
            session_id: session.session_id.to_text(),
            join_code: session.join_code,
            title: session.title,
            created_at: session.created_at,
            expires_at: session.expires_at,
            ended_at: session.ended_at,
            question_count: session.question_count,
        }
    }
}

impl From<Exported> for ExportedQuestion {
    fn from(exported: Exported) -> Self {
        let replies = exported.replies.into_iter().map(|reply| ExportedReply {
            reply_id: reply.reply_id,
            entry: reply.entry.into(),
        });
        Self {
            question_id: exported.question.question_id,
            closed: exported.question.is_closed,
            replies: replies.collect(),
            entry: exported.question.entry.into(),
        }
    }
}

impl From<Entry> for ExportedEntry {
    fn from(entry: Entry) -> Self {
        Self {
            body: entry.body.unwrap_or_default(),
            author: entry.author.into(),
            likes_count: entry.likes_count,
            pinned: entry.is_pinned,
            created_at: entry.created_at,
            updated_at: entry.updated_at,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text;

    #[test]
    fn the_document_has_the_words_that_are_read() {
        text::assert_documented::<Format>();
    }
}
