//! Askit from outside: each test has a server and a database of its own. Folders mirror the URLs.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::too_many_lines,
    reason = "a test that cannot go on stops and says where; a table of cases may be long"
)]

mod support;

mod administration;
mod anonymity;
mod answers;
mod auth;
mod authentication;
mod commands;
mod connections;
mod database;
mod demo;
mod errors;
mod failures;
mod head;
mod health;
mod import;
mod keys;
mod lan;
mod life;
mod limits;
mod live;
mod migrations;
mod moderation;
mod openapi;
mod openapi_requests;
mod origins;
mod page;
mod paths;
mod permissions;
mod plans;
mod posts;
mod purge;
mod questions;
mod replies;
mod retries;
mod secret;
mod sessions;
mod statements;
mod storm;
mod texts;
mod upgrade;
mod users;
mod well_known;
mod wire;
