//! How fast feeds are read and told, so that what is told to many leaves the processor time to
//! answer requests. Times are since the start of the thread.

use std::time::Duration;

/// Between two pieces of one session.
pub const BETWEEN_PIECES: Duration = Duration::from_millis(50);
/// Between two reads of any sessions: 200 a second.
const BETWEEN_READS: Duration = Duration::from_millis(5);
/// Deliveries are so far apart: 40 in each millisecond.
const OF_DELIVERY: Duration = Duration::from_micros(25);

/// How long it takes to deliver something to so many.
pub fn time_of(deliveries: usize) -> Duration {
    OF_DELIVERY * u32::try_from(deliveries).unwrap_or(u32::MAX)
}

/// Hands out turns to read.
#[derive(Debug, Default)]
pub struct Pace {
    free_at: Duration,
}

impl Pace {
    /// When the next read may begin.
    pub fn free_at(&self) -> Duration {
        self.free_at
    }

    /// Notes that something was read at `now` and went to so many.
    pub fn note(&mut self, now: Duration, deliveries: usize) {
        let busy = time_of(deliveries).max(BETWEEN_READS);
        self.free_at = self.free_at.max(now) + busy;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_to_many_keeps_everybody_back_for_longer() {
        let mut pace = Pace::default();
        pace.note(Duration::from_secs(1), 0);
        assert_eq!(pace.free_at(), Duration::from_millis(1_005));
        pace.note(Duration::from_secs(2), 2_000);
        assert_eq!(pace.free_at(), Duration::from_millis(2_050));
        pace.note(Duration::from_secs(2), 10_000);
        assert_eq!(
            pace.free_at(),
            Duration::from_millis(2_300),
            "one after the other"
        );
    }
}
