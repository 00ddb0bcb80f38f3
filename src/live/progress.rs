//! How far a feed has been told, and when it is its turn. Times are since the start of the thread.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};

use super::CountsEvent;
use super::feed::{Feed, Turn};
use super::pace::BETWEEN_PIECES;
use crate::changes::{Audience, Change, Epoch};
use crate::sessions::Followed;

/// Between two events that tell counts: so nobody matches a thumb with a like.
const BETWEEN_COUNTS: Duration = Duration::from_secs(1);
/// Between two beats: proxies close what is silent for a minute.
const BETWEEN_BEATS: Duration = Duration::from_secs(15);

/// A followed session, as the thread knows it that tells of it.
pub struct Progress {
    pub feed: Arc<Feed>,
    /// What was told, and what waits in `counts`.
    pub told: Change,
    pub epoch: Epoch,
    /// Counts that have changed and are not told yet.
    pub counts: CountsEvent,
    /// As it was read last.
    pub session: Option<Followed>,
    /// Something has changed, or may have.
    pub is_due: bool,
    /// From which numbers somebody waits to be caught up, and when that was taken from the feed.
    pub waiting: [(Audience, Option<(i64, Turn)>); 2],
    is_expired: bool,
    next_at: Duration,
    counts_at: Duration,
    beat_at: Duration,
}

impl Progress {
    /// Of a session that is followed from now on.
    pub fn new(feed: Arc<Feed>, epoch: Epoch, now: Duration) -> Self {
        Self {
            told: feed.first_change,
            feed,
            epoch,
            counts: CountsEvent::default(),
            session: None,
            is_due: true,
            waiting: [(Audience::All, None), (Audience::Hosts, None)],
            is_expired: false,
            next_at: now,
            counts_at: now + BETWEEN_COUNTS,
            beat_at: now + BETWEEN_BEATS,
        }
    }

    /// When there is something to do next, as far as it is known.
    pub fn wants_at(&self) -> Option<Duration> {
        let waits = self.waiting.iter().any(|(_, waiting)| waiting.is_some());
        if self.is_due || waits {
            return Some(self.next_at);
        }
        (!self.counts.is_empty()).then(|| self.counts_at.max(self.next_at))
    }

    /// Takes from the feed from where somebody waits to be caught up.
    pub fn take_waiting(&mut self) {
        for (audience, waiting) in &mut self.waiting {
            if let Some((number, turn)) = self.feed.take_waiting(*audience) {
                let number = waiting.map_or(number, |(other, _)| other.min(number));
                *waiting = Some((number, turn));
            }
        }
    }

    /// Notes that something was told, or was not there to be told.
    pub fn rest(&mut self, now: Duration) {
        self.next_at = now + BETWEEN_PIECES;
    }

    /// Notes that the database has failed.
    pub fn retry(&mut self, now: Duration, after: Duration) {
        self.next_at = now + after;
    }

    /// Adds counts that have changed, to be told at the next full second of this feed.
    pub fn add_counts(&mut self, new: CountsEvent, now: Duration) {
        if self.counts.is_empty() && self.counts_at <= now {
            let late = now - self.counts_at;
            let seconds = u32::try_from(late.as_secs()).unwrap_or(u32::MAX);
            self.counts_at += BETWEEN_COUNTS * seconds + BETWEEN_COUNTS;
        }
        if new.session.is_some() {
            self.counts.session = new.session;
        }
        self.counts.questions.extend(new.questions);
        self.counts.replies.extend(new.replies);
    }

    /// The counts that are to be told now.
    pub fn take_counts(&mut self, now: Duration) -> Option<CountsEvent> {
        if self.counts.is_empty() || now < self.counts_at {
            return None;
        }
        self.counts_at = now + BETWEEN_COUNTS;
        Some(std::mem::take(&mut self.counts))
    }

    /// Notes what the session says of itself now.
    pub fn know(&mut self, session: Followed, now: DateTime<Utc>) {
        self.is_expired = session.is_expired(now);
        self.session = Some(session);
    }

    /// The session, once, when its time has passed since it was read.
    pub fn take_expired(&mut self, now: DateTime<Utc>) -> Option<&Followed> {
        let session = self.session.as_ref()?;
        if self.is_expired || !session.is_expired(now) {
            return None;
        }
        self.is_expired = true;
        Some(session)
    }

    /// Whether it is time for a beat.
    pub fn take_beat(&mut self, now: Duration) -> bool {
        let is_time = self.beat_at <= now;
        if is_time {
            self.beat_at = now + BETWEEN_BEATS;
        }
        is_time
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::questions::{ItemCounts, QuestionId};
    use crate::random::Random;

    fn progress() -> Progress {
        let epoch = Epoch::draw(&Random::from_seed(1));
        let feed = Arc::new(Feed::new(Change::default(), epoch));
        Progress::new(feed, epoch, Duration::ZERO)
    }

    fn counts(likes_count: i64) -> CountsEvent {
        let question_id = QuestionId::generate(&Random::from_seed(1));
        let item = ItemCounts {
            likes_count,
            replies_count: Some(0),
        };
        CountsEvent {
            questions: [(question_id, item)].into(),
            ..CountsEvent::default()
        }
    }

    proptest! {
        /// Nobody sees from the time of the event when a count has changed.
        #[test]
        fn counts_are_told_at_full_seconds_whenever_they_change(
            pauses in prop::collection::vec(1_u64..3_000, 1..60)
        ) {
            let mut progress = progress();
            let (mut now, mut told_at) = (Duration::ZERO, Vec::new());
            for (likes, pause) in pauses.into_iter().enumerate() {
                now += Duration::from_millis(pause);
                if progress.take_counts(now).is_some() {
                    told_at.push(now);
                }
                progress.add_counts(counts(likes as i64), now);
                prop_assert!(progress.take_counts(now).is_none(), "never at once");
                let at = progress.counts_at;
                prop_assert!(now < at && at <= now + BETWEEN_COUNTS);
            }
            prop_assert!(told_at.windows(2).all(|pair| pair[1] - pair[0] >= BETWEEN_COUNTS));
        }
    }

    #[test]
    fn only_the_last_counts_of_a_second_are_told() {
        let mut progress = progress();
        (1..5).for_each(|likes| progress.add_counts(counts(likes), Duration::from_millis(100)));
        assert!(progress.take_counts(Duration::from_millis(999)).is_none());
        let told = progress
            .take_counts(Duration::from_secs(1))
            .expect("counts");
        assert_eq!(told.questions, counts(4).questions);
        assert!(progress.take_counts(Duration::from_secs(2)).is_none());
    }

    #[test]
    fn beats_are_fifteen_seconds_apart() {
        let mut progress = progress();
        assert!(!progress.take_beat(Duration::from_millis(14_999)));
        assert!(progress.take_beat(Duration::from_secs(15)));
        assert!(!progress.take_beat(Duration::from_secs(29)));
    }
}
