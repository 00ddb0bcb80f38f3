//! An export as a table: a row for each question and each reply.

use crate::db::UtcTime;
use crate::questions::service::export::Exported;
use crate::questions::{Entry, Question, QuestionId, Reply};
use crate::sessions::Session;

/// A column of a table.
pub struct Column {
    /// What its first cell says. It never changes: programs look columns up by it.
    pub name: &'static str,
    /// How wide a spreadsheet shows it, in digits.
    pub width: u8,
}

/// What a cell holds. No text has more than 1,000 characters: spreadsheets take 32,767 UTF-16
/// units.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Nothing.
    Empty,
    /// A text, as it was typed.
    Text(String),
    /// A number.
    Number(i64),
    /// Yes or no.
    Flag(bool),
    /// A time in UTC.
    Time(UtcTime),
}

/// The columns of questions and replies.
pub const CONTENTS: [Column; 13] = [
    column("kind", 10),
    column("questionId", 27),
    column("replyId", 27),
    column("body", 80),
    column("nickname", 22),
    column("isHost", 8),
    column("likesCount", 11),
    column("pinned", 8),
    column("closed", 8),
    column("createdAt", 25),
    column("updatedAt", 25),
    column("labels", 30),
    column("mergedInto", 27),
];

/// The columns of the session.
pub const SESSION: [Column; 9] = [
    column("sessionId", 27),
    column("joinCode", 10),
    column("title", 40),
    column("description", 80),
    column("createdAt", 25),
    column("expiresAt", 25),
    column("endedAt", 25),
    column("participantCount", 17),
    column("questionCount", 14),
];

const fn column(name: &'static str, width: u8) -> Column {
    Column { name, width }
}

/// The rows of questions with their replies.
pub fn rows(exported: Vec<Exported>) -> impl Iterator<Item = [Cell; CONTENTS.len()]> {
    exported.into_iter().flat_map(|exported| {
        let first = question_row(exported.question, &exported.labels);
        std::iter::once(first).chain(exported.replies.into_iter().map(reply_row))
    })
}

/// The row of a session.
pub fn session_row(session: Session) -> [Cell; SESSION.len()] {
    let participant_count = session.participant_count();
    let details = session.details;
    [
        Cell::Text(details.session_id.to_text()),
        Cell::Text(details.join_code),
        Cell::Text(details.title),
        Cell::text(Some(details.description)),
        Cell::Time(details.created_at),
        Cell::Time(details.expires_at),
        details.ended_at.map_or(Cell::Empty, Cell::Time),
        Cell::Number(participant_count),
        Cell::Number(session.counts.shown_count),
    ]
}

impl Cell {
    /// Empty where there is no text, or one that says nothing.
    fn text(text: Option<String>) -> Self {
        let said = text.filter(|it| !it.is_empty());
        said.map_or(Self::Empty, Self::Text)
    }
}

fn question_row(question: Question, labels: &[String]) -> [Cell; CONTENTS.len()] {
    let ids = [Cell::Text(question.question_id.to_text()), Cell::Empty];
    let own = [
        Cell::Flag(question.closed),
        Cell::text(Some(labels.join(", "))),
        Cell::text(question.merged_into.map(QuestionId::to_text)),
    ];
    row("question", ids, Some(question.body), own, question.entry)
}

fn reply_row(reply: Reply) -> [Cell; CONTENTS.len()] {
    let ids = [
        Cell::Text(reply.question_id.to_text()),
        Cell::Text(reply.reply_id.to_text()),
    ];
    let own = [Cell::Empty, Cell::Empty, Cell::Empty];
    row("reply", ids, reply.body, own, reply.entry)
}

fn row(
    kind: &str,
    [question_id, reply_id]: [Cell; 2],
    body: Option<String>,
    [closed, labels, merged_into]: [Cell; 3],
    entry: Entry,
) -> [Cell; CONTENTS.len()] {
    [
        Cell::Text(kind.into()),
        question_id,
        reply_id,
        Cell::text(body),
        Cell::text(entry.content.author.nickname),
        Cell::Flag(entry.content.author.is_host),
        Cell::Number(entry.likes_count),
        Cell::Flag(entry.content.pinned),
        closed,
        Cell::Time(entry.content.created_at),
        Cell::Time(entry.content.updated_at),
        labels,
        merged_into,
    ]
}
