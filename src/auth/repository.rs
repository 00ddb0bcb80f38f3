//! Statements on `refresh_tokens` and `signing_keys`; those on `attempts` are in a file of their own.

pub mod attempts;

use chrono::{DateTime, Utc};
use diesel::alias;
use diesel::dsl::{case_when, exists};
use diesel::prelude::*;

use super::login::{Device, Login, LoginId};
use super::refresh_token::RefreshToken;
use super::rows::{LoginRow, NewLoginRow, RotatedRow, SigningKeyRow};
use crate::db::schema::{refresh_tokens, signing_keys, users};
use crate::db::{DbConn, DbError, Prepared, UtcTime, dialect};

/// Makes the login, its token in generation 0.
///
/// # Errors
/// When the database fails.
pub fn insert_login(
    conn: &mut DbConn,
    login: &Login,
    device: &Device,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    diesel::insert_into(refresh_tokens::table)
        .values(NewLoginRow {
            login_id: login.login_id.to_text(),
            user_id: login.user_id,
            generation: login.generation.into(),
            rotated_at: login.rotated_at.into(),
            created_at: now.into(),
            idle_expires_at: login.idle_expires_at.into(),
            expires_at: login.expires_at.into(),
            user_agent: device.user_agent.as_deref(),
            ip: device.ip.map(|ip| ip.to_string()),
        })
        .execute(conn)?;
    Ok(())
}

/// The name of the statement of [`rotate`].
struct Rotate;

