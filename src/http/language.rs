//! The words for people, in Korean and English.

use std::cmp::Reverse;
use std::sync::LazyLock;

use actix_web::HttpRequest;
use actix_web::http::header::{AcceptLanguage, Header, Quality};
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use unic_langid::LanguageIdentifier;

use super::error::{ErrorCode, JsonPosition, Obstacle};
use crate::characters::is_blank;
use crate::validation::Invalid;

type Bundle = FluentBundle<FluentResource>;

static ENGLISH: LazyLock<Bundle> =
    LazyLock::new(|| bundle("en", include_str!("../../locales/en.ftl")));
static KOREAN: LazyLock<Bundle> =
    LazyLock::new(|| bundle("ko", include_str!("../../locales/ko.ftl")));

/// A language that Askit speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// Where none of ours is asked for.
    English,
    /// `ko`, in any region.
    Korean,
}

impl Language {
    /// Each of them.
    pub const ALL: [Self; 2] = [Self::English, Self::Korean];

    /// The one that `Accept-Language` likes best; English where it names none of ours.
    pub fn of(request: &HttpRequest) -> Self {
        let Ok(accepted) = AcceptLanguage::parse(request) else {
            return Self::English;
        };
        let known = |tag: &str| match tag {
            "ko" => Some(Self::Korean),
            "en" => Some(Self::English),
            _ => None,
        };
        let mut wishes = accepted.0.clone();
        wishes.retain(|wish| wish.quality > Quality::ZERO);
        // Stable: of equal wishes the first counts.
        wishes.sort_by_key(|wish| Reverse(wish.quality));
        wishes
            .iter()
            .find_map(|wish| known(wish.item.item()?.primary_language()))
            .unwrap_or(Self::English)
    }

    /// The tag for `Content-Language`.
    pub fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Korean => "ko",
        }
    }

    /// The sentence for an error code.
    pub fn error(self, code: ErrorCode) -> String {
        self.message(code.as_str(), None)
    }

    /// The sentence for what is in the way.
    pub fn obstacle(self, obstacle: Obstacle) -> String {
        let name: &str = obstacle.into();
        self.message(&format!("conflict_{name}"), None)
    }

    /// The sentence for a body that stops being JSON at `place`.
    pub fn malformed_at(self, place: JsonPosition) -> String {
        let mut values = FluentArgs::new();
        values.set("line", place.line);
        values.set("column", place.column);
        self.message("malformed_json_at", Some(&values))
    }

    /// The sentence for a reason that a field was refused.
    pub fn reason(self, invalid: Invalid) -> String {
        let mut values = FluentArgs::new();
        match invalid {
            Invalid::TooShort { min } => values.set("min", min),
            Invalid::OutOfRange { min, max } => {
                values.set("min", min);
                values.set("max", max);
            }
            Invalid::TooLong { max } | Invalid::TooMany { max } => values.set("max", max),
            Invalid::NicknameCharacter(it) | Invalid::ControlCharacter(it) => {
                values.set("character", visible(it));
            }
            Invalid::NotOneOf(allowed) => values.set("allowed", allowed.join(", ")),
            Invalid::Missing
            | Invalid::Unknown
            | Invalid::NotText
            | Invalid::NotBoolean
            | Invalid::NotAnInteger
            | Invalid::NotAnObject
            | Invalid::NotAList
            | Invalid::NotATime
            | Invalid::NotAPosition
            | Invalid::NotUnique
            | Invalid::NotAnId
            | Invalid::NotWithinAYear
            | Invalid::NotAKey
            | Invalid::Blank
            | Invalid::TooCommon
            | Invalid::TooSimilar
            | Invalid::NullCharacter
            | Invalid::NotOneLine
            | Invalid::LoneSurrogate
            | Invalid::Duplicate
            | Invalid::NotAnEmail => {}
        }
        self.message(&format!("field_{}", invalid.code()), Some(&values))
    }

    /// The answer of POST `/auth/logout`.
    pub fn signed_out(self) -> String {
        self.message("signed_out", None)
    }

    /// The words under `key`; the key itself where words are missing, which a test rules out.
    fn message(self, key: &str, values: Option<&FluentArgs<'_>>) -> String {
        let bundle = match self {
            Self::English => &ENGLISH,
            Self::Korean => &KOREAN,
        };
        let pattern = bundle.get_message(key).and_then(|message| message.value());
        match pattern {
            Some(pattern) => bundle
                .format_pattern(pattern, values, &mut Vec::new())
                .into_owned(),
            None => key.to_owned(),
        }
    }
}

/// A character that shows nothing is told by its number.
fn visible(character: char) -> String {
    let is_plain = character.is_alphanumeric() || character.is_ascii_punctuation();
    if is_plain && !is_blank(character) {
        character.to_string()
    } else {
        format!("U+{:04X}", u32::from(character))
    }
}

