//! Askit: accounts, sign-in and live Q&A sessions over REST.
//!
//! Dependencies point downwards only:
//! `main → app → routes → handlers → service → repository → db → config`,
//! and between features one way: `auth → users → audit`. `tests/architecture.rs` checks it.

pub mod clock;
pub mod config;
pub mod db;
pub mod random;
