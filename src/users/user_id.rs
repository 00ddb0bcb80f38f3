//! The number of an account.

use serde::Serialize;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, Schema, SchemaFormat, Type};
use utoipa::{PartialSchema, ToSchema};

use crate::ids::{self, from_outside};
use crate::random::Random;

/// The largest id: the largest whole number that JavaScript holds exactly, 2^53 − 1.
const MAX: i64 = (1 << 53) - 1;

/// A random number from 1 to 2^53 − 1, so that nothing can be read from its order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct UserId(i64);

impl UserId {
    /// The largest id.
    pub const MAX: i64 = MAX;

    /// A new id. With a million accounts it is taken already once in nine thousand million times.
    pub fn generate(random: &Random) -> Self {
        // Zero and MAX share a value: no bias worth a loop at 2^-53.
        let bits = u64::from_be_bytes(random.bytes()) >> 11;
        Self(i64::try_from(bits).unwrap_or(MAX).clamp(1, MAX))
    }

    /// Takes a number from a token or a row; `None` outside the bounds.
    pub fn new(number: i64) -> Option<Self> {
        (1..=MAX).contains(&number).then_some(Self(number))
    }

    /// Takes a number from a path; `None` for what no account can have.
    pub fn parse(text: &str) -> Option<Self> {
        ids::parse(text).and_then(Self::new)
    }

    /// The number, or one that no account has, for whoever asks without a token.
    pub fn or_nobody(user_id: Option<Self>) -> i64 {
        user_id.map_or(0, Self::get)
    }

    /// The number as a column holds it.
    pub fn as_number(&self) -> &i64 {
        &self.0
    }

    /// The number.
    pub fn get(self) -> i64 {
        self.0
    }
}

from_outside! { UserId, i64, |number: i64| Self::new(number) }

impl PartialSchema for UserId {
    fn schema() -> RefOr<Schema> {
        let number = ObjectBuilder::new()
            .schema_type(Type::Integer)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Int64)))
            .description(Some("A random number; nothing can be read from its order."))
            .minimum(Some(1))
            .maximum(Some(MAX));
        number.build().into()
    }
}

impl ToSchema for UserId {}
