//! Words that hosts and operators do not want to read.

mod word_list;

use serde::Serialize;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{Object, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

use crate::characters::can_be_seen;
use crate::normalize::fold;
use crate::text;
use crate::validation::Invalid;

pub use word_list::{FoldedText, WordList};

/// In characters.
const MAX_CHARACTERS: u32 = 50;
/// Words of a session.
const MAX_WORDS: u32 = 200;
/// What [`BlockedWord::parse`] asks for, as far as a regular expression can say it in every
/// dialect: one line, and in it something that is no space.
const PATTERN: &str = r"^[^\x00-\x1F\x7F-\x9F]*[^\s\x00-\x1F\x7F-\x9F][^\x00-\x1F\x7F-\x9F]*$";

/// A word, or several, as they were typed, in NFC: 1 to 50 characters on one line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BlockedWord(String);

impl BlockedWord {
    /// Takes a word as typed.
    ///
    /// # Errors
    /// When there is nothing to see in it, or it holds a control character, or is too long.
    pub fn parse(typed: &str) -> Result<Self, Invalid> {
        if typed.contains(char::is_control) {
            return Err(Invalid::NotOneLine);
        }
        let word = text::parse(typed, MAX_CHARACTERS)?;
        // Of an accent that stands alone only the mark is left: it would be found in other words.
        if can_be_seen(&fold(&word)) {
            Ok(Self(word))
        } else {
            Err(Invalid::Blank)
        }
    }

    /// In NFC.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl PartialSchema for BlockedWord {
    fn schema() -> RefOr<Schema> {
        let text = Object::builder()
            .schema_type(Type::String)
            .min_length(Some(1))
            .max_length(Some(MAX_CHARACTERS as usize))
            .pattern(Some(PATTERN))
            .description(Some(
                "Counted as code points in NFC. Every character but control characters, and \
                 something to see. Case, width, composition and invisible characters make no \
                 difference, nor marks on Latin, Greek and Cyrillic letters and on digits, nor how \
                 many spaces stand between two words. Letters and digits of \
                 scripts with spaces between words are found as whole words only: `ass` is not in \
                 `class`.",
            ))
            .examples(["바보"]);
        text.into()
    }
}

impl ToSchema for BlockedWord {}

/// The words of a session, at most 200, in the order in which they were given.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct BlockedWords(Vec<BlockedWord>);

impl BlockedWords {
    /// The most that there may be.
    pub const MAX: u32 = MAX_WORDS;

    /// Takes words; `None` when there are too many.
    pub fn new(words: Vec<BlockedWord>) -> Option<Self> {
        (words.len() <= MAX_WORDS as usize).then_some(Self(words))
    }

    /// Reads what [`Self::to_column`] wrote; `None` where it did not.
    pub fn from_column(column: &str) -> Option<Self> {
        if column.is_empty() {
            return Some(Self::default());
        }
        let words = column.split('\n').map(|line| BlockedWord::parse(line).ok());
        Self::new(words.collect::<Option<_>>()?)
    }

    /// One word a line, for a column.
    pub fn to_column(&self) -> String {
        let words: Vec<_> = self.0.iter().map(BlockedWord::as_str).collect();
        words.join("\n")
    }

    /// In their order.
    pub fn as_slice(&self) -> &[BlockedWord] {
        &self.0
    }
}

#[cfg(test)]
mod tests;
