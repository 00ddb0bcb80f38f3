//! Which database, and how many connections to it.

use std::path::PathBuf;
use std::time::Duration;
use std::{fmt, fs};

use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::layers::Sources;
use super::reader::{Found, Reader};

/// Where a development start keeps its database.
const DEFAULT_URL: &str = "sqlite://data/askit.db";

/// Where the data is.
#[derive(Debug, Clone)]
pub struct DatabaseSettings {
    /// Which database.
    pub url: DatabaseUrl,
    /// Connections in the pool. SQLite: for reads, beside the one writer. PostgreSQL: for all.
    pub pool_size: u32,
    /// How long a request waits for a free connection before it is answered 503.
    pub acquire_timeout: Duration,
}

/// A database's address, parsed. A mistyped URL is an error and never a new SQLite file.
#[derive(Clone)]
pub enum DatabaseUrl {
    /// The path of the database file.
    Sqlite(PathBuf),
    /// A libpq connection URL; it may hold a password and cannot be printed.
    Postgres(SecretString),
}

impl DatabaseSettings {
    pub(super) fn read(reader: &mut Reader, sources: &Sources) -> Self {
        let cores = std::thread::available_parallelism().map_or(1, |cores| cores.get());
        let default_pool = u32::try_from(cores * 4).unwrap_or(8).max(8);
        let seconds = Duration::from_secs;
        Self {
            url: read_url(reader, sources),
            pool_size: reader.integer_or("database.pool_size", default_pool, 1..=1000),
            acquire_timeout: reader.duration(
                "database.acquire_timeout",
                Duration::from_millis(100)..=seconds(60),
            ),
        }
    }
}

fn read_url(reader: &mut Reader, sources: &Sources) -> DatabaseUrl {
    let key = "database.url";
    let default = || (DEFAULT_URL.to_owned(), "default".to_owned());
    let (text, origin) = match one_of(reader, key, "database.url_file") {
        Ok(found) => found.unwrap_or_else(default),
        Err(AlreadyReported) => default(),
    };
    match DatabaseUrl::parse(&text) {
        Ok(url) => {
            reader.record(key, url.to_string(), &origin);
            match url {
                DatabaseUrl::Sqlite(path) => DatabaseUrl::Sqlite(sources.directory.join(path)),
                postgres => postgres,
            }
        }
        Err(message) => {
            reader.problem(key, &origin, message);
            DatabaseUrl::Sqlite(PathBuf::new())
        }
    }
}

/// A value that is given itself or as the path of a file that holds it. Both at once is a problem.
///
/// # Errors
/// When the file cannot be read, which has been reported.
pub(super) fn one_of(
    reader: &mut Reader,
    key: &str,
    file_key: &str,
) -> Result<Found, AlreadyReported> {
    let direct = reader.hidden_text(key);
    let Some((path, origin)) = reader.hidden_text(file_key) else {
        return Ok(direct);
    };
    if direct.is_some() {
        let message = format!("{key} is also set: set only one of the two");
        reader.problem(file_key, &origin, message);
    }
    reader.record(file_key, &path, &origin);
    match fs::read_to_string(&path) {
        Ok(text) => Ok(Some((text.trim_end_matches(['\r', '\n']).to_owned(), path))),
        Err(error) => {
            reader.problem(file_key, &origin, format!("{path} cannot be read: {error}"));
            Err(AlreadyReported)
        }
    }
}

/// What is wrong has been said.
pub(super) struct AlreadyReported;

impl DatabaseUrl {
    /// Whether several servers may run on it.
    pub fn has_instances(&self) -> bool {
        matches!(self, Self::Postgres(_))
    }

    /// Parses `sqlite://PATH` or `postgres://…`. The error is a sentence without the URL: it may
    /// hold a password.
    pub fn parse(text: &str) -> Result<Self, String> {
        if let Some(path) = text.strip_prefix("sqlite://") {
            return match path {
                "" | ":memory:" => {
                    Err("sqlite:// needs the path of a file, like sqlite://data/askit.db".into())
                }
                path if path.contains(['?', '#']) => {
                    Err("sqlite:// takes only a file path, without ? or #".into())
                }
                path => Ok(Self::Sqlite(path.into())),
            };
        }
        let url = Url::parse(text).map_err(|_may_hold_a_password| not_understood())?;
        if !matches!(url.scheme(), "postgres" | "postgresql") {
            return Err(not_understood());
        }
        let mut parameters = url.query_pairs();
        let tls = parameters.find(|(name, _)| name == "sslmode");
        let needs_tls = tls.is_some_and(|(_, mode)| {
            matches!(mode.as_ref(), "require" | "verify-ca" | "verify-full")
        });
        if needs_tls && !cfg!(feature = "postgres-tls") {
            return Err(
                "needs TLS for this sslmode, but this askit was built without TLS: \
                 rebuild it with --features postgres-tls"
                    .into(),
            );
        }
        Ok(Self::Postgres(text.to_owned().into()))
    }
}

fn not_understood() -> String {
    "must be a database URL: sqlite://PATH or postgres://USER:PASSWORD@HOST/DATABASE".into()
}

/// Shows host and database only; what a PostgreSQL URL holds besides may be secret.
impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "sqlite://{}", path.display()),
            Self::Postgres(text) => match Url::parse(text.expose_secret()) {
                Ok(url) => write!(f, "postgres://{}{}", host(&url), url.path()),
                Err(_) => f.write_str("postgres://…"),
            },
        }
    }
}

fn host(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port()
        .map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}
