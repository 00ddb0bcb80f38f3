//! The rows: each file measures one thing.

mod answers;
mod bearer;
mod buckets;
mod floods;
mod import;
mod live;
mod me;
mod memory;
mod refresh_postgres;
mod refresh_sqlite;
mod sessions;
mod size;
mod start;
mod storm;

use std::path::PathBuf;

use clap::ValueEnum;
use tempfile::TempDir;

use crate::rounds::{Round, Schedule, Slice};
use crate::statistics::quantile;

/// Connections, each with a token of its own, where a row says nothing else.
pub const CONNECTIONS: usize = 32;

/// What a row needs to know.
pub struct Bench {
    /// The release binary.
    pub askit: PathBuf,
    /// This program, which serves what askit is compared with.
    pub this: PathBuf,
    /// How long and how often.
    pub schedule: Schedule,
}

/// What was measured.
pub enum Row {
    /// Two rates.
    Comparison(Comparison),
    /// A value that has a bound.
    Limit(Limit),
    /// Requests that were timed.
    Timed(Timed),
    /// Changes that were told to listeners.
    Delivery(Delivery),
}

/// A beside B, in turn.
pub struct Comparison {
    /// The row's name.
    pub name: String,
    /// What A is.
    pub a: String,
    /// What B is.
    pub b: String,
    /// The least ratio that is wanted.
    pub wanted: f64,
    /// What was seen.
    pub rounds: Vec<Round>,
}

/// A value that must stay within a bound, each time that it is measured.
pub struct Limit {
    /// The row's name.
    pub name: String,
    /// What is measured.
    pub what: &'static str,
    /// What was seen.
    pub values: Vec<f64>,
    /// Of the values and of the limit.
    pub unit: &'static str,
    /// The greatest value that is wanted.
    pub limit: f64,
}

/// Requests of one kind, in slices.
pub struct Timed {
    /// The row's name.
    pub name: String,
    /// What is sent.
    pub what: String,
    /// What was seen.
    pub slices: Vec<Slice>,
    /// In how many milliseconds 99 of 100 are wanted, if anything is.
    pub limit: Option<f64>,
}

/// Changes that were told to a number of listeners.
pub struct Delivery {
    /// The row's name.
    pub name: String,
    /// How many there were.
    pub listeners: usize,
    /// How many changes a second.
    pub per_second: u32,
    /// From when a change was sent until a listener saw it.
    pub events: Times,
    /// The same of those that are told in counts.
    pub counts: Times,
    /// From when a change was sent until its answer was here.
    pub writes: Times,
    /// What a listener never saw.
    pub missed: usize,
    /// Streams that ended or began anew.
    pub again: usize,
    /// What the server used of the processor for an event, in microseconds.
    pub server: f64,
    /// What the listeners and the writer used for it.
    pub generator: f64,
    /// What the server needs for a listener, in KiB, where it was measured.
    pub memory: Option<f64>,
    /// In how many milliseconds 99 of 100 are wanted, if anything is; a second more for counts.
    pub limit: Option<f64>,
    /// The curve that it is a point of.
    pub series: Option<&'static str>,
}

/// How long something took, in milliseconds.
#[derive(Debug, Clone, Copy)]
pub struct Times {
    /// The median.
    pub p50: f64,
    /// 99 of 100 took less.
    pub p99: f64,
    /// The longest.
    pub max: f64,
}

impl Times {
    /// Of any number of times, in any order.
    pub fn of(mut milliseconds: Vec<f64>) -> Self {
        milliseconds.sort_by(f64::total_cmp);
        let [p50, p99, max] = [0.5, 0.99, 1.0].map(|part| quantile(&milliseconds, part));
        Self { p50, p99, max }
    }
}

/// The choice of rows on the command line.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Choice {
    /// The bearer check beside the same handler without it
    Bearer,
    /// GET /api/users/me beside a bare route, on SQLite
    MeSqlite,
    /// The same on PostgreSQL
    MePostgres,
    /// Refreshing beside pgbench, with 1, 8 and 32 connections
    RefreshPostgres,
    /// Refreshing beside a loop of batched commits
    RefreshSqlite,
    /// An import of 100,000 accounts beside a server
    Import,
    /// A login storm beside the hashing threads alone, and what others notice of it
    Storm,
    /// What one who wants to spoil a hall takes from the others
    Floods,
    /// Whether the time of an answer tells what was wrong with a sign-in
    Answers,
    /// Reading and liking in a large session among 10,000, on both databases
    Sessions,
    /// From a change until 100 to 10,000 listeners have seen it, on both databases
    LiveDelays,
    /// The same between two servers on one PostgreSQL, with notices and without
    LiveInstances,
    /// Memory of a listener
    LiveMemory,
    /// Requests while 2,000 listeners are told changes
    LiveRequests,
    /// 2,000 listeners come back after a restart
    LiveRestart,
    /// Start to readiness
    Start,
    /// Memory at rest
    Memory,
    /// Memory of the limits' buckets under a million addresses and accounts
    Buckets,
    /// The binary's size
    Size,
}