fn bundle(tag: &str, texts: &str) -> Bundle {
    let language: LanguageIdentifier = tag.parse().unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![language]);
    // Marks around values would stand in JSON for no one's use.
    bundle.set_use_isolating(false);
    // What parsed is used even where a line did not; a test finds every such line.
    let resource = FluentResource::try_new(texts.to_owned()).unwrap_or_else(|(parsed, _)| parsed);
    bundle.add_resource_overriding(resource);
    bundle
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;
    use actix_web::test::TestRequest;
    use proptest::prelude::*;
    use strum::VariantArray;

    use super::*;

    #[test]
    fn the_best_liked_language_of_ours_is_spoken() {
        for (accepted, spoken) in [
            ("ko", Language::Korean),
            ("ko-KR,ko;q=0.9,en;q=0.8", Language::Korean),
            ("en-US,en;q=0.9,ko;q=0.8", Language::English),
            ("en;q=0.5, ko;q=0.8", Language::Korean),
            ("fr, ko;q=0.1", Language::Korean),
            ("ko;q=0", Language::English),
            ("*", Language::English),
            ("fr", Language::English),
            (";;junk;;", Language::English),
            ("", Language::English),
        ] {
            let request = TestRequest::default().insert_header(("accept-language", accepted));
            assert_eq!(
                Language::of(&request.to_http_request()),
                spoken,
                "{accepted}"
            );
        }
    }

    const REASONS: &[Invalid] = &[
        Invalid::Missing,
        Invalid::Unknown,
        Invalid::NotText,
        Invalid::NotBoolean,
        Invalid::NotAnInteger,
        Invalid::NotAnObject,
        Invalid::NotAList,
        Invalid::TooMany { max: 200 },
        Invalid::NotATime,
        Invalid::NotAPosition,
        Invalid::NotUnique,
        Invalid::NotAnId,
        Invalid::NotWithinAYear,
        Invalid::NotAKey,
        Invalid::Blank,
        Invalid::OutOfRange { min: 1, max: 100 },
        Invalid::TooShort { min: 3 },
        Invalid::TooLong { max: 20 },
        Invalid::TooCommon,
        Invalid::TooSimilar,
        Invalid::NullCharacter,
        Invalid::ControlCharacter('\r'),
        Invalid::NotOneLine,
        Invalid::LoneSurrogate,
        Invalid::Duplicate,
        Invalid::NotAnEmail,
        Invalid::NicknameCharacter('\u{200b}'),
        Invalid::NotOneOf(&["cookie", "json"]),
    ];

    #[test]
    fn every_code_and_reason_has_words_in_both_languages() {
        for language in Language::ALL {
            for code in ErrorCode::ALL {
                let words = language.error(*code);
                assert_ne!(words, code.as_str(), "{language:?}");
            }
            for obstacle in Obstacle::VARIANTS {
                let words = language.obstacle(*obstacle);
                assert!(words.contains(' '), "{obstacle:?} in {language:?}: {words}");
            }
            for reason in REASONS {
                let words = language.reason(*reason);
                let complete = words.contains(' ') && !words.contains(['{', '}']);
                assert!(complete, "{reason:?} in {language:?}: {words}");
            }
            let words = language.malformed_at(JsonPosition {
                line: 1,
                column: 17,
            });
            assert!(words.contains("17"), "{words}");
            assert!(language.signed_out().ends_with('.'));
        }
    }

    #[test]
    fn both_languages_know_the_same_texts() {
        let keys = |texts: &str| -> Vec<String> {
            let entries = texts.lines().filter_map(|line| line.split_once(" = "));
            entries.map(|(key, _)| key.to_owned()).collect()
        };
        assert_eq!(
            keys(include_str!("../../locales/en.ftl")),
            keys(include_str!("../../locales/ko.ftl"))
        );
    }

    proptest! {
        #[test]
        fn korean_is_spoken_where_it_is_asked_for_before_junk(junk in "[ -~]{0,60}") {
            let accepted = format!("ko,x-{junk}");
            let request = TestRequest::default().insert_header(("accept-language", accepted));
            let spoken = Language::of(&request.to_http_request());
            let is_readable = junk.bytes().all(|it| it.is_ascii_alphanumeric());
            prop_assert!(spoken == Language::Korean || !is_readable);
        }

        #[test]
        fn any_bytes_get_a_language(bytes: Vec<u8>) {
            if let Ok(value) = HeaderValue::from_bytes(&bytes) {
                let request = TestRequest::default().insert_header(("accept-language", value));
                Language::of(&request.to_http_request());
            }
        }
    }
}
