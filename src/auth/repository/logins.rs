//! Statements on `refresh_tokens`, a row for each login. Those that end logins are in `ending.rs`.

use chrono::{DateTime, Utc};
use diesel::dsl::{case_when, exists};
use diesel::prelude::*;
use diesel::sql_types::Timestamp;

use crate::auth::login::{Device, IdleLifetimes, Login, OwnLogin};
use crate::auth::refresh_token::RefreshToken;
use crate::auth::rows::{LoginRow, NewLoginRow, OwnLoginRow, RotatedRow};
use crate::db::schema::{refresh_tokens, users};
use crate::db::{DbConn, DbError, Prepared, UtcTime, dialect};
use crate::users::{AccountKind, LoginId, UserId};

/// Makes the login, its token in generation 0.
pub fn insert_login(
    conn: &mut DbConn,
    login: &Login,
    device: &Device,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    diesel::insert_into(refresh_tokens::table)
        .values(NewLoginRow {
            login_id: login.login_id,
            user_id: login.user_id,
            generation: login.generation.into(),
            rotated_at: login.rotated_at.into(),
            created_at: now.into(),
            idle_expires_at: login.idle_expires_at.into(),
            expires_at: login.expires_at.into(),
            user_agent: device.user_agent.as_deref(),
            ip: device.ip.map(|ip| ip.to_string()),
            brief: login.is_brief,
        })
        .execute(conn)?;
    Ok(())
}

/// The name of the statement of [`rotate`].
struct Rotate;

/// When a login that is used now ends unless it is used again, never after its absolute end.
/// `$after` tells it of a login that is brief or not.
macro_rules! idle_end {
    ($after:expr) => {{
        let brief = $after(true).into_sql::<Timestamp>();
        let unbounded = case_when(refresh_tokens::brief, brief).otherwise($after(false));
        let is_bounded = refresh_tokens::expires_at.lt(unbounded);
        case_when(is_bounded, refresh_tokens::expires_at).otherwise(unbounded)
    }};
}

/// Lets the brief logins of an account live until `idle_expires_at`, unless their absolute end is
/// earlier.
pub fn update_brief_to_usual(
    conn: &mut DbConn,
    user_id: UserId,
    idle_expires_at: DateTime<Utc>,
) -> Result<(), DbError> {
    let brief = refresh_tokens::table
        .filter(refresh_tokens::user_id.eq(user_id))
        .filter(refresh_tokens::brief);
    let idle_end = |_| UtcTime::from(idle_expires_at);
    diesel::update(brief)
        .set((
            refresh_tokens::brief.eq(false),
            refresh_tokens::idle_expires_at.eq(idle_end!(idle_end)),
        ))
        .execute(conn)?;
    Ok(())
}

/// Replaces the token of generation `presented` if it is the current one, was made at
/// `rotated_before` or earlier, and its login and account are alive; otherwise writes nothing. One
/// statement checks and acts, so it needs no transaction around it and no lock before it: what ends
/// an account ends its logins in the same transaction, which shows in this row.
pub fn rotate(
    conn: &mut DbConn,
    presented: RefreshToken,
    rotated_before: DateTime<Utc>,
    idle: IdleLifetimes,
    now: DateTime<Utc>,
) -> Result<Option<Login>, DbError> {
    let at = UtcTime::from(now);
    let idle_expires_at = |is_brief| UtcTime::from(idle.expires_at(is_brief, now));
    let account = || users::table.filter(users::user_id.nullable().eq(refresh_tokens::user_id));
    let current = refresh_tokens::table
        .find(presented.login_id)
        .filter(refresh_tokens::generation.eq(i64::from(presented.generation)))
        .filter(refresh_tokens::generation.lt(i64::from(u32::MAX)))
        .filter(refresh_tokens::rotated_at.le(UtcTime::from(rotated_before)))
        .filter(refresh_tokens::ended_at.is_null())
        .filter(refresh_tokens::idle_expires_at.gt(at))
        .filter(refresh_tokens::expires_at.gt(at))
        .filter(exists(account().filter(users::active)));
    let rotate = diesel::update(current).set((
        refresh_tokens::generation.eq(refresh_tokens::generation + 1),
        refresh_tokens::previous.eq(refresh_tokens::generation.nullable()),
        refresh_tokens::rotated_at.eq(at),
        refresh_tokens::idle_expires_at.eq(idle_end!(idle_expires_at)),
    ));
    let columns = (
        refresh_tokens::user_id.assume_not_null(),
        refresh_tokens::generation,
        refresh_tokens::idle_expires_at,
        refresh_tokens::expires_at,
        refresh_tokens::brief,
    );
    // By the connection behind the enum, which would write the text three times each time.
    let row: QueryResult<(RotatedRow, (AccountKind, Option<String>))> = match conn {
        DbConn::Postgres(conn) => {
            let kind = account().select(users::kind).single_value();
            let nickname = account().select(users::nickname).single_value();
            let name = (kind.assume_not_null(), nickname);
            Prepared::<_, Rotate>::new(rotate.returning((columns, name))).get_result(conn)
        }
        // In a statement that stays prepared, SQLite looks up the account of the first login only.
        DbConn::Sqlite(conn) => {
            let row = Prepared::<_, Rotate>::new(rotate.returning(columns)).get_result(conn);
            row.and_then(|row| with_account(conn, row))
        }
    };
    Ok(row.optional()?.map(|row| rotated(presented, now, row)))
}

