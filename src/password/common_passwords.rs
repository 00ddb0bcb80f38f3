//! The passwords that others use, and that are guessed first.
//!
//! `common_passwords.txt` has one on each line, those of 8 characters and more, in lower case,
//! without spaces, sorted by bytes: the list of Django 5.2 (the most common ones of leaked
//! passwords, by Royce Williams; Copyright (c) Django Software Foundation and individual
//! contributors, BSD 3-Clause License) and that of zxcvbn 4.5 (Copyright (c) 2012-2016 Dan Wheeler
//! and Dropbox, Inc., MIT License). CONTRIBUTING.md renews it.

use std::cmp::Ordering;

use crate::config::MIN_LENGTH;

const LIST: &str = include_str!("common_passwords.txt");
/// Characters of the shortest line, and of the longest.
const SHORTEST: usize = MIN_LENGTH as usize;
const LONGEST: usize = 21;

/// Every piece of a folded text that is in the list.
pub(super) fn listed_in(text: &str) -> impl Iterator<Item = &str> {
    // All of them are ASCII; one character of another script may fold to twenty.
    let starts = text.char_indices().filter(|(_, it)| it.is_ascii());
    let starts = starts.map(|(start, _)| start);
    let rests = starts.filter_map(|start| text.get(start..));
    let pieces = rests.flat_map(|rest| {
        let ends = rest.char_indices().map(|(at, it)| at + it.len_utf8());
        let ends = ends.take(LONGEST).skip(SHORTEST - 1);
        ends.filter_map(|end| rest.get(..end))
    });
    pieces.filter(|piece| is_listed(piece.as_bytes()))
}

/// Searched in the text itself: a set of its lines would take memory for good.
fn is_listed(word: &[u8]) -> bool {
    let mut lines = LIST.as_bytes();
    while let Some((before, line, after)) = middle_line(lines) {
        lines = match word.cmp(line) {
            Ordering::Less => before,
            Ordering::Equal => return true,
            Ordering::Greater => after,
        };
    }
    false
}

/// The line that lies over the middle, with those before it and those after it; each ends with a
/// newline.
fn middle_line(lines: &[u8]) -> Option<(&[u8], &[u8], &[u8])> {
    let (left, right) = lines.split_at_checked(lines.len() / 2)?;
    let start = left
        .iter()
        .rposition(|it| *it == b'\n')
        .map_or(0, |at| at + 1);
    let end = left.len() + right.iter().position(|it| *it == b'\n')?;
    Some((
        lines.get(..start)?,
        lines.get(start..end)?,
        lines.get(end + 1..)?,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::normalize::fold;

    #[test]
    fn the_list_is_long_sorted_folded_and_without_spaces_or_repetitions() {
        let lines: Vec<_> = LIST.lines().collect();
        assert!(lines.len() >= 10_000, "{} lines", lines.len());
        assert!(LIST.ends_with('\n') && !LIST.contains('\r'));
        assert!(lines.is_sorted_by(|one, next| one < next));
        for line in &lines {
            assert_eq!(fold(line), **line);
            assert!(!line.contains(char::is_whitespace), "{line:?}");
        }
        let lengths = || lines.iter().map(|line| line.chars().count());
        assert_eq!(
            (lengths().min(), lengths().max()),
            (Some(SHORTEST), Some(LONGEST))
        );
    }

    #[test]
    fn every_line_is_found_and_nothing_else() {
        for line in LIST.lines() {
            assert!(is_listed(line.as_bytes()), "{line}");
            for other in [
                format!("{line}\n"),
                format!("\n{line}"),
                format!("{line}\u{ff}"),
            ] {
                assert!(!is_listed(other.as_bytes()), "{other:?}");
            }
        }
        for other in ["", "\n", "a", "~~~~~~~~~", "unlike others", "비밀번호"] {
            assert!(!is_listed(other.as_bytes()), "{other:?}");
        }
    }

    #[test]
    fn pieces_are_found_wherever_they_are() {
        let found = |text| listed_in(text).collect::<Vec<_>>();
        assert_eq!(found("김sunshine김"), ["sunshine"]);
        assert_eq!(found("iloveyou"), ["iloveyou"]);
        assert_eq!(found("xsunshinexiloveyou"), ["sunshine", "iloveyou"]);
        assert!(found("").is_empty() && found("sunshin").is_empty());
    }
}
