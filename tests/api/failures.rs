//! A database that goes away, and a process that is killed.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;
use std::{fs, thread};

use chrono::TimeDelta;
use diesel::connection::SimpleConnection;
use serde_json::json;

use crate::errors::{Endpoint, endpoints};
use crate::support::database::Database;
use crate::support::postgres::Cluster;
use crate::support::*;

/// What is answered while it is away.
const WITHOUT_DATABASE: [&str; 3] = [
    "/.well-known/jwks.json",
    "/api/openapi.json",
    "/health/live",
];

#[test]
fn while_postgresql_is_away_answers_are_503_with_own_postgres() {
    let mut cluster = Cluster::own();
    let database = Database::at(cluster.url("postgres"), tempfile::tempdir().unwrap());
    let setup = Setup::default().set("DATABASE__ACQUIRE_TIMEOUT", "300ms");
    let app = App::start_at(database, setup);
    let mina = app.user("mina");
    app.advance(TimeDelta::minutes(1));

    cluster.stop();
    let refresh_token = mina.refresh_token.as_deref().unwrap();
    let browser = mina.with("cookie", &format!("refreshToken={refresh_token}"));
    for endpoint in endpoints() {
        let Endpoint {
            method, path, good, ..
        } = &endpoint;
        let body = match good.as_str() {
            "" => None,
            // The token in the cookie is the genuine one.
            _ if path == "/api/auth/token" => Some("{}"),
            good => Some(good),
        };
        let client = match body {
            Some(_) => browser.with("content-type", "application/json"),
            None => browser.clone(),
        };
        println!("{method} {path}");
        let answer = client.send(method, path, body.map(Into::into));
        if WITHOUT_DATABASE.contains(&path.as_str()) {
            answer.expect(200);
            continue;
        }
        let answer = answer.expect_problem(503, "database_unavailable");
        assert_eq!(answer.header("retry-after"), Some("1"));
        assert_eq!(
            answer.header("set-cookie"),
            None,
            "{method} {path} changes a cookie"
        );
    }
    assert_eq!(app.purge(), None, "the purge gives up until its next run");

    cluster.resume();
    // The pool tries again at growing intervals; what it says meanwhile is 503 and nothing else.
    let answers = (0..100).map(|_| mina.refresh());
    let first_good = answers.inspect(|it| assert!(matches!(it.status, 200 | 503), "{}", it.text));
    assert!(
        first_good.into_iter().any(|it| it.status == 200),
        "it does not recover"
    );
    // Which logins have ended is asked again a second after it could not be told.
    eventually("bearers are served", || {
        mina.get("/api/users/me").status == 200
    });
    assert!(app.purge().is_some());
}

#[test]
fn while_every_connection_hangs_answers_are_503_on_postgres() {
    let app = Setup::default()
        .set("DATABASE__ACQUIRE_TIMEOUT", "300ms")
        .start(Kind::Postgres);
    let mina = app.user("mina");
    // The first purge reads accounts, too; it is over when the second is.
    app.purge();
    let mut other = app.database.connect();
    other
        .batch_execute("BEGIN; LOCK TABLE users IN ACCESS EXCLUSIVE MODE")
        .unwrap();
    thread::scope(|scope| {
        // As many as there are connections.
        let hanging: Vec<_> = (0..4)
            .map(|_| scope.spawn(|| mina.get("/api/users/me")))
            .collect();
        app.database.await_waiting(4, || false);
        for path in ["/health/ready", "/api/users/me"] {
            mina.get(path).expect_problem(503, "database_unavailable");
        }
        other.batch_execute("COMMIT").unwrap();
        for answer in hanging {
            answer.join().unwrap().expect(200);
        }
    });
    mina.get("/health/ready").expect(200);
}

/// The real binary on SQLite.
pub struct Process {
    child: Child,
    pub base: String,
    lines: Receiver<String>,
}

