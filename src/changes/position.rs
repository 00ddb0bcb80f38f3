//! How far a session has come, as it is told: `<epoch>-<number>`, to hosts `<epoch>-h<number>`.

use std::fmt;
use std::str::FromStr;

use serde::{Serialize, Serializer};

use super::Epoch;

/// Who is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// Whoever may read the session.
    All,
    /// Its hosts, who see more, and count it.
    Hosts,
}

impl Audience {
    /// That of a host, or of anybody else.
    pub fn of(is_host: bool) -> Self {
        if is_host { Self::Hosts } else { Self::All }
    }
}

/// A place in the changes of a session, from which events go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// To which history of the database the number belongs.
    pub epoch: Epoch,
    /// Whose count it is.
    pub audience: Audience,
    /// So many changes.
    pub number: i64,
}

/// A text is no [`Position`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is no place in the changes of a session")]
pub struct NotAPosition;

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mark = match self.audience {
            Audience::All => "",
            Audience::Hosts => "h",
        };
        write!(f, "{}-{mark}{}", self.epoch.as_str(), self.number)
    }
}

impl FromStr for Position {
    type Err = NotAPosition;

    /// Takes the one spelling that is told.
    fn from_str(text: &str) -> Result<Self, NotAPosition> {
        let parse = || {
            let (epoch, number) = text.split_once('-')?;
            let (audience, number) = match number.strip_prefix('h') {
                Some(number) => (Audience::Hosts, number),
                None => (Audience::All, number),
            };
            let position = Self {
                epoch: Epoch::parse(epoch)?,
                audience,
                number: number.parse().ok()?,
            };
            (position.number >= 0 && position.to_string() == text).then_some(position)
        };
        parse().ok_or(NotAPosition)
    }
}

impl Serialize for Position {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::random::Random;

    proptest! {
        #[test]
        fn a_position_is_read_as_it_is_told(seed: u64, is_host: bool, number in 0..i64::MAX) {
            let position = Position {
                epoch: Epoch::draw(&Random::from_seed(seed)),
                audience: Audience::of(is_host),
                number,
            };
            prop_assert_eq!(position.to_string().parse(), Ok(position));
        }

        #[test]
        fn another_spelling_is_no_position(text in "[a-z0-9]{6}-h?[-+0-9 ]{0,21}|\\PC{0,40}") {
            if let Ok(position) = text.parse::<Position>() {
                prop_assert_eq!(position.to_string(), text);
                prop_assert!(position.number >= 0);
            }
        }
    }
}
