//! Statements on `participants`, and on what a session counts of them.

use diesel::alias;
use diesel::prelude::*;

use crate::db::columns::columns_of;
use crate::db::schema::{participants, sessions, users};
use crate::db::{DbConn, DbError};
use crate::sessions::rows::{NewParticipantRow, Participation};
use crate::sessions::{Participant, Role, SessionId};
use crate::users::UserId;

/// Adds to what a session counts of its participants.
pub fn update_counts(
    conn: &mut DbConn,
    session_id: SessionId,
    listed: i64,
    anonymous: i64,
) -> Result<(), DbError> {
    diesel::update(sessions::table.find(session_id))
        .set((
            sessions::listed_count.eq(sessions::listed_count + listed),
            sessions::anonymous_count.eq(sessions::anonymous_count + anonymous),
        ))
        .execute(conn)?;
    Ok(())
}

/// Lets someone take part.
///
/// # Errors
/// [`DbError::Unique`] for one who does already, or when the database fails.
pub fn insert(conn: &mut DbConn, row: &NewParticipantRow) -> Result<(), DbError> {
    diesel::insert_into(participants::table)
        .values(row)
        .execute(conn)?;
    Ok(())
}

/// Changes how someone takes part.
pub fn update(
    conn: &mut DbConn,
    session_id: SessionId,
    user_id: UserId,
    participation: Participation,
) -> Result<(), DbError> {
    diesel::update(participants::table.find((session_id, user_id)))
        .set((
            participants::listed.eq(participation.listed),
            participants::anonymous.eq(participation.anonymous),
        ))
        .execute(conn)?;
    Ok(())
}

/// A participant whom others see.
pub fn find_listed(
    conn: &mut DbConn,
    session_id: SessionId,
    user_id: UserId,
) -> Result<Option<Participant>, DbError> {
    let participant = participants::table
        .inner_join(users::table)
        .filter(participants::session_id.eq(session_id))
        .filter(participants::user_id.eq(user_id))
        .filter(participants::listed)
        .select(columns_of::<Participant>())
        .get_result(conn);
    Ok(participant.optional()?)
}

/// At most `limit` participants whom others see, hosts first: of those behind `after`, a role and
/// an id.
pub fn list_listed(
    conn: &mut DbConn,
    session_id: SessionId,
    after: Option<(Role, UserId)>,
    limit: i64,
) -> Result<Vec<Participant>, DbError> {
    let mut listed_ones = participants::table
        .inner_join(users::table)
        .filter(participants::session_id.eq(session_id))
        .filter(participants::listed.eq(true))
        // By their texts, roles are in the order of their ranks, too.
        .order((participants::role.desc(), participants::user_id))
        .limit(limit)
        .select(columns_of::<Participant>())
        .into_boxed();
    if let Some((role, user_id)) = after {
        let behind = participants::user_id.gt(user_id);
        let same = participants::role.eq(role);
        // Behind a participant there are only participants: said so, it is a range of the index.
        listed_ones = match role {
            Role::Participant => listed_ones.filter(same.and(behind)),
            _ => {
                let lower = participants::role.lt(role);
                let range = participants::role.le(role);
                listed_ones.filter(range.and(lower.or(same.and(behind))))
            }
        };
    }
    Ok(listed_ones.load(conn)?)
}

/// Gives a participant another role.
pub fn update_role(
    conn: &mut DbConn,
    session_id: SessionId,
    user_id: UserId,
    role: Role,
) -> Result<(), DbError> {
    diesel::update(participants::table.find((session_id, user_id)))
        .set(participants::role.eq(role))
        .execute(conn)?;
    Ok(())
}

/// Lets an account take part in a guest's place. Where both did, the account's role stays, and it
/// has been counted as anonymous from then on. What the sessions count does not change.
pub fn update_guest_to_account(
    conn: &mut DbConn,
    guest: UserId,
    account: UserId,
) -> Result<(), DbError> {
    let other = alias!(participants as other);
    let of_other = |user: UserId| {
        other
            .filter(other.field(participants::user_id).eq(user))
            .select(other.field(participants::session_id))
    };
    let of = |user: UserId| participants::table.filter(participants::user_id.eq(user));
    diesel::update(of(account).filter(participants::session_id.eq_any(of_other(guest))))
        .set(participants::anonymous.eq(true))
        .execute(conn)?;
    diesel::delete(of(guest).filter(participants::session_id.eq_any(of_other(account))))
        .execute(conn)?;
    diesel::update(of(guest))
        .set(participants::user_id.eq(account))
        .execute(conn)?;
    Ok(())
}

/// Takes someone out of every session. Who was counted as anonymous stays counted.
pub fn delete_participations(conn: &mut DbConn, user_id: UserId) -> Result<(), DbError> {
    let theirs = || participants::table.filter(participants::user_id.eq(user_id));
    let listed = theirs()
        .filter(participants::listed)
        .select(participants::session_id);
    diesel::update(sessions::table.filter(sessions::session_id.eq_any(listed)))
        .set(sessions::listed_count.eq(sessions::listed_count - 1))
        .execute(conn)?;
    diesel::delete(theirs()).execute(conn)?;
    Ok(())
}
