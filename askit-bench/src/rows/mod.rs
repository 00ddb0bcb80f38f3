//! The rows: each file measures one thing.

mod answers;
mod bearer;
mod buckets;
mod floods;
mod import;
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
            Self::Start => start::measure(bench),
            Self::Memory => memory::measure(bench),
            Self::Buckets => Ok(vec![buckets::measure()?]),
            Self::Size => Ok(vec![size::measure(bench)?]),
        }
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

/// A comparison that reached what is wanted, a limit that did not, and requests of which nothing is
/// wanted.
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
    ]
}
