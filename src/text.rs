//! Texts: titles and bodies for people, secret texts, the words of enums.

use std::str::FromStr;

use icu_normalizer::ComposingNormalizer;
use serde_json::value::RawValue;
use strum::VariantNames;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{Object, Schema, Type};

use crate::characters::can_be_seen;
use crate::validation::Invalid;

/// The text in Unicode's composed form, NFC: what lengths are counted in.
pub fn nfc(text: &str) -> String {
    ComposingNormalizer::new_nfc().normalize(text).into_owned()
}

/// Takes a text of at most `max` characters as typed, in NFC, with line feeds alone as the ends of
/// its lines. Every character but control characters is allowed, and nothing is trimmed.
///
/// # Errors
/// When there is nothing to see in it, or it holds a control character other than line feed and
/// tab, or is too long.
pub fn parse(typed: &str, max: u32) -> Result<String, Invalid> {
    let text = parse_any(typed, max)?;
    if can_be_seen(&text) {
        Ok(text)
    } else {
        Err(Invalid::Blank)
    }
}

/// The same of a text that may say nothing.
///
/// # Errors
/// When it holds a control character other than line feed and tab, or is too long.
pub fn parse_any(typed: &str, max: u32) -> Result<String, Invalid> {
    let text = nfc(&typed.replace("\r\n", "\n"));
    let is_refused = |it: &char| it.is_control() && !matches!(it, '\n' | '\t');
    if let Some(control) = text.chars().find(is_refused) {
        return Err(Invalid::ControlCharacter(control));
    }
    match text.chars().nth(max as usize) {
        Some(_) => Err(Invalid::TooLong { max }),
        None => Ok(text),
    }
}

/// The text that a string in JSON says.
///
/// # Errors
/// When it is no string, or no text: JSON can escape half a pair of surrogates.
pub fn of_json(value: &RawValue) -> Result<String, Invalid> {
    let json = value.get();
    let is_string = json.starts_with('"');
    let reason = if is_string {
        Invalid::LoneSurrogate
    } else {
        Invalid::NotText
    };
    serde_json::from_str(json).or(Err(reason))
}

/// Takes one of the words of an enum.
///
/// # Errors
/// When it is none of them.
pub fn word<T: FromStr + VariantNames>(typed: &str) -> Result<T, Invalid> {
    typed.parse().or(Err(Invalid::NotOneOf(T::VARIANTS)))
}

/// Makes a type of texts of at most `$max` characters.
macro_rules! bounded {
    ($(#[$attribute:meta])* $name:ident, $max:literal) => {
        $(#[$attribute])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct $name(String);

        impl $name {
            /// Takes a text as typed.
            ///
            /// # Errors
            /// Those of [`text::parse`](crate::text::parse).
            pub fn parse(typed: &str) -> Result<Self, $crate::validation::Invalid> {
                $crate::text::parse(typed, $max).map(Self)
            }

            /// In NFC.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                $crate::text::schema($max)
            }
        }

        impl utoipa::ToSchema for $name {}
    };
}
pub(crate) use bounded;

/// Makes a type of texts that only their owner may see: none is printed by accident.
macro_rules! secret {
    ($(#[$attribute:meta])* $name:ident) => {
        $(#[$attribute])*
        #[derive(Debug, Clone)]
        pub struct $name(secrecy::SecretString);

        impl $name {
            /// Takes any text, whatever a client sent.
            pub fn new(text: String) -> Self {
                Self(text.into())
            }

            /// The text itself: only for its owner.
            pub fn expose(&self) -> &str {
                secrecy::ExposeSecret::expose_secret(&self.0)
            }
        }
    };
}
pub(crate) use secret;

/// What [`parse`] takes, for the API document.
pub fn schema(max: u32) -> RefOr<Schema> {
    let text = Object::builder()
        .schema_type(Type::String)
        .min_length(Some(1))
        .max_length(Some(max as usize))
        .pattern(Some(r"[^\s\x85]"))
        .description(Some(
            "Counted as code points in NFC, the end of a line as one: it becomes a line feed. Every \
             character but control characters; line feed and tab are allowed. There must be something \
             to see: not only spaces, invisible characters and marks that stand on nothing.",
        ));
    text.into()
}

/// The API document and `strum` give a type the same words.
#[cfg(test)]
pub fn assert_documented<T: VariantNames + utoipa::PartialSchema>() {
    let schema = serde_json::to_value(T::schema()).expect("JSON");
    assert_eq!(schema["enum"], serde_json::json!(T::VARIANTS));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn length_is_counted_in_characters_after_composition() {
        assert_eq!(parse(&"e\u{301}".repeat(5), 5), Ok("é".repeat(5)));
        assert_eq!(parse("👩‍💻👩‍💻", 5), Err(Invalid::TooLong { max: 5 }));
    }

    #[test]
    fn every_text_is_kept_as_it_was_typed_unless_it_says_nothing() {
        for typed in [
            " <b>\n\t&amp; ",
            "\u{202e}\u{200b}.",
            "'; --",
            "\u{10ffff}\u{e000}",
        ] {
            assert_eq!(parse(typed, 20).as_deref(), Ok(typed));
        }
        assert_eq!(parse_any("", 20).as_deref(), Ok(""));
        assert_eq!(parse_any("abc", 2), Err(Invalid::TooLong { max: 2 }));
        for blank in [
            "",
            " \t\r\n",
            "\u{3000}\u{a0}\u{2028}",
            "\u{2800}\u{200b}\u{301}",
        ] {
            assert_eq!(parse(blank, 20), Err(Invalid::Blank), "{blank:?}");
            assert!(parse_any(blank, 20).is_ok(), "{blank:?}");
        }
    }

    #[test]
    fn no_control_character_but_line_feed_and_tab_is_taken() {
        for character in '\0'..=char::MAX {
            let typed = format!("a{character}");
            let allowed = !character.is_control() || matches!(character, '\n' | '\t');
            let refused = Invalid::ControlCharacter(character);
            let expected = if allowed {
                Ok(nfc(&typed))
            } else {
                Err(refused)
            };
            assert_eq!(parse(&typed, 20), expected);
            assert_eq!(parse_any(&typed, 20), expected);
        }
    }

    #[test]
    fn lines_end_with_a_line_feed_alone_and_count_as_one() {
        assert_eq!(parse("a\r\nb\r\n", 4).as_deref(), Ok("a\nb\n"));
        for typed in ["a\rb", "a\n\rb", "a\r\r\nb"] {
            assert_eq!(parse(typed, 20), Err(Invalid::ControlCharacter('\r')));
        }
    }
}
