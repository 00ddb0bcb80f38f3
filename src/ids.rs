//! Ids as types: numbers of rows, and random ids that nobody can guess.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// Parses the number of a row, 1 or more. `None` for another spelling, such as a leading zero.
pub fn parse(text: &str) -> Option<i64> {
    let number: i64 = text.parse().ok()?;
    (number > 0 && number.to_string() == text).then_some(number)
}

/// A path or a cursor holds something that cannot be an id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is no id")]
pub struct NotAnId;

/// Reads an id from a path by its `parse`, and from a cursor, where it stands as `$told`.
macro_rules! from_outside {
    ($type:ty, $told:ty, $read:expr) => {
        impl ::std::str::FromStr for $type {
            type Err = $crate::ids::NotAnId;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::parse(text).ok_or($crate::ids::NotAnId)
            }
        }

        impl<'de> ::serde::Deserialize<'de> for $type {
            fn deserialize<D: ::serde::Deserializer<'de>>(told: D) -> Result<Self, D::Error> {
                let id = $read(<$told>::deserialize(told)?);
                id.ok_or(::serde::de::Error::custom($crate::ids::NotAnId))
            }
        }
    };
}
pub(crate) use from_outside;

/// Makes a type of the numbers of one table's rows.
macro_rules! row_id {
    ($(#[$attribute:meta])* $name:ident) => {
        $(#[$attribute])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[derive(::serde::Serialize)]
        pub struct $name(i64);

        impl $name {
            /// Takes a number from a row; `None` for what no row can have.
            pub fn new(number: i64) -> Option<Self> {
                (number > 0).then_some(Self(number))
            }

            /// Takes a number from a path; `None` for what no row can have.
            pub fn parse(text: &str) -> Option<Self> {
                $crate::ids::parse(text).map(Self)
            }

            /// The number.
            pub fn get(self) -> i64 {
                self.0
            }

            /// The number as a column holds it.
            pub fn as_number(&self) -> &i64 {
                &self.0
            }
        }

        $crate::ids::from_outside! { $name, i64, |number: i64| Self::new(number) }
    };
}
pub(crate) use row_id;

/// Bytes of a random id: too many to guess.
pub const RANDOM_ID_BYTES: usize = 16;

/// Makes a type of random ids: 16 bytes, written as 22 characters of base64url.
macro_rules! random_id {
    ($(#[$attribute:meta])* $name:ident) => {
        $(#[$attribute])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; $crate::ids::RANDOM_ID_BYTES]);

        impl $name {
            /// A new id.
            pub fn generate(random: &$crate::random::Random) -> Self {
                Self(random.bytes())
            }

            /// From a row, a token, a cursor or a URL; `None` for what [`Self::to_text`] does not
            /// give.
            pub fn parse(text: &str) -> Option<Self> {
                $crate::ids::decode(text).map(Self)
            }

            /// From its bytes.
            pub fn from_bytes(bytes: [u8; $crate::ids::RANDOM_ID_BYTES]) -> Self {
                Self(bytes)
            }

            /// Its bytes.
            pub fn as_bytes(&self) -> &[u8; $crate::ids::RANDOM_ID_BYTES] {
                &self.0
            }

            /// As it stands in rows, tokens and URLs.
            pub fn to_text(self) -> String {
                $crate::ids::encode(&self.0)
            }
        }

        $crate::ids::from_outside! { $name, String, |text: String| Self::parse(&text) }

        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.to_text())
            }
        }
    };
}
pub(crate) use random_id;

/// The text of a random id.
pub fn encode(bytes: &[u8; RANDOM_ID_BYTES]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The bytes of a random id, from its one spelling.
pub fn decode(text: &str) -> Option<[u8; RANDOM_ID_BYTES]> {
    URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::random::Random;

    random_id! {
        /// An id of the tests.
        TestId
    }

    #[test]
    fn two_new_ids_differ() {
        let random = Random::from_seed(1);
        assert_ne!(TestId::generate(&random), TestId::generate(&random));
    }

    proptest! {
        #[test]
        fn a_random_id_has_one_spelling(
            bytes: [u8; RANDOM_ID_BYTES], text in "[A-Za-z0-9_-]{22}|\\PC{0,30}"
        ) {
            let id = TestId::from_bytes(bytes);
            prop_assert_eq!((TestId::parse(&id.to_text()), id.as_bytes()), (Some(id), &bytes));
            if let Some(id) = TestId::parse(&text) {
                prop_assert_eq!(id.to_text(), text);
            }
        }
    }
}
