//! What the document says of the times in answers, wherever they stand.

use utoipa::openapi::schema::{KnownFormat, Schema, SchemaFormat};
use utoipa::openapi::{Components, RefOr};

/// Three digits of a second, in UTC.
const PATTERN: &str = "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}[.][0-9]{3}Z$";

/// Gives the times of answers their pattern. Requests may spell theirs as RFC 3339 allows.
pub fn describe_times(components: &mut Components) {
    for (name, schema) in &mut components.schemas {
        if !name.ends_with("Request") {
            describe(schema);
        }
    }
}

fn describe(schema: &mut RefOr<Schema>) {
    match schema {
        RefOr::T(Schema::Object(object)) => {
            if object.format == Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)) {
                object.pattern = Some(PATTERN.into());
            }
            object.properties.values_mut().for_each(describe);
        }
        RefOr::T(Schema::AllOf(whole)) => whole.items.iter_mut().for_each(describe),
        _ => {}
    }
}
