//! The fields of JSON bodies and of queries: every wrong one is reported at once.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use serde::de::{DeserializeOwned, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Number;
use serde_json::value::RawValue;
use url::form_urlencoded;

use super::error::{ApiError, FieldError};
use crate::text;
use crate::validation::{Invalid, without_null};

/// Unknown fields that are told; a body could have thousands.
const MAX_UNKNOWN: usize = 20;

/// A request that is read from a JSON object.
pub trait FromFields: Sized {
    /// The largest body, in bytes. More is for those that hold long texts.
    const MAX_BYTES: usize = 16 * 1024;
    /// Whether every field is optional; then an empty body is `{}`, with or without `Content-Type`.
    const MAY_BE_EMPTY: bool = false;

    /// Takes the known fields; `None` when one of them was refused (which `fields` remembers).
    fn from_fields(fields: &mut Fields) -> Option<Self>;
}

/// The fields of a JSON object that nobody has taken yet, and what was wrong with the others.
#[derive(Default)]
pub struct Fields<'a> {
    untaken: BTreeMap<String, Sent<'a>>,
    errors: Vec<FieldError>,
}

/// The value of a field as it was sent.
enum Sent<'a> {
    /// In a body.
    Json(&'a RawValue),
    /// In a query, where every value is a text.
    Text(Cow<'a, str>),
    /// Under a name that is there more than once.
    Repeated,
}

impl<'a> Fields<'a> {
    /// Reads a URL's query, whose fields are texts.
    ///
    /// # Errors
    /// Every field that `take` refused or left.
    pub fn parse_query<T>(
        query: &'a str,
        take: impl FnOnce(&mut Self) -> Option<T>,
    ) -> Result<T, ApiError> {
        let mut fields = Self::default();
        for (name, text) in form_urlencoded::parse(query.as_bytes()) {
            fields.add(name.into_owned(), Sent::Text(text));
        }
        fields.read(take)
    }

    /// Reads what `take` makes of the fields.
    ///
    /// # Errors
    /// Every field that `take` refused or left.
    pub(super) fn read<T>(
        mut self,
        take: impl FnOnce(&mut Self) -> Option<T>,
    ) -> Result<T, ApiError> {
        let taken = take(&mut self);
        self.finish(taken)
    }

    /// Programs disagree which value counts of a name that is there twice: none does.
    fn add(&mut self, name: String, value: Sent<'a>) {
        self.untaken
            .entry(name)
            .and_modify(|first| *first = Sent::Repeated)
            .or_insert(value);
    }

    /// Takes a text that must be there.
    pub fn required<T>(
        &mut self,
        field: &str,
        parse: impl FnOnce(&str) -> Result<T, Invalid>,
    ) -> Option<T> {
        self.take(field, |value| value.parse(parse))
    }

    /// Takes a text that may be missing or null: `Some(None)`.
    pub fn optional<T>(
        &mut self,
        field: &str,
        parse: impl FnOnce(&str) -> Result<T, Invalid>,
    ) -> Option<Option<T>> {
        self.take_optional(field, |value| value.parse(parse))
    }

    /// Takes `true` or `false`, which may be missing or null: `Some(None)`.
    pub fn optional_flag(&mut self, field: &str) -> Option<Option<bool>> {
        self.take_optional(field, |value| value.json(Invalid::NotBoolean))
    }

    /// Takes a whole number; `take` refuses those that do not fit.
    pub fn required_integer<T>(
        &mut self,
        field: &str,
        take: impl FnOnce(i64) -> Option<T>,
    ) -> Option<T> {
        self.take(field, |value| value.integer(take))
    }

    /// The same where it may be missing or null: `Some(None)`.
    pub fn optional_integer<T>(
        &mut self,
        field: &str,
        take: impl FnOnce(i64) -> Option<T>,
    ) -> Option<Option<T>> {
        self.take_optional(field, |value| value.integer(take))
    }

    fn take<T>(
        &mut self,
        field: &str,
        read: impl FnOnce(Sent<'a>) -> Result<T, Invalid>,
    ) -> Option<T> {
        let value = self.untaken.remove(field);
        self.remember(field, value.map_or(Err(Invalid::Missing), read))
    }

    fn take_optional<T>(
        &mut self,
        field: &str,
        read: impl FnOnce(Sent<'a>) -> Result<T, Invalid>,
    ) -> Option<Option<T>> {
        match self.untaken.remove(field) {
            None => Some(None),
            Some(Sent::Json(value)) if value.get() == "null" => Some(None),
            Some(value) => self.remember(field, read(value)).map(Some),
        }
    }

    fn remember<T>(&mut self, field: &str, outcome: Result<T, Invalid>) -> Option<T> {
        let invalid = match outcome {
            Ok(value) => return Some(value),
            Err(invalid) => invalid,
        };
        self.errors.push(FieldError {
            field: field.into(),
            invalid,
        });
        None
    }

    /// What was taken, if nothing was refused and nothing is left.
    fn finish<T>(mut self, request: Option<T>) -> Result<T, ApiError> {
        let unknown = self
            .untaken
            .into_iter()
            .take(MAX_UNKNOWN)
            .map(|(field, _)| FieldError {
                field,
                invalid: Invalid::Unknown,
            });
        self.errors.extend(unknown);
        match request {
            Some(request) if self.errors.is_empty() => Ok(request),
            _ => Err(ApiError::validation(self.errors)),
        }
    }
}

/// An object in JSON; its values are looked at when they are taken.
impl<'de> Deserialize<'de> for Fields<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ObjectVisitor)
    }
}

