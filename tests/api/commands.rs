//! The command line, as an operator uses it.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::thread;

use tempfile::TempDir;

use crate::support::*;

pub struct Operator {
    folder: TempDir,
    environment: Vec<(String, String)>,
}

impl Operator {
    pub fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            environment: Vec::new(),
        }
    }

    pub fn set(mut self, name: &str, value: &str) -> Self {
        self.environment.push((name.into(), value.into()));
        self
    }

    pub fn run(&self, arguments: &[&str]) -> Output {
        self.run_with(arguments, "")
    }

    /// Runs a command that reads `input`.
    pub fn run_with(&self, arguments: &[&str], input: &str) -> Output {
        let mut command = self.start(arguments);
        // A command that refuses before it reads may have ended already.
        let typed = command.stdin.take().unwrap().write_all(input.as_bytes());
        typed.ok();
        command.wait_with_output().unwrap()
    }

    /// Starts a command and does not wait for it.
    pub fn start(&self, arguments: &[&str]) -> Child {
        Command::new(env!("CARGO_BIN_EXE_askit"))
            .args(arguments)
            .current_dir(self.folder.path())
            .env_clear()
            .envs(self.environment.clone())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    }
}

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn config_prints_what_is_in_force_with_its_origin_and_no_secret() {
    let operator = Operator::new()
        .set("ASKIT__SECRET", "0123456789abcdef0123456789abcdef")
        .set("ASKIT__PASSWORD__THREADS", "3")
        .set("ASKIT__PASSWORD__QUEUE", "30")
        .set("ASKIT__DATABASE__POOL_SIZE", "9")
        .set("DATABASE_URL", "postgres://askit:hunter2@db/askit");
    let output = operator.run(&["config"]);
    assert!(output.status.success());
    insta::assert_snapshot!("config", text(&output.stdout));
}

#[test]
fn config_and_every_other_command_stop_at_problems_and_tell_all_of_them() {
    let operator = Operator::new()
        .set("ASKIT__SERVER__LISTEN", "somewhere")
        .set("ASKIT__AUTH__PURGE_INTERVAL", "never");
    for command in [
        "config",
        "serve",
        "migrate",
        "purge",
        "health",
        "keys rotate",
    ] {
        let arguments: Vec<_> = command.split(' ').collect();
        let output = operator.run(&arguments);
        assert_eq!(output.status.code(), Some(2));
        insta::assert_snapshot!("problems", text(&output.stderr));
    }
}

#[test]
fn a_settings_file_that_is_not_there_is_a_problem() {
    let output = Operator::new().run(&["config", "--config", "nowhere.toml"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("--config (nowhere.toml): cannot be read"));
}

#[test]
fn migrate_is_repeatable() {
    let operator = Operator::new();
    assert_eq!(text(&operator.run(&["migrate"]).stdout), all_applied());
    assert_eq!(
        text(&operator.run(&["migrate"]).stdout),
        "0 migration(s) and 0 data step(s) applied\n"
    );
}

#[test]
fn what_is_kept_is_for_its_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let operator = Operator::new().set("DATABASE_URL", "sqlite://here.db");
    assert!(operator.run(&["migrate"]).status.success());
    let file = std::fs::metadata(operator.folder.path().join("here.db")).unwrap();
    assert_eq!(file.permissions().mode() & 0o777, 0o600);
    let operator = Operator::new();
    assert!(operator.run(&["migrate"]).status.success());
    let folder = std::fs::metadata(operator.folder.path().join("data")).unwrap();
    assert_eq!(folder.permissions().mode() & 0o777, 0o700);
}

/// What a first start says.
fn all_applied() -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations/sqlite");
    let count = std::fs::read_dir(folder).unwrap().count();
    format!("{count} migration(s) and 0 data step(s) applied\n")
}

/// How many of four that start at once migrate.
fn migrated_by(operator: &Operator) -> usize {
    let outputs = race(4, |_| operator.run(&["migrate"]));
    for output in &outputs {
        assert!(output.status.success(), "{}", text(&output.stderr));
    }
    let applied = |it: &&Output| text(&it.stdout) == all_applied();
    outputs.iter().filter(applied).count()
}

#[test]
fn several_first_starts_at_once_migrate_once_on_sqlite() {
    assert_eq!(migrated_by(&Operator::new()), 1);
}

#[test]
fn several_first_starts_at_once_migrate_once_with_own_postgres() {
    let cluster = postgres::Cluster::own();
    let operator = Operator::new().set("DATABASE_URL", &cluster.url("postgres"));
    assert_eq!(migrated_by(&operator), 1);
}

