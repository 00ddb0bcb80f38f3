//! Statements on `idempotency_keys`.

use chrono::{DateTime, Utc};
use diesel::alias;
use diesel::prelude::*;

use super::rows::NewKeyRow;
use super::{IdempotencyKey, Retry};
use crate::db::schema::idempotency_keys;
use crate::db::{DbConn, DbError, UtcTime};
use crate::users::UserId;

/// The digest of the request that bore this key, and the id of what it has created.
pub fn find(
    conn: &mut DbConn,
    user_id: UserId,
    key: &IdempotencyKey,
) -> Result<Option<(Vec<u8>, String)>, DbError> {
    let row = idempotency_keys::table
        .filter(idempotency_keys::user_id.eq(user_id))
        .filter(idempotency_keys::idempotency_key.eq(&key.0))
        .select((idempotency_keys::request, idempotency_keys::created));
    Ok(row.get_result(conn).optional()?)
}

/// Keeps what a request has created.
pub fn insert(
    conn: &mut DbConn,
    user_id: UserId,
    retry: &Retry,
    created: &str,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    let row = NewKeyRow {
        user_id,
        idempotency_key: &retry.key.0,
        request: &retry.request,
        created,
        created_at: now.into(),
    };
    let inserted = diesel::insert_into(idempotency_keys::table).values(row);
    inserted.execute(conn)?;
    Ok(())
}

/// Gives a guest's keys to an account, but for those that the account has.
pub fn update_guest_to_account(
    conn: &mut DbConn,
    guest: UserId,
    account: UserId,
) -> Result<(), DbError> {
    let own = alias!(idempotency_keys as own);
    let taken = own
        .filter(own.field(idempotency_keys::user_id).eq(account))
        .select(own.field(idempotency_keys::idempotency_key));
    let theirs = idempotency_keys::table
        .filter(idempotency_keys::user_id.eq(guest))
        .filter(idempotency_keys::idempotency_key.ne_all(taken));
    diesel::update(theirs)
        .set(idempotency_keys::user_id.eq(account))
        .execute(conn)?;
    Ok(())
}

/// Deletes at most `limit` keys of an account and counts them.
pub fn delete_of(conn: &mut DbConn, user_id: UserId, limit: i64) -> Result<usize, DbError> {
    let some = alias!(idempotency_keys as some);
    let numbers = some
        .filter(some.field(idempotency_keys::user_id).eq(user_id))
        .limit(limit)
        .select(some.field(idempotency_keys::idempotency_key_id));
    let chosen =
        idempotency_keys::table.filter(idempotency_keys::idempotency_key_id.eq_any(numbers));
    Ok(diesel::delete(chosen).execute(conn)?)
}

/// Deletes at most `limit` keys that were kept before `before`, and counts them.
pub fn delete_old(conn: &mut DbConn, before: DateTime<Utc>, limit: i64) -> Result<usize, DbError> {
    let old = alias!(idempotency_keys as old);
    let before = UtcTime::from(before);
    let numbers = old
        .filter(old.field(idempotency_keys::created_at).lt(before))
        .order(old.field(idempotency_keys::idempotency_key_id))
        .limit(limit)
        .select(old.field(idempotency_keys::idempotency_key_id));
    let chosen =
        idempotency_keys::table.filter(idempotency_keys::idempotency_key_id.eq_any(numbers));
    Ok(diesel::delete(chosen).execute(conn)?)
}
