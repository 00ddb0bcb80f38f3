//! Logins: signing in and out, refreshing, guests, and what becomes of accounts.

mod account_data;
pub mod cookies;
mod device_token;
mod dto;
mod error;
mod guess_rules;
pub mod handlers;
mod login;
pub mod middleware;
mod refresh_token;
mod repository;
mod rotation;
mod rows;
pub mod service;

pub use account_data::ExportResponse;
pub use error::AuthError;
pub use login::{Device, Login};
pub use refresh_token::{RefreshToken, RefreshTokenKey};
pub use service::guest::keep_guest;
pub use service::purge::{PURGE_ATTEMPTS, PURGE_GUESTS, PURGE_LOGINS};
pub use service::register::NewAccount;
pub use service::{AuthService, Credentials, SignedIn};
