//! Accounts' passwords, logins and tokens.

pub mod access_token;
pub mod attempts;
pub mod cookies;
mod device_token;
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

pub use dto::Jwks;
pub use error::AuthError;
pub use login::{Device, Login, LoginId};
pub use refresh_token::{RefreshToken, RefreshTokenKey};
pub use register::{NewAccount, RegisterService};
pub use service::{AuthService, Credentials, SignedIn};