fn with_account(
    conn: &mut SqliteConnection,
    row: RotatedRow,
) -> QueryResult<(RotatedRow, (AccountKind, Option<String>))> {
    let account = users::table.find(row.user_id);
    let account = account.select((users::kind, users::nickname));
    Ok((row, account.get_result(conn)?))
}

fn rotated(
    presented: RefreshToken,
    now: DateTime<Utc>,
    (row, (kind, nickname)): (RotatedRow, (AccountKind, Option<String>)),
) -> Login {
    Login {
        login_id: presented.login_id,
        user_id: row.user_id,
        kind,
        nickname,
        user_is_active: true,
        generation: generation(row.generation),
        previous: Some(presented.generation),
        rotated_at: now,
        idle_expires_at: row.idle_expires_at.into(),
        expires_at: row.expires_at.into(),
        ended_at: None,
        is_brief: row.brief,
    }
}

/// The login, alive or not.
pub fn find_login(conn: &mut DbConn, login_id: LoginId) -> Result<Option<Login>, DbError> {
    let row: Option<LoginRow> = refresh_tokens::table
        .inner_join(users::table)
        .filter(refresh_tokens::login_id.eq(login_id))
        .select((
            users::user_id,
            users::kind,
            users::nickname,
            users::active,
            refresh_tokens::generation,
            refresh_tokens::previous,
            refresh_tokens::rotated_at,
            refresh_tokens::idle_expires_at,
            refresh_tokens::expires_at,
            refresh_tokens::ended_at,
            refresh_tokens::brief,
        ))
        .get_result(conn)
        .optional()?;
    Ok(row.map(|row| to_login(login_id, row)))
}

/// The logins of an account, alive or not, as their owner sees them.
macro_rules! logins_of {
    ($user_id:expr) => {
        refresh_tokens::table
            .filter(refresh_tokens::user_id.eq($user_id))
            .select((
                refresh_tokens::login_id,
                refresh_tokens::created_at,
                refresh_tokens::rotated_at,
                refresh_tokens::user_agent,
                refresh_tokens::ip,
                refresh_tokens::idle_expires_at,
                refresh_tokens::ended_at,
            ))
    };
}

/// The logins of an account, alive or not, the one used last first.
pub fn list_logins(conn: &mut DbConn, user_id: UserId) -> Result<Vec<OwnLogin>, DbError> {
    let rows: Vec<OwnLoginRow> = logins_of!(user_id)
        .order((
            refresh_tokens::rotated_at.desc(),
            refresh_tokens::created_at.desc(),
        ))
        .load(conn)?;
    Ok(rows.into_iter().map(OwnLogin::from).collect())
}

/// At most `limit` logins of an account, alive or not, the latest first: of those behind `after`,
/// the time at which a login began and its id.
pub fn list_latest(
    conn: &mut DbConn,
    user_id: UserId,
    after: Option<(DateTime<Utc>, LoginId)>,
    limit: i64,
) -> Result<Vec<OwnLogin>, DbError> {
    let mut theirs = logins_of!(user_id)
        .order((
            refresh_tokens::created_at.desc(),
            refresh_tokens::login_id.desc(),
        ))
        .limit(limit)
        .into_boxed();
    if let Some((began, login_id)) = after {
        let began = UtcTime::from(began);
        let same = refresh_tokens::created_at.eq(began);
        let behind = refresh_tokens::login_id.lt(login_id);
        let earlier = refresh_tokens::created_at.lt(began);
        theirs = theirs.filter(earlier.or(same.and(behind)));
    }
    let rows: Vec<OwnLoginRow> = theirs.load(conn)?;
    Ok(rows.into_iter().map(OwnLogin::from).collect())
}

/// The login, alive or not, whose row no other transaction changes until this one ends.
pub fn lock_login(conn: &mut DbConn, login_id: LoginId) -> Result<Option<Login>, DbError> {
    let row = refresh_tokens::table
        .find(login_id)
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
        kind: row.kind,
        nickname: row.nickname,
        user_is_active: row.user_is_active,
        generation: generation(row.generation),
        previous: row.previous.map(generation),
        rotated_at: row.rotated_at.into(),
        idle_expires_at: row.idle_expires_at.into(),
        expires_at: row.expires_at.into(),
        ended_at: row.ended_at.map(DateTime::from),
        is_brief: row.brief,
    }
}

/// Moves a login from what was read to `next`, whose exchanged generation is `next.previous`. False
/// when it has changed meanwhile, which every change shows in the generation or in what is brief,
/// or is no longer alive: then nothing is written.
pub fn advance(
    conn: &mut DbConn,
    read: &Login,
    next: &Login,
    now: DateTime<Utc>,
) -> Result<bool, DbError> {
    let now = UtcTime::from(now);
    let account = users::table.filter(users::user_id.eq(read.user_id));
    let unchanged = refresh_tokens::table
        .find(read.login_id)
        .filter(refresh_tokens::generation.eq(i64::from(read.generation)))
        .filter(refresh_tokens::brief.eq(read.is_brief))
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
