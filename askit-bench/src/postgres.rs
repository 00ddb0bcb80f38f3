//! A throw-away PostgreSQL, with the settings that PostgreSQL comes with: fsync and
//! synchronous_commit are on.

use std::fs;
use std::os::unix::fs::{MetadataExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::thread::sleep;
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use askit::config::DatabaseUrl;
use askit::db::{DbConn, OpenMode};
use diesel::connection::SimpleConnection;
use tempfile::TempDir;

use crate::process::{Process, Program};

/// A server that ends with this process.
pub struct Cluster {
    programs: PathBuf,
    /// Ends before its folder goes.
    _process: Process,
    folder: TempDir,
}

impl Cluster {
    /// Makes and starts a cluster that is reached by a socket in its folder.
    ///
    /// # Errors
    /// Where there is no PostgreSQL, or it does not start.
    pub fn start() -> anyhow::Result<Self> {
        let programs = programs().context("there is no PostgreSQL (Debian: postgresql)")?;
        let folder = tempfile::Builder::new().prefix("askit-bench-").tempdir()?;
        let user = unprivileged()?;
        if let Some((user, group)) = user {
            chown(folder.path(), Some(user), Some(group))?;
        }
        let mut initdb = command_as(user, &programs.join("initdb"), folder.path());
        initdb.args(["--username=postgres", "--auth=trust", "--encoding=UTF8"]);
        initdb.args(["--locale=C", "--pgdata=data"]);
        succeeded(initdb.output().context("initdb does not run")?)?;
        let program = programs.join("postgres").display().to_string();
        let socket_folder = folder.path().display().to_string();
        let process = Process::start(&Program {
            command: vec![
                &program,
                "-D",
                "data",
                "-k",
                &socket_folder,
                "-c",
                "listen_addresses=",
            ],
            environment: Vec::new(),
            folder: folder.path(),
            user,
            signal: "INT",
        })?;
        let cluster = Self {
            programs,
            _process: process,
            folder,
        };
        cluster.wait()?;
        Ok(cluster)
    }

    fn wait(&self) -> anyhow::Result<()> {
        for _ in 0..400 {
            if self.connect("postgres").is_ok() {
                return Ok(());
            }
            sleep(Duration::from_millis(25));
        }
        bail!("PostgreSQL does not start: {}", self._process.log()?)
    }

    /// The URL of one of its databases.
    pub fn url(&self, name: &str) -> String {
        let folder = self.folder.path().display();
        format!("postgres:///{name}?host={folder}&user=postgres")
    }

    /// A connection to one of its databases.
    ///
    /// # Errors
    /// When there is none.
    pub fn connect(&self, name: &str) -> anyhow::Result<DbConn> {
        connect(&self.url(name))
    }

    /// Makes an empty database and returns its URL.
    ///
    /// # Errors
    /// When it exists.
    pub fn create(&self, name: &str) -> anyhow::Result<String> {
        let mut connection = self.connect("postgres")?;
        connection.batch_execute(&format!("CREATE DATABASE {name}"))?;
        Ok(self.url(name))
    }

    /// Writes a file into its folder and returns its path.
    ///
    /// # Errors
    /// When the disk is full.
    pub fn keep(&self, name: &str, text: &str) -> anyhow::Result<PathBuf> {
        let path = self.folder.path().join(name);
        fs::write(&path, text)?;
        Ok(path)
    }

    /// pgbench on one of its databases, yet without a script.
    pub fn pgbench(&self, name: &str) -> Command {
        let mut command = Command::new(self.programs.join("pgbench"));
        command.env_clear().arg("--host").arg(self.folder.path());
        command.args(["--username=postgres", "--no-vacuum", name]);
        command
    }
}

/// A connection that writes.
///
/// # Errors
/// When there is none.
pub fn connect(url: &str) -> anyhow::Result<DbConn> {
    let url = DatabaseUrl::parse(url).map_err(anyhow::Error::msg)?;
    Ok(DbConn::open(
        &url,
        OpenMode::Write,
        askit::db::BUSY_TIMEOUT,
    )?)
}

/// What a program printed, if it succeeded.
///
/// # Errors
/// With what it printed, if it did not.
pub fn succeeded(output: Output) -> anyhow::Result<String> {
    let errors = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{}: {errors}", output.status);
    Ok(String::from_utf8(output.stdout)?)
}

/// The folder with PostgreSQL's programs: that of the newest version.
pub fn programs() -> Option<PathBuf> {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten();
    let mut debian: Vec<_> = versions
        .filter_map(|version| Some(version.ok()?.path().join("bin")))
        .collect();
    debian.sort();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders = debian.into_iter().rev().chain(std::env::split_paths(&path));
    let names = ["initdb", "postgres", "pgbench"];
    folders.find(|folder| names.iter().all(|name| folder.join(name).exists()))
}

/// User and group to run as, where this process is root, which PostgreSQL refuses.
fn unprivileged() -> anyhow::Result<Option<(u32, u32)>> {
    if fs::metadata("/proc/self")?.uid() != 0 {
        return Ok(None);
    }
    let accounts = fs::read_to_string("/etc/passwd")?;
    let account = accounts.lines().find(|line| line.starts_with("postgres:"));
    let mut numbers = account
        .context("there is no user postgres")?
        .split(':')
        .filter_map(|field| field.parse().ok());
    Ok(numbers.next().zip(numbers.next()))
}

fn command_as(user: Option<(u32, u32)>, program: &Path, folder: &Path) -> Command {
    let mut command = Command::new(program);
    command.env_clear().current_dir(folder);
    if let Some((user, group)) = user {
        command.uid(user).gid(group);
    }
    command
}
