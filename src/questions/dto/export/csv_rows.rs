//! An export as CSV: a row for each question and each reply.

use csv::{QuoteStyle, Terminator, Writer, WriterBuilder};
use serde::Serialize;

use crate::db::UtcTime;
use crate::questions::service::export::Exported;
use crate::questions::{Entry, Question, QuestionId, Reply, ReplyId};

/// By which Excel sees that the text is UTF-8.
const BYTE_ORDER_MARK: &str = "\u{feff}";
/// The names of the fields of a [`Row`].
const COLUMNS: [&str; 11] = [
    "kind",
    "questionId",
    "replyId",
    "body",
    "nickname",
    "isHost",
    "likesCount",
    "pinned",
    "closed",
    "createdAt",
    "updatedAt",
];

/// A question or a reply as a row.
#[derive(Serialize)]
struct Row {
    kind: &'static str,
    question_id: QuestionId,
    reply_id: Option<ReplyId>,
    body: String,
    nickname: String,
    is_host: bool,
    likes_count: i64,
    pinned: bool,
    closed: Option<bool>,
    created_at: UtcTime,
    updated_at: UtcTime,
}

/// What stands before the first row.
///
/// # Errors
/// When it cannot be written, which nothing is known to cause.
pub fn head() -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv_writer(BYTE_ORDER_MARK.into());
    writer.write_record(COLUMNS)?;
    written(writer)
}

/// Questions with their replies.
///
/// # Errors
/// As for [`head`].
pub fn rows(exported: Vec<Exported>) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv_writer(Vec::new());
    for Exported { question, replies } in exported {
        writer.serialize(Row::of_question(question))?;
        for reply in replies {
            writer.serialize(Row::of_reply(reply))?;
        }
    }
    written(writer)
}

/// As RFC 4180 has it.
fn csv_writer(begun: Vec<u8>) -> Writer<Vec<u8>> {
    WriterBuilder::new()
        .has_headers(false)
        // Where the separator is a semicolon, one in a text would begin a new cell.
        .quote_style(QuoteStyle::NonNumeric)
        .terminator(Terminator::CRLF)
        .from_writer(begun)
}

fn written(writer: Writer<Vec<u8>>) -> Result<Vec<u8>, csv::Error> {
    let bytes = writer.into_inner();
    Ok(bytes.map_err(|error| error.into_error())?)
}

impl Row {
    fn of_question(question: Question) -> Self {
        let closed = Some(question.closed);
        Self {
            closed,
            ..Self::new(
                "question",
                question.question_id,
                question.body,
                question.entry,
            )
        }
    }

    fn of_reply(reply: Reply) -> Self {
        let body = reply.body.unwrap_or_default();
        Self {
            reply_id: Some(reply.reply_id),
            ..Self::new("reply", reply.question_id, body, reply.entry)
        }
    }

    fn new(kind: &'static str, question_id: QuestionId, body: String, entry: Entry) -> Self {
        Self {
            kind,
            question_id,
            reply_id: None,
            body: defuse(body),
            nickname: defuse(entry.author.nickname.unwrap_or_default()),
            is_host: entry.author.is_host,
            likes_count: entry.likes_count,
            pinned: entry.pinned,
            closed: None,
            created_at: entry.created_at,
            updated_at: entry.updated_at,
        }
    }
}

/// Spreadsheets take a cell for a formula that begins with one of these, also in full width (OWASP,
/// "CSV Injection"). An apostrophe makes a text of it.
fn defuse(text: String) -> String {
    let formulas = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];
    let is_formula =
        text.trim_start().starts_with(formulas) || text.starts_with(['\t', '\r', '\n']);
    if is_formula { format!("'{text}") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_spreadsheet_would_run_is_a_text() {
        for formula in [
            "=1+1", "+1", "-1", "@SUM(A1)", " =1", "\u{a0}=1", "\t=1", "\n=1", "\rx", "＝1", "＋1",
            "－1", "＠A",
        ] {
            assert_eq!(defuse(formula.into()), format!("'{formula}"));
        }
        for text in ["", "1 = 1", "a-b", "'", "왜?", "\"=1\""] {
            assert_eq!(defuse(text.into()), text);
        }
    }
}
