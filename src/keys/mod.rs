//! The keys that sign access tokens, the tokens, and the public keys that others check them with.

pub mod access_token;
mod dto;
pub mod handlers;
mod key_set;
mod repository;
mod rows;
mod service;
mod signature_cache;
mod signing_key;

pub use key_set::{KeySet, PresentKeys};
pub use repository::delete_replaced;
pub use service::{Rotated, SigningKeyError, SigningKeys, rotate};
pub use signing_key::SigningKey;
