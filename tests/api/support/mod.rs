//! What every test needs: an app, the people who use it, its database, its log.

pub mod answer;
pub mod app;
pub mod client;
pub mod contract;
pub mod crowd;
pub mod database;
pub mod log;
pub mod postgres;
pub mod race;
pub mod room;
pub mod statements;

pub use answer::Answer;
pub use app::{App, RunningServer, Setup};
pub use client::Client;
pub use database::Kind;
pub use race::{eventually, race};

/// Writes each test once and runs it on SQLite and on PostgreSQL.
macro_rules! on_both_databases {
    ($($(#[$attribute:meta])* fn $name:ident($app:ident: &App) $body:block)*) => {
        $(mod $name {
            use super::*;

            $(#[$attribute])*
            fn check($app: &App) $body

            #[test]
            fn sqlite() {
                check(&App::start($crate::support::Kind::Sqlite));
            }

            #[test]
            fn postgres() {
                if $crate::support::postgres::is_available() {
                    check(&App::start($crate::support::Kind::Postgres));
                }
            }
        })*
    };
}
pub(crate) use on_both_databases;

/// Makes two tests of each function that takes the kind of database, without a server.
macro_rules! for_both_databases {
    ($($name:ident),* $(,)?) => {
        mod sqlite {
            $(#[test]
            fn $name() {
                super::$name($crate::support::Kind::Sqlite);
            })*
        }
        mod postgres {
            $(#[test]
            fn $name() {
                if $crate::support::postgres::is_available() {
                    super::$name($crate::support::Kind::Postgres);
                }
            })*
        }
    };
}
pub(crate) use for_both_databases;
