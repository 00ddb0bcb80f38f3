//! Statements on `users`.

use chrono::{DateTime, Utc};
use diesel::dsl::{count_star, exists};
use diesel::prelude::*;

use super::rows::{CredentialsRow, NewUserRow, UserRow};
use super::{AccountKind, FoldedEmail, Nickname, PasswordHash, StoredCredentials, User, UserId};
use crate::db::schema::{account_deletions, users};
use crate::db::{DbConn, DbError, UtcTime, dialect, planned_anew};

/// The constraint that a taken e-mail address violates.
pub const EMAIL_KEY: &str = "users_email_folded_key";
/// The constraint that a taken nickname violates.
pub const NICKNAME_KEY: &str = "users_nickname_folded_key";

/// The columns of a [`UserRow`].
const USER: (
    users::user_id,
    users::kind,
    users::email,
    users::nickname,
    users::created_at,
    users::admin,
) = (
    users::user_id,
    users::kind,
    users::email,
    users::nickname,
    users::created_at,
    users::admin,
);

/// Makes an account.
///
/// # Errors
/// [`DbError::Unique`] with [`EMAIL_KEY`] or [`NICKNAME_KEY`], or when the database fails.
pub fn insert(conn: &mut DbConn, row: &NewUserRow) -> Result<(), DbError> {
    diesel::insert_into(users::table)
        .values(row)
        .execute(conn)?;
    Ok(())
}

/// Makes accounts, all or none.
///
/// # Errors
/// [`DbError::Unique`] with [`EMAIL_KEY`] or [`NICKNAME_KEY`], or when the database fails.
pub fn insert_all(conn: &mut DbConn, rows: &[NewUserRow]) -> Result<(), DbError> {
    dialect::on_each!(conn, |conn| diesel::insert_into(users::table)
        .values(rows)
        .execute(conn))?;
    Ok(())
}

/// The folded addresses and nicknames of the accounts that have one of these. An import asks while
/// it fills the table.
pub fn list_names(
    conn: &mut DbConn,
    emails: &[&str],
    nicknames: &[&str],
) -> Result<Vec<(String, String)>, DbError> {
    let same_email = users::email_folded.eq_any(emails);
    let same_nickname = users::nickname_folded.eq_any(nicknames);
    let names = dialect::on_each!(conn, |conn| users::table
        .filter(planned_anew())
        .filter(same_email.or(same_nickname))
        .select((
            users::email_folded.assume_not_null(),
            users::nickname_folded.assume_not_null(),
        ))
        .load(conn))?;
    Ok(names)
}

/// The active account with this id.
pub fn find_active(conn: &mut DbConn, user_id: UserId) -> Result<Option<User>, DbError> {
    let row: Option<UserRow> = users::table
        .find(user_id)
        .filter(users::active)
        .select(USER)
        .get_result(conn)
        .optional()?;
    Ok(row.map(User::from))
}

/// The active account with this address.
pub fn find_active_by_email(
    conn: &mut DbConn,
    email: &FoldedEmail,
) -> Result<Option<User>, DbError> {
    let row: Option<UserRow> = users::table
        .filter(users::email_folded.eq(email.as_str()))
        .filter(users::active)
        .select(USER)
        .get_result(conn)
        .optional()?;
    Ok(row.map(User::from))
}

/// The account with this address, active or not, for the audit trail.
pub fn find_id(conn: &mut DbConn, email: &FoldedEmail) -> Result<Option<UserId>, DbError> {
    let account = users::table.filter(users::email_folded.eq(email.as_str()));
    Ok(account.select(users::user_id).get_result(conn).optional()?)
}

/// Whether an account has this e-mail address.
pub fn email_exists(conn: &mut DbConn, email: &FoldedEmail) -> Result<bool, DbError> {
    let same = users::table.filter(users::email_folded.eq(email.as_str()));
    Ok(diesel::select(exists(same)).get_result(conn)?)
}

/// Whether an account has this nickname.
pub fn nickname_exists(conn: &mut DbConn, nickname: &Nickname) -> Result<bool, DbError> {
    let same = users::table.filter(users::nickname_folded.eq(nickname.folded()));
    Ok(diesel::select(exists(same)).get_result(conn)?)
}

/// Whether there is a named account, active or not.
pub fn named_account_exists(conn: &mut DbConn) -> Result<bool, DbError> {
    let named = users::table.filter(users::kind.eq(AccountKind::Named));
    Ok(diesel::select(exists(named)).get_result(conn)?)
}

/// The columns of [`CredentialsRow`].
#[diesel::dsl::auto_type]
fn credentials() -> _ {
    (
        users::user_id,
        users::email_folded.assume_not_null(),
        users::nickname.assume_not_null(),
        users::password_hash.assume_not_null(),
        users::password_scheme,
        users::active,
    )
}

/// The account with this address and a password, active or not: comparing its password costs the
/// same.
pub fn find_credentials(
    conn: &mut DbConn,
    email: &FoldedEmail,
) -> Result<Option<StoredCredentials>, DbError> {
    let row: Option<CredentialsRow> = users::table
        .filter(users::email_folded.eq(email.as_str()))
        .filter(users::password_hash.is_not_null())
        .select(credentials())
        .get_result(conn)
        .optional()?;
    Ok(row.map(StoredCredentials::from))
}

/// The active account with this id, if it has a password.
pub fn find_credentials_of(
    conn: &mut DbConn,
    user_id: UserId,
) -> Result<Option<StoredCredentials>, DbError> {
    let row: Option<CredentialsRow> = users::table
        .find(user_id)
        .filter(users::active)
        .filter(users::password_hash.is_not_null())
        .select(credentials())
        .get_result(conn)
        .optional()?;
    Ok(row.map(StoredCredentials::from))
}

