//! Statements on `users`.

use diesel::dsl::exists;
use diesel::prelude::*;

use super::rows::{CredentialsRow, NewUserRow, UserRow};
use super::{FoldedEmail, Nickname, PasswordHash, StoredCredentials, User, UserId};
use crate::db::schema::users;
use crate::db::{DbConn, DbError};

/// The constraint that a taken e-mail address violates.
pub const EMAIL_KEY: &str = "users_email_folded_key";
/// The constraint that a taken nickname violates.
pub const NICKNAME_KEY: &str = "users_nickname_folded_key";

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

/// The active account with this id.
///
/// # Errors
/// When the database fails.
pub fn find_active(conn: &mut DbConn, user_id: UserId) -> Result<Option<User>, DbError> {
    let row: Option<UserRow> = users::table
        .find(user_id.get())
        .filter(users::active)
        .select((
            users::user_id,
            users::email,
            users::nickname,
            users::created_at,
        ))
        .get_result(conn)
        .optional()?;
    Ok(row.map(User::from))
}

/// Whether an account has this e-mail address.
///
/// # Errors
/// When the database fails.
pub fn email_exists(conn: &mut DbConn, email: &FoldedEmail) -> Result<bool, DbError> {
    let same = users::table.filter(users::email_folded.eq(email.as_str()));
    Ok(diesel::select(exists(same)).get_result(conn)?)
}

/// Whether an account has this nickname.
///
/// # Errors
/// When the database fails.
pub fn nickname_exists(conn: &mut DbConn, nickname: &Nickname) -> Result<bool, DbError> {
    let same = users::table.filter(users::nickname_folded.eq(nickname.folded()));
    Ok(diesel::select(exists(same)).get_result(conn)?)
}

/// The active named account with this address.
///
/// # Errors
/// When the database fails.
pub fn find_credentials(
    conn: &mut DbConn,
    email: &FoldedEmail,
) -> Result<Option<StoredCredentials>, DbError> {
    let row: Option<CredentialsRow> = users::table
        .filter(users::email_folded.eq(email.as_str()))
        .filter(users::active)
        .select((
            users::user_id,
            users::nickname.assume_not_null(),
            users::password_hash.assume_not_null(),
        ))
        .get_result(conn)
        .optional()?;
    Ok(row.map(StoredCredentials::from))
}

/// Writes `replacement` where the hash is still `verified` and the account is active; the two are
/// the same unless the hash is renewed. False: a password change, disabling or deletion came first.
///
/// # Errors
/// When the database fails.
pub fn update_verified_hash(
    conn: &mut DbConn,
    user_id: i64,
    verified: &PasswordHash,
    replacement: &PasswordHash,
) -> Result<bool, DbError> {
    let unchanged = users::table
        .find(user_id)
        .filter(users::password_hash.eq(verified.expose()))
        .filter(users::active);
    let updated = diesel::update(unchanged)
        .set(users::password_hash.eq(replacement.expose()))
        .execute(conn)?;
    Ok(updated == 1)
}
