//! What is told of one session at its turn.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};

use super::feed::CaughtUp;
use super::pace::Pace;
use super::piece::{Framing, Piece, frame};
use super::progress::Progress;
use super::reading::{Changes, Reading, Wanted, read};
use super::{CountsEvent, SessionDeletedEvent};
use crate::changes::{Audience, Change, Epoch, SessionId};
use crate::db::{DbError, OwnConnection};

/// What somebody has missed is told in pieces of so many bytes: a connection that does not read
/// keeps one of them.
const AT_ONCE: usize = 64 * 1024;

/// One turn of one session.
pub struct Telling<'a> {
    pub session_id: SessionId,
    pub progress: &'a mut Progress,
    pub connection: &'a mut OwnConnection,
    /// By the clock.
    pub time: DateTime<Utc>,
    /// Since the start of the thread.
    pub now: Duration,
}

impl Telling<'_> {
    /// Reads what those have missed who wait for it.
    ///
    /// # Errors
    /// When the database fails; then they go on waiting.
    pub fn catch_up(&mut self) -> Result<(), DbError> {
        for index in 0..self.progress.waiting.len() {
            let waiting = self.progress.waiting.get(index).copied();
            let Some((audience, Some((after, turn)))) = waiting else {
                continue;
            };
            let told = self.progress.told;
            let until = told.number_for(audience);
            let (piece, is_whole) = match self.read(audience, after, Some(until))? {
                // Told by the next read.
                Reading::Deleted => return Ok(()),
                Reading::Anew(_) => (None, true),
                Reading::Changes(mut found) => {
                    let last = found.fit(audience, until, AT_ONCE);
                    let is_whole = last == until;
                    let through = if is_whole { told } else { only(last) };
                    let piece = self.caught_up(*found, audience, after, through);
                    (Some(Arc::new(piece)), is_whole)
                }
            };
            let caught_up = CaughtUp {
                turn,
                after,
                piece,
                is_whole,
            };
            self.progress.feed.catch_up(audience, caught_up);
            if let Some((_, waiting)) = self.progress.waiting.get_mut(index) {
                *waiting = None;
            }
        }
        Ok(())
    }

    /// What was missed, for one audience alone.
    fn caught_up(&self, found: Changes, audience: Audience, after: i64, through: Change) -> Piece {
        let (number, host_number) = match audience {
            Audience::All => (after, i64::MAX),
            Audience::Hosts => (i64::MAX, after),
        };
        let framing = Framing {
            epoch: self.progress.epoch,
            after: Change {
                number,
                host_number,
            },
            through,
            has_ids: true,
        };
        let counts = Some(found.counts()).filter(|it| !it.is_empty());
        framing.piece(found.events, counts.as_ref(), found.present)
    }

    /// Reads what has changed, and tells it. Tells how many were told.
    ///
    /// # Errors
    /// When the database fails; then the session stays due.
    pub fn read_and_tell(&mut self) -> Result<usize, DbError> {
        let after = self.progress.told;
        let (mut events, mut present) = (Vec::new(), None);
        if self.progress.is_due {
            match self.read(Audience::Hosts, after.host_number, None)? {
                Reading::Deleted => return Ok(self.tell_deleted()),
                Reading::Anew(change) => {
                    reset(self.progress, change, self.progress.epoch);
                    return Ok(self.progress.feed.len());
                }
                Reading::Changes(found) => {
                    self.progress.told = found.session.change;
                    self.progress.add_counts(found.counts(), self.now);
                    self.progress.know(found.session, self.time);
                    (events, present) = (found.events, found.present);
                }
            }
            self.progress.is_due = false;
        }
        let counts = self.progress.take_counts(self.now);
        if events.is_empty() && counts.is_none() && present.is_none() {
            return Ok(0);
        }
        let framing = Framing {
            epoch: self.progress.epoch,
            after,
            through: self.progress.told,
            has_ids: self.progress.counts.is_empty(),
        };
        let piece = framing.piece(events, counts.as_ref(), present);
        Ok(self.progress.feed.publish(Arc::new(piece)))
    }

    fn read(
        &mut self,
        audience: Audience,
        after: i64,
        until: Option<i64>,
    ) -> Result<Reading, DbError> {
        let wanted = Wanted {
            session_id: self.session_id,
            audience,
            after,
            until,
        };
        let time = self.time;
        self.connection.run(|conn| read(conn, wanted, time))
    }

    /// Tells that the session is deleted, which ends the streams.
    fn tell_deleted(&mut self) -> usize {
        self.progress.is_due = false;
        let text = frame("session_deleted", None, &SessionDeletedEvent {});
        let mut piece = Piece::unnumbered(text, self.progress.told, self.progress.epoch);
        piece.is_last = true;
        self.progress.feed.publish(Arc::new(piece))
    }
}

/// This number, for whoever counts.
fn only(number: i64) -> Change {
    Change {
        number,
        host_number: number,
    }
}

/// Tells everybody the same, which is no change.
pub fn tell_all(progress: &Progress, text: String, pace: &mut Pace, now: Duration) {
    let piece = Piece::unnumbered(text, progress.told, progress.epoch);
    pace.note(now, progress.feed.publish(Arc::new(piece)));
}

/// Tells everybody to read everything anew.
pub fn reset(progress: &mut Progress, change: Change, epoch: Epoch) {
    progress.told = change;
    progress.epoch = epoch;
    progress.counts = CountsEvent::default();
    progress.is_due = false;
    progress.feed.publish(Arc::new(Piece::reset(change, epoch)));
}