impl Process {
    pub fn start(database: &Database) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_askit"))
            .current_dir(database.folder.path())
            .env_clear()
            .env("DATABASE_URL", &database.url)
            .env("ASKIT__SERVER__LISTEN", "127.0.0.1:0")
            .env("ASKIT__PASSWORD__MEMORY_KIB", "64")
            .env("ASKIT__AUTH__REFRESH_GRACE", "0s")
            .env("ASKIT__LIMITS__ENABLED", "false")
            .env("ASKIT__TELEMETRY__LEVEL", "info,askit=debug")
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // All of it has to be read, or the server would wait for a reader.
        let (log, lines) = channel();
        let stderr = BufReader::new(child.stderr.take().unwrap());
        thread::spawn(move || {
            stderr
                .lines()
                .try_for_each(|line| log.send(line.unwrap()).ok())
        });
        let mut process = Self {
            child,
            base: String::new(),
            lines,
        };
        let line = process.wait_for("listening on ");
        let (_, base) = line.split_once("listening on ").unwrap();
        process.base = base.trim().to_owned();
        process
    }

    /// Waits until the log has a line with this text.
    pub fn wait_for(&self, text: &str) -> String {
        let found = self.lines.iter().find(|line| line.contains(text));
        found.unwrap_or_else(|| panic!("the log ended without {text:?}"))
    }

    fn tell(&self, signal: &str) {
        let process_id = self.child.id().to_string();
        let told = Command::new("kill").args([signal, &process_id]).status();
        assert!(told.unwrap().success());
    }

    /// Without a chance to finish anything.
    pub fn kill(self) {
        drop(self);
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// Refreshes and registers until the server is gone. What it was told stays true.
fn use_until_killed(mut person: Client, number: usize, round: usize) -> (Client, Vec<Client>) {
    let mut made = Vec::new();
    for count in 0.. {
        let body = json!({ "refreshToken": person.refresh_token });
        let Some(answer) = person.try_post("/api/auth/token", &body) else {
            break;
        };
        person.refresh_token = Some(answer.expect(200).field("refreshToken"));
        let mut friend = person.clone();
        friend.nickname = format!("f{number}-{round}-{count}");
        friend.email = format!("{}@example.com", friend.nickname);
        let body = json!({
            "email": friend.email, "nickname": friend.nickname, "password": friend.password
        });
        match person.try_post("/api/users", &body) {
            Some(answer) => {
                answer.expect(201);
                made.push(friend);
            }
            None => break,
        }
    }
    (person, made)
}

fn killed_under_load(kind: Kind) {
    let database = Database::new(kind);
    let mut people: Vec<Client> = Vec::new();
    let mut made = Vec::new();
    for round in 0..4 {
        let process = Process::start(&database);
        let base = process.base.clone();
        if round == 0 {
            for number in 0..4 {
                let person = Client::new(&base, &format!("person-{number}"), Arc::default());
                person.register().expect(201);
                people.push(person.signed_in());
            }
        }
        let using: Vec<_> = people
            .drain(..)
            .enumerate()
            .map(|(number, person)| {
                let person = Client {
                    base: base.clone(),
                    access_token: None,
                    ..person
                };
                thread::spawn(move || use_until_killed(person, number, round))
            })
            .collect();
        thread::sleep(Duration::from_millis(300));
        process.kill();
        for user in using {
            let (person, friends) = user.join().unwrap();
            people.push(person);
            made.extend(friends);
        }
    }
    assert!(made.len() > 4, "there was no load");
    let process = Process::start(&database);
    for person in &people {
        let person = Client {
            base: process.base.clone(),
            ..person.clone()
        };
        person.refresh().expect(200);
    }
    for friend in &made {
        let path = format!("{}/api/users/nicknames/{}", process.base, friend.nickname);
        let answer = Answer::read(friend.agent.get(path).call().unwrap());
        assert_eq!(
            answer.json()["exists"],
            true,
            "the account {} is lost",
            friend.nickname
        );
    }
    process.kill();
}

#[test]
fn killed_four_times_nobody_is_logged_out_and_no_account_is_lost_on_sqlite() {
    killed_under_load(Kind::Sqlite);
}

#[test]
fn killed_four_times_nobody_is_logged_out_and_no_account_is_lost_on_postgres() {
    killed_under_load(Kind::Postgres);
}

fn told_to_stop_by(signal: &str) {
    let database = Database::new(Kind::Sqlite);
    let mut process = Process::start(&database);
    let mina = Client::new(&process.base, "mina", Arc::default());
    mina.register().expect(201);
    process.wait_for("password hashed");
    let mut lock = database.connect();
    lock.batch_execute("BEGIN IMMEDIATE").unwrap();
    thread::scope(|scope| {
        let signing_in = scope.spawn(|| mina.log_in("json"));
        process.wait_for("password hashed");
        process.tell(signal);
        process.wait_for("stopping");
        lock.batch_execute("COMMIT").unwrap();
        signing_in.join().unwrap().expect(200);
    });
    assert!(process.child.wait().unwrap().success());
    let log = fs::metadata(database.folder.path().join("askit.db-wal"));
    assert_eq!(
        log.map_or(0, |it| it.len()),
        0,
        "a copy of the file would not be whole"
    );
    assert!(
        mina.try_post("/api/auth/login", &json!({})).is_none(),
        "it still answers"
    );
}

#[test]
fn told_to_stop_by_sigterm_it_finishes_what_it_has_begun() {
    told_to_stop_by("-TERM");
}

#[test]
fn told_to_stop_by_ctrl_c_it_finishes_what_it_has_begun() {
    told_to_stop_by("-INT");
}

#[test]
fn a_log_that_nobody_reads_stops_neither_serving_nor_stopping() {
    let database = Database::new(Kind::Sqlite);
    let mut process = Process::start(&database);
    let mina = Client::new(&process.base, "mina", Arc::default());
    let (_, closed) = channel();
    process.lines = closed;
    // The reader ends with the next line, and the pipe breaks.
    for _ in 0..5 {
        mina.get("/health/live").expect(200);
    }
    mina.register().expect(201);
    process.tell("-TERM");
    assert!(process.child.wait().unwrap().success());
}