/// Replaces the token of generation `presented` if it is the current one, was made at
/// `rotated_before` or earlier, and its login and account are alive; otherwise writes nothing. One
/// statement checks and acts, so it needs no transaction around it and no lock before it: what ends
/// an account ends its logins in the same transaction, which shows in this row.
///
/// # Errors
/// When the database fails.
pub fn rotate(
    conn: &mut DbConn,
    presented: RefreshToken,
    rotated_before: DateTime<Utc>,
    idle_expires_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<Option<Login>, DbError> {
    let (at, idle_expires_at) = (UtcTime::from(now), UtcTime::from(idle_expires_at));
    let account = users::table.filter(users::user_id.eq(refresh_tokens::user_id));
    let current = refresh_tokens::table
        .find(presented.login_id.to_text())
        .filter(refresh_tokens::generation.eq(i64::from(presented.generation)))
        .filter(refresh_tokens::generation.lt(i64::from(u32::MAX)))
        .filter(refresh_tokens::rotated_at.le(UtcTime::from(rotated_before)))
        .filter(refresh_tokens::ended_at.is_null())
        .filter(refresh_tokens::idle_expires_at.gt(at))
        .filter(refresh_tokens::expires_at.gt(at))
        .filter(exists(account.filter(users::active)));
    let idle_end = case_when(
        refresh_tokens::expires_at.lt(idle_expires_at),
        refresh_tokens::expires_at,
    )
    .otherwise(idle_expires_at);
    let rotate = diesel::update(current).set((
        refresh_tokens::generation.eq(refresh_tokens::generation + 1),
        refresh_tokens::previous.eq(refresh_tokens::generation.nullable()),
        refresh_tokens::rotated_at.eq(at),
        refresh_tokens::idle_expires_at.eq(idle_end),
    ));
    let columns = (
        refresh_tokens::user_id,
        refresh_tokens::generation,
        refresh_tokens::idle_expires_at,
        refresh_tokens::expires_at,
    );
    // By the connection behind the enum, which would write the text three times each time.
    let row: QueryResult<(RotatedRow, Option<String>)> = match conn {
        DbConn::Postgres(conn) => {
            let nickname = account.select(users::nickname).single_value();
            Prepared::<_, Rotate>::new(rotate.returning((columns, nickname))).get_result(conn)
        }
        // In a statement that stays prepared, SQLite looks up the nickname for the first login only.
        DbConn::Sqlite(conn) => {
            let row = Prepared::<_, Rotate>::new(rotate.returning(columns)).get_result(conn);
            row.and_then(|row| with_nickname(conn, row))
        }
    };
    Ok(row.optional()?.map(|row| rotated(presented, now, row)))
}

fn with_nickname(
    conn: &mut SqliteConnection,
    row: RotatedRow,
) -> QueryResult<(RotatedRow, Option<String>)> {
    let account = users::table.find(row.user_id);
    let nickname = account.select(users::nickname).get_result(conn)?;
    Ok((row, nickname))
}

fn rotated(
    presented: RefreshToken,
    now: DateTime<Utc>,
    (row, nickname): (RotatedRow, Option<String>),
) -> Login {
    Login {
        login_id: presented.login_id,
        user_id: row.user_id,
        nickname,
        user_is_active: true,
        generation: generation(row.generation),
        previous: Some(presented.generation),
        rotated_at: now,
        idle_expires_at: row.idle_expires_at.into(),
        expires_at: row.expires_at.into(),
        ended_at: None,
    }
}

/// The login, alive or not.
///
/// # Errors
/// When the database fails.
pub fn find_login(conn: &mut DbConn, login_id: LoginId) -> Result<Option<Login>, DbError> {
    let row: Option<LoginRow> = refresh_tokens::table
        .inner_join(users::table)
        .filter(refresh_tokens::login_id.eq(login_id.to_text()))
        .select((
            refresh_tokens::user_id,
            users::nickname,
            users::active,
            refresh_tokens::generation,
            refresh_tokens::previous,
            refresh_tokens::rotated_at,
            refresh_tokens::idle_expires_at,
            refresh_tokens::expires_at,
            refresh_tokens::ended_at,
        ))
        .get_result(conn)
        .optional()?;
    Ok(row.map(|row| to_login(login_id, row)))
}

/// The login, alive or not, whose row no other transaction changes until this one ends.
///
/// # Errors
/// When the database fails.
pub fn lock_login(conn: &mut DbConn, login_id: LoginId) -> Result<Option<Login>, DbError> {
    let row = refresh_tokens::table
        .find(login_id.to_text())
        .select(refresh_tokens::login_id);
    dialect::lock!(conn, row)?;
    find_login(conn, login_id)
}

/// The column's CHECK keeps generations within u32.
fn generation(number: i64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

fn to_login(login_id: LoginId, row: LoginRow) -> Login {
    Login {
        login_id,
        user_id: row.user_id,
        nickname: row.nickname,
        user_is_active: row.user_is_active,
        generation: generation(row.generation),
        previous: row.previous.map(generation),
        rotated_at: row.rotated_at.into(),
        idle_expires_at: row.idle_expires_at.into(),
        expires_at: row.expires_at.into(),
        ended_at: row.ended_at.map(DateTime::from),
    }
}

/// Moves a login from what was read to `next`, whose exchanged generation is `next.previous`. False
/// when it has changed meanwhile, which every change shows in the generation, or is no longer
/// alive: then nothing is written.
///
/// # Errors
/// When the database fails.
pub fn advance(
    conn: &mut DbConn,
    read: &Login,
    next: &Login,
    now: DateTime<Utc>,
) -> Result<bool, DbError> {
    let now = UtcTime::from(now);
    let account = users::table.filter(users::user_id.eq(read.user_id));
    let unchanged = refresh_tokens::table
        .find(read.login_id.to_text())
        .filter(refresh_tokens::generation.eq(i64::from(read.generation)))
        .filter(refresh_tokens::ended_at.is_null())
        .filter(refresh_tokens::idle_expires_at.gt(now))
        .filter(refresh_tokens::expires_at.gt(now))
        .filter(exists(account.filter(users::active)));
    let updated = diesel::update(unchanged)
        .set((
            refresh_tokens::generation.eq(i64::from(next.generation)),
            refresh_tokens::previous.eq(next.previous.map(i64::from)),
            refresh_tokens::rotated_at.eq(UtcTime::from(next.rotated_at)),
            refresh_tokens::idle_expires_at.eq(UtcTime::from(next.idle_expires_at)),
        ))
        .execute(conn)?;
    Ok(updated == 1)
}

/// Ends the login if it is in the generation that was read. False when it is not, or has ended.
///
/// # Errors
/// When the database fails.
pub fn end_in_generation(
    conn: &mut DbConn,
    read: &Login,
    now: DateTime<Utc>,
) -> Result<bool, DbError> {
    let unchanged = refresh_tokens::table
        .find(read.login_id.to_text())
        .filter(refresh_tokens::generation.eq(i64::from(read.generation)))
        .filter(refresh_tokens::ended_at.is_null());
    let updated = diesel::update(unchanged)
        .set(refresh_tokens::ended_at.eq(UtcTime::from(now)))
        .execute(conn)?;
    Ok(updated == 1)
}

/// Ends the login and tells whose it was; `None` when there is none or it has ended before.
///
/// # Errors
/// When the database fails.
pub fn end(
    conn: &mut DbConn,
    login_id: LoginId,
    now: DateTime<Utc>,
) -> Result<Option<i64>, DbError> {
    let running = refresh_tokens::table
        .find(login_id.to_text())
        .filter(refresh_tokens::ended_at.is_null());
    let user_id = diesel::update(running)
        .set(refresh_tokens::ended_at.eq(UtcTime::from(now)))
        .returning(refresh_tokens::user_id)
        .get_result(conn)
        .optional()?;
    Ok(user_id)
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
///
/// # Errors
/// When the database fails.
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
    // Said twice: PostgreSQL checks the outer condition again on a row that it had to wait for.
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

/// The signing key, if one was made.
///
/// # Errors
/// When the database fails.
pub fn find_signing_key(conn: &mut DbConn) -> Result<Option<SigningKeyRow>, DbError> {
    let newest = signing_keys::table.order(signing_keys::created_at.desc());
    Ok(newest.first(conn).optional()?)
}

/// Keeps a signing key.
///
/// # Errors
/// When the database fails.
pub fn insert_signing_key(conn: &mut DbConn, row: &SigningKeyRow) -> Result<(), DbError> {
    diesel::insert_into(signing_keys::table)
        .values(row)
        .execute(conn)?;
    Ok(())
}
