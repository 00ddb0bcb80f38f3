//! Accounts that are there before a server starts, and whose passwords nobody knows.

use askit::clock::SystemClock;
use askit::config::DatabaseUrl;
use askit::db::{BUSY_TIMEOUT, migrations};
use diesel::connection::SimpleConnection;

use crate::postgres::connect;

/// What a password hash was made by. That no password has it makes no difference to who compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hash {
    /// askit, with its default settings.
    Own,
    /// Another program: bcrypt of cost 10.
    Bcrypt,
}

/// An account.
pub struct Account {
    /// In lower case.
    pub email: String,
    /// Of its password.
    pub hash: Hash,
    /// Whether it may sign in.
    pub is_active: bool,
}

impl Hash {
    /// The scheme and the hash, as they are stored.
    fn stored(self) -> (&'static str, &'static str) {
        match self {
            Self::Own => (
                "$argon2id$v=19$m=19456,t=2,p=1",
                "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA\
                 $AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
            ),
            Self::Bcrypt => (
                "$2b$10",
                "$2b$10$AAAAAAAAAAAAAAAAAAAAA.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
            ),
        }
    }
}

/// Makes the tables and the accounts, and counts their schemes, as an import does.
pub fn fill(url: &str, accounts: &[Account]) -> anyhow::Result<()> {
    let parsed = DatabaseUrl::parse(url).map_err(anyhow::Error::msg)?;
    migrations::run(&parsed, BUSY_TIMEOUT, &[], &SystemClock)?;
    let mut sql = "BEGIN;".to_owned();
    for (number, account) in (1..).zip(accounts) {
        let (scheme, hash) = account.hash.stored();
        let (email, is_active) = (&account.email, account.is_active);
        sql += &format!(
            "INSERT INTO users (user_id, email, email_folded, nickname, nickname_folded,
                 password_hash, password_scheme, active, created_at)
             VALUES ({number}, '{email}', '{email}', 'n{number}', 'n{number}',
                 '{hash}', '{scheme}', {is_active}, '2026-01-01 00:00:00');"
        );
    }
    sql += "INSERT INTO password_schemes
                SELECT password_scheme, count(*) FROM users GROUP BY password_scheme;
            COMMIT;";
    Ok(connect(url)?.batch_execute(&sql)?)
}
