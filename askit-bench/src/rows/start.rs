//! From the start of the process to its first 200 of `/health/ready`.

use std::path::Path;
use std::thread::sleep;
use std::time::Duration;

use anyhow::ensure;
use askit::clock::Stopwatch;

use super::{Bench, Limit, Row, folder};
use crate::load::{Request, call};
use crate::server::{Server, TICK, settings};

const STARTS: usize = 10;
const LIMIT_MS: f64 = 100.0;
const PATIENCE: Duration = Duration::from_secs(10);

/// Each time twice in one folder: the first start makes and migrates the database.
pub fn measure(bench: &Bench) -> anyhow::Result<Vec<Row>> {
    let (mut first, mut again) = (Vec::new(), Vec::new());
    for _ in 0..STARTS {
        let folder = folder()?;
        first.push(time(bench, folder.path())?);
        again.push(time(bench, folder.path())?);
    }
    eprintln!("start: first {first:.1?} ms, again {again:.1?} ms");
    let row = |name: &str, what, values| {
        Row::Limit(Limit {
            name: name.into(),
            what,
            values,
            unit: "ms",
            limit: LIMIT_MS,
        })
    };
    Ok(vec![
        row(
            "start, first",
            "a new SQLite file, migrations included",
            first,
        ),
        row("start, again", "an existing SQLite file", again),
    ])
}

/// The clock runs before the guardian does: what that takes, a millisecond or two, is counted too.
fn time(bench: &Bench, folder: &Path) -> anyhow::Result<f64> {
    let url = format!("sqlite://{}", folder.join("askit.db").display());
    std::fs::remove_file(folder.join("log")).ok();
    let clock = Stopwatch::start();
    let server = Server::start(&[&bench.askit()], folder, settings(&url))?;
    while call(server.address, &Request::get("/health/ready", None), 200).is_err() {
        ensure!(clock.elapsed() < PATIENCE, "not ready within {PATIENCE:?}");
        sleep(TICK);
    }
    Ok(clock.elapsed().as_secs_f64() * 1e3)
}
