//! Accounts' passwords, logins and tokens.

pub mod access_token;
pub mod administration;
pub mod attempts;
pub mod belongings;
mod claim;
pub mod cookies;
mod deletion;
mod device_token;
mod dto;
pub mod ended_logins;
mod error;
mod export;
mod guest;
pub mod handlers;
mod login;
mod logins;
pub mod middleware;
pub mod password;
mod password_change;
pub mod purge;
mod refresh;
mod refresh_token;
mod register;
mod repository;
mod rotation;
mod rows;
mod service;
mod sign_in;
pub mod signing_keys;
mod verified_tokens;
pub mod watch;

pub use error::AuthError;
pub use login::{Device, Login};
pub use refresh_token::{RefreshToken, RefreshTokenKey};
pub use register::NewAccount;
pub use service::{AuthService, Credentials, SignedIn};
