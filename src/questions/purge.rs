//! What the purge removes of questions, replies and likes: those of deleted sessions. And it finds
//! the guests of whom nothing is left.

use chrono::{DateTime, Utc};

use super::repository::removal;
use crate::db::{DbConn, DbError};
use crate::purge::{Purge, PurgeTimes, Removed};
use crate::sessions;
use crate::users::UserId;

/// Into so many parts the ids of guests are divided: as a day has hours.
const PARTS: i64 = 24;

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
/// random: within 25 hours each guest is looked at. Each day the parts come an hour later, so that
/// a purge that does not run every hour comes to all of them, too.
fn ids_of_hour(now: DateTime<Utc>) -> (i64, i64) {
    let size = UserId::MAX / PARTS;
    let hours = now.timestamp().div_euclid(3_600);
    let part = (hours - hours.div_euclid(PARTS)).rem_euclid(PARTS);
    let end = if part == PARTS - 1 {
        i64::MAX
    } else {
        (part + 1) * size
    };
    (part * size, end)
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
        sessions::count_removed_questions(conn, session_id, questions.items as i64)?;
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
    use std::collections::BTreeSet;

    use chrono::TimeDelta;

    use super::*;

    /// The parts of the hours that are these, in order of their ids.
    fn parts(hours: impl Iterator<Item = i64>) -> Vec<(i64, i64)> {
        let times = hours.map(|hour| DateTime::UNIX_EPOCH + TimeDelta::hours(hour));
        let parts: BTreeSet<_> = times.map(ids_of_hour).collect();
        parts.into_iter().collect()
    }

    #[test]
    fn every_id_has_its_hour_of_the_day() {
        let of_a_day = parts(0..24);
        assert_eq!(of_a_day.len(), 24);
        assert_eq!(of_a_day.first().map(|it| it.0), Some(0));
        assert_eq!(of_a_day.last().map(|it| it.1), Some(i64::MAX));
        assert!(of_a_day.windows(2).all(|pair| pair[0].1 == pair[1].0));
        for first in 0..48 {
            assert_eq!(parts(first..first + 25), of_a_day, "from hour {first} on");
        }
    }

    #[test]
    fn a_purge_that_runs_less_often_comes_to_every_id() {
        for interval in 1..=24 {
            let runs = (0..24 * 24).map(|run| run * interval);
            assert_eq!(parts(runs).len(), 24, "every {interval} hours");
        }
    }
}
