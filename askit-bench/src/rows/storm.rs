//! A login storm: 64 clients sign in as fast as they can, while others go on with what they did.

use std::time::Duration;

use anyhow::Context;
use tempfile::TempDir;

use super::memory::resident;
use super::{Bench, Comparison, Limit, Row, folder, sqlite_url};
use crate::clients::{self, Group, Home, Pace, Seen};
use crate::load::Request;
use crate::pool::Pool;
use crate::rounds::{Round, Schedule, Slice};
use crate::server::{Server, login_request, settings};
use crate::statistics::{Spread, quantile};

const NAME: &str = "storm";
const CLIENTS: usize = 64;
/// How often the others ask: little, for their work is missing in the sign-ins.
const ME_EVERY: Duration = Duration::from_millis(10);
const TOKEN_EVERY: Duration = Duration::from_millis(50);
/// Slices whose time one storm takes: the beginning and the end should be a small part of it.
const SLICES: u32 = 5;
const ME_LIMIT_MS: f64 = 30.0;
const TOKEN_LIMIT_MS: f64 = 100.0;
/// What a hashing thread may take, and all the rest that a storm needs.
const THREAD_MIB: f64 = 20.0;
const REST_MIB: f64 = 10.0;

/// Of each storm, also of the one that warms up: it is the first after the start.
#[derive(Default)]
struct Noted {
    /// 99 of 100 answers came within so many milliseconds.
    me: Vec<f64>,
    token: Vec<f64>,
    /// The share of attempts that were told to come back.
    overloaded: Vec<f64>,
}

/// The sign-ins beside the hashing threads alone, and how the others fared.
pub fn measure(bench: &Bench) -> anyhow::Result<Vec<Row>> {
    let folder = folder()?;
    let server = start(bench, &folder)?;
    let idle = resident(server.process.id)?.all;
    let tokens = server.sign_in(1)?;
    let login = tokens.first().context("no login")?;
    let mut logins: Vec<_> = (0..CLIENTS).map(|_| login_request()).collect();
    let mut me = [Request::get("/api/users/me", Some(&login.access))];
    let mut token = [Request::refresh(&login.refresh)];
    let pool = Pool::start()?;
    let mut noted = Noted::default();
    let rounds = storms(&bench.schedule).interleave(
        NAME,
        &mut |duration| {
            server.process.empty_log()?;
            let home = Home::Own;
            let group = |requests, pace| Group {
                requests,
                pace,
                home,
            };
            let groups = [
                group(&mut logins[..], Pace::AtOnce),
                group(&mut me, Pace::Every(ME_EVERY)),
                group(&mut token, Pace::Every(TOKEN_EVERY)),
            ];
            Ok(noted.take(clients::run(server.address, groups, duration)?))
        },
        &mut |duration| pool.run(duration),
    )?;
    let highest = resident(server.process.id)?.highest;
    eprintln!("storm: {idle:.1} MiB before the first sign-in, {highest:.1} MiB at most");
    let allowed = THREAD_MIB * f64::from(pool.threads) + REST_MIB;
    let mut rows = noted.rows(rounds);
    let what = "VmHWM beyond VmRSS before the first sign-in";
    rows.push(limit("memory", what, vec![highest - idle], "MiB", allowed));
    Ok(rows)
}

fn start(bench: &Bench, folder: &TempDir) -> anyhow::Result<Server> {
    let mut settings = settings(&sqlite_url(folder));
    settings.push(("ASKIT__LIMITS__ENABLED", "false".into()));
    settings.push(("ASKIT__AUTH__ACCESS_TOKEN_LIFETIME", "1h".into()));
    settings.push(("ASKIT__AUTH__REFRESH_GRACE", "0s".into()));
    Server::start(&[&bench.askit()], folder.path(), settings)
}

/// Half as many as other rows have rounds, and up to five times as long.
fn storms(schedule: &Schedule) -> Schedule {
    Schedule {
        slice: schedule.slice * SLICES.min(schedule.rounds),
        rounds: schedule.rounds.div_ceil(2),
    }
}

fn limit(of: &str, what: &'static str, values: Vec<f64>, unit: &'static str, limit: f64) -> Row {
    Row::Limit(Limit {
        name: format!("{NAME}, {of}"),
        what,
        values,
        unit,
        limit,
    })
}

impl Noted {
    fn rows(self, rounds: Vec<Round>) -> Vec<Row> {
        let share = Spread::of(self.overloaded).median * 100.0;
        let of_me = "p99 of GET /api/users/me";
        let of_token = "p99 of POST /api/auth/token";
        vec![
            Row::Comparison(Comparison {
                name: NAME.into(),
                a: format!("POST /api/auth/login, {share:.0} % told to come back"),
                b: "the hashing threads alone".into(),
                wanted: 0.95,
                rounds,
            }),
            limit("me", of_me, self.me, "ms", ME_LIMIT_MS),
            limit("token", of_token, self.token, "ms", TOKEN_LIMIT_MS),
        ]
    }

    /// What the sign-ins were, and a note of the rest.
    fn take(&mut self, seen: Seen<3>) -> Slice {
        let [logins, me, token] = seen.groups;
        let [mut me, mut token] = [me.latencies, token.latencies];
        for (latencies, noted) in [(&mut me, &mut self.me), (&mut token, &mut self.token)] {
            latencies.sort_by(f64::total_cmp);
            noted.push(quantile(latencies, 0.99) / 1e3);
        }
        let signed_in = logins.latencies.len();
        let attempts = signed_in + logins.overloaded;
        self.overloaded
            .push(logins.overloaded as f64 / attempts as f64);
        eprintln!(
            "storm: {signed_in} sign-ins, {} told to come back; p99 of me {:.1} ms, of token {:.1} ms",
            logins.overloaded,
            quantile(&me, 0.99) / 1e3,
            quantile(&token, 0.99) / 1e3,
        );
        Slice::timed(logins.latencies, seen.seconds, seen.generator)
    }
}
