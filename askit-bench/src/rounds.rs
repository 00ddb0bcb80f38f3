//! A/B/A/B…: what disturbs the machine for a while disturbs both.

use std::time::Duration;

use crate::statistics::{Spread, quantile};

/// What one side did in one slice of time.
#[derive(Debug, Clone, Copy)]
pub struct Slice {
    /// Requests, or transactions, per second.
    pub per_second: f64,
    /// The median latency in microseconds, where each request was timed.
    pub p50: Option<f64>,
    /// 99 of 100 requests were faster, in microseconds.
    pub p99: Option<f64>,
    /// What the load generator used of the processor for a request, in microseconds.
    pub generator: Option<f64>,
}

impl Slice {
    /// Where requests were not timed.
    pub fn rate(per_second: f64) -> Self {
        Self {
            per_second,
            p50: None,
            p99: None,
            generator: None,
        }
    }

    /// Of requests that took so many microseconds each, sent within so many seconds by a generator
    /// that used the processor for so long.
    pub fn timed(mut latencies: Vec<f64>, seconds: f64, generator: Duration) -> Self {
        latencies.sort_by(f64::total_cmp);
        Self {
            per_second: latencies.len() as f64 / seconds,
            p50: Some(quantile(&latencies, 0.5)),
            p99: Some(quantile(&latencies, 0.99)),
            generator: Some(generator.as_secs_f64() * 1e6 / latencies.len() as f64),
        }
    }
}

/// Two slices, one after the other.
#[derive(Debug, Clone, Copy)]
pub struct Round {
    /// What is measured.
    pub a: Slice,
    /// What it is compared with.
    pub b: Slice,
}

impl Round {
    /// A's rate as a share of B's.
    pub fn ratio(&self) -> f64 {
        self.a.per_second / self.b.per_second
    }
}

/// How long and how often.
#[derive(Debug, Clone, Copy)]
pub struct Schedule {
    /// Of one slice.
    pub slice: Duration,
    /// After the warm-up, which is a slice of each.
    pub rounds: u32,
}

/// One side: does its work for as long as it is told.
pub type Side<'a> = &'a mut dyn FnMut(Duration) -> anyhow::Result<Slice>;

impl Schedule {
    /// Runs both sides in turn; who begins changes from round to round.
    ///
    /// # Errors
    /// The first of either side.
    pub fn interleave(&self, name: &str, a: Side, b: Side) -> anyhow::Result<Vec<Round>> {
        a(self.slice)?;
        b(self.slice)?;
        let mut rounds = Vec::new();
        for number in 1..=self.rounds {
            let round = if number % 2 == 1 {
                let a = a(self.slice)?;
                Round {
                    a,
                    b: b(self.slice)?,
                }
            } else {
                let b = b(self.slice)?;
                Round {
                    a: a(self.slice)?,
                    b,
                }
            };
            eprintln!(
                "{name}: round {number} of {}: {:.0}/s : {:.0}/s = {:.3}",
                self.rounds,
                round.a.per_second,
                round.b.per_second,
                round.ratio()
            );
            rounds.push(round);
        }
        let ratio = Spread::of(rounds.iter().map(Round::ratio));
        eprintln!("{name}: median {:.3}", ratio.median);
        Ok(rounds)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_warm_up_and_take_turns_in_beginning() {
        let order = std::cell::RefCell::new(String::new());
        let side = |name| {
            let order = &order;
            move |_| {
                order.borrow_mut().push(name);
                Ok(Slice::rate(if name == 'a' { 3.0 } else { 4.0 }))
            }
        };
        let schedule = Schedule {
            slice: Duration::ZERO,
            rounds: 3,
        };
        let rounds = schedule
            .interleave("test", &mut side('a'), &mut side('b'))
            .unwrap();
        assert_eq!(*order.borrow(), "ab".to_owned() + "ab" + "ba" + "ab");
        assert!(rounds.iter().all(|round| round.ratio() == 0.75));
    }
}
