//! When changes were sent, and when each listener saw them.

use std::time::Duration;

use super::changes::is_count;

/// Some changes that one after the other were told to a number of listeners.
pub struct Told {
    /// The number of the first change.
    first: usize,
    count: usize,
    /// For each listener, for each change.
    seen: Vec<Option<Duration>>,
    /// How many of these are still to come.
    left: usize,
    /// When each change was sent.
    pub sent: Vec<Duration>,
    /// When its answer was here.
    pub answered: Vec<Duration>,
    /// How many events all listeners received.
    pub events: usize,
    /// Listeners whose last id is not that of the last change.
    pub behind: usize,
    /// Streams that ended, whose listeners came back.
    pub ended: usize,
    /// Listeners that were told to read anew.
    pub resets: usize,
    /// What the listeners and the writer used of the processor.
    pub generator: Duration,
}

impl Told {
    /// Nothing is seen yet of `count` changes.
    pub fn new(first: usize, count: usize, listeners: usize) -> Self {
        Self {
            first,
            count,
            seen: vec![None; count * listeners],
            left: count * listeners,
            sent: Vec::new(),
            answered: Vec::new(),
            events: 0,
            behind: 0,
            ended: 0,
            resets: 0,
            generator: Duration::ZERO,
        }
    }

    /// Notes that a listener sees a change, if it is one of these and seen for the first time.
    pub fn see(&mut self, listener: usize, number: usize, now: Duration) {
        let Some(change) = number.checked_sub(self.first) else {
            return;
        };
        if change >= self.count {
            return;
        }
        if let Some(seen) = self.seen.get_mut(listener * self.count + change)
            && seen.is_none()
        {
            *seen = Some(now);
            self.left -= 1;
        }
    }

    /// Whether every change was answered.
    pub fn is_sent(&self) -> bool {
        self.answered.len() == self.count
    }

    /// What was not seen by somebody, times these.
    pub fn missed(&self) -> usize {
        self.left
    }

    /// From when a change was sent until each listener saw it, in milliseconds: of those that are
    /// told in counts, or of the others.
    pub fn delays(&self, counts: bool) -> Vec<f64> {
        let sent = (self.first..).zip(&self.sent).cycle();
        let seen = self.seen.iter().zip(sent);
        let delays = seen.filter_map(|(seen, (number, sent))| {
            let delay = (*seen)?.saturating_sub(*sent);
            (is_count(number) == counts).then_some(delay.as_secs_f64() * 1e3)
        });
        delays.collect()
    }

    /// From when a change was sent until its answer was here, in milliseconds.
    pub fn writes(&self) -> Vec<f64> {
        let writes = self.sent.iter().zip(&self.answered);
        writes
            .map(|(sent, answered)| (*answered - *sent).as_secs_f64() * 1e3)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_counts_when_a_listener_first_sees_it() {
        let at = Duration::from_millis;
        let mut told = Told::new(3, 2, 2);
        told.sent = vec![at(10), at(20)];
        for (listener, number, now) in [(0, 3, 15), (0, 3, 99), (1, 4, 50), (1, 3, 40)] {
            told.see(listener, number, at(now));
        }
        // Neither was sent here.
        told.see(0, 2, at(60));
        told.see(0, 5, at(60));
        assert_eq!(told.missed(), 1);
        // 4 is a like.
        assert_eq!(told.delays(false), [5.0, 30.0]);
        assert_eq!(told.delays(true), [30.0]);
    }
}
