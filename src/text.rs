//! Texts: titles and bodies for people, secret texts, the words of enums.

use std::str::FromStr;

use icu_normalizer::ComposingNormalizer;
use strum::VariantNames;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{Object, Schema, Type};

use crate::validation::{Invalid, without_null};

/// The text in Unicode's composed form, NFC: what lengths are counted in.
pub fn nfc(text: &str) -> String {
    ComposingNormalizer::new_nfc().normalize(text).into_owned()
}

/// Takes a text of at most `max` characters as typed, in NFC. Every character but U+0000 is
/// allowed, and nothing is trimmed.
///
/// # Errors
/// When it holds nothing but spaces, or U+0000, or is too long.
pub fn parse(typed: &str, max: u32) -> Result<String, Invalid> {
    let text = parse_any(typed, max)?;
    if text.trim().is_empty() {
        return Err(Invalid::Blank);
    }
    Ok(text)
}

/// The same of a text that may say nothing.
///
/// # Errors
/// When it holds U+0000, or is too long.
pub fn parse_any(typed: &str, max: u32) -> Result<String, Invalid> {
    let text = nfc(without_null(typed)?);
    match text.chars().nth(max as usize) {
        Some(_) => Err(Invalid::TooLong { max }),
        None => Ok(text),
    }
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
            "Counted as code points in NFC; every character but U+0000, and not only spaces.",
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
            " <b>\r\n\t&amp; ",
            "\u{202e}\u{200b}",
            "'; --",
            "\u{10ffff}",
        ] {
            assert_eq!(parse(typed, 20).as_deref(), Ok(typed));
        }
        assert_eq!(parse_any("", 20).as_deref(), Ok(""));
        assert_eq!(parse_any("\0", 20), Err(Invalid::NullCharacter));
        assert_eq!(parse_any("abc", 2), Err(Invalid::TooLong { max: 2 }));
        for blank in ["", " \t\r\n", "\u{3000}\u{a0}\u{2028}"] {
            assert_eq!(parse(blank, 20), Err(Invalid::Blank), "{blank:?}");
        }
        assert_eq!(parse("a\0b", 20), Err(Invalid::NullCharacter));
    }
}
