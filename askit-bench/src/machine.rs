//! Where the figures were seen.

use std::fs;
use std::process::Command;

use anyhow::Context;
use askit::clock::{Clock, SystemClock};
use diesel::prelude::*;
use diesel::sql_types::Text;

use crate::postgres::{self, connect, succeeded};

#[derive(QueryableByName)]
struct Version {
    #[diesel(sql_type = Text)]
    version: String,
}

/// Lines of `what: value`.
///
/// # Errors
/// When the system does not tell.
pub fn describe() -> anyhow::Result<Vec<(&'static str, String)>> {
    let processors = fs::read_to_string("/proc/cpuinfo")?;
    let memory = fs::read_to_string("/proc/meminfo")?;
    let kibibytes: f64 = field(&memory, "MemTotal").replace(" kB", "").parse()?;
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease")?;
    Ok(vec![
        (
            "date",
            SystemClock.now().format("%Y-%m-%d %H:%M UTC").to_string(),
        ),
        ("cores", std::thread::available_parallelism()?.to_string()),
        ("processor", field(&processors, "model name")),
        ("memory", format!("{:.1} GiB", kibibytes / 1024.0 / 1024.0)),
        ("kernel", kernel.trim().to_owned()),
        ("file system", file_system()),
        ("PostgreSQL", postgres_version()),
        ("SQLite", sqlite_version()?),
    ])
}

/// The processor's time so far, in ticks of all cores.
#[derive(Debug, PartialEq, Eq)]
pub struct Usage {
    total: u64,
    busy: u64,
    /// Of this program and the programs that it started and that have ended.
    own: u64,
}

impl Usage {
    /// Up to now.
    ///
    /// # Errors
    /// When the system does not tell.
    pub fn now() -> anyhow::Result<Self> {
        let all = fs::read_to_string("/proc/stat")?;
        let own = fs::read_to_string("/proc/self/stat")?;
        Self::parse(&all, &own).context("the use of the processor cannot be read")
    }

    fn parse(all: &str, own: &str) -> Option<Self> {
        let (_name, own) = own.rsplit_once(") ")?;
        // user, nice, system, idle, iowait, irq, softirq, steal.
        let all = numbers(all.lines().next()?.strip_prefix("cpu ")?, 0, 8)?;
        let total = all.iter().sum();
        let idle: u64 = all.get(3..5)?.iter().sum();
        // utime, stime, cutime and cstime: the 14th and on, of which two are cut off.
        let own = numbers(own, 11, 4)?.iter().sum();
        Some(Self {
            total,
            busy: total - idle,
            own,
        })
    }

    /// What other programs, and other virtual machines, used since then: a share of all cores.
    pub fn of_others_until(&self, end: &Self) -> f64 {
        let others = (end.busy - self.busy).saturating_sub(end.own - self.own);
        others as f64 / (end.total - self.total).max(1) as f64
    }
}

fn numbers(text: &str, skip: usize, count: usize) -> Option<Vec<u64>> {
    let fields = text.split_whitespace().skip(skip).take(count);
    fields.map(|field| field.parse().ok()).collect()
}

fn field(text: &str, name: &str) -> String {
    let fields = text.lines().filter_map(|line| line.split_once(':'));
    let mut values = fields.filter(|(found, _)| found.trim() == name);
    values
        .next()
        .map(|(_, value)| value.trim().to_owned())
        .unwrap_or_default()
}

/// That of the temporary folder, which holds both databases.
fn file_system() -> String {
    let mut command = Command::new("df");
    command.arg("--output=fstype").arg(std::env::temp_dir());
    let output = command.output().map_err(Into::into).and_then(succeeded);
    let output = output.unwrap_or_default();
    output.lines().last().unwrap_or("unknown").trim().to_owned()
}

fn postgres_version() -> String {
    let version = postgres::programs().and_then(|programs| {
        let output = Command::new(programs.join("postgres"))
            .arg("--version")
            .output();
        succeeded(output.ok()?).ok()
    });
    version.map_or_else(|| "none".into(), |text| text.trim().to_owned())
}

fn sqlite_version() -> anyhow::Result<String> {
    let file = tempfile::NamedTempFile::new()?;
    let mut connection = connect(&format!("sqlite://{}", file.path().display()))?;
    let query = diesel::sql_query("SELECT sqlite_version() AS version");
    Ok(query.get_result::<Version>(&mut connection)?.version)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_others_used_is_told_from_ones_own() {
        let start = Usage::parse(
            "cpu  10 0 10 80 0 0 0 0 0 0\ncpu0 1",
            "1 (a) b) S 0 0 0 0 0 0 0 0 0 0 1 2 3 4 9",
        );
        let expected = Usage {
            total: 100,
            busy: 20,
            own: 10,
        };
        assert_eq!(start, Some(expected));
        let end = Usage {
            total: 200,
            busy: 100,
            own: 60,
        };
        assert_eq!(start.unwrap().of_others_until(&end), 0.3);
    }

    #[test]
    fn the_first_processor_names_all() {
        let text = "processor\t: 0\nmodel name\t: Fast: 9\nmodel name\t: Slow\n";
        assert_eq!(field(text, "model name"), "Fast: 9");
        assert_eq!(field(text, "flags"), "");
    }
}
