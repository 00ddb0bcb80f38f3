//! A database of askit's own schema with as many logins as the measured one, for what askit is
//! compared with.

use askit::clock::SystemClock;
use askit::config::DatabaseUrl;
use askit::db::{BUSY_TIMEOUT, migrations};
use diesel::connection::SimpleConnection;

use crate::postgres::connect;

/// The number of the first login. As text it has 19 characters, askit's have 22.
pub const FIRST_LOGIN: i64 = 1_000_000_000_000_000_000;

/// Makes the tables and `logins` rows, numbered from [`FIRST_LOGIN`], in generation 0.
pub fn fill(url: &str, logins: i64) -> anyhow::Result<()> {
    let parsed = DatabaseUrl::parse(url).map_err(anyhow::Error::msg)?;
    migrations::run(&parsed, BUSY_TIMEOUT, &[], &SystemClock)?;
    let mut sql = "INSERT INTO users (user_id, active, created_at, kind)
         VALUES (1, TRUE, '2026-01-01 00:00:00', 'guest');"
        .to_owned();
    for number in FIRST_LOGIN..FIRST_LOGIN + logins {
        sql += &format!(
            "INSERT INTO refresh_tokens (login_id, user_id, generation, rotated_at, created_at,
                 idle_expires_at, expires_at, ip)
             VALUES ('{number}', 1, 0, '2026-01-01 00:00:00', '2026-01-01 00:00:00',
                 '2099-01-01 00:00:00', '2099-01-01 00:00:00', '127.0.0.1');"
        );
    }
    Ok(connect(url)?.batch_execute(&sql)?)
}
