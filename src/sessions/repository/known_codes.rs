//! Statements on `known_codes`.

use chrono::{DateTime, Utc};
use diesel::alias;
use diesel::prelude::*;
use diesel::upsert::excluded;

use crate::db::schema::known_codes;
use crate::db::{DbConn, DbError, UtcTime, dialect};

/// Notes that a code works in a network: their key.
pub fn upsert(conn: &mut DbConn, key: &str, now: DateTime<Utc>) -> Result<(), DbError> {
    let row = (
        known_codes::code_key.eq(key),
        known_codes::seen_at.eq(UtcTime::from(now)),
    );
    dialect::on_each!(conn, |conn| diesel::insert_into(known_codes::table)
        .values(row)
        .on_conflict(known_codes::code_key)
        .do_update()
        .set(known_codes::seen_at.eq(excluded(known_codes::seen_at)))
        .execute(conn))?;
    Ok(())
}

/// Whether it was noted after `since` that a code works in a network.
pub fn exists(conn: &mut DbConn, key: &str, since: DateTime<Utc>) -> Result<bool, DbError> {
    let row = known_codes::table
        .find(key)
        .filter(known_codes::seen_at.gt(UtcTime::from(since)));
    Ok(diesel::select(diesel::dsl::exists(row)).get_result(conn)?)
}

/// Deletes at most `limit` rows that were noted before `before`, and counts them.
pub fn delete_old(conn: &mut DbConn, before: DateTime<Utc>, limit: i64) -> Result<usize, DbError> {
    let old = alias!(known_codes as old);
    let before = UtcTime::from(before);
    let keys = old
        .filter(old.field(known_codes::seen_at).lt(before))
        .limit(limit)
        .select(old.field(known_codes::code_key));
    // Said twice: PostgreSQL checks the outer condition again on a row that it had to wait for.
    let chosen = known_codes::table
        .filter(known_codes::code_key.eq_any(keys))
        .filter(known_codes::seen_at.lt(before));
    Ok(diesel::delete(chosen).execute(conn)?)
}
