//! Askit from outside: each test has a server and a database of its own. Folders mirror the URLs.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on should stop and say where"
)]

mod support;

mod auth;
mod commands;
mod errors;
mod failures;
mod health;
mod life;
mod origins;
mod purge;
mod users;
mod well_known;
