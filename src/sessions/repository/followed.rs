//! Statements that read what those who follow a session are told.

use diesel::prelude::*;

use crate::changes::Change;
use crate::db::columns::columns_of;
use crate::db::schema::{participants, sessions, users};
use crate::db::{DbConn, DbError};
use crate::sessions::{Followed, Role, Rules, SessionCounts, SessionDetails, SessionId};
use crate::users::UserId;

/// A session that is not deleted, as those who follow it see it.
pub fn find(conn: &mut DbConn, session_id: SessionId) -> Result<Option<Followed>, DbError> {
    type Row = (
        SessionDetails,
        Rules,
        SessionCounts,
        Change,
        (i64, i64),
        (i64, i64),
        i64,
    );
    let row: Option<Row> = sessions::table
        .find(session_id)
        .filter(sessions::deleted_at.is_null())
        .select((
            columns_of::<SessionDetails>(),
            columns_of::<Rules>(),
            columns_of::<SessionCounts>(),
            columns_of::<Change>(),
            (sessions::details_change, sessions::details_host_change),
            (sessions::counts_change, sessions::counts_host_change),
            sessions::pending_change,
        ))
        .get_result(conn)
        .optional()?;
    let change = |(number, host_number)| Change {
        number,
        host_number,
    };
    Ok(row.map(
        |(details, rules, counts, of_all, of_details, of_counts, pending_change)| Followed {
            details,
            rules,
            counts,
            change: of_all,
            details_change: change(of_details),
            counts_change: change(of_counts),
            pending_change,
        },
    ))
}

/// How far these sessions have come: those of them that are not deleted.
pub fn list_changes(
    conn: &mut DbConn,
    ids: &[SessionId],
) -> Result<Vec<(SessionId, Change)>, DbError> {
    let texts = ids.iter().map(|id| id.to_text());
    let rows = sessions::table
        .filter(sessions::session_id.eq_any(texts))
        .filter(sessions::deleted_at.is_null())
        .select((sessions::session_id, columns_of::<Change>()));
    Ok(rows.load(conn)?)
}

/// The hosts of a session.
pub fn list_hosts(conn: &mut DbConn, session_id: SessionId) -> Result<Vec<UserId>, DbError> {
    // Hosts are listed, and first in the index: their roles are behind that of participants.
    let hosts = participants::table
        .filter(participants::session_id.eq(session_id))
        .filter(participants::listed.eq(true))
        .filter(participants::role.gt(Role::Participant))
        .select(participants::user_id);
    Ok(hosts.load(conn)?)
}

/// All who take part in a session.
pub fn list_present(conn: &mut DbConn, session_id: SessionId) -> Result<Vec<UserId>, DbError> {
    let present = participants::table
        .filter(participants::session_id.eq(session_id))
        .filter(participants::left_at.is_null())
        .select(participants::user_id);
    Ok(present.load(conn)?)
}

/// How these accounts are called now.
pub fn list_nicknames(
    conn: &mut DbConn,
    ids: &[UserId],
) -> Result<Vec<(UserId, Option<String>)>, DbError> {
    let rows = users::table
        .filter(users::user_id.eq_any(ids))
        .select((users::user_id, users::nickname));
    Ok(rows.load(conn)?)
}

/// The roles of these accounts in a session, and whether they are listed.
pub fn list_roles(
    conn: &mut DbConn,
    session_id: SessionId,
    ids: &[UserId],
) -> Result<Vec<(UserId, Role, bool)>, DbError> {
    let rows = participants::table
        .filter(participants::session_id.eq(session_id))
        .filter(participants::user_id.eq_any(ids))
        .select((
            participants::user_id,
            participants::role,
            participants::listed,
        ));
    Ok(rows.load(conn)?)
}
