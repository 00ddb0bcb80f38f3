//! Where the figures were seen.

use std::fs;
use std::process::Command;

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
    fn the_first_processor_names_all() {
        let text = "processor\t: 0\nmodel name\t: Fast: 9\nmodel name\t: Slow\n";
        assert_eq!(field(text, "model name"), "Fast: 9");
        assert_eq!(field(text, "flags"), "");
    }
}
