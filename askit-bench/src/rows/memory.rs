//! Memory at rest, on SQLite.

use std::thread::sleep;
use std::time::Duration;

use anyhow::Context;

use super::{Bench, Limit, Row, folder, sqlite_url};
use crate::load::{Request, call};
use crate::server::{Server, settings};

const REST: Duration = Duration::from_secs(5);
const REQUESTS: usize = 10;
const LIMIT_MIB: f64 = 20.0;

/// With the default settings: at rest, and again after a few requests that read the database.
pub fn measure(bench: &Bench) -> anyhow::Result<Vec<Row>> {
    let folder = folder()?;
    let server = Server::start(
        &[&bench.askit()],
        folder.path(),
        settings(&sqlite_url(&folder)),
    )?;
    sleep(REST);
    let rest = resident(server.process.id)?;
    for _ in 0..REQUESTS {
        let request = Request::get("/api/users/nicknames/mina", None);
        call(server.address, &request, 200)?;
    }
    let used = resident(server.process.id)?;
    eprintln!("memory: {rest:?} MiB at rest, {used:?} after {REQUESTS} requests");
    let row = |name: &str, what, value| {
        Row::Limit(Limit {
            name: name.into(),
            what,
            values: vec![value],
            unit: "MiB",
            limit: LIMIT_MIB,
        })
    };
    Ok(vec![
        row("memory, at rest", "VmRSS after 5 s", rest.all),
        row("memory, at rest, own", "RssAnon after 5 s", rest.anonymous),
        row("memory, used", "VmRSS after 10 requests", used.all),
        row(
            "memory, used, own",
            "RssAnon after 10 requests",
            used.anonymous,
        ),
    ])
}

/// In MiB.
#[derive(Debug)]
pub struct Resident {
    /// Everything.
    pub all: f64,
    /// Without the pages of the binary and of libraries.
    pub anonymous: f64,
    /// The most that there was at once since the start.
    pub highest: f64,
}

/// The memory of a process.
///
/// # Errors
/// When there is no such process.
pub fn resident(process: u32) -> anyhow::Result<Resident> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status"))?;
    Ok(Resident {
        all: mebibytes(&status, "VmRSS:").context("no VmRSS")?,
        anonymous: mebibytes(&status, "RssAnon:").context("no RssAnon")?,
        highest: mebibytes(&status, "VmHWM:").context("no VmHWM")?,
    })
}

fn mebibytes(status: &str, name: &str) -> Option<f64> {
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    let kibibytes: f64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kibibytes / 1024.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_the_status_is_read() {
        let status = "Name:\taskit\nVmRSS:\t   10240 kB\nRssAnon:\t    512 kB\n";
        assert_eq!(mebibytes(status, "VmRSS:"), Some(10.0));
        assert_eq!(mebibytes(status, "RssAnon:"), Some(0.5));
        assert_eq!(mebibytes(status, "VmSwap:"), None);
    }
}
