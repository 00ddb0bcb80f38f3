//! What a session is about.

use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{Object, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

use crate::text;
use crate::validation::Invalid;

/// In characters.
const MAX: u32 = 1_000;

/// What a session is about: up to 1,000 characters; it may say nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SessionDescription(String);

impl SessionDescription {
    /// Takes a text as typed.
    ///
    /// # Errors
    /// Those of [`text::parse_any`].
    pub fn parse(typed: &str) -> Result<Self, Invalid> {
        text::parse_any(typed, MAX).map(Self)
    }

    /// In NFC.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl PartialSchema for SessionDescription {
    fn schema() -> RefOr<Schema> {
        let text = Object::builder()
            .schema_type(Type::String)
            .max_length(Some(MAX as usize))
            .description(Some(
                "Counted as code points in NFC, the end of a line as one: it becomes a line feed. Every \
                 character but control characters; line feed and tab are allowed.",
            ));
        text.into()
    }
}

impl ToSchema for SessionDescription {}
