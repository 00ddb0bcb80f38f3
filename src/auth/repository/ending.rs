//! Statements on `refresh_tokens` that end logins, and that remove what is over.

use chrono::{DateTime, Utc};
use diesel::alias;
use diesel::dsl::{exists, not};
use diesel::prelude::*;

use crate::auth::login::Login;
use crate::db::schema::{account_deletions, refresh_tokens, users};
use crate::db::{DbConn, DbError, UtcTime};
use crate::users::{AccountKind, LoginId, UserId};

/// Ends the login if it is in the generation that was read. False when it is not, or has ended.
pub fn end_in_generation(
    conn: &mut DbConn,
    read: &Login,
    now: DateTime<Utc>,
) -> Result<bool, DbError> {
    let unchanged = refresh_tokens::table
        .find(read.login_id)
        .filter(refresh_tokens::generation.eq(i64::from(read.generation)))
        .filter(refresh_tokens::ended_at.is_null());
    let updated = diesel::update(unchanged)
        .set(refresh_tokens::ended_at.eq(UtcTime::from(now)))
        .execute(conn)?;
    Ok(updated == 1)
}

/// Ends the login and tells whose it was; `None` when there is none or it has ended before.
pub fn end(
    conn: &mut DbConn,
    login_id: LoginId,
    now: DateTime<Utc>,
) -> Result<Option<UserId>, DbError> {
    let running = refresh_tokens::table
        .find(login_id)
        .filter(refresh_tokens::ended_at.is_null());
    let user_id = diesel::update(running)
        .set(refresh_tokens::ended_at.eq(UtcTime::from(now)))
        .returning(refresh_tokens::user_id.assume_not_null())
        .get_result(conn)
        .optional()?;
    Ok(user_id)
}

/// Ends the logins of an account, but for `kept`, and tells which they were. What changes the
/// account comes first in the transaction: then no login can begin beside this.
pub fn end_all_of(
    conn: &mut DbConn,
    user_id: UserId,
    kept: Option<LoginId>,
    now: DateTime<Utc>,
) -> Result<Vec<LoginId>, DbError> {
    let running = refresh_tokens::table
        .filter(refresh_tokens::user_id.eq(user_id))
        .filter(refresh_tokens::login_id.ne(kept.map_or_else(String::new, LoginId::to_text)))
        .filter(refresh_tokens::ended_at.is_null());
    let ended = diesel::update(running)
        .set(refresh_tokens::ended_at.eq(UtcTime::from(now)))
        .returning(refresh_tokens::login_id)
        .get_results(conn)?;
    Ok(ended)
}

/// Ends at most `limit` logins of all accounts and returns their ids.
pub fn end_some(
    conn: &mut DbConn,
    limit: i64,
    now: DateTime<Utc>,
) -> Result<Vec<LoginId>, DbError> {
    let running = alias!(refresh_tokens as running);
    let chosen = running
        .filter(running.field(refresh_tokens::ended_at).is_null())
        .order(running.field(refresh_tokens::login_id))
        .limit(limit)
        .select(running.field(refresh_tokens::login_id));
    let running = refresh_tokens::table
        .filter(refresh_tokens::login_id.eq_any(chosen))
        .filter(refresh_tokens::ended_at.is_null());
    let ended = diesel::update(running)
        .set(refresh_tokens::ended_at.eq(UtcTime::from(now)))
        .returning(refresh_tokens::login_id)
        .get_results(conn)?;
    Ok(ended)
}

/// Whether the login is neither ended nor gone, asked of the database itself.
pub fn is_running(conn: &mut DbConn, login_id: LoginId) -> Result<bool, DbError> {
    let running = refresh_tokens::table
        .find(login_id)
        .filter(refresh_tokens::ended_at.is_null());
    Ok(diesel::select(exists(running)).get_result(conn)?)
}

/// Whether any login has not ended.
pub fn is_any_running(conn: &mut DbConn) -> Result<bool, DbError> {
    let running = refresh_tokens::table.filter(refresh_tokens::ended_at.is_null());
    Ok(diesel::select(exists(running)).get_result(conn)?)
}

