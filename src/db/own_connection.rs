//! A connection outside of the pool, for one thread that asks all the time: requests wait for none
//! of its statements, and it waits for none of theirs.

use super::connection::{DbConn, Manager};
use super::{BUSY_TIMEOUT, DbError};
use crate::config::DatabaseUrl;

/// Connects when it is first used, and again after a failure.
pub struct OwnConnection {
    manager: Manager,
    connection: Option<DbConn>,
}

impl OwnConnection {
    /// Not connected yet.
    pub fn new(url: &DatabaseUrl) -> Self {
        let manager = Manager {
            url: url.clone(),
            busy_timeout: BUSY_TIMEOUT,
        };
        Self {
            manager,
            connection: None,
        }
    }

    /// Runs `job`, not in a transaction. On SQLite it must not write. After a failure the next one
    /// has another connection.
    ///
    /// # Errors
    /// What `job` returns, or a [`DbError`] when there is no connection.
    pub fn run<T>(
        &mut self,
        job: impl FnOnce(&mut DbConn) -> Result<T, DbError>,
    ) -> Result<T, DbError> {
        let mut connection = match self.connection.take() {
            Some(connection) => connection,
            None => self.manager.open()?,
        };
        let outcome = job(&mut connection)?;
        self.connection = Some(connection);
        Ok(outcome)
    }
}
