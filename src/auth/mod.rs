//! Accounts' passwords, logins and tokens.

pub mod access_token;
pub mod cookies;
mod dto;
mod error;
pub mod handlers;
mod login;
pub mod middleware;
pub mod password;
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
pub use login::{Device, Login, LoginId};
pub use refresh_token::{RefreshToken, RefreshTokenKey};
pub use register::{NewAccount, RegisterService};
pub use service::{AuthService, Credentials, SignedIn};
