//! A running server.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::ops::Deref;
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use actix::Addr;
use actix_web::rt::System;
use aho_corasick::AhoCorasick;
use askit::app::Stopper;
use askit::clock::{Clock, ManualClock, SharedClock};
use askit::config::{Settings, Sources};
use askit::purge::{PurgeActor, PurgeNow, Purged};
use askit::random::Random;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::Value;

use super::database::{Database, Kind};
use super::{Answer, Client, log, numbers};

/// The master secret of every app that is not set up otherwise.
pub const SECRET: &str = "a secret of the tests, long enough to be one";

/// Limits whose bursts are raised: people of one address do in no time what takes them days. Tests of
/// a limit ask for the usual ones.
const RAISED: [&str; 10] = [
    "CREDENTIALS",
    "COSTLY",
    "EVERYTHING",
    "GUEST_CONTRIBUTIONS",
    "ACCOUNT_EVERYTHING",
    "ACCOUNT_CONTRIBUTIONS",
    "ACCOUNT_LIKES",
    "ACCOUNT_SESSIONS",
    "ACCOUNT_RENAMES",
    "STREAMS",
];

/// A server on a port of its own. It stops when it is dropped, and then its log is searched for
/// every secret that it has seen or given.
pub struct App {
    pub database: Database,
    server: RunningServer,
}

/// What is special about an app.
#[derive(Default)]
pub struct Setup {
    settings: Vec<(String, String)>,
    has_usual_limits: bool,
    clock: Option<Arc<ManualClock>>,
}

/// The server itself; its database may outlive it.
pub struct RunningServer {
    pub address: SocketAddr,
    pub clock: Arc<ManualClock>,
    handle: Stopper,
    purge: Addr<PurgeActor>,
    thread: Option<JoinHandle<()>>,
    log_position: usize,
    secrets: Arc<Mutex<Secrets>>,
}

/// What must not be in the log.
#[derive(Default)]
pub struct Secrets(Vec<String>);

impl Setup {
    /// Sets what `ASKIT__…` names.
    pub fn set(mut self, name: &str, value: &str) -> Self {
        self.settings.push((format!("ASKIT__{name}"), value.into()));
        self
    }

    /// Behind a proxy that is trusted, with the limits that a server has by default.
    pub fn usual_limits(mut self) -> Self {
        self.has_usual_limits = true;
        self.set("SERVER__TRUSTED_PROXIES", "127.0.0.1")
    }

    /// Shares a clock with another app.
    pub fn clock(mut self, clock: &Arc<ManualClock>) -> Self {
        self.clock = Some(Arc::clone(clock));
        self
    }

    pub fn start(self, kind: Kind) -> App {
        let database = Database::new(kind);
        let server = self.start_on(&database);
        App { database, server }
    }

    /// Starts a server on a database that others may use, too.
    pub fn start_on(self, database: &Database) -> RunningServer {
        RunningServer::start(self.load(database), self.clock)
    }

    pub fn load(&self, database: &Database) -> Settings {
        let defaults = [
            ("DATABASE_URL", database.url.as_str()),
            ("ASKIT__SECRET", SECRET),
            ("ASKIT__DATABASE__POOL_SIZE", "4"),
            ("ASKIT__SERVER__LISTEN", "127.0.0.1:0"),
            ("ASKIT__SERVER__SHUTDOWN_TIMEOUT", "1s"),
            // A test that does not read a stream for a while shall not lose it on a busy machine.
            ("ASKIT__SERVER__CLIENT_TIMEOUT", "60s"),
            ("ASKIT__PASSWORD__MEMORY_KIB", "64"),
            ("ASKIT__PASSWORD__QUEUE", "1000"),
        ];
        let defaults = defaults.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let raised = RAISED.iter().filter(|_| !self.has_usual_limits);
        let raised = raised.map(|limit| (format!("ASKIT__LIMITS__{limit}_BURST"), "100000".into()));
        let environment = defaults.into_iter().chain(raised);
        let environment = environment.chain(self.settings.clone()).collect();
        let sources = Sources {
            environment,
            directory: database.folder.path().into(),
            ..Sources::default()
        };
        Settings::load(&sources).settings.unwrap()
    }
}

impl App {
    pub fn start(kind: Kind) -> Self {
        Setup::default().start(kind)
    }

    /// Runs on a database of another making.
    pub fn start_at(database: Database, setup: Setup) -> Self {
        let server = setup.start_on(&database);
        Self { database, server }
    }

    /// Stops the server and starts another one on the same database.
    pub fn restart(self) -> Self {
        self.restart_with(Setup::default())
    }

    /// The same with what is special about the other one.
    pub fn restart_with(mut self, setup: Setup) -> Self {
        self.restart_here(setup);
        self
    }

    /// The same in the place of this one.
    pub fn restart_here(&mut self, setup: Setup) {
        let setup = setup.clock(&self.server.clock);
        self.server.stop();
        let secrets = Arc::clone(&self.server.secrets);
        self.server = setup.start_on(&self.database);
        self.server.secrets = secrets;
    }
}

impl Deref for App {
    type Target = RunningServer;

    fn deref(&self) -> &RunningServer {
        &self.server
    }
}

impl RunningServer {
    fn start(settings: Settings, clock: Option<Arc<ManualClock>>) -> Self {
        let log_position = log::position();
        let clock = clock.unwrap_or_else(|| Arc::new(ManualClock::new(start_of_time())));
        let shared: SharedClock = clock.clone();
        let (started, starting) = channel();
        let thread = std::thread::spawn(move || {
            System::new().block_on(async {
                let running = askit::app::start(settings, shared, Random::from_system()).await;
                let running = running.expect("the server starts");
                let parts = (running.address, running.handle, running.purge);
                started.send(parts).unwrap();
                running.server.await.unwrap();
            });
        });
        let (address, handle, purge) = starting.recv().expect("the server starts");
        Self {
            address,
            clock,
            handle,
            purge,
            thread: Some(thread),
            log_position,
            secrets: Arc::default(),
        }
    }

