//! Which passwords this server refuses, although they are well formed.

use std::cmp::Reverse;

use icu_properties::props::{EnumeratedProperty, GeneralCategory, GeneralCategoryGroup};
use secrecy::ExposeSecret;
use url::Url;

use super::NewPassword;
use super::common_passwords::listed_in;
use crate::config::{MIN_LENGTH, PublicUrl};
use crate::normalize::fold;
use crate::validation::Invalid;

/// What this service is called, whatever its address.
const SERVICE: &str = "askit";
/// Shorter labels of the public URL, such as `ask` or `co`, say nothing about the service.
const SHORTEST_LABEL: usize = 4;
/// Shorter words of an account stand in many a good password.
const SHORTEST_WORD: usize = 3;
/// A password needs so many letters beside a word that is easily guessed, or so many letters and
/// digits: one more than a short word, and one more than a date has.
const ENOUGH_LETTERS: usize = 5;
const ENOUGH_LETTERS_AND_DIGITS: usize = 9;
/// Fewer rows of equal or neighbouring characters are too few: `aaaa1234!` has three.
const ENOUGH_ROWS: usize = 4;

/// Whose password it is to be.
#[derive(Clone, Copy)]
pub struct PasswordOwner<'a> {
    /// The address, in whatever spelling.
    pub email: &'a str,
    /// The nickname, in whatever spelling.
    pub nickname: &'a str,
}

/// This server's rules for new passwords. Those that are set already are nobody's concern.
#[derive(Clone)]
pub(super) struct Policy {
    min_length: u32,
    /// What the service is called, folded.
    service: Vec<String>,
}

impl Policy {
    /// Of a server that asks for so many characters and is called so from outside.
    pub fn new(min_length: u32, public_url: &PublicUrl) -> Self {
        let url = Url::parse(public_url.origin()).ok();
        let host = url.as_ref().and_then(Url::domain).unwrap_or_default();
        let labels: Vec<_> = host.split('.').collect();
        // The last one of several is a suffix that a million others have.
        let names = match labels.as_slice() {
            [names @ .., _] if !names.is_empty() => names,
            names => names,
        };
        let names = names.iter().filter(|it| it.len() >= SHORTEST_LABEL);
        let service = [SERVICE].iter().chain(names).map(|it| fold(it)).collect();
        Self {
            min_length,
            service,
        }
    }

    /// Checks what `owner` wants to sign in with.
    ///
    /// # Errors
    /// When it is too short for this server, made of the owner's words or the service's, or common.
    pub fn check(&self, password: &NewPassword, owner: PasswordOwner<'_>) -> Result<(), Invalid> {
        if password.characters() < self.min_length as usize {
            return Err(Invalid::TooShort {
                min: self.min_length,
            });
        }
        let mut text = fold(password.secret().expose_secret());
        text.retain(|it| !it.is_whitespace());
        if is_made_of(&text, &self.words(owner)) {
            return Err(Invalid::TooSimilar);
        }
        if is_common(&text) {
            Err(Invalid::TooCommon)
        } else {
            Ok(())
        }
    }

    /// What a password must not be made of, the longest first.
    fn words(&self, owner: PasswordOwner<'_>) -> Vec<String> {
        let (email, nickname) = (fold(owner.email), fold(owner.nickname));
        let (local, domain) = email.rsplit_once('@').unwrap_or_default();
        // A suffix such as `com` is nobody's word.
        let domain = domain.rsplit_once('.').map_or(domain, |(names, _)| names);
        let wholes = [local, domain, nickname.as_str()];
        let service = self.service.iter().map(String::as_str);
        let words = wholes.into_iter().chain(service).flat_map(parts);
        let words = words.chain([email.as_str()]);
        let words = words.filter(|it| it.chars().nth(SHORTEST_WORD - 1).is_some());
        let mut words: Vec<_> = words.map(str::to_owned).collect();
        words.sort_by_key(|word| Reverse(word.len()));
        words
    }
}

/// `mina.kim92` itself, what stands between signs (`mina`, `kim92`), and that without digits
/// (`kim`).
fn parts(text: &str) -> impl Iterator<Item = &str> {
    let names = text.split(is_sign);
    let letters = text.split(|it| !is_letter(it));
    [text].into_iter().chain(names).chain(letters)
}

/// A password is made of some words if what it has beside all of them is little or common.
fn is_made_of(text: &str, words: &[String]) -> bool {
    let mut rest = text.to_owned();
    for word in words {
        rest = rest.replace(word, "");
    }
    rest.len() < text.len() && (is_little(&rest) || is_common(&rest))
}

/// A password is common if it is few rows, a short text over and over, or has little beside a
/// listed one.
fn is_common(text: &str) -> bool {
    let once = unrepeated(text);
    let is_short = once.chars().nth(MIN_LENGTH as usize - 1).is_none();
    rows(once) < ENOUGH_ROWS
        || (is_short && once.len() < text.len())
        || listed_in(once).any(|word| is_little(&once.replace(word, "")))
}

/// The shortest text that `text` is a repetition of.
fn unrepeated(text: &str) -> &str {
    let starts = text.char_indices().skip(1).map(|(at, _)| text.split_at(at));
    let mut units = starts.filter(|(unit, rest)| {
        rest.len().is_multiple_of(unit.len()) && rest.replace(unit, "").is_empty()
    });
    units.next().map_or(text, |(unit, _)| unit)
}

/// How many rows of equal or neighbouring characters follow each other: 1 in `aaaa` and `4321`.
fn rows(text: &str) -> usize {
    let follows = |one: char, next: char| u32::from(one).abs_diff(u32::from(next)) <= 1;
    let pairs = text.chars().zip(text.chars().skip(1));
    let breaks = pairs.filter(|(one, next)| !follows(*one, *next)).count();
    usize::from(!text.is_empty()) + breaks
}

/// Signs are easily added: they do not count.
fn is_little(rest: &str) -> bool {
    let letters = rest.chars().filter(|it| is_letter(*it)).count();
    let others = rest.chars().filter(|it| it.is_numeric()).count();
    letters < ENOUGH_LETTERS && letters + others < ENOUGH_LETTERS_AND_DIGITS
}

/// Letters and what is as good as one: marks, emoji.
fn is_letter(character: char) -> bool {
    !is_sign(character) && !character.is_numeric()
}

fn is_sign(character: char) -> bool {
    let category = GeneralCategory::for_char(character);
    character.is_whitespace()
        || character.is_ascii_punctuation()
        || GeneralCategoryGroup::Punctuation.contains(category)
}

#[cfg(test)]
mod tests;
