//! Nicknames: the unique names that named participants are shown under.

use icu_properties::CodePointSetData;
use icu_properties::props::{Emoji, EnumeratedProperty, GeneralCategory, GeneralCategoryGroup};

use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{Object, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

use crate::characters::{is_blank, is_mark};
use crate::normalize::fold;
use crate::text::nfc;
use crate::validation::{Invalid, without_null};

const MIN_CHARACTERS: u32 = 3;
const MAX_CHARACTERS: u32 = 20;
/// What [`Nickname::parse`] asks for, as far as a regular expression can say it in every dialect.
const PATTERN: &str = r##"^[^\s\x00-\x1F!"#$%&'()*+,/:;<=>?@\[\\\]^`{|}~\x7F-\x9F]{3,20}$"##;
const ZERO_WIDTH_JOINER: char = '\u{200d}';
const EMOJI_VARIATION: char = '\u{fe0f}';
const KEYCAP: char = '\u{20e3}';

/// A nickname in NFC: 3 to 20 letters, digits, marks, emoji, `_`, `-` and `.`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nickname(String);

impl Nickname {
    /// Takes a nickname as typed; surrounding spaces are trimmed.
    ///
    /// # Errors
    /// When it is too short or too long, or has a character that nicknames may not have: a space, a
    /// control or invisible character, other punctuation.
    pub fn parse(typed: &str) -> Result<Self, Invalid> {
        let nickname = nfc(without_null(typed)?.trim());
        let characters: Vec<char> = nickname.chars().collect();
        if characters.len() < MIN_CHARACTERS as usize {
            return Err(Invalid::TooShort {
                min: MIN_CHARACTERS,
            });
        }
        if characters.len() > MAX_CHARACTERS as usize {
            return Err(Invalid::TooLong {
                max: MAX_CHARACTERS,
            });
        }
        let mut before = None;
        for (index, character) in characters.iter().copied().enumerate() {
            let after = characters.get(index + 1).copied();
            if !is_allowed(before, character, after) {
                return Err(Invalid::NicknameCharacter(character));
            }
            before = Some(character);
        }
        Ok(Self(nickname))
    }

    /// The nickname as it is shown.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The form under which two nicknames are the same.
    pub fn folded(&self) -> String {
        fold(&self.0)
    }
}

impl PartialSchema for Nickname {
    fn schema() -> RefOr<Schema> {
        let text = Object::builder()
            .schema_type(Type::String)
            .min_length(Some(MIN_CHARACTERS as usize))
            .max_length(Some(MAX_CHARACTERS as usize))
            .pattern(Some(PATTERN))
            .description(Some(
                "Letters, digits, marks, emoji, `_`, `-` and `.`, counted as code points in NFC; \
                 surrounding spaces are trimmed. Spellings that differ only in case, width, \
                 composition or invisible characters are the same nickname.",
            ))
            .examples(["mina", "김민아"]);
        text.into()
    }
}

impl ToSchema for Nickname {}

/// A mark needs something to stand on. Invisible characters are allowed only where they make an
/// emoji: a joiner between two, the variation selector behind one or in the keycap of a digit.
fn is_allowed(before: Option<char>, character: char, after: Option<char>) -> bool {
    let after_emoji = before.is_some_and(|it| is_emoji(it) || it == EMOJI_VARIATION);
    match character {
        EMOJI_VARIATION => {
            let is_keycap = after == Some(KEYCAP);
            before.is_some_and(|it| is_emoji(it) || (it.is_ascii_digit() && is_keycap))
        }
        ZERO_WIDTH_JOINER => after_emoji && after.is_some_and(is_emoji),
        '_' | '-' | '.' => true,
        _ if is_blank(character) => false,
        _ if is_mark(character) => before.is_some(),
        _ => {
            let category = GeneralCategory::for_char(character);
            GeneralCategoryGroup::Letter.contains(category)
                || category == GeneralCategory::DecimalNumber
                || is_emoji(character)
        }
    }
}

/// Unicode counts digits, `#` and `*` among emoji because keycaps begin with them.
fn is_emoji(character: char) -> bool {
    !character.is_ascii() && CodePointSetData::new::<Emoji>().contains(character)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::normalize::spellings::{seen_spelling, spelling};

    #[test]
    fn letters_digits_marks_and_emoji_are_taken() {
        for typed in [
            "mina",
            "김민아야",
            "Zoë",
            "נועה",
            "ａｂｃ",
            "d.j_k-9",
            "नमस्ते",
            "e\u{301}ric",
            "❤\u{fe0f}❤\u{fe0f}",
            "1\u{fe0f}\u{20e3}",
            "👩🏽\u{200d}❤\u{fe0f}\u{200d}👩🏽",
            "👩\u{200d}💻dev",
            "🇰🇷🇰🇷",
            "👍🏽ok",
            "...",
        ] {
            assert!(Nickname::parse(typed).is_ok(), "{typed:?}");
        }
    }

    #[test]
    fn length_is_counted_in_characters_after_composition() {
        assert!(Nickname::parse("e\u{301}e\u{301}").is_err());
        assert!(Nickname::parse(&"e\u{301}".repeat(20)).is_ok());
        assert_eq!(
            Nickname::parse("mi").err(),
            Some(Invalid::TooShort { min: 3 })
        );
        assert_eq!(
            Nickname::parse(&"m".repeat(21)).err(),
            Some(Invalid::TooLong { max: 20 })
        );
    }

    #[test]
    fn a_mark_needs_something_to_stand_on() {
        let refused = Some(Invalid::NicknameCharacter('\u{301}'));
        assert_eq!(Nickname::parse("\u{301}\u{302}\u{303}").err(), refused);
        assert!(Nickname::parse("x\u{302}\u{303}").is_ok());
    }

    #[test]
    fn spaces_control_and_invisible_characters_are_refused() {
        for character in [
            ' ',
            '\t',
            '\n',
            '\u{7f}',
            '\u{ad}',
            '\u{200b}',
            '\u{200d}',
            '\u{202e}',
            '\u{2066}',
            '\u{feff}',
            '\u{fe0f}',
            '\u{115f}',
            '\u{3164}',
            '\u{ffa0}',
            '\u{3000}',
            '\u{e0041}',
            '\u{2800}',
            '\u{1107f}',
            '\u{13441}',
            '\u{16fe4}',
            '\u{600}',
            '\u{fff9}',
            '<',
            '@',
            '/',
            '½',
            '\u{e000}',
        ] {
            assert_eq!(
                Nickname::parse(&format!("mi{character}na")).err(),
                Some(Invalid::NicknameCharacter(character)),
                "{character:?}"
            );
        }
        assert_eq!(
            Nickname::parse("mi\0na").err(),
            Some(Invalid::NullCharacter)
        );
    }

    /// The pattern says of no nickname that it is none.
    #[test]
    fn each_character_of_a_nickname_is_seen_and_fits_the_pattern() {
        let pattern = regex_lite::Regex::new(PATTERN).expect("a pattern");
        for character in '\0'..=char::MAX {
            let typed = format!("mi{character}na");
            if Nickname::parse(&typed).is_ok() {
                assert!(!is_blank(character), "{character:?}");
                assert!(pattern.is_match(&typed), "{character:?}");
            }
        }
    }

    proptest! {
        #[test]
        fn a_nickname_parses_to_itself(typed in "\\PC{3,20}") {
            if let Ok(nickname) = Nickname::parse(&typed) {
                prop_assert_eq!(Nickname::parse(nickname.as_str()), Ok(nickname.clone()));
                prop_assert_eq!(nickname.folded(), fold(&typed));
                prop_assert_eq!(fold(&nickname.folded()), nickname.folded());
            }
        }

        #[test]
        fn every_spelling_that_is_taken_is_the_same_nickname(
            typed in "([a-z0-9_.äß가-힣ςΐᾳガ👩❤👍-][\\p{Mn}\u{200d}]?){3,12}|\\PC{3,20}", spelling in spelling()
        ) {
            let spelled = spelling.of(&typed);
            if let (Ok(one), Ok(other)) = (Nickname::parse(&typed), Nickname::parse(&spelled)) {
                prop_assert_eq!(other.folded(), one.folded(), "{:?}", spelled);
            }
        }

        /// What is refused of other spellings are invisible characters and signs of another width.
        #[test]
        fn every_spelling_of_letters_and_digits_is_taken(
            typed in "[a-z0-9äéΐᾳ가-힣ガё]{3,10}", spelling in seen_spelling()
        ) {
            let spelled = spelling.of(&typed);
            let folded = |typed: &str| Nickname::parse(typed).map(|it| it.folded());
            prop_assert_eq!(folded(&spelled), folded(&typed), "{:?}", spelled);
        }

        #[test]
        fn one_letter_makes_another_nickname(
            name in "[a-z0-9_.äé가-힣]{2,8}", one in "[a-z0-9äé가-힣]", other in "[a-z0-9äé가-힣]"
        ) {
            let folded = |last: &str| Nickname::parse(&format!("{name}{last}")).map(|it| it.folded());
            prop_assert_eq!(folded(&one) == folded(&other), one == other);
        }

        /// Some characters are several in the form that is kept.
        #[test]
        fn no_nickname_is_longer_or_shorter_than_allowed(
            typed in "[a-zé\u{958}\u{fb1d}ﷺﬃe\u{301}]{1,24}", spelling in seen_spelling()
        ) {
            if let Ok(nickname) = Nickname::parse(&spelling.of(&typed)) {
                let length = nickname.as_str().chars().count();
                prop_assert!((MIN_CHARACTERS as usize..=MAX_CHARACTERS as usize).contains(&length));
            }
        }
    }
}