struct ObjectVisitor;

impl<'de> Visitor<'de> for ObjectVisitor {
    type Value = Fields<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Fields<'de>, A::Error> {
        let mut fields = Fields::default();
        while let Some((name, value)) = object.next_entry::<&RawValue, &RawValue>()? {
            fields.add(name_of(name), Sent::Json(value));
        }
        Ok(fields)
    }
}

/// What is no text is called as it is escaped. No known field is.
fn name_of(name: &RawValue) -> String {
    text::of_json(name).unwrap_or_else(|_no_text| name.get().trim_matches('"').to_owned())
}

/// The largest whole number that every JSON program holds exactly (RFC 8259, section 6).
const MAX_EXACT: f64 = 9_007_199_254_740_991.0;

impl Sent<'_> {
    fn parse<T>(self, parse: impl FnOnce(&str) -> Result<T, Invalid>) -> Result<T, Invalid> {
        let text = match self {
            Self::Json(value) => text::of_json(value)?.into(),
            Self::Text(text) => text,
            Self::Repeated => return Err(Invalid::Duplicate),
        };
        parse(without_null(&text)?)
    }

    /// What is no text; `wrong` where it is something else.
    fn json<T: DeserializeOwned>(self, wrong: Invalid) -> Result<T, Invalid> {
        match self {
            Self::Json(value) => serde_json::from_str(value.get()).or(Err(wrong)),
            Self::Text(_) => Err(wrong),
            Self::Repeated => Err(Invalid::Duplicate),
        }
    }

    /// `7.0` is the whole number 7 in JSON, too.
    fn integer<T>(self, take: impl FnOnce(i64) -> Option<T>) -> Result<T, Invalid> {
        let number: Number = self.json(Invalid::NotAnInteger)?;
        let is_whole = |it: &f64| it.fract() == 0.0 && it.abs() <= MAX_EXACT;
        let whole = || number.as_f64().filter(is_whole).map(|it| it as i64);
        let integer = number.as_i64().or_else(whole);
        integer.and_then(take).ok_or(Invalid::NotAnInteger)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A text, a flag and a number, each of which may be missing.
    fn take(fields: &mut Fields) -> Option<(Option<String>, Option<bool>, Option<i64>)> {
        let text = fields.optional("text", |it| Ok(it.to_owned()));
        let flag = fields.optional_flag("flag");
        let number = fields.optional_integer("number", Some);
        Some((text?, flag?, number?))
    }

    fn told(outcome: Result<impl Sized, ApiError>) -> String {
        let told = outcome.err().map_or(Vec::new(), |error| error.fields);
        let told = told
            .iter()
            .map(|it| format!("{} {}", it.field, it.invalid.code()));
        told.collect::<Vec<_>>().join(", ")
    }

    fn of_body(body: &str) -> String {
        told(
            serde_json::from_str::<Fields>(body)
                .expect("an object")
                .read(take),
        )
    }

    fn number(json: &str) -> Option<i64> {
        let body = format!(r#"{{"number":{json}}}"#);
        let fields: Fields = serde_json::from_str(&body).expect("an object");
        fields.read(take).ok()?.2
    }

    #[test]
    fn a_name_that_is_sent_twice_is_refused_whatever_its_values() {
        for (body, expected) in [
            (r#"{"text":"a","text":"a"}"#, "text duplicate"),
            (r#"{"text":null,"text":"a"}"#, "text duplicate"),
            (r#"{"text":"a","\u0074ext":"b"}"#, "text duplicate"),
            (r#"{"flag":true,"flag":true}"#, "flag duplicate"),
            (r#"{"number":1,"number":1,"number":1}"#, "number duplicate"),
            (r#"{"x":1,"x":1}"#, "x unknown_field"),
            (r#"{"text":"a","Text":"a"}"#, "Text unknown_field"),
        ] {
            assert_eq!(of_body(body), expected, "{body}");
        }
        let query = told(Fields::parse_query("text=a&%74ext=a&flag=", take));
        assert_eq!(query, "text duplicate, flag not_a_boolean");
    }

    #[test]
    fn half_a_pair_of_surrogates_is_a_fault_of_its_field() {
        for (body, expected) in [
            (r#"{"text":"\ud800"}"#, "text lone_surrogate"),
            (r#"{"text":"a\uDFFFb"}"#, "text lone_surrogate"),
            (r#"{"text":"\ude42\ud83d"}"#, "text lone_surrogate"),
            (r#"{"text":"\ud83d\ude42"}"#, ""),
            (r#"{"text":["\ud800"]}"#, "text wrong_type"),
            (r#"{"text":{"\ud800":"\ud800"}}"#, "text wrong_type"),
            (r#"{"flag":"\ud800"}"#, "flag not_a_boolean"),
            (r#"{"x":"\ud800"}"#, "x unknown_field"),
            (r#"{"\ud800":1}"#, r"\ud800 unknown_field"),
            (
                r#"{"text":"a","te\ud800xt":"b"}"#,
                r"te\ud800xt unknown_field",
            ),
        ] {
            assert_eq!(of_body(body), expected, "{body}");
        }
    }

    #[test]
    fn a_number_is_whole_exact_and_within_bounds() {
        for (json, whole) in [
            ("7", 7),
            ("7.0", 7),
            ("70e-1", 7),
            ("-0", 0),
            ("-0.0", 0),
            ("9007199254740991", 9_007_199_254_740_991),
            ("9223372036854775807", i64::MAX),
        ] {
            assert_eq!(number(json), Some(whole), "{json}");
        }
        for json in [
            "7.5",
            "1e400",
            "-1e400",
            "1e16",
            "9223372036854775808",
            "\"7\"",
            "[7]",
            "true",
        ] {
            let refused = of_body(&format!(r#"{{"number":{json}}}"#));
            assert_eq!(refused, "number not_an_integer", "{json}");
        }
        let digits = "9".repeat(10_000);
        assert_eq!(
            of_body(&format!(r#"{{"number":{digits}}}"#)),
            "number not_an_integer"
        );
    }

    #[test]
    fn what_is_nested_deeply_is_refused_without_looking_into_it() {
        let deep = "[".repeat(100_000) + &"]".repeat(100_000);
        for (field, reason) in [
            ("text", "wrong_type"),
            ("flag", "not_a_boolean"),
            ("number", "not_an_integer"),
            ("x", "unknown_field"),
        ] {
            let refused = of_body(&format!(r#"{{"{field}":{deep}}}"#));
            assert_eq!(refused, format!("{field} {reason}"));
        }
    }
}
