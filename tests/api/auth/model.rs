//! A random history of one login agrees with a small model of the rules.

use std::collections::BTreeMap;

use askit::db::UtcTime;
use askit::db::schema::refresh_tokens::dsl;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use diesel::prelude::*;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use crate::support::*;

#[derive(Debug, Clone, Copy)]
enum Act {
    /// Presents the newest token that was ever given.
    Refresh,
    /// Presents one of those given before.
    Replay(usize),
    SignOut(usize),
    /// A backup is made, or the last one restored.
    Backup,
    Restore,
    Pass(i64),
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        6 => Just(Act::Refresh),
        3 => (0_usize..8).prop_map(Act::Replay),
        1 => (0_usize..8).prop_map(Act::SignOut),
        1 => Just(Act::Backup),
        1 => Just(Act::Restore),
        6 => prop_oneof![Just(1), Just(29), Just(30), Just(31), Just(600), Just(86_400),
            Just(13 * 86_400), Just(14 * 86_400)].prop_map(Act::Pass),
    ]
}

/// One login, in seconds since it began.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Model {
    current: u32,
    exchanged: Option<u32>,
    rotated: i64,
    ended: bool,
}

#[derive(Debug, PartialEq, Eq)]
enum Expected {
    Token(u32),
    Refused(&'static str),
}

impl Model {
    fn refresh(&mut self, presented: u32, now: i64) -> Expected {
        let idle_for_too_long = now >= self.rotated + 14 * 86_400;
        if self.ended || idle_for_too_long || now >= 90 * 86_400 {
            return Expected::Refused("invalid_refresh_token");
        }
        let known = presented == self.current || Some(presented) == self.exchanged;
        if known && now < self.rotated + 30 {
            return Expected::Token(self.current);
        }
        if !known && presented < self.current {
            self.ended = true;
            return Expected::Refused("refresh_token_reused");
        }
        self.current = self.current.max(presented) + 1;
        self.exchanged = Some(presented);
        self.rotated = now;
        Expected::Token(self.current)
    }
}

type Row = (i64, Option<i64>, UtcTime, UtcTime, Option<UtcTime>);

fn read_row(app: &App, id: &str) -> Row {
    dsl::refresh_tokens
        .find(id)
        .select((
            dsl::generation,
            dsl::previous,
            dsl::rotated_at,
            dsl::idle_expires_at,
            dsl::ended_at,
        ))
        .first(&mut app.database.connect())
        .unwrap()
}

fn write_row(app: &App, id: &str, row: Row) {
    diesel::update(dsl::refresh_tokens.find(id))
        .set((
            dsl::generation.eq(row.0),
            dsl::previous.eq(row.1),
            dsl::rotated_at.eq(row.2),
            dsl::idle_expires_at.eq(row.3),
            dsl::ended_at.eq(row.4),
        ))
        .execute(&mut app.database.connect())
        .unwrap();
}

/// What anyone can read in a token: the login's id and the generation.
fn read_token(token: &str) -> (String, u32) {
    let bytes = URL_SAFE_NO_PAD.decode(token).unwrap();
    let generation = bytes[17..21].try_into().unwrap();
    (
        URL_SAFE_NO_PAD.encode(&bytes[1..17]),
        u32::from_be_bytes(generation),
    )
}

fn agrees(app: &App, registered: &Client, acts: &[Act]) -> Result<(), TestCaseError> {
    let mina = registered.signed_in();
    let began = app.now();
    let first = mina.refresh_token.clone().unwrap();
    let (login_id, _) = read_token(&first);
    let mut model = Model {
        current: 0,
        exchanged: None,
        rotated: 0,
        ended: false,
    };
    let mut backup = (model, read_row(app, &login_id));
    let mut given = BTreeMap::from([(0, first)]);
    let pick = |given: &BTreeMap<u32, String>, number: usize| {
        let chosen = given.iter().nth(number % given.len()).unwrap();
        (*chosen.0, chosen.1.clone())
    };
    for act in acts {
        let now = (app.now() - began).num_seconds();
        let (generation, token) = match act {
            Act::Pass(seconds) => {
                app.advance(TimeDelta::seconds(*seconds));
                continue;
            }
            Act::Backup => {
                backup = (model, read_row(app, &login_id));
                continue;
            }
            Act::Restore => {
                model = backup.0;
                write_row(app, &login_id, backup.1);
                continue;
            }
            Act::SignOut(number) => {
                let (_, token) = pick(&given, *number);
                let mut device = mina.clone();
                device.refresh_token = Some(token);
                prop_assert_eq!(device.log_out().status, 200);
                model.ended = true;
                continue;
            }
            Act::Refresh => pick(&given, given.len() - 1),
            Act::Replay(number) => pick(&given, *number),
        };
        let answer = mina.refresh_with(&token);
        let seen = match answer.status {
            200 => {
                let token = answer.field("refreshToken");
                let (_, generation) = read_token(&token);
                given.insert(generation, token);
                Expected::Token(generation)
            }
            _ => Expected::Refused(match answer.code().as_str() {
                "invalid_refresh_token" => "invalid_refresh_token",
                "refresh_token_reused" => "refresh_token_reused",
                _ => "something else",
            }),
        };
        prop_assert_eq!(
            seen,
            model.refresh(generation, now),
            "{:?} at {} s",
            act,
            now
        );
    }
    Ok(())
}

#[apply(on_both_databases!)]
fn every_history_agrees_with_the_model(app: &App) {
    let mina = app.registered("mina");
    let config = Config {
        cases: 48,
        failure_persistence: None,
        ..Config::default()
    };
    let outcome = TestRunner::new(config).run(&vec(act(), 1..40), |acts| agrees(app, &mina, &acts));
    if let Err(error) = outcome {
        panic!("{error}");
    }
}
