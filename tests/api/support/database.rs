//! A database of its own for each test, copied from a migrated template.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{LazyLock, Mutex};
use std::time::Duration;
use std::{fs, thread};

use askit::clock::{Clock, SystemClock};
use askit::config::{DatabaseSettings, DatabaseUrl};
use askit::db::migrations::{self, Applied, MigrationError};
use askit::db::{BUSY_TIMEOUT, DataStep, Db, DbConn, OpenMode};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use tempfile::TempDir;

use super::{numbers, postgres};

/// Which database a test runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Sqlite,
    Postgres,
}

/// A migrated database that nobody else uses. It is removed at the end.
pub struct Database {
    pub url: String,
    /// The database on the shared server to drop.
    name: Option<String>,
    /// Also the server's working folder.
    pub folder: TempDir,
    /// PostgreSQL: with what tests ask. A connection costs it a process, some milliseconds.
    asking: Mutex<Option<DbConn>>,
}

static SQLITE_TEMPLATE: LazyLock<TempDir> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    migrate(&format!("sqlite://{}", template_file(&folder).display()));
    folder
});

static POSTGRES_TEMPLATE: LazyLock<String> = LazyLock::new(|| {
    let name = format!("askit_template_{:016x}", hash_of_migrations());
    let draft = format!("{name}_{}", std::process::id());
    if exists(&name) {
        return name;
    }
    administer(&format!("CREATE DATABASE {draft}")).unwrap();
    migrate(&postgres::url(&draft));
    if administer(&format!("ALTER DATABASE {draft} RENAME TO {name}")).is_err() {
        // Another run was faster.
        administer(&format!("DROP DATABASE {draft}")).unwrap();
    }
    name
});

const WAITING: &str = "SELECT count(*) AS number FROM pg_stat_activity \
    WHERE datname = current_database() AND wait_event_type = 'Lock'";

fn number(conn: &mut DbConn, sql: &str) -> i64 {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = BigInt)]
        number: i64,
    }
    let row: Row = diesel::sql_query(sql).get_result(conn).unwrap();
    row.number
}

impl Database {
    pub fn new(kind: Kind) -> Self {
        match kind {
            Kind::Sqlite => Self::copy_of(&template_file(&SQLITE_TEMPLATE)),
            Kind::Postgres => {
                // First, so that each test says what is missing: the template would say it once.
                postgres::url("postgres");
                Self::on_postgres(&POSTGRES_TEMPLATE)
            }
        }
    }

    /// A database without a table.
    pub fn empty(kind: Kind) -> Self {
        match kind {
            Kind::Sqlite => Self::in_file(tempfile::tempdir().unwrap()),
            Kind::Postgres => Self::on_postgres("template0"),
        }
    }

