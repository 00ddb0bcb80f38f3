//! Join codes: what people type to find a session.

use std::str::FromStr;

use icu_properties::CodePointSetData;
use icu_properties::props::Dash;

use crate::ids::NotAnId;
use crate::normalize::visible;
use crate::random::Random;

/// Digits and capitals without those that look alike (0 O, 1 I L, 2 Z, 5 S, 8 B, U V) and without
/// vowels, which make words: 22^6 = 113 million codes.
const ALPHABET: &[u8; 22] = b"34679CDFGHJKMNPQRTVWXY";
/// In characters.
const LENGTH: usize = 6;

/// A code of 6 characters. Each session has one of its own, for ever.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JoinCode(String);

impl JoinCode {
    /// A new code; it may be taken.
    pub fn generate(random: &Random) -> Self {
        let characters = random.bytes::<{ LENGTH * 4 }>();
        let characters = characters.chunks_exact(4).map(|bytes| {
            // Of 2^32 values, no character gets more than one in 200 million too many.
            let number = bytes
                .iter()
                .fold(0_usize, |sum, byte| sum << 8 | usize::from(*byte));
            char::from(
                *ALPHABET
                    .iter()
                    .cycle()
                    .nth(number % ALPHABET.len())
                    .unwrap_or(&b'3'),
            )
        });
        Self(characters.collect())
    }

    /// Takes a code as people type it: case, width, spaces, dashes, invisible characters and a
    /// leading `#` do not matter. `None` for what cannot be a code.
    pub fn parse(typed: &str) -> Option<Self> {
        let dashes = CodePointSetData::new::<Dash>();
        let is_told = |it: &char| !it.is_whitespace() && !dashes.contains(*it);
        let code: String = visible(typed).chars().filter(is_told).collect();
        let code = code.strip_prefix('#').unwrap_or(&code).to_ascii_uppercase();
        let is_code = code.len() == LENGTH && code.bytes().all(|it| ALPHABET.contains(&it));
        is_code.then_some(Self(code))
    }

    /// In capitals.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for JoinCode {
    type Err = NotAnId;

    fn from_str(typed: &str) -> Result<Self, NotAnId> {
        Self::parse(typed).ok_or(NotAnId)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_code_is_found_however_it_is_typed(
            seed: u64,
            forms in prop::collection::vec(0..4_usize, 6),
            between in prop::collection::vec("[ \t\n\u{a0}\u{3000}\u{200b}\u{ad}\u{fe0f}–—‑−－-]{0,3}", 8),
            hash in "[#＃﹟]?",
        ) {
            let code = JoinCode::generate(&Random::from_seed(seed));
            prop_assert_eq!(code.as_str().len(), 6);
            let mut typed = between[6].clone() + &hash + &between[7];
            for ((character, form), between) in code.as_str().chars().zip(forms).zip(&between) {
                let wide = |it: char| char::from_u32(u32::from(it) + 0xfee0);
                let small = character.to_ascii_lowercase();
                typed.extend([Some(character), Some(small), wide(character), wide(small)][form]);
                typed.push_str(between);
            }
            prop_assert_eq!(JoinCode::parse(&typed), Some(code), "{:?}", typed);
        }

        #[test]
        fn nothing_else_is_a_code(typed in "[0-9A-Za-z]{5,7}") {
            let of_alphabet = |it: char| "34679CDFGHJKMNPQRTVWXY".contains(it.to_ascii_uppercase());
            let is_code = typed.chars().count() == 6 && typed.chars().all(of_alphabet);
            prop_assert_eq!(JoinCode::parse(&typed).is_some(), is_code);
        }

        #[test]
        fn what_is_read_as_a_code_is_one(typed in "\\PC{0,12}") {
            if let Some(JoinCode(code)) = JoinCode::parse(&typed) {
                prop_assert_eq!(code.len(), LENGTH);
                prop_assert!(code.bytes().all(|it| ALPHABET.contains(&it)));
            }
        }
    }

    #[test]
    fn what_looks_like_a_code_and_is_none_is_refused() {
        for typed in [
            "",
            "#",
            "34679",
            "34679CC",
            "##34679C",
            "34679C#",
            "34679_C",
            "34.679C",
            "34679с",
            "O4679C",
            "34679\u{301}C",
        ] {
            assert_eq!(JoinCode::parse(typed), None, "{typed}");
        }
    }

    #[test]
    fn every_character_is_given_at_every_place() {
        let random = Random::from_seed(1);
        let mut seen = [[0_u32; 22]; 6];
        for _ in 0..22_000 {
            let code = JoinCode::generate(&random);
            for (place, character) in code.as_str().bytes().enumerate() {
                let index = ALPHABET.iter().position(|it| *it == character);
                let counts = seen.get_mut(place).and_then(|it| it.get_mut(index?));
                *counts.expect("a character of the alphabet") += 1;
            }
        }
        // 1,000 are expected; 6 standard deviations are 185.
        assert!(
            seen.iter()
                .flatten()
                .all(|count| (815..=1_185).contains(count)),
            "{seen:?}"
        );
    }
}
