//! E-mail addresses.

use std::fmt;

use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{Object, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

use crate::normalize::{fold, visible};
use crate::validation::{Invalid, without_null};

/// The longest address, in characters: what fits an SMTP path (RFC 5321, section 4.5.3.1.3).
const MAX_CHARACTERS: u32 = 254;
/// What [`Email::parse`] asks for, as far as a regular expression can say it in every dialect.
const PATTERN: &str = concat!(
    r"^[^\s@\x00-\x1F\x7F-\x9F]+@",
    r#"[^\s@.<>(),;:"\\/\x00-\x1F\x7F-\x9F]+(\.[^\s@.<>(),;:"\\/\x00-\x1F\x7F-\x9F]+)*$"#
);

/// An address that mail could be sent to, as it is shown and stored.
#[derive(Clone, PartialEq, Eq)]
pub struct Email(String);

/// The form of an address under which accounts are found. Every text has one.
#[derive(Clone, PartialEq, Eq)]
pub struct FoldedEmail(String);

/// Addresses are in no log.
impl fmt::Debug for FoldedEmail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FoldedEmail(hidden)")
    }
}

impl Email {
    /// Takes an address as typed. Width and invisible characters are cleaned, case is kept.
    ///
    /// # Errors
    /// When no mail could reach it: no `@` between two parts, spaces, control characters, a domain
    /// with an empty label, more than 254 characters.
    pub fn parse(typed: &str) -> Result<Self, Invalid> {
        let cleaned: String = visible(without_null(typed)?)
            .trim()
            .chars()
            .map(plain_dot)
            .collect();
        if cleaned.chars().count() > MAX_CHARACTERS as usize {
            return Err(Invalid::TooLong {
                max: MAX_CHARACTERS,
            });
        }
        let (local, domain) = cleaned.rsplit_once('@').ok_or(Invalid::NotAnEmail)?;
        let forbidden = |it: char| it.is_whitespace() || it.is_control() || it == '@';
        let well_formed = !local.is_empty()
            && !cleaned.replacen('@', "", 1).contains(forbidden)
            && !domain.contains(['<', '>', '(', ')', ',', ';', ':', '"', '\\', '/'])
            && domain.split('.').all(|label| !label.is_empty());
        if well_formed {
            Ok(Self(cleaned))
        } else {
            Err(Invalid::NotAnEmail)
        }
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The form under which the account is found.
    pub fn folded(&self) -> FoldedEmail {
        FoldedEmail::of(&self.0)
    }
}

impl PartialSchema for Email {
    fn schema() -> RefOr<Schema> {
        let text = Object::builder()
            .schema_type(Type::String)
            .max_length(Some(MAX_CHARACTERS as usize))
            .pattern(Some(PATTERN))
            .description(Some(
                "An address that mail can be sent to, counted in code points. Spellings that differ \
                 only in case, width, composition or invisible characters are the same address.",
            ))
            .examples(["mina@example.com", "김민아@example.com"]);
        text.into()
    }
}

impl ToSchema for Email {}

impl FoldedEmail {
    /// The folded form of whatever was typed.
    pub fn of(typed: &str) -> Self {
        Self(fold(typed).chars().map(plain_dot).collect())
    }

