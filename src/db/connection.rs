//! One connection to either database, and the pool's way of making it.

use diesel::connection::SimpleConnection;
use diesel::r2d2::R2D2Connection;
use diesel::result::Error::DatabaseError;
use diesel::{Connection, ConnectionError, PgConnection, SqliteConnection};
use secrecy::ExposeSecret;
use std::path::Path;
use std::thread;
use std::time::Duration;
use url::Url;

use super::DbError;
use crate::clock::Stopwatch;
use crate::config::DatabaseUrl;

/// A connection. Every query compiles against both databases; the URL decides which one runs.
#[derive(diesel::MultiConnection)]
pub enum DbConn {
    /// By libpq.
    Postgres(PgConnection),
    /// A file, by the SQLite inside this binary.
    Sqlite(SqliteConnection),
}

/// A connection that was idle for longer than this is tried before it is used again.
const TRUSTED_IDLE: Duration = Duration::from_millis(500);

/// PostgreSQL gives up a statement of a request that takes longer, as one that waits for a lock
/// does, and a transaction that it hears nothing of for longer, as of an instance that stands
/// still. A statement is planned once and not for each request anew: its plan is the one that
/// `tests/api/plans.rs` looks at.
const SETTINGS: &str = "SET statement_timeout = '10s'; SET idle_in_transaction_session_timeout = '10s'; \
    SET plan_cache_mode = force_generic_plan";

/// Between two tries to set up a file that another one is setting up.
const LOCKED_PAUSE: Duration = Duration::from_millis(10);

/// How long libpq tries to connect, unless the URL says otherwise.
const CONNECT_TIMEOUT: &str = "5";
/// Milliseconds after which unacknowledged data closes a connection, unless the URL says otherwise.
const TCP_USER_TIMEOUT: &str = "10000";

/// What a connection is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OpenMode {
    /// SQLite: refuses every write.
    Read,
    /// Reads and writes.
    Write,
    /// The same, and SQLite's file is made where it is missing. Only migrations do so: a server
    /// whose file is gone should say so and not begin another.
    Create,
}

impl DbConn {
    /// Connects. On SQLite waits of up to `busy_timeout` for another writer are part of each
    /// statement.
    ///
    /// # Errors
    /// When the database cannot be reached.
    pub fn open(
        url: &DatabaseUrl,
        mode: OpenMode,
        busy_timeout: Duration,
    ) -> Result<Self, DbError> {
        let connection = match url {
            DatabaseUrl::Postgres(url) => {
                PgConnection::establish(&with_timeouts(url.expose_secret())).map(Self::Postgres)
            }
            DatabaseUrl::Sqlite(path) => open_sqlite(path, mode, busy_timeout).map(Self::Sqlite),
        };
        connection.map_err(|error| DbError::Unavailable(error.to_string()))
    }
}

fn open_sqlite(
    path: &Path,
    mode: OpenMode,
    busy_timeout: Duration,
) -> Result<SqliteConnection, ConnectionError> {
    let path = path
        .to_str()
        .ok_or_else(|| ConnectionError::InvalidConnectionUrl("the path is not UTF-8".into()))?;
    // SQLite's own URI syntax: % ? and # have a meaning in it.
    let path = path
        .replace('%', "%25")
        .replace('?', "%3f")
        .replace('#', "%23");
    let uri_mode = if mode == OpenMode::Create {
        "rwc"
    } else {
        "rw"
    };
    let mut connection = SqliteConnection::establish(&format!("file:{path}?mode={uri_mode}"))?;
    // FULL: an answered write survives a power cut, too.
    let pragmas = format!(
        "PRAGMA busy_timeout = {}; PRAGMA foreign_keys = ON; PRAGMA synchronous = FULL;",
        busy_timeout.as_millis()
    );
    let for_mode = match mode {
        OpenMode::Read => "PRAGMA query_only = ON;",
        OpenMode::Write | OpenMode::Create => "PRAGMA journal_mode = WAL;",
    };
    let pragmas = pragmas + for_mode;
    // Where two open a new file at once, SQLite does not wait for the other to turn it to WAL.
    let waiting = Stopwatch::start();
    loop {
        match connection.batch_execute(&pragmas) {
            Err(DatabaseError(_, why))
                if why.message() == "database is locked" && waiting.elapsed() < busy_timeout =>
            {
                thread::sleep(LOCKED_PAUSE);
            }
            outcome => {
                outcome.map_err(ConnectionError::CouldntSetupConfiguration)?;
                return Ok(connection);
            }
        }
    }
}

/// Without these, a server that vanished from the network would hold a connection for minutes.
fn with_timeouts(text: &str) -> String {
    let Ok(mut url) = Url::parse(text) else {
        return text.to_owned();
    };
    for (name, value) in [
        ("connect_timeout", CONNECT_TIMEOUT),
        ("tcp_user_timeout", TCP_USER_TIMEOUT),
    ] {
        if !url.query_pairs().any(|(given, _)| given == name) {
            url.query_pairs_mut().append_pair(name, value);
        }
    }
    url.into()
}

/// Makes and checks the pool's connections.
pub struct Manager {
    pub url: DatabaseUrl,
    pub busy_timeout: Duration,
}

impl Manager {
    /// A connection that is ready for statements of requests.
    pub fn open(&self) -> Result<DbConn, DbError> {
        let mode = match self.url {
            DatabaseUrl::Postgres(_) => OpenMode::Write,
            DatabaseUrl::Sqlite(_) => OpenMode::Read,
        };
        let mut connection = DbConn::open(&self.url, mode, self.busy_timeout)?;
        if let DbConn::Postgres(postgres) = &mut connection {
            postgres.batch_execute(SETTINGS)?;
        }
        Ok(connection)
    }
}

/// A pooled connection and the time since it was last given back.
pub struct Pooled {
    pub connection: DbConn,
    idle: Stopwatch,
}

impl r2d2::ManageConnection for Manager {
    type Connection = Pooled;
    type Error = DbError;

    fn connect(&self) -> Result<Pooled, DbError> {
        Ok(Pooled {
            connection: self.open()?,
            idle: Stopwatch::start(),
        })
    }

    fn is_valid(&self, pooled: &mut Pooled) -> Result<(), DbError> {
        if pooled.idle.elapsed() > TRUSTED_IDLE {
            pooled.connection.ping()?;
        }
        Ok(())
    }

    fn has_broken(&self, pooled: &mut Pooled) -> bool {
        pooled.idle = Stopwatch::start();
        std::thread::panicking() || pooled.connection.is_broken()
    }
}
