//! The fields of JSON bodies and of queries: every wrong one is reported at once. One in an object
//! or a list is told by its place: `settings.questions`, `labelIds[3]`, `labels[0].name`.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Number;
use serde_json::value::RawValue;
use url::form_urlencoded;

use super::error::{ApiError, FieldError};
use crate::text;
use crate::validation::{Invalid, without_null};

/// Unknown fields of a request that are told; a body could have thousands.
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
    /// How many are told, of the whole request.
    unknown: usize,
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
        take: impl FnOnce(i64) -> Result<T, Invalid>,
    ) -> Option<T> {
        self.take(field, |value| value.integer(take))
    }

    /// The same where it may be missing or null: `Some(None)`.
    pub fn optional_integer<T>(
        &mut self,
        field: &str,
        take: impl FnOnce(i64) -> Result<T, Invalid>,
    ) -> Option<Option<T>> {
        self.take_optional(field, |value| value.integer(take))
    }

    /// Takes an object that may be missing or null: `Some(None)`. `take` reads its fields.
    pub fn optional_object<T>(
        &mut self,
        field: &str,
        take: impl FnOnce(&mut Fields<'a>) -> Option<T>,
    ) -> Option<Option<T>> {
        match self.take_optional(field, Sent::object)? {
            None => Some(None),
            Some(object) => self.inside(field, object, take).map(Some),
        }
    }

    /// Takes a list of at most `max` texts that must be there; it may be empty.
    pub fn required_texts<T>(
        &mut self,
        field: &str,
        max: u32,
        parse: impl Fn(&str) -> Result<T, Invalid>,
    ) -> Option<Vec<T>> {
        let items = self.take(field, |value| value.list(max))?;
        self.texts(field, items, parse)
    }

    /// The same where it may be missing or null: `Some(None)`.
    pub fn optional_texts<T>(
        &mut self,
        field: &str,
        max: u32,
        parse: impl Fn(&str) -> Result<T, Invalid>,
    ) -> Option<Option<Vec<T>>> {
        match self.take_optional(field, |value| value.list(max))? {
            None => Some(None),
            Some(items) => self.texts(field, items, parse).map(Some),
        }
    }

    /// Takes a list of at most `max` objects that must be there; it may be empty. `take` reads the
    /// fields of each.
    pub fn required_objects<T>(
        &mut self,
        field: &str,
        max: u32,
        mut take: impl FnMut(&mut Fields<'a>) -> Option<T>,
    ) -> Option<Vec<T>> {
        let items = self.take(field, |value| value.list(max))?;
        self.each(field, items, |fields, place, item| {
            let object = fields.remember(place, item.object())?;
            fields.inside(place, object, &mut take)
        })
    }

    fn texts<T>(
        &mut self,
        field: &str,
        items: Vec<&'a RawValue>,
        parse: impl Fn(&str) -> Result<T, Invalid>,
    ) -> Option<Vec<T>> {
        self.each(field, items, |fields, place, item| {
            fields.remember(place, item.parse(&parse))
        })
    }

    /// Reads every item of a list, those after a wrong one as well: each wrong one is told.
    fn each<T>(
        &mut self,
        field: &str,
        items: Vec<&'a RawValue>,
        mut read: impl FnMut(&mut Self, &str, Sent<'a>) -> Option<T>,
    ) -> Option<Vec<T>> {
        let numbered = items.into_iter().enumerate();
        let taken: Vec<_> = numbered
            .map(|(at, item)| read(self, &format!("{field}[{at}]"), Sent::Json(item)))
            .collect();
        taken.into_iter().collect()
    }

    /// What `take` makes of the fields of `object`, if nothing in it was refused or left.
    fn inside<T>(
        &mut self,
        place: &str,
        mut object: Fields<'a>,
        take: impl FnOnce(&mut Fields<'a>) -> Option<T>,
    ) -> Option<T> {
        object.unknown = self.unknown;
        let taken = take(&mut object);
        object.refuse_untaken();
        self.unknown = object.unknown;
        let is_right = object.errors.is_empty();
        self.errors
            .extend(object.errors.into_iter().map(|it| FieldError {
                field: format!("{place}.{}", it.field),
                ..it
            }));
        taken.filter(|_| is_right)
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

    /// Tells the fields that nobody has taken, as long as not too many are told.
    fn refuse_untaken(&mut self) {
        let unknown = std::mem::take(&mut self.untaken).into_keys();
        for field in unknown.take(MAX_UNKNOWN - self.unknown) {
            self.unknown += 1;
            self.errors.push(FieldError {
                field,
                invalid: Invalid::Unknown,
            });
        }
    }

    /// What was taken, if nothing was refused and nothing is left.
    fn finish<T>(mut self, request: Option<T>) -> Result<T, ApiError> {
        self.refuse_untaken();
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

impl<'a> Sent<'a> {
    fn parse<T>(self, parse: impl FnOnce(&str) -> Result<T, Invalid>) -> Result<T, Invalid> {
        let text = match self {
            Self::Json(value) => text::of_json(value)?.into(),
            Self::Text(text) => text,
            Self::Repeated => return Err(Invalid::Duplicate),
        };
        parse(without_null(&text)?)
    }

    /// What is no text; `wrong` where it is something else.
    fn json<T: Deserialize<'a>>(self, wrong: Invalid) -> Result<T, Invalid> {
        match self {
            Self::Json(value) => serde_json::from_str(value.get()).or(Err(wrong)),
            Self::Text(_) => Err(wrong),
            Self::Repeated => Err(Invalid::Duplicate),
        }
    }

    /// The fields of an object; what they hold is looked at when they are taken.
    fn object(self) -> Result<Fields<'a>, Invalid> {
        self.json(Invalid::NotAnObject)
    }

    /// The items of a list; each is looked at when it is taken.
    fn list(self, max: u32) -> Result<Vec<&'a RawValue>, Invalid> {
        let items: Vec<_> = self.json(Invalid::NotAList)?;
        if items.len() > max as usize {
            return Err(Invalid::TooMany { max });
        }
        Ok(items)
    }

    /// `7.0` is the whole number 7 in JSON, too.
    fn integer<T>(self, take: impl FnOnce(i64) -> Result<T, Invalid>) -> Result<T, Invalid> {
        let number: Number = self.json(Invalid::NotAnInteger)?;
        let is_whole = |it: &f64| it.fract() == 0.0 && it.abs() <= MAX_EXACT;
        let whole = || number.as_f64().filter(is_whole).map(|it| it as i64);
        let integer = number.as_i64().or_else(whole);
        integer.ok_or(Invalid::NotAnInteger).and_then(take)
    }
}

#[cfg(test)]
mod tests;
