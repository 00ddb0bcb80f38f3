//! Reads typed settings out of the layers and gathers every problem on the way.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::str::FromStr;
use std::time::Duration;

use config::ValueKind;
use humantime::parse_duration;

use super::layers::{Layers, SettingEntry};
use super::problem::SettingProblem;

const DEFAULT_ORIGIN: &str = "default";
const NO_DEFAULT: &str = "has no default in default.toml";

/// One line of `askit config`: a setting as it is in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Effective {
    /// The setting's name, like `auth.refresh_grace`.
    pub key: String,
    /// Its value; secrets are hidden.
    pub value: String,
    /// The file or environment variable that said it.
    pub origin: String,
}

/// Hands out settings by name; what nobody asked for is unknown.
pub struct Reader {
    unread: BTreeMap<String, SettingEntry>,
    effective: Vec<Effective>,
    problems: Vec<SettingProblem>,
}

/// A setting as text, with its source; `None` where no layer names it.
pub type Found = Option<(String, String)>;

impl Reader {
    /// Starts from the collected layers and their problems.
    pub fn new(layers: Layers) -> Self {
        Self {
            unread: layers.entries,
            effective: Vec::new(),
            problems: layers.problems,
        }
    }

    /// Reports a problem of the setting `key`.
    pub fn problem(&mut self, key: &str, origin: &str, message: impl Into<String>) {
        self.problems.push(SettingProblem {
            key: key.into(),
            origin: origin.into(),
            message: message.into(),
        });
    }

    /// Records what is in force, for `askit config`.
    pub fn record(&mut self, key: &str, value: impl Into<String>, origin: &str) {
        self.effective.push(Effective {
            key: key.into(),
            value: value.into(),
            origin: origin.into(),
        });
    }

    /// Where the setting `key`, read before, came from.
    pub fn origin(&self, key: &str) -> String {
        let line = self.effective.iter().find(|line| line.key == key);
        line.map_or_else(|| DEFAULT_ORIGIN.to_owned(), |line| line.origin.clone())
    }

    /// A text, recorded by the caller: it alone knows what of it may be shown.
    pub fn hidden_text(&mut self, key: &str) -> Found {
        let entry = self.unread.remove(key)?;
        match entry.value.kind {
            ValueKind::Table(_) | ValueKind::Array(_) | ValueKind::Nil => {
                self.problem(key, &entry.origin, "must be a single value");
                None
            }
            _ => {
                let text = entry.value.into_string().unwrap_or_default();
                Some((text, entry.origin))
            }
        }
    }

    /// A text that `default.toml` names, like [`Self::hidden_text`]; without it that is a problem.
    pub fn named_text(&mut self, key: &str) -> Found {
        if !self.unread.contains_key(key) {
            self.problem(key, DEFAULT_ORIGIN, NO_DEFAULT);
        }
        self.hidden_text(key)
    }

    /// A value of type `T`. Where it is wrong (which is reported), further checks see `stand_in`.
    pub fn parsed<T: FromStr + ToString>(&mut self, key: &str, stand_in: T, allowed: &str) -> T {
        let value = self.checked(key, allowed, T::to_string, |text| text.parse().ok());
        value.unwrap_or(stand_in)
    }

    /// A whole number within bounds; the least where it is wrong (which is reported).
    pub fn integer(&mut self, key: &str, bounds: RangeInclusive<u32>) -> u32 {
        let allowed = format!("a whole number from {} to {}", bounds.start(), bounds.end());
        let value = self.checked(key, &allowed, u32::to_string, |text| {
            text.parse().ok().filter(|number| bounds.contains(number))
        });
        value.unwrap_or(*bounds.start())
    }

    /// A whole number within bounds; where it is not set, one that was computed.
    pub fn integer_or(&mut self, key: &str, computed: u32, bounds: RangeInclusive<u32>) -> u32 {
        if self.unread.contains_key(key) {
            return self.integer(key, bounds);
        }
        self.record(key, computed.to_string(), DEFAULT_ORIGIN);
        computed
    }

