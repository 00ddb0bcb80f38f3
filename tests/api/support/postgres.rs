//! PostgreSQL for tests: the server of `TEST_DATABASE_URL`, or a throw-away cluster.

use std::io::Write;
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::LazyLock;
use std::thread::sleep;
use std::time::Duration;
use std::{env, fs};

use askit::config::DatabaseUrl;
use askit::db::{DbConn, OpenMode};
use tempfile::TempDir;

/// What a test says that fails for the lack of it.
const MISSING: &str = "PostgreSQL is missing. Install it (Debian: apt install postgresql), set \
    TEST_DATABASE_URL, or leave its tests out: cargo test -- --skip postgres";

/// The server that all tests share, if there is one.
static SHARED: LazyLock<Option<Server>> = LazyLock::new(|| match env::var("TEST_DATABASE_URL") {
    Ok(url) => Some(Server::Given(url)),
    Err(_) => programs().map(|programs| Server::Own(Cluster::start(programs))),
});

enum Server {
    Given(String),
    Own(Cluster),
}

/// The URL of the database `name` on the shared server.
pub fn url(name: &str) -> String {
    match SHARED.as_ref().expect(MISSING) {
        Server::Given(url) => {
            let mut url = url::Url::parse(url).expect("TEST_DATABASE_URL is a URL");
            url.set_path(name);
            url.into()
        }
        Server::Own(cluster) => cluster.url(name),
    }
}

/// A PostgreSQL server that ends with this process, however that ends.
pub struct Cluster {
    programs: PathBuf,
    /// Its data, and the socket by which it is reached: a port could be taken meanwhile.
    folder: TempDir,
    guardian: Option<Child>,
}

impl Cluster {
    /// A cluster of its own, for a test that stops it.
    pub fn own() -> Self {
        let programs = programs().expect(
            "the programs of PostgreSQL are missing. Install them (Debian: apt install postgresql), \
             or leave out the tests that stop a server: cargo test -- --skip own_postgres",
        );
        Self::start(programs)
    }

    fn start(programs: PathBuf) -> Self {
        let folder = tempfile::Builder::new()
            .prefix("askit-postgres-")
            .tempdir()
            .unwrap();
        if let Some((user, group)) = unprivileged() {
            chown(folder.path(), Some(user), Some(group)).unwrap();
        }
        let mut cluster = Self {
            programs,
            folder,
            guardian: None,
        };
        let made = cluster
            .command("initdb")
            .args(["--username=postgres", "--auth=trust", "--encoding=UTF8"])
            .args(["--locale=C", "--no-sync", "--pgdata"])
            .arg(cluster.data())
            .output()
            .expect("initdb runs");
        assert!(
            made.status.success(),
            "{}",
            String::from_utf8_lossy(&made.stderr)
        );
        cluster.resume();
        cluster
    }

    /// Starts the server and waits until it answers. It stops when this process has ended: then
    /// the guardian's standard input closes.
    pub fn resume(&mut self) {
        // A line asks for a stop; the end of the input means that this process has ended.
        let script = r#"folder=$1; shift; "$@" & server=$!
            read -r _; ended=$?; kill -INT $server; wait $server
            [ $ended = 0 ] || rm -rf "$folder""#;
        let data = self.data();
        let guardian = self
            .command("/bin/sh")
            .args(["-c", script, "guardian"])
            .arg(self.folder.path())
            .arg(self.programs.join("postgres"))
            .args([
                "-D",
                data.to_str().unwrap(),
                "-k",
                self.folder.path().to_str().unwrap(),
            ])
            .args([
                "-c",
                "listen_addresses=",
                "-c",
                "fsync=off",
                "-c",
                "max_connections=300",
                // There is no archive.
                "-c",
                "restore_command=false",
            ])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(fs::File::create(self.folder.path().join("log")).unwrap())
            .spawn()
            .expect("postgres runs");
        self.guardian = Some(guardian);
        let url = DatabaseUrl::parse(&self.url("postgres")).unwrap();
        for _ in 0..400 {
            if DbConn::open(&url, OpenMode::Write, Duration::ZERO).is_ok() {
                return;
            }
            sleep(Duration::from_millis(25));
        }
        let log = fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
        panic!("PostgreSQL does not start: {log}");
    }

    /// Stops the server as an administrator would: connections are cut.
    pub fn stop(&mut self) {
        if let Some(mut guardian) = self.guardian.take() {
            guardian.stdin.take().unwrap().write_all(b"stop\n").unwrap();
            guardian.wait().unwrap();
        }
    }

    /// Restarts the server as a standby does that takes over: what it commits from now on belongs
    /// to another history.
    pub fn fail_over(&mut self) {
        self.stop();
        fs::write(self.data().join("recovery.signal"), "").unwrap();
        self.resume();
    }

    pub fn url(&self, name: &str) -> String {
        let folder = self.folder.path().display();
        format!("postgres:///{name}?host={folder}&user=postgres")
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// PostgreSQL refuses to run as root.
    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(self.programs.join(program));
        if let Some((user, group)) = unprivileged() {
            command.uid(user).gid(group);
        }
        command.current_dir(self.folder.path());
        command
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.stop();
    }
}

/// The folder with `initdb` and `postgres`.
fn programs() -> Option<PathBuf> {
    let mut debian: Vec<_> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .filter_map(|version| Some(version.ok()?.path().join("bin")))
        .collect();
    debian.sort();
    let path = env::var_os("PATH").unwrap_or_default();
    let has_both = |it: &Path| it.join("initdb").exists() && it.join("postgres").exists();
    let folders = env::split_paths(&path).chain(debian.into_iter().rev());
    folders.into_iter().find(|folder| has_both(folder))
}

/// User and group to run as, where this process is root: `postgres`, else `nobody`.
fn unprivileged() -> Option<(u32, u32)> {
    use std::os::unix::fs::MetadataExt;
    if fs::metadata("/proc/self").unwrap().uid() != 0 {
        return None;
    }
    let accounts = fs::read_to_string("/etc/passwd").unwrap();
    let find = |name: &str| {
        let mut lines = accounts
            .lines()
            .map(|line| line.split(':').collect::<Vec<_>>());
        let account = lines.find(|fields| fields[0] == name)?;
        Some((account[2].parse().unwrap(), account[3].parse().unwrap()))
    };
    find("postgres").or_else(|| find("nobody"))
}
