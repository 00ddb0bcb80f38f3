//! Creating once, however often a request is sent.

use chrono::{DateTime, Utc};

use super::{Creation, Retry, RetryError, repository};
use crate::db::DbConn;
use crate::users::UserId;

/// Creates something, unless the same request has done so before: then it is found again. Called in
/// the transaction that creates, once the account's row is locked alone: so of several requests
/// with one key, each sees what those before it have done. It comes before everything that may
/// refuse: whoever sends a request again has a right to the first answer.
///
/// `create` gives the id of what it has created too, `find` is given this id.
///
/// # Errors
/// [`RetryError`], and those of the two functions.
pub fn once<T, E: From<RetryError>>(
    conn: &mut DbConn,
    me: UserId,
    retry: Option<&Retry>,
    now: DateTime<Utc>,
    find: impl FnOnce(&mut DbConn, &str) -> Result<T, E>,
    create: impl FnOnce(&mut DbConn) -> Result<(String, T), E>,
) -> Result<Creation<T>, E> {
    let Some(retry) = retry else {
        return Ok(Creation::New(create(conn)?.1));
    };
    if let Some(created) = self::find(conn, me, retry)? {
        return Ok(Creation::Replayed(find(conn, &created)?));
    }
    let (created, value) = create(conn)?;
    repository::insert(conn, me, retry, &created, now).map_err(RetryError::from)?;
    Ok(Creation::New(value))
}

/// The id of what the same request has created before.
///
/// # Errors
/// [`RetryError::Reused`] where another request had its key, or when the database fails.
pub fn find(conn: &mut DbConn, me: UserId, retry: &Retry) -> Result<Option<String>, RetryError> {
    match repository::find(conn, me, &retry.key)? {
        Some((request, created)) if request == retry.request => Ok(Some(created)),
        Some(_) => Err(RetryError::Reused),
        None => Ok(None),
    }
}
