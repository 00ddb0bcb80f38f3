//! What every URL shares: errors as problem+json, JSON bodies, headers, origins, health.

pub mod capacity;
pub mod client_address;
pub mod connections;
mod cursor;
pub mod documentation;
mod error;
mod fields;
pub mod head;
pub mod header_limits;
pub mod health;
mod json;
mod language;
pub mod origin;
mod pagination;
mod path;
mod pieces;
pub mod problem;
pub mod rate_limits;
pub mod security_headers;

pub use cursor::{Cursors, ListCursors};
pub use error::{ApiError, ErrorCode, JsonPosition, Obstacle};
pub use fields::{Fields, FromFields};
pub use json::{Body, Json};
pub use language::Language;
pub use pagination::PageQuery;
pub use path::{Id, Ids};
pub use pieces::in_pieces;