    /// A duration like `30s` or `14d` within bounds; the least where it is wrong (which is
    /// reported).
    pub fn duration(&mut self, key: &str, bounds: RangeInclusive<Duration>) -> Duration {
        let (low, high) = (*bounds.start(), *bounds.end());
        let allowed = format!(
            "a duration like \"30s\" or \"14d\", from {} to {}",
            show_duration(&low),
            show_duration(&high)
        );
        let value = self.checked(key, &allowed, show_duration, |text| {
            parse_duration(text).ok().filter(|it| bounds.contains(it))
        });
        value.unwrap_or(low)
    }

    /// The same, or `never`.
    pub fn duration_or_never(
        &mut self,
        key: &str,
        bounds: RangeInclusive<Duration>,
    ) -> Option<Duration> {
        let allowed = format!(
            "\"never\", or a duration like \"90d\", from {} to {}",
            show_duration(bounds.start()),
            show_duration(bounds.end())
        );
        let show = |it: &Option<Duration>| it.map_or("never".into(), |it| show_duration(&it));
        let value = self.checked(key, &allowed, show, |text| match text {
            "never" => Some(None),
            text => {
                let duration = parse_duration(text).ok();
                duration.filter(|it| bounds.contains(it)).map(Some)
            }
        });
        value.flatten()
    }

    /// A list: an array in a file, comma-separated in the environment. Each wrong item is reported.
    pub fn list<T: ToString>(
        &mut self,
        key: &str,
        allowed: &str,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Vec<T> {
        let Some(entry) = self.unread.remove(key) else {
            self.problem(key, DEFAULT_ORIGIN, NO_DEFAULT);
            return Vec::new();
        };
        let texts: Vec<String> = match entry.value.kind {
            ValueKind::Array(items) => items
                .into_iter()
                .map(|item| item.into_string().unwrap_or_default())
                .collect(),
            _ => split_list(&entry.value.into_string().unwrap_or_default()),
        };
        let mut list = Vec::new();
        for text in &texts {
            match parse(text) {
                Some(item) => list.push(item),
                None => self.problem(key, &entry.origin, refusal(text, allowed)),
            }
        }
        self.record(key, texts.join(", "), &entry.origin);
        list
    }

    /// All problems, with those settings that no part of Askit knows, and what is in force.
    pub fn finish(mut self) -> (Vec<Effective>, Vec<SettingProblem>) {
        for (key, entry) in std::mem::take(&mut self.unread) {
            self.problem(&key, &entry.origin, "is not a known setting");
        }
        (self.effective, self.problems)
    }

    fn checked<T>(
        &mut self,
        key: &str,
        allowed: &str,
        show: impl Fn(&T) -> String,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Option<T> {
        let (text, origin) = self.named_text(key)?;
        let value = parse(&text);
        match &value {
            Some(value) => self.record(key, show(value), &origin),
            None => self.problem(key, &origin, refusal(&text, allowed)),
        }
        value
    }
}

fn refusal(text: &str, allowed: &str) -> String {
    format!("{text:?} is not {allowed}")
}

/// The duration in the largest unit that leaves no rest: `90d`, not `2months 29days 3h 7m 12s`.
fn show_duration(duration: &Duration) -> String {
    let millis = duration.as_millis();
    let units = [
        ("d", 86_400_000),
        ("h", 3_600_000),
        ("m", 60_000),
        ("s", 1_000),
    ];
    let whole = units.iter().find(|(_, unit)| millis.is_multiple_of(*unit));
    match whole {
        Some(_) if millis == 0 => "0s".into(),
        Some((name, unit)) => format!("{}{name}", millis / unit),
        None => format!("{millis}ms"),
    }
}

fn split_list(text: &str) -> Vec<String> {
    text.split(',')
        .map(str::trim)
        .filter(|item| !item.is_empty())
        .map(str::to_owned)
        .collect()
}
