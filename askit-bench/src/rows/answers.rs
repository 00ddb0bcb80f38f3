//! One answer, whatever was wrong with a sign-in: does its time tell more? One connection, one
//! request after the other in random order, on a server that does nothing else.

use std::net::SocketAddr;

use anyhow::ensure;
use askit::clock::Stopwatch;
use askit::random::Random;
use mio::{Events, Poll};

use super::{Bench, Limit, Row, folder, sqlite_url};
use crate::accounts::{Account, Hash, fill};
use crate::connection::Connection;
use crate::load::{PATIENCE, Request};
use crate::server::{Server, settings};
use crate::statistics::{Auc, Spread, distance};

/// Calls of each kind for each second that a side of a comparison has.
const CALLS_PER_SECOND: f64 = 30.0;
/// With fewer calls of each kind the intervals are too wide to say anything.
const ENOUGH: usize = 600;
/// How far the interval may reach away from 50 %.
const REACH_PERCENT: f64 = 10.0;
/// How often an address without an account may take longer where there is no decoy.
const NO_DECOY_PERCENT: f64 = 5.0;
/// Accounts of which half are imported, and addresses without an account.
const ADDRESSES: usize = 200;
/// Two samples of 200 of one distribution are further apart than 16.3 % once in a hundred times.
const DISTANCE_PERCENT: f64 = 16.0;
/// Calls that are not counted.
const WARM_UP: usize = 10;
const UNAUTHORIZED: u16 = 401;
const ACTIVE: &str = "mina@example.com";
const DISABLED: &str = "jiho@example.com";
const UNKNOWN: &str = "sora@example.com";

/// No rows where there are too few calls for a verdict.
pub fn measure(bench: &Bench) -> anyhow::Result<Vec<Row>> {
    let schedule = &bench.schedule;
    let seconds = schedule.slice.as_secs_f64() * f64::from(schedule.rounds);
    let calls = (CALLS_PER_SECOND * seconds) as usize;
    let mut rows = of_kinds(bench, calls)?;
    rows.push(without_decoy(bench, calls.min(ADDRESSES))?);
    rows.push(of_imported(bench, calls.min(ADDRESSES))?);
    if calls < ENOUGH {
        Ok(Vec::new())
    } else {
        Ok(rows)
    }
}

/// Each kind of refusal beside that of a wrong password.
fn of_kinds(bench: &Bench, calls: usize) -> anyhow::Result<Vec<Row>> {
    let overlong = "a".repeat(5_000);
    let wrong = sign_in(ACTIVE, "a wrong password");
    let others = [
        ("answers, unknown", sign_in(UNKNOWN, "a wrong password")),
        ("answers, disabled", sign_in(DISABLED, "a wrong password")),
        ("answers, empty", sign_in(ACTIVE, "")),
        ("answers, overlong", sign_in(ACTIVE, &overlong)),
    ];
    let accounts = [account(ACTIVE, true), account(DISABLED, false)];
    let samples = on_server(&[&bench.askit()], &accounts, |address| {
        let [a, b, c, d] = others.each_ref().map(|(_, request)| request);
        time([&wrong, a, b, c, d].map(|it| vec![it; calls]), address)
    })?;
    let [wrong, others_samples @ ..] = samples;
    let rows = others
        .iter()
        .zip(&others_samples)
        .map(|((name, _), sample)| {
            let auc = told(name, sample, &wrong);
            let what = "99 % interval of AUC beside a wrong password: distance from 50 %";
            limit(name, what, auc.reach(), REACH_PERCENT)
        });
    Ok(rows.collect())
}

/// Where an address without an account has nothing compared, the same calls must show it.
fn without_decoy(bench: &Bench, calls: usize) -> anyhow::Result<Row> {
    let requests = [UNKNOWN, ACTIVE].map(|email| sign_in(email, "a wrong password"));
    let accounts = [account(ACTIVE, true)];
    let [unknown, wrong] = on_server(&[&bench.this(), "serve-no-decoy"], &accounts, |address| {
        time(requests.each_ref().map(|it| vec![it; calls]), address)
    })?;
    let name = "answers, no decoy";
    let auc = told(name, &unknown, &wrong);
    let what = "without a decoy, an unknown address takes longer: end of the 99 % interval";
    Ok(limit(name, what, auc.value + auc.margin, NO_DECOY_PERCENT))
}