    /// SQLite: a copy of a database file.
    pub fn copy_of(file: &Path) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::copy(file, folder.path().join("askit.db")).unwrap();
        Self::in_file(folder)
    }

    fn in_file(folder: TempDir) -> Self {
        let file = folder.path().join("askit.db");
        Self::at(format!("sqlite://{}", file.display()), folder)
    }

    fn on_postgres(template: &str) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("askit_test_{}_{number}", std::process::id());
        administer(&format!("CREATE DATABASE {name} TEMPLATE {template}")).unwrap();
        Self {
            url: postgres::url(&name),
            name: Some(name),
            folder: tempfile::tempdir().unwrap(),
            asking: Mutex::default(),
        }
    }

    /// A database that someone else made and removes.
    pub fn at(url: String, folder: TempDir) -> Self {
        Self {
            url,
            name: None,
            folder,
            asking: Mutex::default(),
        }
    }

    /// A connection behind the server's back.
    pub fn connect(&self) -> DbConn {
        let url = DatabaseUrl::parse(&self.url).unwrap();
        DbConn::open(&url, OpenMode::Write, BUSY_TIMEOUT).unwrap()
    }

    /// Asks behind the server's back, on PostgreSQL by one connection as long as it lives.
    fn ask<T>(&self, ask: impl FnOnce(&mut DbConn) -> T) -> T {
        if !self.is_postgres() {
            return ask(&mut self.connect());
        }
        let kept = self.asking.lock().unwrap().take();
        let living = kept.and_then(|mut conn| conn.batch_execute("SELECT 1").ok().map(|()| conn));
        let mut conn = living.unwrap_or_else(|| self.connect());
        let told = ask(&mut conn);
        *self.asking.lock().unwrap() = Some(conn);
        told
    }

    /// How many rows a table has.
    pub fn count(&self, table: &str) -> i64 {
        self.number(&format!("SELECT count(*) AS number FROM {table}"))
    }

    /// PostgreSQL: how many transactions in this database wait for a lock.
    pub fn waiting_transactions(&self) -> i64 {
        self.number(WAITING)
    }

    /// PostgreSQL: waits until so many transactions wait for a lock, or until it is over.
    pub fn await_waiting(&self, count: i64, is_over: impl Fn() -> bool) {
        let mut conn = self.connect();
        while number(&mut conn, WAITING) < count && !is_over() {
            thread::sleep(Duration::from_millis(2));
        }
    }

    /// Migrates, runs the steps that are pending, and tells how much was pending.
    pub fn migrate(
        &self,
        steps: &[DataStep],
        clock: &dyn Clock,
    ) -> Result<Applied, MigrationError> {
        let url = DatabaseUrl::parse(&self.url).unwrap();
        migrations::run(&url, BUSY_TIMEOUT, steps, clock)
    }

    pub fn is_postgres(&self) -> bool {
        self.url.starts_with("postgres")
    }

    /// The database as the server opens it.
    pub fn open(&self) -> Db {
        let settings = DatabaseSettings {
            url: DatabaseUrl::parse(&self.url).unwrap(),
            pool_size: 4,
            acquire_timeout: Duration::from_secs(3),
        };
        Db::open(&settings, BUSY_TIMEOUT).unwrap()
    }

    /// The one text that a query gives.
    pub fn text(&self, sql: &str) -> String {
        #[derive(QueryableByName)]
        struct Row {
            #[diesel(sql_type = Text)]
            text: String,
        }
        let row: Row = self.ask(|conn| diesel::sql_query(sql).get_result(conn).unwrap());
        row.text
    }

    /// The one number that a query gives.
    pub fn number(&self, sql: &str) -> i64 {
        self.ask(|conn| number(conn, sql))
    }

    /// Lets `sql` hold its locks while `act` runs, and commits when `act` waits for them: so `act`
    /// has read what was before and writes after.
    pub fn change_during<T: Send>(&self, sql: &str, act: impl FnOnce() -> T + Send) -> T {
        self.change_and_more_during(sql, || {}, act)
    }

    /// The same, and `more` is done when `act` waits.
    pub fn change_and_more_during<T: Send>(
        &self,
        sql: &str,
        more: impl FnOnce(),
        act: impl FnOnce() -> T + Send,
    ) -> T {
        let mut other = self.connect();
        let is_postgres = matches!(other, DbConn::Postgres(_));
        let begin = if is_postgres {
            "BEGIN"
        } else {
            "BEGIN IMMEDIATE"
        };
        other.batch_execute(begin).unwrap();
        other.batch_execute(&self.with_ids(sql)).unwrap();
        thread::scope(|scope| {
            let acting = scope.spawn(act);
            if is_postgres {
                self.await_waiting(1, || acting.is_finished());
            } else {
                // SQLite does not tell who waits. On a slow machine the commit may come too early,
                // and then this shows less; it never fails for it.
                thread::sleep(Duration::from_millis(300));
            }
            assert!(!acting.is_finished(), "it did not wait for the lock");
            more();
            other.batch_execute("COMMIT").unwrap();
            acting.join().unwrap()
        })
    }

    /// Runs SQL in which `NEW_ID` stands for the random id of a new question or reply.
    pub fn execute(&self, sql: &str) {
        // By a connection of its own: a dump sets much that would stay.
        self.connect().batch_execute(&self.with_ids(sql)).unwrap();
    }

    fn with_ids(&self, sql: &str) -> String {
        let new_id = if self.is_postgres() {
            "decode(md5(gen_random_uuid()::text), 'hex')"
        } else {
            "randomblob(16)"
        };
        sql.replace("NEW_ID", new_id)
    }

    /// These bytes, as they are written in SQL.
    pub fn literal(&self, bytes: &[u8]) -> String {
        let hex: String = bytes.iter().map(|it| format!("{it:02x}")).collect();
        if self.is_postgres() {
            format!("'\\x{hex}'::bytea")
        } else {
            format!("x'{hex}'")
        }
    }

    /// The number of the row of a question or a reply, which no answer tells, by its URL.
    #[track_caller]
    pub fn row_number(&self, url: &str) -> i64 {
        let (kind, id) = url.trim_start_matches("/api/").split_once('/').unwrap();
        self.row_numbers(kind)[id]
    }

    /// The numbers of all rows of `questions` or `replies`, by the ids that are told.
    pub fn row_numbers(&self, table: &str) -> HashMap<String, i64> {
        let (key, pair) = match table {
            "questions" => ("question_id", "hex(public_id)"),
            _ => ("reply_id", "hex(public_id)"),
        };
        let pair = if self.is_postgres() {
            "encode(public_id, 'hex')"
        } else {
            pair
        };
        let list = format!(
            "SELECT coalesce(string_agg({pair} || ' ' || {key}, ','), '') AS text FROM {table}"
        );
        let list = self.text(&list);
        let rows = list.split(',').filter_map(|row| row.split_once(' '));
        let byte =
            |digits: &[u8]| u8::from_str_radix(std::str::from_utf8(digits).unwrap(), 16).unwrap();
        rows.map(|(hex, number)| {
            let bytes: Vec<u8> = hex.as_bytes().chunks(2).map(byte).collect();
            (URL_SAFE_NO_PAD.encode(bytes), number.parse().unwrap())
        })
        .collect()
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if let Some(name) = &self.name {
            administer(&format!("DROP DATABASE {name} WITH (FORCE)")).unwrap();
        }
    }
}

