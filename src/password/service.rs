//! How many accounts have a password hash of each scheme: what decoys are drawn by.

use std::cmp::Reverse;

use super::{Decoys, SchemeCount, repository};
use crate::db::{Db, DbConn, DbError, dialect};
use crate::users;

/// How many schemes are counted: those of the most accounts. A program that varies its costs at
/// random leaves a scheme for each account.
const MOST: usize = 64;

/// Counts, and notifies every server if a count has changed.
pub async fn recount(db: &Db) -> Result<(), DbError> {
    let count = |conn: &mut DbConn| users::repository::count_password_schemes(conn);
    let counted: Vec<_> = db.read::<_, DbError, _>(count).await?;
    let counts = counted
        .into_iter()
        .map(|(scheme, accounts)| SchemeCount { scheme, accounts });
    let mut counts: Vec<_> = counts.collect();
    counts.sort_by_key(|it| Reverse(it.accounts));
    counts.truncate(MOST);
    counts.sort();
    let replace = move |conn: &mut DbConn| {
        dialect::lock_setup(conn)?;
        if repository::list(conn)? != counts {
            repository::replace(conn, &counts)?;
            dialect::notify(conn)?;
        }
        Ok(())
    };
    db.write::<_, DbError, _>(replace).await
}

/// Reloads the counts for the decoys. If `is_due`, counts first while there is more than one
/// scheme, because sign-ins replace old hashes.
///
/// # Errors
/// When the database fails; decoys stay as they are.
pub async fn keep_up(db: &Db, decoys: &Decoys, is_due: bool) -> Result<(), DbError> {
    if is_due && decoys.are_mixed() {
        recount(db).await?;
    }
    reload(db, decoys).await
}

/// Reloads the counts for the decoys.
///
/// # Errors
/// When the database fails; decoys stay as they are.
pub async fn reload(db: &Db, decoys: &Decoys) -> Result<(), DbError> {
    let counts = db.read(repository::list).await?;
    decoys.update(counts);
    Ok(())
}
