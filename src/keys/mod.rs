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

use crate::purge::{Purge, Removed};

pub use key_set::{KeySet, PresentKeys};
pub use service::{Rotated, SigningKeyError, SigningKeys, rotate};
pub use signing_key::SigningKey;

/// A replaced key goes once no token that it signed lives any more.
pub const PURGE: Purge = Purge {
    name: "signing keys",
    remove: |conn, times, _| {
        let rows = repository::delete_replaced(conn, times.oldest_token)?;
        let has_more = false;
        Ok(Removed { rows, has_more })
    },
};
