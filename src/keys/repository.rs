//! Statements on `signing_keys` and `secret_checks`.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::rows::{SecretCheckRow, SigningKeyRow};
use crate::db::schema::{secret_checks, signing_keys};
use crate::db::{DbConn, DbError, UtcTime};

/// Every signing key.
pub fn list_signing_keys(conn: &mut DbConn) -> Result<Vec<SigningKeyRow>, DbError> {
    Ok(signing_keys::table.load(conn)?)
}

/// Keeps a signing key.
pub fn insert_signing_key(conn: &mut DbConn, row: &SigningKeyRow) -> Result<(), DbError> {
    diesel::insert_into(signing_keys::table)
        .values(row)
        .execute(conn)?;
    Ok(())
}

/// Replaces the encrypted private half of a key.
pub fn update_encrypted(
    conn: &mut DbConn,
    key_id: &str,
    encrypted_private_key: &[u8],
) -> Result<(), DbError> {
    diesel::update(signing_keys::table.find(key_id))
        .set(signing_keys::encrypted_private_key.eq(encrypted_private_key))
        .execute(conn)?;
    Ok(())
}

/// Deletes every signing key and counts them.
pub fn delete_signing_keys(conn: &mut DbConn) -> Result<usize, DbError> {
    Ok(diesel::delete(signing_keys::table).execute(conn)?)
}

/// Deletes the keys before the newest one that signed at `signed_by` already, and counts them.
pub fn delete_replaced(conn: &mut DbConn, signed_by: DateTime<Utc>) -> Result<usize, DbError> {
    let successor: Option<UtcTime> = signing_keys::table
        .filter(signing_keys::signs_from.le(UtcTime::from(signed_by)))
        .order(signing_keys::signs_from.desc())
        .select(signing_keys::signs_from)
        .first(conn)
        .optional()?;
    let Some(successor) = successor else {
        return Ok(0);
    };
    let replaced = signing_keys::table.filter(signing_keys::signs_from.lt(successor));
    Ok(diesel::delete(replaced).execute(conn)?)
}

/// The check value of the master secret, if one was written.
pub fn find_secret_check(conn: &mut DbConn) -> Result<Option<Vec<u8>>, DbError> {
    let value = secret_checks::table.select(secret_checks::check_value);
    Ok(value.get_result(conn).optional()?)
}

/// Writes the check value of the master secret in place of whatever is there.
pub fn replace_secret_check(conn: &mut DbConn, value: &[u8]) -> Result<(), DbError> {
    diesel::delete(secret_checks::table).execute(conn)?;
    diesel::insert_into(secret_checks::table)
        .values(SecretCheckRow::new(value))
        .execute(conn)?;
    Ok(())
}
