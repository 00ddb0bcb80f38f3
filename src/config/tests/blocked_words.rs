//! The file of words that nobody shall read.

use super::*;
use crate::blocked_words::{FoldedText, WordList};

#[test]
fn a_file_of_words_is_optional_and_read_at_the_start() {
    let load = |given: &Given| {
        let settings = Settings::load(&given.sources).settings;
        settings.expect("no problems").sessions.blocked_words
    };
    assert_eq!(load(&given(&[])), WordList::default());

    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("words.txt");
    let path = file.display().to_string();
    let variable = "ASKIT__SESSIONS__BLOCKED_WORDS_FILE";
    let given = given(&[(variable, &path)]);
    fs::write(&file, "\u{feff}# Words\r\n\r\n바보\r\n").expect("written");
    assert!(load(&given).is_in(&FoldedText::new("이바보야")));
    let key = "sessions.blocked_words_file";
    assert_eq!(effective(&given, key), (path.clone(), variable.into()));

    for (words, message) in [
        (
            "# a\na\tb".to_owned(),
            "line 2: must be one line, without tabs",
        ),
        ("a\n\u{200b}".into(), "line 2: must not be blank"),
        ("a".repeat(51), "line 1: must have at most 50 characters"),
        (
            "a\n".repeat(10_001),
            "line 10001: must have at most 10000 items",
        ),
    ] {
        fs::write(&file, words).expect("written");
        let problems = problems(&given);
        let begins = format!("{key} ({variable}): {path}, {message}");
        assert_eq!(problems.len(), 1, "{problems:?}");
        assert!(problems[0].starts_with(&begins), "{problems:?}");
        assert!(problems[0].ends_with(
            "10,000 words of 1 to 50 characters, one a line, and lines that begin with #"
        ));
    }
}

#[test]
fn a_file_of_words_in_another_encoding_stops_the_start() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("words.txt");
    let (key, path) = ("sessions.blocked_words_file", file.display().to_string());
    let variable = "ASKIT__SESSIONS__BLOCKED_WORDS_FILE";
    fs::write(&file, [0xff, 0xfe, 0x61, 0x00]).expect("written");
    assert_eq!(
        problems(&given(&[(variable, &path)])),
        [format!(
            "{key} ({variable}): {path} cannot be read: stream did not contain valid UTF-8"
        )]
    );
}

#[test]
fn a_file_of_words_that_is_not_there_stops_the_start() {
    let variable = "ASKIT__SESSIONS__BLOCKED_WORDS_FILE";
    let given = given(&[(variable, "/nowhere/words.txt")]);
    let problems = problems(&given);
    assert_eq!(problems.len(), 1, "{problems:?}");
    let begins =
        format!("sessions.blocked_words_file ({variable}): /nowhere/words.txt cannot be read: ");
    assert!(problems[0].starts_with(&begins), "{problems:?}");
}