fn template_file(folder: &TempDir) -> std::path::PathBuf {
    folder.path().join("template.db")
}

fn migrate(url: &str) {
    let is_postgres = url.starts_with("postgres");
    let url = DatabaseUrl::parse(url).unwrap();
    migrations::run(&url, BUSY_TIMEOUT, &[], &SystemClock).unwrap();
    let mut conn = DbConn::open(&url, OpenMode::Write, BUSY_TIMEOUT).unwrap();
    conn.batch_execute(&numbers::begin(is_postgres)).unwrap();
}

fn administer(sql: &str) -> diesel::QueryResult<()> {
    /// As many as have been busy at once.
    static IDLE: Mutex<Vec<DbConn>> = Mutex::new(Vec::new());
    let idle = IDLE.lock().unwrap().pop();
    let mut conn = idle.unwrap_or_else(|| {
        let url = DatabaseUrl::parse(&postgres::url("postgres")).unwrap();
        DbConn::open(&url, OpenMode::Write, BUSY_TIMEOUT).unwrap()
    });
    let done = conn.batch_execute(sql);
    IDLE.lock().unwrap().push(conn);
    done
}

fn exists(name: &str) -> bool {
    let url = DatabaseUrl::parse(&postgres::url(name)).unwrap();
    DbConn::open(&url, OpenMode::Write, BUSY_TIMEOUT).is_ok()
}

/// A template that was made by other migrations is never used.
fn hash_of_migrations() -> u64 {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations/postgres");
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|it| it.unwrap().path().join("up.sql"))
        .collect();
    files.sort();
    let mut hasher = DefaultHasher::new();
    for file in files {
        fs::read(file).unwrap().hash(&mut hasher);
    }
    numbers::begin(true).hash(&mut hasher);
    hasher.finish()
}
