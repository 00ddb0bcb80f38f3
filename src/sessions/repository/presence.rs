//! Statements on `participants`, and on what a session counts of them.

use chrono::{DateTime, Utc};
use diesel::alias;
use diesel::dsl::exists;
use diesel::prelude::*;

use crate::changes::Change;
use crate::db::columns::columns_of;
use crate::db::schema::{participants, sessions, users};
use crate::db::{DbConn, DbError, UtcTime};
use crate::sessions::repository::counts_changed;
use crate::sessions::rows::{Muted, NewParticipantRow, Participation};
use crate::sessions::{Participant, Role, SessionId};
use crate::users::UserId;

/// Adds to what a session counts of its participants.
pub fn update_counts(
    conn: &mut DbConn,
    session_id: SessionId,
    listed: i64,
    anonymous: i64,
    change: Change,
) -> Result<(), DbError> {
    diesel::update(sessions::table.find(session_id))
        .set((
            sessions::listed_count.eq(sessions::listed_count + listed),
            sessions::anonymous_count.eq(sessions::anonymous_count + anonymous),
            counts_changed!(change),
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
            participants::left_at.eq(participation.left_at),
            participants::contributed_at.eq(participation.contributed_at),
        ))
        .execute(conn)?;
    Ok(())
}

/// Notes how somebody is muted; of nobody nothing.
pub fn update_muted(
    conn: &mut DbConn,
    session_id: SessionId,
    user_id: Option<UserId>,
    muted: Muted,
) -> Result<(), DbError> {
    let theirs = participants::table
        .filter(participants::session_id.eq(session_id))
        .filter(participants::user_id.nullable().eq(user_id));
    diesel::update(theirs).set(muted).execute(conn)?;
    Ok(())
}

/// A participant whom others see. Deleted accounts have no nickname any more, and nobody sees them.
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
        .filter(users::nickname.is_not_null())
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
        .filter(users::nickname.is_not_null())
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

/// Gives a participant another role, as a host since then.
pub fn update_role(
    conn: &mut DbConn,
    session_id: SessionId,
    user_id: UserId,
    role: Role,
    host_since: Option<UtcTime>,
) -> Result<(), DbError> {
    diesel::update(participants::table.find((session_id, user_id)))
        .set((
            participants::role.eq(role),
            participants::host_since.eq(host_since),
        ))
        .execute(conn)?;
    Ok(())
}

/// Lets the super host and a sub host change places. The super host first: there is one at most.
pub fn update_super_host(
    conn: &mut DbConn,
    session_id: SessionId,
    before: UserId,
    after: UserId,
) -> Result<(), DbError> {
    for (user_id, role) in [(before, Role::SubHost), (after, Role::SuperHost)] {
        diesel::update(participants::table.find((session_id, user_id)))
            .set(participants::role.eq(role))
            .execute(conn)?;
    }
    Ok(())
}

/// Who takes a session over that loses its super host: of the sub hosts who can sign in, the one
/// who serves longest.
pub fn find_heir(conn: &mut DbConn, session_id: SessionId) -> Result<Option<UserId>, DbError> {
    let heir = participants::table
        .inner_join(users::table)
        .filter(participants::session_id.eq(session_id))
        .filter(participants::listed.eq(true))
        .filter(participants::role.eq(Role::SubHost))
        .filter(users::active)
        .order((participants::host_since, participants::user_id))
        .limit(1)
        .select(participants::user_id);
    Ok(heir.get_result(conn).optional()?)
}

/// Lets someone take part no longer. The row stays.
pub fn update_left(
    conn: &mut DbConn,
    session_id: SessionId,
    user_id: UserId,
    now: DateTime<Utc>,
) -> Result<(), DbError> {
    diesel::update(participants::table.find((session_id, user_id)))
        .set((
            participants::role.eq(Role::Participant),
            participants::host_since.eq(None::<UtcTime>),
            participants::listed.eq(false),
            participants::left_at.eq(UtcTime::from(now)),
        ))
        .execute(conn)?;
    Ok(())
}

/// Notes that an account contributed when a guest did, where that was later: in a slow session they
/// are one participant.
fn keep_later_contribution(
    conn: &mut DbConn,
    guest: UserId,
    account: UserId,
) -> Result<(), DbError> {
    let other = alias!(participants as other);
    let of = participants::table.filter(participants::user_id.eq(account));
    let contributed = other.field(participants::contributed_at);
    let later = other
        .filter(other.field(participants::user_id).eq(guest))
        .filter(
            other
                .field(participants::session_id)
                .eq(participants::session_id),
        )
        .filter(
            participants::contributed_at
                .is_null()
                .or(contributed.gt(participants::contributed_at)),
        )
        .select(contributed);
    diesel::update(of.filter(exists(later)))
        .set(participants::contributed_at.eq(later.single_value()))
        .execute(conn)?;
    Ok(())
}

/// Lets an account take part in a guest's place. Where both did, the account's role stays, and it
/// has been counted as anonymous from then on; it takes part if one of them did not leave. What the
/// sessions count does not change.
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
    let stayed = of_other(guest).filter(other.field(participants::left_at).is_null());
    diesel::update(of(account).filter(participants::session_id.eq_any(stayed)))
        .set(participants::left_at.eq(None::<UtcTime>))
        .execute(conn)?;
    // What hosts keep the guest from, they keep the account from.
    macro_rules! keep_muted {
        ($column:ident) => {
            let muted = of_other(guest).filter(other.field(participants::$column));
            diesel::update(of(account).filter(participants::session_id.eq_any(muted)))
                .set(participants::$column.eq(true))
                .execute(conn)?;
        };
    }
    keep_muted!(muted_by_name);
    keep_muted!(muted_anonymously);
    keep_later_contribution(conn, guest, account)?;
    diesel::delete(of(guest).filter(participants::session_id.eq_any(of_other(account))))
        .execute(conn)?;
    diesel::update(of(guest))
        .set(participants::user_id.eq(account))
        .execute(conn)?;
    Ok(())
}

/// The sessions in which others see someone in the list of participants, in order of their ids.
pub fn list_named(conn: &mut DbConn, user_id: UserId) -> Result<Vec<SessionId>, DbError> {
    let theirs = participants::table
        .filter(participants::user_id.eq(user_id))
        .filter(participants::listed.eq(true))
        .order(participants::session_id)
        .select(participants::session_id);
    Ok(theirs.load(conn)?)
}

/// The sessions, at most `limit`, in which someone has a row, in order of their ids, each with how
/// it takes part.
pub fn list_of(
    conn: &mut DbConn,
    user_id: UserId,
    limit: i64,
) -> Result<Vec<(SessionId, Participation)>, DbError> {
    let theirs = participants::table
        .filter(participants::user_id.eq(user_id))
        .order(participants::session_id)
        .limit(limit)
        .select((participants::session_id, columns_of::<Participation>()));
    Ok(theirs.load(conn)?)
}

/// Takes someone out of a session. Who was counted as anonymous stays counted.
pub fn delete(conn: &mut DbConn, session_id: SessionId, user_id: UserId) -> Result<(), DbError> {
    diesel::delete(participants::table.find((session_id, user_id))).execute(conn)?;
    Ok(())
}
