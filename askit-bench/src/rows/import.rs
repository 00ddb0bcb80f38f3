//! How long an import takes, and how long the requests of a server beside it.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use anyhow::{Context, anyhow, ensure};
use askit::clock::Stopwatch;
use tempfile::TempDir;

use super::{Bench, Limit, Row, folder, sqlite_url};
use crate::load::{self, Request};
use crate::postgres::{Cluster, succeeded};
use crate::server::{Server, Tokens, quick_sign_ins, settings};
use crate::statistics::Spread;

/// What an import of the usual size has, and what it may take.
const ACCOUNTS: u32 = 100_000;
const LIMIT_SECONDS: f64 = 60.0;
/// What 99 of 100 requests may take meanwhile.
const LIMIT_MS: f64 = 100.0;
/// In a short run there are fewer accounts.
const ACCOUNTS_A_SECOND: u32 = 5_000;
/// Logins that read, and as many that refresh, each on a thread of its own.
const CLIENTS: usize = 2;
/// Between two requests of a client.
const PAUSE: Duration = Duration::from_millis(10);

/// On SQLite, then on PostgreSQL.
pub fn measure(bench: &Bench) -> anyhow::Result<Vec<Row>> {
    let sqlite = folder()?;
    let mut rows = measure_on(bench, "SQLite", &sqlite, &sqlite_url(&sqlite))?;
    let cluster = Cluster::start()?;
    let url = cluster.create("askit")?;
    rows.extend(measure_on(bench, "PostgreSQL", &folder()?, &url)?);
    Ok(rows)
}

fn measure_on(bench: &Bench, name: &str, folder: &TempDir, url: &str) -> anyhow::Result<Vec<Row>> {
    let mut settings = settings(url);
    settings.extend(quick_sign_ins());
    settings.push(("ASKIT__AUTH__REFRESH_GRACE", "0s".into()));
    let server = Server::start(&[&bench.askit()], folder.path(), settings.clone())?;
    let logins = server.sign_in(CLIENTS * 2)?;
    let accounts = accounts(bench);
    let file = folder.path().join("accounts.jsonl");
    write(&file, accounts)?;
    let mut import = Command::new(&bench.askit);
    import
        .env_clear()
        .envs(settings)
        .current_dir(folder.path())
        .args(["users", "import"])
        .arg(file);
    let (seconds, read, refreshed) = beside(&server, &logins, || {
        let clock = Stopwatch::start();
        let said = succeeded(import.output()?)?;
        ensure!(said.ends_with(" 0 already there, 0 refused\n"), "{said}");
        Ok(clock.elapsed().as_secs_f64())
    })?;
    eprintln!(
        "import, {name}: {accounts} accounts in {seconds:.1} s; {} reads {:.1?}, {} refreshes {:.1?} (ms)",
        read.len(),
        Spread::of(read.iter().copied()),
        refreshed.len(),
        Spread::of(refreshed.iter().copied())
    );
    Ok(rows(name, accounts, seconds, read, refreshed))
}

fn rows(name: &str, accounts: u32, seconds: f64, read: Vec<f64>, refreshed: Vec<f64>) -> Vec<Row> {
    let row = |what: &str, measured, value, unit, limit| {
        Row::Limit(Limit {
            name: format!("import, {name}, {what}"),
            what: measured,
            values: vec![value],
            unit,
            limit,
        })
    };
    let total = format!("{accounts} accounts");
    let (read, refreshed) = (p99(read), p99(refreshed));
    let meanwhile = "p99 meanwhile";
    vec![
        row(
            &total,
            "beside a serving instance",
            seconds,
            "s",
            LIMIT_SECONDS,
        ),
        row("GET /api/users/me", meanwhile, read, "ms", LIMIT_MS),
        row("POST /api/auth/token", meanwhile, refreshed, "ms", LIMIT_MS),
    ]
}

/// 100,000 in a run of the usual length.
fn accounts(bench: &Bench) -> u32 {
    let seconds = bench.schedule.slice * bench.schedule.rounds;
    let accounts = seconds.as_secs_f64() * f64::from(ACCOUNTS_A_SECOND);
    (accounts as u32).min(ACCOUNTS)
}

/// Their names come in no order, as those of people do.
fn write(path: &Path, accounts: u32) -> anyhow::Result<()> {
    let mut file = BufWriter::new(File::create(path)?);
    for number in 0..accounts {
        let name = number.wrapping_mul(0x9E37_79B1);
        writeln!(
            file,
            r#"{{"email": "{name:08x}@example.com", "nickname": "{name:08x}", "passwordHash": "$2b$10${number:053}"}}"#
        )?;
    }
    Ok(file.flush()?)
}

/// What `work` came to, and how long each request took meanwhile, in milliseconds: reads and
/// refreshes.
fn beside(
    server: &Server,
    logins: &[Tokens],
    work: impl FnOnce() -> anyhow::Result<f64>,
) -> anyhow::Result<(f64, Vec<f64>, Vec<f64>)> {
    let is_over = AtomicBool::new(false);
    let (readers, refreshers) = logins.split_at(CLIENTS);
    let read = readers
        .iter()
        .map(|it| Request::get("/api/users/me", Some(&it.access)));
    let refresh = refreshers.iter().map(|it| Request::refresh(&it.refresh));
    thread::scope(|scope| {
        let is_over = &is_over;
        let start = |request| scope.spawn(move || ask(server, request, is_over));
        let (read, refresh): (Vec<_>, Vec<_>) =
            (read.map(start).collect(), refresh.map(start).collect());
        let outcome = work();
        is_over.store(true, Ordering::Relaxed);
        let join = |clients: Vec<thread::ScopedJoinHandle<'_, anyhow::Result<Vec<f64>>>>| {
            let mut all = Vec::new();
            for client in clients {
                let latencies = client.join().map_err(|_panic| anyhow!("a client panicked"));
                all.extend(latencies??);
            }
            anyhow::Ok(all)
        };
        let (read, refresh) = (join(read)?, join(refresh)?);
        Ok((outcome?, read, refresh))
    })
}

/// One request after the other, with pauses, until it is over.
fn ask(server: &Server, request: Request, is_over: &AtomicBool) -> anyhow::Result<Vec<f64>> {
    let mut requests = [request];
    let mut latencies = Vec::new();
    while !is_over.load(Ordering::Relaxed) {
        // For no time at all: each request once.
        let slice = load::run(server.address, &mut requests, Duration::ZERO)?;
        latencies.push(slice.p99.context("nothing was timed")? / 1e3);
        thread::sleep(PAUSE);
    }
    Ok(latencies)
}

fn p99(mut latencies: Vec<f64>) -> f64 {
    latencies.sort_by(f64::total_cmp);
    crate::statistics::quantile(&latencies, 0.99)
}
