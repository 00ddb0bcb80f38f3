//! Numbers of rows count what the whole server has: nobody is told one. In the databases of tests
//! they begin where no other number is, and every answer of every test and every log is searched
//! for them.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// The tables with such numbers, and what their first row follows.
const COUNTING: [(&str, &str, i64); 3] = [
    ("questions", "question_id", FIRST_QUESTION),
    ("replies", "reply_id", FIRST_REPLY),
    ("audit_events", "audit_event_id", 900_100_000_000_000),
];

/// The number before the first question of a test.
pub const FIRST_QUESTION: i64 = 700_100_000_000_000;
/// The number before the first reply of a test.
pub const FIRST_REPLY: i64 = 800_100_000_000_000;

/// How many rows of a kind a test makes at most.
const MOST: i64 = 100_000;

/// What all numbers of a table begin with.
static DIGITS: LazyLock<AhoCorasick> = LazyLock::new(|| {
    let digits = COUNTING.map(|(_, _, before)| (before / MOST).to_string());
    AhoCorasick::new(digits).unwrap()
});

/// SQL after which new rows of a migrated database have such numbers.
pub fn begin(is_postgres: bool) -> String {
    let begin = COUNTING.map(|(table, key, before)| {
        if is_postgres {
            let first = before + 1;
            format!("ALTER TABLE {table} ALTER COLUMN {key} RESTART WITH {first};")
        } else {
            format!("INSERT INTO sqlite_sequence (name, seq) VALUES ('{table}', {before});")
        }
    });
    begin.concat()
}

/// Stops the test if a text tells the number of a row in digits.
#[track_caller]
pub fn expect_none(what: &str, text: &str) {
    if let Some(found) = DIGITS.find(text) {
        let (table, ..) = COUNTING[found.pattern()];
        let end = text.len().min(found.end() + 100);
        let told = text.get(found.start().saturating_sub(200)..end);
        panic!("{what} tells the number of a row of {table}: {told:?}");
    }
}

/// The same of what base64 hides.
#[track_caller]
pub fn expect_none_hidden(what: &str, text: &str) {
    for (table, _, before) in COUNTING {
        let digits = (before / MOST).to_string();
        let is_base64 = |it: char| it.is_ascii_alphanumeric() || it == '-' || it == '_';
        for piece in text.split(|it| !is_base64(it)).filter(|it| it.len() > 10) {
            let Ok(bytes) = URL_SAFE_NO_PAD.decode(piece) else {
                continue;
            };
            let is_number = |eight: &[u8]| {
                let eight: [u8; 8] = eight.try_into().unwrap();
                let numbers = before..before + MOST;
                numbers.contains(&i64::from_be_bytes(eight))
                    || numbers.contains(&i64::from_le_bytes(eight))
            };
            let is_told = String::from_utf8_lossy(&bytes).contains(&digits)
                || bytes.windows(8).any(is_number);
            assert!(
                !is_told,
                "{what} hides the number of a row of {table} in {piece}"
            );
        }
    }
}
