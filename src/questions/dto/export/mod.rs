//! The three forms of an export: JSON, and CSV and XLSX for spreadsheets. They hold nothing that
//! only an author or hosts may know, because a file goes from hand to hand: what everybody sees,
//! and what was merged.

mod csv_rows;
mod formulas;
mod table;
mod workbook;

use std::io;

use serde::Serialize;
use strum::{EnumString, IntoStaticStr, VariantNames};
use utoipa::ToSchema;

use self::workbook::SHEET_LIMIT;
use crate::db::UtcTime;
use crate::questions::service::export::Exported;
use crate::questions::{Body, ContributionAuthor, Entry, QuestionId, ReplyId};
use crate::sessions::{Session, SessionDetails};

pub use self::workbook::Workbook;

/// As which file an export comes.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Default, ToSchema, EnumString, IntoStaticStr, VariantNames,
)]
#[schema(rename_all = "lowercase")]
#[strum(serialize_all = "lowercase")]
pub enum Format {
    /// One object.
    #[default]
    Json,
    /// A row for each question and each reply.
    Csv,
    /// The same rows in a workbook, with a sheet for the session behind them.
    Xlsx,
}

/// A file that is written piece by piece.
pub enum ExportFile {
    /// One object.
    Json {
        /// Whether a question was written, so that a comma follows.
        has_begun: bool,
    },
    /// Rows.
    Csv,
    /// Sheets.
    Xlsx {
        /// With the questions that were written.
        workbook: Box<Workbook>,
        /// What the last sheet says.
        session: Box<Session>,
    },
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
    #[serde(flatten)]
    details: SessionDetails,
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
    #[schema(value_type = String)]
    question_id: QuestionId,
    /// Whether hosts have closed it.
    closed: bool,
    /// The names of its labels.
    labels: Vec<String>,
    /// Into which question hosts have merged it: what others like and replied is there.
    #[schema(required, value_type = Option<String>)]
    merged_into: Option<QuestionId>,
    /// In NFC.
    #[schema(value_type = Body)]
    body: String,
    #[serde(flatten)]
    entry: ExportedEntry,
    /// Living ones: pinned ones first, then the oldest.
    replies: Vec<ExportedReply>,
}

/// A reply of an export.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ExportedReply {
    #[schema(value_type = String)]
    reply_id: ReplyId,
    /// In NFC.
    #[schema(value_type = Body)]
    body: String,
    #[serde(flatten)]
    entry: ExportedEntry,
}

/// What they have in common.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ExportedEntry {
    /// Of nulls where it is anonymous.
    author: ContributionAuthor,
    /// How many like it.
    #[schema(minimum = 0)]
    likes_count: i64,
    /// Whether hosts have put it first.
    pinned: bool,
    /// RFC 3339 in UTC.
    #[schema(value_type = String, format = DateTime)]
    created_at: UtcTime,
    /// When its words were last changed, or written.
    #[schema(value_type = String, format = DateTime)]
    updated_at: UtcTime,
    /// When its words were last changed; null while they are as they were written.
    #[schema(required, value_type = Option<String>, format = DateTime)]
    edited_at: Option<UtcTime>,
    /// How often its words were changed.
    #[schema(minimum = 0)]
    revision: i64,
}

/// What ends the JSON.
const END: &str = "]}";
/// The sheet of questions and replies; where it is full, another one has a number behind it.
const CONTENTS_SHEET: &str = "Questions and replies";
/// The sheet of the session.
const SESSION_SHEET: &str = "Session";

impl Format {
    /// What its files are.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Csv => "text/csv; charset=utf-8",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }
    }
}

impl ExportFile {
    /// A file, and what stands in it before the first question.
    ///
    /// # Errors
    /// When it cannot be written, which nothing is known to cause. So it is with what follows.
    pub fn begin(format: Format, session: Session) -> io::Result<(Self, Vec<u8>)> {
        Ok(match format {
            Format::Json => {
                let empty = SessionExportResponse {
                    session: session.into(),
                    questions: Vec::new(),
                };
                let mut head = serde_json::to_vec(&empty)?;
                head.truncate(head.len() - END.len());
                (Self::Json { has_begun: false }, head)
            }
            Format::Csv => (Self::Csv, csv_rows::head(&table::CONTENTS)?),
            Format::Xlsx => {
                let mut workbook = Box::new(Workbook::new(SHEET_LIMIT));
                workbook.begin_table(CONTENTS_SHEET, &table::CONTENTS)?;
                let head = workbook.take();
                let session = Box::new(session);
                (Self::Xlsx { workbook, session }, head)
            }
        })
    }

    /// Questions that follow.
    ///
    /// # Errors
    /// As for [`Self::begin`].
    pub fn piece(&mut self, exported: Vec<Exported>) -> io::Result<Vec<u8>> {
        match self {
            Self::Json { has_begun } => json(exported, has_begun),
            Self::Csv => csv_rows::rows(table::rows(exported)),
            Self::Xlsx { workbook, .. } => {
                for row in table::rows(exported) {
                    workbook.row(&row)?;
                }
                Ok(workbook.take())
            }
        }
    }

    /// What stands behind the last one.
    ///
    /// # Errors
    /// As for [`Self::begin`].
    pub fn end(self) -> io::Result<Vec<u8>> {
        match self {
            Self::Json { .. } => Ok(END.into()),
            Self::Csv => Ok(Vec::new()),
            Self::Xlsx {
                mut workbook,
                session,
            } => {
                workbook.begin_table(SESSION_SHEET, &table::SESSION)?;
                workbook.row(&table::session_row(*session))?;
                workbook.finish()
            }
        }
    }
}

fn json(exported: Vec<Exported>, has_begun: &mut bool) -> io::Result<Vec<u8>> {
    let mut piece = Vec::new();
    for exported in exported {
        if *has_begun {
            piece.push(b',');
        }
        *has_begun = true;
        serde_json::to_writer(&mut piece, &ExportedQuestion::from(exported))?;
    }
    Ok(piece)
}

impl From<Session> for ExportedSession {
    fn from(session: Session) -> Self {
        Self {
            participant_count: session.participant_count(),
            question_count: session.counts.shown_count,
            details: session.details,
        }
    }
}

impl From<Exported> for ExportedQuestion {
    fn from(exported: Exported) -> Self {
        let replies = exported.replies.into_iter().map(|reply| ExportedReply {
            reply_id: reply.reply_id,
            body: reply.body.unwrap_or_default(),
            entry: reply.entry.into(),
        });
        Self {
            question_id: exported.question.question_id,
            closed: exported.question.closed,
            labels: exported.labels,
            merged_into: exported.question.merged_into,
            replies: replies.collect(),
            body: exported.question.body,
            entry: exported.question.entry.into(),
        }
    }
}

impl From<Entry> for ExportedEntry {
    fn from(entry: Entry) -> Self {
        Self {
            author: entry.content.author,
            likes_count: entry.likes_count,
            pinned: entry.content.pinned,
            created_at: entry.content.created_at,
            updated_at: entry.content.updated_at,
            edited_at: entry.content.edited_at,
            revision: entry.content.revision,
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
