//! Passwords that accounts may be given.

use secrecy::{ExposeSecret, SecretString};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{KnownFormat, Object, Schema, SchemaFormat, Type};
use utoipa::{PartialSchema, ToSchema};

use crate::config::{MAX_LENGTH, MIN_LENGTH};
use crate::text::nfc;
use crate::validation::Invalid;

/// A password that an account may be given: 8 to 128 characters in NFC. That is at most 512 bytes
/// of UTF-8, which has four for a character.
#[derive(Clone)]
pub struct NewPassword(SecretString);

impl NewPassword {
    /// Takes a password as typed; nothing is trimmed or cut.
    ///
    /// # Errors
    /// When it is too short or too long.
    pub fn parse(typed: &str) -> Result<Self, Invalid> {
        let password = nfc(typed);
        let characters = password.chars().count();
        if characters < MIN_LENGTH as usize {
            return Err(Invalid::TooShort { min: MIN_LENGTH });
        }
        if characters > MAX_LENGTH as usize {
            return Err(Invalid::TooLong { max: MAX_LENGTH });
        }
        Ok(Self(password.into()))
    }

    /// As it is hashed.
    pub(super) fn secret(&self) -> &SecretString {
        &self.0
    }

    pub(super) fn characters(&self) -> usize {
        self.0.expose_secret().chars().count()
    }
}

impl PartialSchema for NewPassword {
    fn schema() -> RefOr<Schema> {
        let text = Object::builder()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Password)))
            .min_length(Some(MIN_LENGTH as usize))
            .max_length(Some(MAX_LENGTH as usize))
            .description(Some(
                "Counted as code points in NFC; any character but U+0000, nothing is trimmed. A server may \
                 ask for more characters. Common passwords and simple patterns with little added are \
                 refused, as are those made of the e-mail address, the nickname or the service's name.",
            ))
            .examples(["a long enough one", "충분히 긴 비밀번호"]);
        text.into()
    }
}

impl ToSchema for NewPassword {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn length_is_counted_in_characters_after_composition() {
        assert!(NewPassword::parse("pass wrd").is_ok());
        assert_eq!(
            NewPassword::parse("passwrd").err(),
            Some(Invalid::TooShort { min: 8 })
        );
        let decomposed = "e\u{301}".repeat(8);
        assert!(NewPassword::parse(&decomposed).is_ok());
        let short = "e\u{301}".repeat(7);
        assert_eq!(
            NewPassword::parse(&short).err(),
            Some(Invalid::TooShort { min: 8 })
        );
        assert!(NewPassword::parse(&"ä".repeat(128)).is_ok());
        assert_eq!(
            NewPassword::parse(&"ä".repeat(129)).err(),
            Some(Invalid::TooLong { max: 128 })
        );
        let emoji = NewPassword::parse(&"🔑".repeat(128)).expect("a password");
        assert_eq!(emoji.secret().expose_secret().len(), 512);
        assert_eq!(
            NewPassword::parse(&"🔑".repeat(129)).err(),
            Some(Invalid::TooLong { max: 128 })
        );
    }

    #[test]
    fn nothing_is_trimmed() {
        let password = NewPassword::parse("  spaces  ").expect("a password");
        assert_eq!(password.0.expose_secret(), "  spaces  ");
    }
}