    /// The folded address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The ideographic full stop separates labels as `.` does (UTS #46, section 4).
fn plain_dot(character: char) -> char {
    match character {
        '。' => '.',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::normalize::spellings::spelling;

    #[test]
    fn addresses_that_mail_can_reach_are_taken() {
        for typed in [
            "mina@example.com",
            " Mina@Example.COM ",
            "mina+askit@mail.example.co.kr",
            "o'brien@example.com",
            "김민아@예시.한국",
            "mina@localhost",
        ] {
            assert!(Email::parse(typed).is_ok(), "{typed:?}");
        }
    }

    #[test]
    fn other_texts_are_refused() {
        for typed in [
            "",
            " ",
            "@",
            "mina",
            "mina@",
            "@example.com",
            "mi na@example.com",
            "a@b@example.com",
            "mina@example..com",
            "mina@.com",
            "mina@example.com.",
            "mina\n@example.com",
            "mina@exam<ple.com",
            "\u{200b}@example.com",
        ] {
            assert_eq!(
                Email::parse(typed).err(),
                Some(Invalid::NotAnEmail),
                "{typed:?}"
            );
        }
        assert_eq!(
            Email::parse("mi\0na@example.com").err(),
            Some(Invalid::NullCharacter)
        );
        let long = format!("{}@example.com", "m".repeat(243));
        assert_eq!(
            Email::parse(&long).err(),
            Some(Invalid::TooLong { max: 254 })
        );
    }

    #[test]
    fn what_is_shown_is_clean_and_keeps_its_case() {
        let email = Email::parse(" Ｍina\u{200b}@Example.com").expect("an address");
        assert_eq!(email.as_str(), "Mina@Example.com");
        assert_eq!(email.folded().as_str(), "mina@example.com");
        for dot in ["。", "｡", "．"] {
            let email = Email::parse(&format!("mina@example{dot}com")).expect("an address");
            assert_eq!(email.as_str(), "mina@example.com");
        }
    }

    #[test]
    fn marks_have_one_order_whatever_invisible_stood_between_them() {
        let email = Email::parse("a\u{345}\u{34f}\u{32d}@example.com").expect("an address");
        assert_eq!(email.as_str(), "a\u{32d}\u{345}@example.com");
        let again = Email::parse(email.as_str()).expect("an address");
        assert_eq!(again.as_str(), email.as_str());
        assert_eq!(email.folded().as_str(), "a\u{32d}ι@example.com");
        let typed = FoldedEmail::of("a\u{345}\u{34f}\u{32d}@example.com");
        assert_eq!(typed.as_str(), email.folded().as_str());
    }

    proptest! {
        #[test]
        fn an_address_parses_to_itself_and_folds_like_what_was_typed(typed in "\\PC{1,12}@\\PC{1,12}") {
            if let Ok(email) = Email::parse(&typed) {
                let again = Email::parse(email.as_str());
                prop_assert_eq!(again.as_ref().map(Email::as_str), Ok(email.as_str()));
                let (shown, typed) = (email.folded(), FoldedEmail::of(&typed));
                prop_assert_eq!(shown.as_str(), typed.as_str());
            }
        }

        #[test]
        fn folding_a_folded_address_changes_nothing(typed in any::<String>()) {
            let folded = FoldedEmail::of(&typed);
            prop_assert_eq!(FoldedEmail::of(folded.as_str()), folded);
        }

        #[test]
        fn every_spelling_of_an_address_is_the_same_address(
            local in "([a-z0-9.+äß가-힣ςΐᾳガ!#-][\\p{Mn}]?){1,8}|\\PC{1,8}",
            domain in "[a-z0-9äß가-힣]{1,8}([.。][a-z가-힣]{2,5}){0,2}", spelling in spelling()
        ) {
            let typed = format!("{local}@{domain}");
            if let Ok(email) = Email::parse(&typed) {
                let spelled = spelling.of(&typed);
                let same = Email::parse(&spelled).map(|it| it.folded());
                prop_assert_eq!(same, Ok(email.folded()), "{:?}", spelled);
                prop_assert_eq!(FoldedEmail::of(&spelled), email.folded(), "{:?}", spelled);
            }
        }

        #[test]
        fn one_letter_makes_another_address(
            local in "[a-z0-9äé가-힣]{0,6}", one in "[a-z0-9äé가-힣]", other in "[a-z0-9äé가-힣]"
        ) {
            let folded = |last: &str| FoldedEmail::of(&format!("{local}{last}@example.com"));
            prop_assert_eq!(folded(&one) == folded(&other), one == other);
        }

        /// Some characters are several in the form that is kept.
        #[test]
        fn no_address_is_longer_than_allowed(
            local in "[a-zﷺﬃ㍿½\u{958}é]{1,300}", spelling in spelling()
        ) {
            if let Ok(email) = Email::parse(&spelling.of(&format!("{local}@example.com"))) {
                prop_assert!(email.as_str().chars().count() <= MAX_CHARACTERS as usize);
            }
        }
    }
}