impl Choice {
    /// The name of the page with its rows.
    pub fn page(self) -> Page {
        match self {
            Self::LiveDelays
            | Self::LiveInstances
            | Self::LiveMemory
            | Self::LiveRequests
            | Self::LiveRestart => Page::Live,
            _ => Page::Results,
        }
    }

    /// Measures it.
    ///
    /// # Errors
    /// When anything at all goes wrong.
    pub fn measure(self, bench: &Bench) -> anyhow::Result<Vec<Row>> {
        match self {
            Self::Bearer => Ok(vec![bearer::measure(bench)?]),
            Self::MeSqlite => Ok(vec![me::on_sqlite(bench)?]),
            Self::MePostgres => Ok(vec![me::on_postgres(bench)?]),
            Self::RefreshPostgres => refresh_postgres::measure(bench),
            Self::RefreshSqlite => Ok(vec![refresh_sqlite::measure(bench)?]),
            Self::Import => import::measure(bench),
            Self::Storm => storm::measure(bench),
            Self::Floods => floods::measure(bench),
            Self::Answers => answers::measure(bench),
            Self::Sessions => sessions::measure(bench),
            Self::LiveDelays => live::delays(bench),
            Self::LiveInstances => live::instances(bench),
            Self::LiveMemory => live::memory(bench),
            Self::LiveRequests => live::requests(bench),
            Self::LiveRestart => live::restart(bench),
            Self::Start => start::measure(bench),
            Self::Memory => memory::measure(bench),
            Self::Buckets => Ok(vec![buckets::measure()?]),
            Self::Size => Ok(vec![size::measure(bench)?]),
        }
    }
}

/// Where rows are written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Page {
    /// results.md
    Results,
    /// live.md
    Live,
}

impl Page {
    /// Its file, without an ending.
    pub fn file(self) -> &'static str {
        match self {
            Self::Results => "results",
            Self::Live => "live",
        }
    }

    /// Its heading.
    pub fn title(self) -> &'static str {
        match self {
            Self::Results => "Results",
            Self::Live => "Results: live streams",
        }
    }
}

/// 2,000 for 2000.
pub fn thousands(number: usize) -> String {
    match number / 1_000 {
        0 => number.to_string(),
        thousands => format!("{thousands},{:03}", number % 1_000),
    }
}

impl Bench {
    fn askit(&self) -> String {
        self.askit.display().to_string()
    }

    fn this(&self) -> String {
        self.this.display().to_string()
    }
}

fn folder() -> anyhow::Result<TempDir> {
    Ok(tempfile::Builder::new().prefix("askit-bench-").tempdir()?)
}

fn sqlite_url(folder: &TempDir) -> String {
    format!("sqlite://{}", folder.path().join("askit.db").display())
}

/// A comparison that reached what is wanted, a limit that did not, requests of which nothing is
/// wanted, and a delivery in time.
#[cfg(test)]
pub fn samples() -> Vec<Row> {
    use crate::rounds::Slice;
    let timed = |per_second| Slice {
        p50: Some(1000.0),
        p99: Some(2000.0),
        generator: Some(5.0),
        ..Slice::rate(per_second)
    };
    let round = |a, b| Round {
        a: timed(a),
        b: Slice::rate(b),
    };
    vec![
        Row::Comparison(Comparison {
            name: "fast".into(),
            a: "fast A".into(),
            b: "slow B".into(),
            wanted: 0.75,
            rounds: vec![round(7.0, 10.0), round(9.0, 10.0)],
        }),
        Row::Limit(Limit {
            name: "large".into(),
            what: "a binary",
            values: vec![10.0, 30.0],
            unit: "MiB",
            limit: 20.0,
        }),
        Row::Timed(Timed {
            name: "page".into(),
            what: "GET /".into(),
            slices: vec![timed(5.0), timed(7.0)],
            limit: None,
        }),
        Row::Delivery(sample_delivery()),
    ]
}

#[cfg(test)]
fn sample_delivery() -> Delivery {
    Delivery {
        name: "hall".into(),
        listeners: 2_000,
        per_second: 20,
        events: Times::of(vec![40.0, 60.0]),
        counts: Times::of(vec![900.0]),
        writes: Times::of(vec![2.0]),
        missed: 0,
        again: 3,
        server: 4.0,
        generator: 6.0,
        memory: Some(12.0),
        limit: Some(100.0),
        series: Some("SQLite"),
    }
}
