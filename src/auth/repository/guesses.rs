//! Statements on `attempts`.

use chrono::{DateTime, Utc};
use diesel::alias;
use diesel::prelude::*;
use diesel::upsert::excluded;

use crate::auth::guess_rules::Counted;
use crate::auth::rows::AttemptRow;
use crate::db::schema::attempts;
use crate::db::{DbConn, DbError, UtcTime, dialect};

/// The row, made if there is none, which no other transaction changes until this one ends. What is
/// updated to what it is gets locked, and no row can go away before it is.
pub fn insert_or_lock(
    conn: &mut DbConn,
    key: &str,
    now: DateTime<Utc>,
) -> Result<Counted, DbError> {
    let none = AttemptRow {
        attempt_key: key.into(),
        counted: 0,
        first_at: now.into(),
        last_at: now.into(),
    };
    let row: AttemptRow = dialect::on_each!(conn, |conn| diesel::insert_into(attempts::table)
        .values(&none)
        .on_conflict(attempts::attempt_key)
        .do_update()
        .set(attempts::attempt_key.eq(excluded(attempts::attempt_key)))
        .returning(attempts::all_columns)
        .get_result(conn))?;
    Ok(Counted {
        counted: row.counted,
        first_at: row.first_at.into(),
        last_at: row.last_at.into(),
    })
}

/// Writes what was counted.
pub fn update(conn: &mut DbConn, key: &str, next: Counted) -> Result<(), DbError> {
    diesel::update(attempts::table.find(key))
        .set((
            attempts::counted.eq(next.counted),
            attempts::first_at.eq(UtcTime::from(next.first_at)),
            attempts::last_at.eq(UtcTime::from(next.last_at)),
        ))
        .execute(conn)?;
    Ok(())
}

/// Forgets the row.
pub fn delete(conn: &mut DbConn, key: &str) -> Result<(), DbError> {
    diesel::delete(attempts::table.find(key)).execute(conn)?;
    Ok(())
}

/// Says that the last guess was made at `before`, unless there was another since the one at `at`.
pub fn restore_time(
    conn: &mut DbConn,
    key: &str,
    at: DateTime<Utc>,
    before: DateTime<Utc>,
) -> Result<(), DbError> {
    let unchanged = attempts::table
        .find(key)
        .filter(attempts::last_at.eq(UtcTime::from(at)));
    diesel::update(unchanged)
        .set(attempts::last_at.eq(UtcTime::from(before)))
        .execute(conn)?;
    Ok(())
}

/// Counts one less, and forgets a row that counts none.
pub fn take_one(conn: &mut DbConn, key: &str) -> Result<(), DbError> {
    let last = attempts::table.find(key).filter(attempts::counted.le(1));
    if diesel::delete(last).execute(conn)? == 0 {
        diesel::update(attempts::table.find(key).filter(attempts::counted.gt(0)))
            .set(attempts::counted.eq(attempts::counted - 1))
            .execute(conn)?;
    }
    Ok(())
}

/// Deletes at most `limit` rows whose last guess was made at `before` or earlier, and counts them.
pub fn delete_old(conn: &mut DbConn, before: DateTime<Utc>, limit: i64) -> Result<usize, DbError> {
    let old = alias!(attempts as old);
    let before = UtcTime::from(before);
    let keys = old
        .filter(old.field(attempts::last_at).le(before))
        .order(old.field(attempts::attempt_key))
        .limit(limit)
        .select(old.field(attempts::attempt_key));
    // Said twice: PostgreSQL checks the outer condition again on a row that it had to wait for.
    let chosen = attempts::table
        .filter(attempts::attempt_key.eq_any(keys))
        .filter(attempts::last_at.le(before));
    Ok(diesel::delete(chosen).execute(conn)?)
}
