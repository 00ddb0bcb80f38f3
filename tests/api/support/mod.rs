//! What every test needs: an app, the people who use it, its database, its log.

pub mod answer;
pub mod app;
pub mod client;
pub mod contract;
pub mod crowd;
pub mod database;
pub mod follower;
pub mod log;
pub mod moderation;
pub mod mutes;
pub mod numbers;
pub mod page;
pub mod postgres;
pub mod race;
pub mod room;
pub mod statements;
pub mod stream;

pub use answer::Answer;
pub use app::{App, RunningServer, Setup};
pub use client::Client;
pub use database::Kind;
pub use macro_rules_attribute::apply;
pub use race::{eventually, race};

/// `#[apply(on_both_databases!)]` makes two tests of a function, `sqlite` and `postgres`, each with
/// an app of its own. A function that starts its app itself is given the kind of database.
macro_rules! on_both_databases {
    ($(#[$attribute:meta])* fn $name:ident($app:ident: &App $(,)?) $body:block) => {
        $crate::support::on_both_databases! {
            $(#[$attribute])*
            fn $name(kind: Kind) {
                let $app = &App::start(kind);
                $body
            }
        }
    };
    ($(#[$attribute:meta])* fn $name:ident($kind:ident: Kind $(,)?) $body:block) => {
        mod $name {
            use super::*;

            $(#[$attribute])*
            fn check($kind: Kind) $body

            #[test]
            fn sqlite() {
                check(Kind::Sqlite);
            }

            #[test]
            fn postgres() {
                check(Kind::Postgres);
            }
        }
    };
}
pub(crate) use on_both_databases;