/// Writes `replacement` where the hash is still `verified` and the account is active; the two are
/// the same unless the hash is renewed. False: a password change, disabling or deletion came first.
pub fn update_verified_hash(
    conn: &mut DbConn,
    user_id: UserId,
    verified: &PasswordHash,
    replacement: &PasswordHash,
) -> Result<bool, DbError> {
    let unchanged = users::table
        .find(user_id)
        .filter(users::password_hash.eq(verified.expose()))
        .filter(users::active);
    let updated = diesel::update(unchanged)
        .set((
            users::password_hash.eq(replacement.expose()),
            users::password_scheme.eq(replacement.scheme()),
        ))
        .execute(conn)?;
    Ok(updated == 1)
}

/// Locks the account's row until the transaction ends. False for one that is gone, disabled, or not
/// of this kind.
pub fn lock(conn: &mut DbConn, user_id: UserId, kind: AccountKind) -> Result<bool, DbError> {
    let user = lock_active(conn, user_id)?;
    Ok(user.is_some_and(|user| user.kind == kind))
}

/// The active account with this id, whose row is locked until the transaction ends.
pub fn lock_active(conn: &mut DbConn, user_id: UserId) -> Result<Option<User>, DbError> {
    let active = users::table.find(user_id).filter(users::active);
    let row: Option<UserRow> = dialect::locked_row!(conn, active.select(USER)).optional()?;
    Ok(row.map(User::from))
}

/// Locks the account's row, if there is one, until the transaction ends.
pub fn lock_row(conn: &mut DbConn, user_id: UserId) -> Result<(), DbError> {
    let row = users::table.find(user_id).select(users::user_id);
    Ok(dialect::lock!(conn, row)?)
}

/// Keeps the account's row, if there is one, as it is until the transaction ends; others may do so
/// at the same time.
pub fn lock_shared(conn: &mut DbConn, user_id: UserId) -> Result<(), DbError> {
    let row = users::table.find(user_id).select(users::user_id);
    Ok(dialect::lock_shared!(conn, row)?)
}

/// Gives a named account, whose row is locked, another nickname. Comes last in its transaction:
/// from here on foreign keys wait for the account.
///
/// # Errors
/// [`DbError::Unique`] with [`NICKNAME_KEY`], or when the database fails.
pub fn update_nickname(
    conn: &mut DbConn,
    user_id: UserId,
    nickname: &Nickname,
) -> Result<(), DbError> {
    diesel::update(users::table.find(user_id))
        .set((
            users::nickname.eq(nickname.as_str()),
            users::nickname_folded.eq(nickname.folded()),
        ))
        .execute(conn)?;
    Ok(())
}

/// Lets the named account with this address sign in, or not, and tells its id.
pub fn update_active(
    conn: &mut DbConn,
    email: &FoldedEmail,
    active: bool,
) -> Result<Option<UserId>, DbError> {
    let account = users::table.filter(users::email_folded.eq(email.as_str()));
    let user_id = diesel::update(account)
        .set(users::active.eq(active))
        .returning(users::user_id)
        .get_result(conn)
        .optional()?;
    Ok(user_id)
}

/// Notes that a guest has contributed. False where that was noted before.
pub fn update_contributed(conn: &mut DbConn, user_id: UserId) -> Result<bool, DbError> {
    let new = users::table
        .find(user_id)
        .filter(users::contributed.eq(false));
    let updated = diesel::update(new)
        .set(users::contributed.eq(true))
        .execute(conn)?;
    Ok(updated == 1)
}

/// Takes everything personal out of an account, whose row is locked and whose logins have ended:
/// from now on it is nobody's. The purge removes what it has left behind, then its row. Comes last
/// in its transaction: from here on foreign keys wait for the account.
pub fn update_deleted(
    conn: &mut DbConn,
    user_id: UserId,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    diesel::insert_into(account_deletions::table)
        .values((
            account_deletions::user_id.eq(user_id),
            account_deletions::deleted_at.eq(UtcTime::from(now)),
        ))
        .execute(conn)?;
    let none = None::<String>;
    diesel::update(users::table.find(user_id))
        .set((
            users::kind.eq(AccountKind::Guest),
            users::active.eq(false),
            users::admin.eq(false),
            users::email.eq(&none),
            users::email_folded.eq(&none),
            users::nickname.eq(&none),
            users::nickname_folded.eq(&none),
            users::password_hash.eq(&none),
            users::password_scheme.eq(&none),
        ))
        .execute(conn)?;
    Ok(())
}

/// Of the deleted accounts that have left something behind, the one that was deleted first.
pub fn find_deleted(conn: &mut DbConn) -> Result<Option<UserId>, DbError> {
    let first = account_deletions::table
        .order((account_deletions::deleted_at, account_deletions::user_id))
        .limit(1)
        .select(account_deletions::user_id);
    Ok(first.get_result(conn).optional()?)
}

/// Deletes an account, whose logins have ended and hold nothing of it any more. Comes last in its
/// transaction: from here on foreign keys wait for the account.
pub fn delete(conn: &mut DbConn, user_id: UserId) -> Result<(), DbError> {
    diesel::delete(users::table.find(user_id)).execute(conn)?;
    Ok(())
}

/// How many accounts have a password hash of each scheme.
pub fn count_password_schemes(conn: &mut DbConn) -> Result<Vec<(String, i64)>, DbError> {
    let counts = users::table
        .filter(users::password_scheme.is_not_null())
        .group_by(users::password_scheme)
        .select((users::password_scheme.assume_not_null(), count_star()))
        .load(conn)?;
    Ok(counts)
}