#[apply(on_both_databases!)]
fn purge_works_beside_a_server_and_says_what_it_removed(app: &App) {
    // The server's own first run is over.
    app.purge().unwrap();
    app.user("mina");
    // Long ago and far ahead by whatever clock the command has.
    app.database
        .execute("UPDATE refresh_tokens SET idle_expires_at = '1990-01-01 00:00:00'");
    app.database
        .execute("UPDATE audit_events SET occurred_at = '1990-01-01 00:00:00'");
    app.stranger("nobody").log_in("json").expect(401);
    app.database.execute(
        "UPDATE attempts SET last_at = '1990-01-01 00:00:00' WHERE attempt_key = \
        (SELECT min(attempt_key) FROM attempts)",
    );
    app.database.execute(
        "UPDATE attempts SET last_at = '2999-01-01 00:00:00' \
        WHERE last_at > '1990-01-01 00:00:00'",
    );
    let living = app.user("noah");
    app.database
        .execute("UPDATE refresh_tokens SET expires_at = '2999-01-01 00:00:00'");
    app.database.execute(
        "UPDATE refresh_tokens SET idle_expires_at = '2999-01-01 00:00:00' \
        WHERE idle_expires_at > '1990-01-01 00:00:00'",
    );
    app.database.execute(
        "UPDATE audit_events SET occurred_at = '2999-01-01 00:00:00' \
        WHERE occurred_at > '1990-01-01 00:00:00'",
    );
    let operator = Operator::new().set("DATABASE_URL", &app.database.url);
    let output = operator.run(&["purge"]);
    assert_eq!(
        text(&output.stdout),
        "removed attempts: 1, audit events: 2, contents of deleted sessions: 0, guests: 0, \
        guests without contributions: 0, idempotency keys: 0, known join codes: 0, \
        listeners of servers that are gone: 0, logins: 1, participants of deleted sessions: 0, sessions: 0, signing keys: 0, traces of deleted accounts: 0\n"
    );
    living.refresh().expect(200);
}

#[test]
fn a_database_that_is_not_there_is_named_without_its_password() {
    let operator =
        Operator::new().set("DATABASE_URL", "postgres://askit:hunter2@127.0.0.1:1/askit");
    let output = operator.run(&["serve"]);
    assert_eq!(output.status.code(), Some(1));
    let error = text(&output.stderr);
    assert!(
        error.contains("cannot prepare the database postgres://127.0.0.1:1/askit"),
        "{error}"
    );
    assert!(
        error.contains("refused") && !error.contains("hunter2"),
        "{error}"
    );
}

#[test]
fn a_port_in_use_is_told() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let operator = Operator::new().set("ASKIT__SERVER__LISTEN", &address);
    let output = operator.run(&["serve"]);
    assert_eq!(output.status.code(), Some(1));
    let error = text(&output.stderr);
    assert!(
        error.contains(&format!("cannot listen on {address}")),
        "{error}"
    );
}

/// Exit code and what was said. The secret is long enough and the database is not there: neither
/// is looked at.
fn health(listen: SocketAddr) -> (Option<i32>, String) {
    let operator = Operator::new()
        .set("ASKIT__PROFILE", "production")
        .set("ASKIT__SECRET", "0123456789abcdef0123456789abcdef")
        .set("ASKIT__SERVER__PUBLIC_URL", "https://ask.example.com")
        .set("DATABASE_URL", "postgres://askit:hunter2@127.0.0.1:1/askit")
        .set("ASKIT__SERVER__LISTEN", &listen.to_string());
    let output = operator.run(&["health"]);
    assert_eq!(text(&output.stdout), "");
    (output.status.code(), text(&output.stderr))
}

/// A listener that gives one answer to one client.
fn answering(address: &str, answer: &'static str) -> SocketAddr {
    let listener = TcpListener::bind(address).unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        let (mut client, _) = listener.accept().unwrap();
        let asked = client.read(&mut [0; 1024]).unwrap();
        assert!(asked > 0);
        client.write_all(answer.as_bytes()).unwrap();
    });
    address
}

#[apply(on_both_databases!)]
fn health_is_well_where_a_server_is_ready_and_nowhere_else(app: &App) {
    let well = (Some(0), String::new());
    assert_eq!(health(app.address), well);
    let everywhere = SocketAddr::new(Ipv4Addr::UNSPECIFIED.into(), app.address.port());
    assert_eq!(health(everywhere), well);

    app.database.execute("ALTER TABLE users RENAME TO lost");
    let url = format!("http://{}/health/ready", app.address);
    let sentence = format!("askit: {url}: status 503 Service Unavailable\n");
    assert_eq!(health(everywhere), (Some(1), sentence));
}

#[test]
fn health_is_asked_on_loopback_of_the_same_family() {
    let address = answering("[::1]:0", "HTTP/1.1 200 OK\r\n\r\n");
    let everywhere = SocketAddr::new(Ipv6Addr::UNSPECIFIED.into(), address.port());
    assert_eq!(health(everywhere), (Some(0), String::new()));
}

#[test]
fn health_says_in_one_sentence_what_is_wrong() {
    let unused = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = unused.local_addr().unwrap();
    drop(unused);
    let (code, error) = health(address);
    assert_eq!(code, Some(1));
    assert_eq!(error.lines().count(), 1);
    assert!(error.contains("refused"), "{error}");

    for answer in ["SSH-2.0-OpenSSH 200\r\n", "200 200 200", "\n", ""] {
        let address = answering("127.0.0.1:0", answer);
        let sentence = format!("askit: http://{address}/health/ready: no answer in HTTP\n");
        assert_eq!(health(address), (Some(1), sentence), "{answer:?}");
    }
}

#[test]
fn health_does_not_wait_for_ever() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let (code, error) = health(silent.local_addr().unwrap());
    assert_eq!(code, Some(1));
    assert!(
        error.ends_with("/health/ready: no answer within 4 s\n"),
        "{error}"
    );
}
