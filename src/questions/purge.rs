//! What the purge removes of questions, replies and likes: those of deleted sessions. And it finds
//! the guests of whom nothing is left.

use chrono::{DateTime, Utc};

use super::repository::removal;
use crate::db::{DbConn, DbError};
use crate::purge::{Purge, PurgeTimes, Removed};
use crate::sessions;
use crate::users::UserId;

/// Empties deleted sessions: before their participants go.
pub const PURGE_CONTENTS: Purge = Purge {
    name: "contents of deleted sessions",
    remove: remove_contents,
};

/// Forgets that guests have contributed of whom nothing is left: after their logins, before the
/// guests go.
pub const PURGE_GUESTS: Purge = Purge {
    name: "guests without contributions",
    remove: |conn, times, batch| {
        let (from, to) = ids_of_hour(times.now);
        let rows = removal::update_without_contributions(conn, from, to, batch)?;
        Ok(Removed::at_most(batch, rows))
    },
};

/// Looking at a guest takes several look-ups, so each hour has its part of the ids, which are
/// random: within a day each guest is looked at.
fn ids_of_hour(now: DateTime<Utc>) -> (i64, i64) {
    let part = UserId::MAX / 24;
    let hour = now.timestamp().div_euclid(3_600).rem_euclid(24);
    (
        hour * part,
        if hour == 23 {
            i64::MAX
        } else {
            (hour + 1) * part
        },
    )
}

fn remove_contents(conn: &mut DbConn, times: PurgeTimes, batch: i64) -> Result<Removed, DbError> {
    let Some(session_id) = sessions::lock_deleted(conn, times.now)? else {
        return Ok(Removed::default());
    };
    let replies = removal::delete_replies(conn, session_id, batch)?;
    if replies.rows > 0 {
        return Ok(Removed {
            rows: replies.rows,
            has_more: true,
        });
    }
    let questions = removal::delete_questions(conn, session_id, batch)?;
    if questions.rows > 0 {
        sessions::count_questions(conn, session_id, -(questions.items as i64))?;
    } else {
        sessions::count_no_questions(conn, session_id)?;
    }
    Ok(Removed {
        rows: questions.rows,
        has_more: true,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_id_has_its_hour_of_the_day() {
        let hours: Vec<_> = (0..24)
            .map(|hour| ids_of_hour(DateTime::UNIX_EPOCH + chrono::TimeDelta::hours(hour)))
            .collect();
        assert_eq!(hours.first().map(|it| it.0), Some(0));
        assert_eq!(hours.last().map(|it| it.1), Some(i64::MAX));
        assert!(hours.windows(2).all(|pair| pair[0].1 == pair[1].0));
    }
}
