//! What has to be said to each of the two databases in its own way: locks, notices and
//! `ON CONFLICT`.

use diesel::connection::SimpleConnection;
use diesel::sql_types::{BigInt, Integer, Text};
use diesel::{PgConnection, QueryResult, QueryableByName, RunQueryDsl};

use super::{DbConn, DbError};

/// The key of the advisory lock under which migrations run and first keys are made. Any constant
/// will do; PostgreSQL's advisory locks are separate for each database.
const SETUP_LOCK: i64 = 0x61_73_6b_69_74; // "askit"

/// Until the transaction ends, no other instance sets up the same database. SQLite: a transaction
/// that writes is alone already.
pub fn lock_setup(conn: &mut DbConn) -> Result<(), DbError> {
    match conn {
        DbConn::Postgres(conn) => Ok(lock_setup_on(conn)?),
        DbConn::Sqlite(_) => Ok(()),
    }
}

pub(super) fn lock_setup_on(conn: &mut PgConnection) -> QueryResult<()> {
    diesel::sql_query("SELECT pg_advisory_xact_lock($1)")
        .bind::<BigInt, _>(SETUP_LOCK)
        .execute(conn)
        .map(drop)
}

/// The channel on which instances tell each other to look at the database again.
pub(super) const CHANNEL: &str = "askit";

/// Tells every instance, once this transaction is committed, to look again at what it keeps in
/// memory. SQLite: nothing, there is one server, which looks by itself.
pub fn notify(conn: &mut DbConn) -> Result<(), DbError> {
    match conn {
        DbConn::Postgres(conn) => Ok(conn.batch_execute(&format!("NOTIFY {CHANNEL}"))?),
        DbConn::Sqlite(_) => Ok(()),
    }
}

/// The channel on which instances tell each other which sessions have changed.
pub(super) const MARKS_CHANNEL: &str = "askit_sessions";

/// Tells every instance a text of less than 8,000 bytes. In a transaction of its own: one that
/// writes would hold a lock on the whole cluster while its commit is flushed.
pub(super) fn tell(conn: &mut PgConnection, text: &str) -> QueryResult<()> {
    diesel::sql_query("SELECT pg_notify($1, $2)")
        .bind::<Text, _>(MARKS_CHANNEL)
        .bind::<Text, _>(text)
        .execute(conn)
        .map(drop)
}

/// The number of the process that serves this connection, by which its own notices are known.
pub(super) fn backend(conn: &mut PgConnection) -> QueryResult<i32> {
    #[derive(QueryableByName)]
    struct Backend {
        #[diesel(sql_type = Integer)]
        backend: i32,
    }
    let row: Backend = diesel::sql_query("SELECT pg_backend_pid() AS backend").get_result(conn)?;
    Ok(row.backend)
}

/// PostgreSQL's timeline: another one once a standby has taken over. `None` on SQLite, and where
/// PostgreSQL cannot tell it. Not in a transaction, which would fail with it.
pub fn timeline(conn: &mut DbConn) -> Option<String> {
    #[derive(QueryableByName)]
    struct Timeline {
        #[diesel(sql_type = Text)]
        timeline: String,
    }
    let DbConn::Postgres(conn) = conn else {
        return None;
    };
    let name = "SELECT substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8) AS timeline";
    let row: QueryResult<Timeline> = diesel::sql_query(name).get_result(conn);
    match row {
        Ok(row) => Some(row.timeline),
        Err(error) => {
            tracing::debug!(%error, "PostgreSQL does not tell its timeline");
            None
        }
    }
}

/// Locks the rows that `$query` selects until the transaction ends. SQLite: nothing, a transaction
/// that writes is alone already.
///
/// PostgreSQL: `FOR NO KEY UPDATE`. Foreign keys do not wait for it: who inserts a row that refers
/// to a locked account goes on. With `FOR UPDATE` they wait, and two would wait for each other: an
/// account that waits for a session, and a host who has locked this session and inserts a row that
/// refers to the account.
macro_rules! lock {
    ($conn:expr, $query:expr) => {
        match $conn {
            $crate::db::DbConn::Postgres(conn) => {
                $query.for_no_key_update().execute(conn).map(drop)
            }
            $crate::db::DbConn::Sqlite(_) => Ok(()),
        }
    };
}
pub(crate) use lock;

/// Locks the row that `$query` selects until the transaction ends, and reads it as it is then. Not
/// for a join: of a row that another transaction held, it reads anew that row alone.
macro_rules! locked_row {
    ($conn:expr, $query:expr) => {
        match $conn {
            $crate::db::DbConn::Postgres(conn) => $query.for_no_key_update().get_result(conn),
            $crate::db::DbConn::Sqlite(conn) => $query.get_result(conn),
        }
    };
}
pub(crate) use locked_row;

/// Keeps the rows that `$query` selects as they are until the transaction ends; others may do so at
/// the same time. SQLite: nothing.
macro_rules! lock_shared {
    ($conn:expr, $query:expr) => {
        match $conn {
            $crate::db::DbConn::Postgres(conn) => $query.for_share().execute(conn).map(drop),
            $crate::db::DbConn::Sqlite(_) => Ok(()),
        }
    };
}
pub(crate) use lock_shared;

/// Types the same statement once for each database: what does not compile on the enum of both.
macro_rules! on_each {
    ($conn:expr, |$typed:ident| $statement:expr) => {
        match $conn {
            $crate::db::DbConn::Postgres($typed) => $statement,
            $crate::db::DbConn::Sqlite($typed) => $statement,
        }
    };
}
pub(crate) use on_each;