/// Half of the accounts have hashes of another program: which address has one, or none, is told by
/// nothing if all addresses without an account take as long as all those with one.
fn of_imported(bench: &Bench, calls: usize) -> anyhow::Result<Row> {
    let accounts: Vec<_> = (0..ADDRESSES)
        .map(|number| Account {
            email: format!("mina{number}@example.com"),
            hash: if number % 2 == 0 {
                Hash::Own
            } else {
                Hash::Bcrypt
            },
            is_active: true,
        })
        .collect();
    let sign_ins = |name: &str| -> Vec<_> {
        let emails = (0..calls).map(|number| format!("{name}{number}@example.com"));
        emails
            .map(|email| sign_in(&email, "a wrong password"))
            .collect()
    };
    let requests = ["sora", "mina"].map(sign_ins);
    let [unknown, wrong] = on_server(&[&bench.askit()], &accounts, |address| {
        time(requests.each_ref().map(|it| it.iter().collect()), address)
    })?;
    let name = "answers, imported";
    told(name, &unknown, &wrong);
    let what = "greatest distance of the distributions of unknown addresses and wrong passwords";
    Ok(limit(
        name,
        what,
        distance(&unknown, &wrong),
        DISTANCE_PERCENT,
    ))
}

fn account(email: &str, is_active: bool) -> Account {
    Account {
        email: email.into(),
        hash: Hash::Own,
        is_active,
    }
}

fn sign_in(email: &str, password: &str) -> Request {
    let body = format!(r#"{{"email": "{email}", "password": "{password}", "mode": "json"}}"#);
    Request::post("/api/auth/login", &body)
}

/// Starts a server for these accounts and does something with it.
fn on_server<T>(
    command: &[&str],
    accounts: &[Account],
    work: impl FnOnce(SocketAddr) -> anyhow::Result<T>,
) -> anyhow::Result<T> {
    let folder = folder()?;
    let url = sqlite_url(&folder);
    fill(&url, accounts)?;
    let mut settings = settings(&url);
    settings.push(("ASKIT__LIMITS__ENABLED", "false".into()));
    let server = Server::start(command, folder.path(), settings)?;
    work(server.address)
}

/// How long each answer takes, in microseconds: samples in the order of the kinds, of requests in
/// none.
fn time<const KINDS: usize>(
    kinds: [Vec<&Request>; KINDS],
    address: SocketAddr,
) -> anyhow::Result<[Vec<f64>; KINDS]> {
    let mut connection = Connection::open(address, None)?;
    let mut poll = Poll::new()?;
    connection.register(poll.registry(), 0)?;
    let mut time = |request| refused(&mut poll, &mut connection, request);
    let numbered = kinds.into_iter().enumerate();
    let calls =
        numbered.flat_map(|(kind, requests)| requests.into_iter().map(move |it| (kind, it)));
    let mut calls: Vec<_> = calls.collect();
    let random = Random::from_system();
    calls.sort_by_cached_key(|_| random.bytes::<8>());
    for (_, warm_up) in calls.iter().take(WARM_UP) {
        time(warm_up)?;
    }
    let mut samples = [const { Vec::new() }; KINDS];
    for (kind, request) in calls {
        let microseconds = time(request)?;
        if let Some(sample) = samples.get_mut(kind) {
            sample.push(microseconds);
        }
    }
    Ok(samples)
}

fn refused(poll: &mut Poll, connection: &mut Connection, request: &Request) -> anyhow::Result<f64> {
    let mut events = Events::with_capacity(1);
    let clock = Stopwatch::start();
    connection.send(request.bytes())?;
    loop {
        poll.poll(&mut events, Some(PATIENCE))?;
        ensure!(!events.is_empty(), "no answer within {PATIENCE:?}");
        if let Some(answer) = connection.receive()? {
            answer.expect(UNAUTHORIZED)?;
            return Ok(clock.elapsed().as_secs_f64() * 1e6);
        }
    }
}

fn told(name: &str, sample: &[f64], wrong: &[f64]) -> Auc {
    let milliseconds = |of: &[f64]| {
        let Spread {
            lower,
            median,
            upper,
            ..
        } = Spread::of(of.iter().map(|it| it / 1e3));
        format!("{median:.2} ms ({lower:.2}–{upper:.2})")
    };
    let auc = Auc::of(sample, wrong);
    eprintln!(
        "{name}: {} beside {}: takes longer {:.1} ± {:.1} %, distance {:.1} %",
        milliseconds(sample),
        milliseconds(wrong),
        auc.value * 100.0,
        auc.margin * 100.0,
        distance(sample, wrong) * 100.0
    );
    auc
}

/// The value is a share.
fn limit(name: &str, what: &'static str, value: f64, limit: f64) -> Row {
    Row::Limit(Limit {
        name: name.into(),
        what,
        values: vec![value * 100.0],
        unit: "%",
        limit,
    })
}
