//! Askit: accounts, sign-in and live Q&A sessions over REST.
//!
//! Dependencies point downwards only:
//! `bin → app → routes → handlers → service → repository → db → config`, and between features one
//! way: `live → questions → sessions → changes`, `live, questions → auth, users`, `sessions, auth →
//! users, audit`, `auth → keys, password`, and `page, posts, changes, password, keys, audit →
//! users`.
//! `tests/architecture/` checks it.

pub mod app;
pub mod audit;
pub mod auth;
pub mod blocked_words;
pub mod changes;
pub mod characters;
pub mod client_network;
pub mod clock;
pub mod config;
pub mod db;
pub mod demo;
pub mod http;
pub mod ids;
pub mod keys;
pub mod live;
pub mod mac;
pub mod normalize;
pub mod openapi;
pub mod page;
pub mod paging;
pub mod password;
pub mod posts;
pub mod purge;
pub mod questions;
pub mod random;
pub mod retries;
pub mod routes;
pub mod services;
pub mod sessions;
pub mod telemetry;
pub mod text;
pub mod users;
pub mod validation;
