//! Statements on `password_schemes`.

use diesel::prelude::*;

use super::SchemeCount;
use super::rows::PasswordSchemeRow;
use crate::db::schema::password_schemes;
use crate::db::{DbConn, DbError};

/// What was counted last, in the order of the schemes by their bytes, which is not every
/// database's.
pub fn list(conn: &mut DbConn) -> Result<Vec<SchemeCount>, DbError> {
    let rows: Vec<PasswordSchemeRow> = password_schemes::table.load(conn)?;
    let mut counts: Vec<_> = rows.into_iter().map(SchemeCount::from).collect();
    counts.sort();
    Ok(counts)
}

/// Writes what was counted in place of whatever is there.
pub fn replace(conn: &mut DbConn, counts: &[SchemeCount]) -> Result<(), DbError> {
    diesel::delete(password_schemes::table).execute(conn)?;
    for count in counts {
        diesel::insert_into(password_schemes::table)
            .values(PasswordSchemeRow::from(count))
            .execute(conn)?;
    }
    Ok(())
}
