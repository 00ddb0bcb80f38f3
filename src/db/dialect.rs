//! What has to be said to each of the two databases in its own way: locks, notices and
//! `ON CONFLICT`.

use diesel::connection::SimpleConnection;
use diesel::sql_types::BigInt;
use diesel::{PgConnection, QueryResult, RunQueryDsl};

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
