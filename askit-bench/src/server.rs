//! A server that is measured, and the accounts and logins on it.

use std::net::SocketAddr;
use std::path::Path;
use std::thread::sleep;
use std::time::Duration;

use anyhow::{Context, bail};
use askit::clock::Stopwatch;
use serde_json::Value;

use crate::load::{Request, call};
use crate::process::{Process, Program};

/// How often something is looked at that is waited for.
pub const TICK: Duration = Duration::from_millis(1);
const PATIENCE: Duration = Duration::from_secs(10);
const LISTENING: &str = "listening on http://";
const ACCOUNT: &str = r#""email": "mina@example.com", "password": "a long enough one""#;

/// A running server.
pub struct Server {
    /// Where it listens.
    pub address: SocketAddr,
    /// Its process.
    pub process: Process,
}

/// A login's tokens.
pub struct Tokens {
    /// For calling.
    pub access: String,
    /// For refreshing.
    pub refresh: String,
    /// Whose login.
    pub user_id: i64,
}

/// What every server is set to: the defaults, but for the place, and the log as in production.
pub fn settings(database_url: &str) -> Vec<(&'static str, String)> {
    vec![
        ("DATABASE_URL", database_url.into()),
        ("ASKIT__SERVER__LISTEN", "127.0.0.1:0".into()),
        (
            "ASKIT__SECRET",
            "a secret of the bench, long enough to be one".into(),
        ),
        ("ASKIT__TELEMETRY__FORMAT", "json".into()),
        ("ASKIT__TELEMETRY__LEVEL", "info".into()),
    ]
}

/// Settings that make 32 sign-ins quick, and tokens that outlive any row. The load comes from one
/// address, so there are no limits.
pub fn quick_sign_ins() -> [(&'static str, String); 4] {
    [
        ("ASKIT__PASSWORD__MEMORY_KIB", "64".into()),
        ("ASKIT__PASSWORD__ITERATIONS", "1".into()),
        ("ASKIT__AUTH__ACCESS_TOKEN_LIFETIME", "1h".into()),
        ("ASKIT__LIMITS__ENABLED", "false".into()),
    ]
}

impl Server {
    /// Starts a server and waits until it names its address in the log.
    ///
    /// # Errors
    /// When it ends or keeps silent.
    pub fn start(
        command: &[&str],
        folder: &Path,
        environment: Vec<(&str, String)>,
    ) -> anyhow::Result<Self> {
        let process = Process::start(&Program {
            command: command.to_vec(),
            environment,
            folder,
            user: None,
            signal: "KILL",
        })?;
        let clock = Stopwatch::start();
        loop {
            if let Some(address) = address_in(&process.log()?) {
                return Ok(Self { address, process });
            }
            process.ensure_running()?;
            if clock.elapsed() > PATIENCE {
                bail!("no server within {PATIENCE:?}: {}", process.log()?);
            }
            sleep(TICK);
        }
    }

    /// The access tokens of so many new guests.
    ///
    /// # Errors
    /// When the server refuses.
    pub fn guests(&self, count: usize) -> anyhow::Result<Vec<String>> {
        let enter = Request::post("/api/auth/guest", r#"{"mode": "json"}"#);
        let guest = || access_in(&call(self.address, &enter, 201)?);
        (0..count).map(|_| guest()).collect()
    }

    /// Makes an account, and a session whose host it is. Returns the host's access token and the
    /// session's id.
    ///
    /// # Errors
    /// When the server refuses.
    pub fn open_session(&self) -> anyhow::Result<(String, String)> {
        let host = self.sign_in(1)?.pop().context("no login")?.access;
        let open = Request::post_as("/api/sessions", r#"{"title": "All hands"}"#, &host);
        let session: Value = serde_json::from_str(&call(self.address, &open, 201)?)?;
        Ok((host, text(&session, "sessionId")?))
    }

    /// Makes an account and signs in to it `count` times.
    ///
    /// # Errors
    /// When the server refuses.
    pub fn sign_in(&self, count: usize) -> anyhow::Result<Vec<Tokens>> {
        let body = format!(r#"{{{ACCOUNT}, "nickname": "mina"}}"#);
        call(self.address, &Request::post("/api/users", &body), 201)?;
        let login = login_request();
        let tokens = || tokens_in(&call(self.address, &login, 200)?);
        (0..count).map(|_| tokens()).collect()
    }
}

/// Signs in to the account that [`Server::sign_in`] has made.
pub fn login_request() -> Request {
    let body = format!(r#"{{{ACCOUNT}, "mode": "json"}}"#);
    Request::post("/api/auth/login", &body)
}

fn tokens_in(answer: &str) -> anyhow::Result<Tokens> {
    let json: Value = serde_json::from_str(answer)?;
    Ok(Tokens {
        access: access_in(answer)?,
        refresh: text(&json, "refreshToken")?,
        user_id: json
            .get("userId")
            .and_then(Value::as_i64)
            .context("no userId")?,
    })
}

fn access_in(answer: &str) -> anyhow::Result<String> {
    text(&serde_json::from_str(answer)?, "accessToken")
}

/// The text of a field.
///
/// # Errors
/// When there is none.
pub fn text(json: &Value, name: &'static str) -> anyhow::Result<String> {
    let value = json.get(name).and_then(Value::as_str);
    value
        .map(str::to_owned)
        .with_context(|| format!("no {name}"))
}

fn address_in(log: &str) -> Option<SocketAddr> {
    let (_, rest) = log.split_once(LISTENING)?;
    let is_address = |c: char| c.is_ascii_digit() || c == '.' || c == ':';
    let end = rest.find(|c| !is_address(c))?;
    rest.get(..end)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_is_read_once_its_line_is_whole() {
        let log = r#"{"fields":{"message":"listening on http://127.0.0.1:4321"}}"#;
        let address = address_in(log).unwrap();
        assert_eq!(address.to_string(), "127.0.0.1:4321");
        assert_eq!(address_in(&log[..log.len() - 3]), None);
    }
}
