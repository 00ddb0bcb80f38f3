//! What every URL shares: errors as problem+json, JSON bodies, headers, origins, health.

pub mod bounds;
pub mod client_address;
pub mod connections;
pub mod documentation;
mod error;
pub mod health;
mod json;
mod language;
pub mod limits;
pub mod origin;
mod pagination;
pub mod problem;
pub mod security_headers;

pub use error::{ApiError, ErrorCode, Place};
pub use json::{Fields, FromFields, Json};
pub use language::{Language, Text};
pub use pagination::{Page, cursor_behind};