    pub fn advance(&self, duration: TimeDelta) {
        self.clock.advance(duration);
    }

    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// Someone without an account.
    pub fn anonymous(&self) -> Client {
        self.stranger("nobody")
    }

    /// Someone who could register under this name.
    pub fn stranger(&self, name: &str) -> Client {
        let base = format!("http://{}", self.address);
        Client::new(&base, name, Arc::clone(&self.secrets))
    }

    /// Someone who has registered.
    pub fn registered(&self, name: &str) -> Client {
        let client = self.stranger(name);
        client.register().expect(201);
        client
    }

    /// Someone who has registered and signed in.
    pub fn user(&self, name: &str) -> Client {
        self.registered(name).signed_in()
    }

    /// A guest, who holds a login and nothing else.
    pub fn guest(&self) -> Client {
        let client = self.anonymous();
        let body = serde_json::json!({ "mode": "json" });
        let answer = client.post("/api/auth/guest", body).expect(201);
        client.holding(&answer)
    }

    /// Sends what no client would, and returns whatever comes until the connection ends.
    pub fn send_bytes(&self, bytes: &[u8]) -> String {
        let mut stream = TcpStream::connect(self.address).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(30)))
            .unwrap();
        stream.write_all(bytes).unwrap();
        let mut answer = Vec::new();
        // A reset ends a connection, too; silence does not.
        if let Err(error) = stream.read_to_end(&mut answer) {
            let is_held = matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut);
            let (sent, got) = (
                String::from_utf8_lossy(bytes),
                String::from_utf8_lossy(&answer),
            );
            assert!(
                !is_held,
                "30 s of silence on an open connection: to {sent:.200?} came {got:?}"
            );
        }
        String::from_utf8_lossy(&answer).into_owned()
    }

    /// Purges as a command beside the server does, in small batches.
    pub fn purge_beside(&self, database: &Database) -> Purged {
        let settings = Setup::default().load(database);
        let purger = askit::app::purger(database.open(), &settings).in_small_batches();
        System::new().block_on(purger.run(self.now()))
    }

    /// Asks the purge actor for a run now. `None` where the database failed for some of it.
    pub fn purge(&self) -> Option<Purged> {
        let purged = System::new().block_on(self.purge.send(PurgeNow)).unwrap();
        Some(purged).filter(|it| it.failed.is_empty())
    }

    /// The memory, in KiB, of each hash that a request cost, by its log lines.
    pub fn hashes_for(&self, answer: &Answer) -> Vec<u64> {
        let hashes = self.hash_lines(answer).into_iter();
        hashes
            .map(|it| it["memory_kib"].as_u64().unwrap())
            .collect()
    }

    /// The scheme of each hash that a request cost.
    pub fn schemes_for(&self, answer: &Answer) -> Vec<String> {
        let hashes = self.hash_lines(answer).into_iter();
        hashes
            .map(|it| it["scheme"].as_str().unwrap().into())
            .collect()
    }

    fn hash_lines(&self, answer: &Answer) -> Vec<Value> {
        let mut fields = self.fields_for(answer);
        fields.retain(|fields| fields["message"] == "password hashed");
        fields
    }

    /// What was logged for a request.
    pub fn fields_for(&self, answer: &Answer) -> Vec<Value> {
        let lines = log::lines_with(answer.request_id(), self.log_position);
        let fields = lines.into_iter().map(|mut line| line["fields"].take());
        fields.collect()
    }

    /// What was logged since this server started, by it and by others.
    pub fn log(&self) -> String {
        log::since(self.log_position)
    }
}

/// The time at which every test begins.
fn start_of_time() -> DateTime<Utc> {
    "2026-03-01T12:00:00Z".parse().unwrap()
}

impl Secrets {
    pub fn add(&mut self, secret: &str) {
        self.0.push(secret.to_owned());
    }

    /// Remembers the tokens and cookies of an answer.
    pub fn remember(&mut self, answer: &Answer) {
        for name in ["accessToken", "refreshToken"] {
            if let Ok(json) = serde_json::from_str::<Value>(&answer.text)
                && let Some(token) = json[name].as_str()
            {
                self.add(token);
            }
        }
        for line in answer.headers.get_all("set-cookie") {
            let line = line.to_str().unwrap();
            let (pair, _) = line.split_once(';').unwrap();
            let (_, value) = pair.split_once('=').unwrap();
            if !value.is_empty() {
                self.add(value);
            }
        }
    }
}

impl Drop for RunningServer {
    fn drop(&mut self) {
        self.stop();
    }
}

impl RunningServer {
    /// Stops it, unless that was done, and searches its log.
    fn stop(&mut self) {
        let Some(thread) = self.thread.take() else {
            return;
        };
        System::new().block_on(self.handle.stop(true));
        let ended = thread.join();
        if std::thread::panicking() {
            return;
        }
        ended.expect("the server ended well");
        let log = self.log();
        numbers::expect_none("the log", &log);
        let secrets = &self.secrets.lock().unwrap().0;
        let found = AhoCorasick::new(secrets).unwrap().find(&log);
        let secret = found.map(|it| &secrets[it.pattern()]);
        assert_eq!(secret, None, "the log has a secret");
    }
}
