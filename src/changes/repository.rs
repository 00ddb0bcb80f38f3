//! Statements on the numbers of sessions, on `session_changes` and on `epochs`.

use diesel::prelude::*;

use super::{Audience, Change, Epoch, SessionId, Subject, SubjectChange};
use crate::db::schema::{epochs, session_changes, sessions};
use crate::db::{DbConn, DbError, dialect};

/// The key of the one row of `epochs`.
const THE_EPOCH: i64 = 1;

/// Writes a function that counts numbers of a session up, and tells both.
macro_rules! update_next {
    ($(#[$attribute:meta])* $name:ident: $($number:ident),*) => {
        $(#[$attribute])*
        pub fn $name(conn: &mut DbConn, session_id: SessionId) -> Result<Change, DbError> {
            let next = diesel::update(sessions::table.find(session_id))
                .set(($(sessions::$number.eq(sessions::$number + 1),)*));
            let change = next.returning((sessions::change, sessions::host_change));
            Ok(change.get_result(conn)?)
        }
    };
}

update_next! {
    /// Counts a session's two numbers up, and tells them. The session's row is locked.
    update_next: change, host_change
}
update_next! {
    /// The same of the number that all are told, where that of hosts has been counted up already.
    update_next_of_all: change
}
update_next! {
    /// The same of the number that hosts are told.
    update_next_of_hosts: host_change
}

/// Notes when something changed last that has no row of its own.
pub fn upsert_subject(
    conn: &mut DbConn,
    session_id: SessionId,
    subject: Subject,
    subject_id: &str,
    question_id: Option<&str>,
    change: Change,
) -> Result<(), DbError> {
    let numbers = (
        session_changes::change.eq(change.number),
        session_changes::host_change.eq(change.host_number),
    );
    let row = (
        session_changes::session_id.eq(session_id),
        session_changes::subject.eq(subject),
        session_changes::subject_id.eq(subject_id),
        session_changes::question_id.eq(question_id),
        numbers,
    );
    let key = (
        session_changes::session_id,
        session_changes::subject,
        session_changes::subject_id,
    );
    dialect::on_each!(conn, |conn| diesel::insert_into(session_changes::table)
        .values(row)
        .on_conflict(key)
        .do_update()
        .set(numbers)
        .execute(conn))?;
    Ok(())
}

/// What has changed after `after`, as this audience counts, of what has no row of its own: at most
/// `limit`, in the order of numbers.
///
/// # Errors
/// When the database fails.
pub fn list_subjects(
    conn: &mut DbConn,
    session_id: SessionId,
    audience: Audience,
    after: i64,
    limit: i64,
) -> Result<Vec<SubjectChange>, DbError> {
    let mut changed = session_changes::table
        .filter(session_changes::session_id.eq(session_id))
        .limit(limit)
        .select((
            session_changes::subject,
            session_changes::subject_id,
            session_changes::question_id,
            (session_changes::change, session_changes::host_change),
        ))
        .into_boxed();
    changed = match audience {
        Audience::All => changed
            .filter(session_changes::change.gt(after))
            .filter(session_changes::subject.ne_all(Subject::UNSEEN.map(<&str>::from)))
            .order(session_changes::change),
        Audience::Hosts => changed
            .filter(session_changes::host_change.gt(after))
            .order(session_changes::host_change),
    };
    Ok(changed.load(conn)?)
}

/// Removes at most `limit` rows of a session that is deleted, and counts them.
///
/// # Errors
/// When the database fails.
pub fn delete_of_session(
    conn: &mut DbConn,
    session_id: SessionId,
    limit: i64,
) -> Result<usize, DbError> {
    let some = diesel::alias!(session_changes as some);
    let ids = some
        .filter(some.field(session_changes::session_id).eq(session_id))
        .limit(limit)
        .select(some.field(session_changes::subject_id));
    let chosen = session_changes::table
        .filter(session_changes::session_id.eq(session_id))
        .filter(session_changes::subject_id.eq_any(ids));
    Ok(diesel::delete(chosen).execute(conn)?)
}

/// To which history of the database numbers belong, and on which timeline of PostgreSQL that was
/// drawn; `None` before the first start.
pub fn find_epoch(conn: &mut DbConn) -> Result<Option<(Epoch, Option<String>)>, DbError> {
    let row: Option<(String, Option<String>)> = epochs::table
        .find(THE_EPOCH)
        .select((epochs::epoch, epochs::timeline))
        .get_result(conn)
        .optional()?;
    Ok(row.and_then(|(epoch, timeline)| Some((Epoch::parse(&epoch)?, timeline))))
}

/// Writes the first epoch, unless another server has.
pub fn insert_epoch(
    conn: &mut DbConn,
    epoch: Epoch,
    timeline: Option<&str>,
) -> Result<(), DbError> {
    let row = (
        epochs::epoch_id.eq(THE_EPOCH),
        epochs::epoch.eq(epoch.as_str()),
        epochs::timeline.eq(timeline),
    );
    dialect::on_each!(conn, |conn| diesel::insert_into(epochs::table)
        .values(row)
        .on_conflict_do_nothing()
        .execute(conn))?;
    Ok(())
}

/// Writes a new epoch in place of the one that is `before`.
pub fn update_epoch(
    conn: &mut DbConn,
    before: Epoch,
    epoch: Epoch,
    timeline: Option<&str>,
) -> Result<(), DbError> {
    let row = epochs::table
        .find(THE_EPOCH)
        .filter(epochs::epoch.eq(before.as_str()));
    diesel::update(row)
        .set((
            epochs::epoch.eq(epoch.as_str()),
            epochs::timeline.eq(timeline),
        ))
        .execute(conn)?;
    Ok(())
}