/// Takes everything personal out of the logins of an account, which have ended.
///
/// # Errors
/// When the database fails, as it does if one of them has not ended.
pub fn erase_all_of(conn: &mut DbConn, user_id: UserId) -> Result<(), DbError> {
    let none = None::<String>;
    diesel::update(refresh_tokens::table.filter(refresh_tokens::user_id.eq(user_id)))
        .set((
            refresh_tokens::user_id.eq(None::<UserId>),
            refresh_tokens::user_agent.eq(&none),
            refresh_tokens::ip.eq(&none),
        ))
        .execute(conn)?;
    Ok(())
}

/// The logins that ended after `since`, each with when.
pub fn list_ended(
    conn: &mut DbConn,
    since: DateTime<Utc>,
) -> Result<Vec<(LoginId, DateTime<Utc>)>, DbError> {
    let ended: Vec<(LoginId, UtcTime)> = refresh_tokens::table
        .filter(refresh_tokens::ended_at.gt(UtcTime::from(since)))
        .select((
            refresh_tokens::login_id,
            refresh_tokens::ended_at.assume_not_null(),
        ))
        .load(conn)?;
    let ended = ended.into_iter();
    Ok(ended.map(|(login_id, at)| (login_id, at.into())).collect())
}

/// Whether a login is over, said of the columns or of those of an alias.
macro_rules! is_over {
    ($ended_at:expr, $idle_expires_at:expr, $expires_at:expr, $now:expr, $ended_before:expr) => {{
        let expired = $idle_expires_at.le($now).or($expires_at.le($now));
        let ended_long_ago = $ended_at.lt($ended_before).assume_not_null();
        let never_ended = $ended_at.is_null();
        never_ended
            .and(expired)
            .or($ended_at.is_not_null().and(ended_long_ago))
    }};
}

/// Deletes at most `limit` logins that expired, or ended before `ended_before`, and counts them.
/// One that ended later is kept even if it has expired too.
pub fn delete_over(
    conn: &mut DbConn,
    now: DateTime<Utc>,
    ended_before: DateTime<Utc>,
    limit: i64,
) -> Result<usize, DbError> {
    let over = alias!(refresh_tokens as over);
    let now = UtcTime::from(now);
    let ended_before = UtcTime::from(ended_before);
    let ids = over
        .filter(is_over!(
            over.field(refresh_tokens::ended_at),
            over.field(refresh_tokens::idle_expires_at),
            over.field(refresh_tokens::expires_at),
            now,
            ended_before
        ))
        .order(over.field(refresh_tokens::login_id))
        .limit(limit)
        .select(over.field(refresh_tokens::login_id));
    // The condition stands twice: PostgreSQL checks the outer one again on a row that it waited
    // for.
    let chosen = refresh_tokens::table
        .filter(refresh_tokens::login_id.eq_any(ids))
        .filter(is_over!(
            refresh_tokens::ended_at,
            refresh_tokens::idle_expires_at,
            refresh_tokens::expires_at,
            now,
            ended_before
        ));
    Ok(diesel::delete(chosen).execute(conn)?)
}

/// Deletes at most `limit` guests and counts them: those without a login, as whom nobody can come
/// back, unless they have contributed, or are what is left of a deleted account.
pub fn delete_abandoned_guests(conn: &mut DbConn, limit: i64) -> Result<usize, DbError> {
    let guests = alias!(users as guests);
    let user_id = guests.field(users::user_id);
    let logins = refresh_tokens::table.filter(refresh_tokens::user_id.eq(user_id.nullable()));
    let deletions = account_deletions::table.filter(account_deletions::user_id.eq(user_id));
    let ids = guests
        .filter(guests.field(users::kind).eq(AccountKind::Guest))
        .filter(guests.field(users::contributed).eq(false))
        .filter(not(exists(logins)))
        .filter(not(exists(deletions)))
        .order(user_id)
        .limit(limit)
        .select(user_id);
    // The condition stands twice, as above: a guest may contribute while it is being deleted.
    let abandoned = users::table
        .filter(users::user_id.eq_any(ids))
        .filter(users::contributed.eq(false));
    Ok(diesel::delete(abandoned).execute(conn)?)
}
