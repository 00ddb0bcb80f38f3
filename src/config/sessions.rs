//! How long Q&A sessions are kept, and what is not said in them.

use std::fs;
use std::time::Duration;

use chrono::TimeDelta;

use super::reader::Reader;
use crate::blocked_words::WordList;

const DAY: u64 = 24 * 60 * 60;
/// What a file of words may hold.
const ALLOWED: &str = "the file may have up to 10,000 words of 1 to 50 characters, one a line, \
                       and lines that begin with #";

/// How long Q&A sessions are kept, and what is not said in them.
#[derive(Debug, Clone)]
pub struct SessionSettings {
    /// How long after its end a session is deleted; 1 day to 10 years, or never.
    pub retention: Option<TimeDelta>,
    /// Words that nobody shall read, in any session; none where no file is named.
    pub blocked_words: WordList,
}

impl SessionSettings {
    pub(super) fn read(reader: &mut Reader) -> Self {
        let bounds = Duration::from_secs(DAY)..=Duration::from_secs(3_650 * DAY);
        let retention = reader.duration_or_never("sessions.retention", bounds);
        Self {
            retention: retention.and_then(|it| TimeDelta::from_std(it).ok()),
            blocked_words: read_words(reader, "sessions.blocked_words_file"),
        }
    }
}

/// The words of the file whose path is set; none where it is wrong (which is reported).
fn read_words(reader: &mut Reader, key: &str) -> WordList {
    let Some((path, origin)) = reader.hidden_text(key) else {
        return WordList::default();
    };
    reader.record(key, &path, &origin);
    let words = match fs::read_to_string(&path) {
        Ok(text) => WordList::from_file(&text)
            .map_err(|(line, invalid)| format!("{path}, line {line}: {invalid}; {ALLOWED}")),
        Err(error) => Err(format!("{path} cannot be read: {error}")),
    };
    words.unwrap_or_else(|message| {
        reader.problem(key, &origin, message);
        WordList::default()
    })
}
