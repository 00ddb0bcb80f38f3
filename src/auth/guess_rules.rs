//! When a password may be guessed once more. Pure: no database, no clock.

use chrono::{DateTime, TimeDelta, Utc};

use crate::config::AttemptSettings;

/// How long after its last guess a row is forgotten.
pub const RETENTION: TimeDelta = TimeDelta::days(1);

const HOUR: TimeDelta = TimeDelta::hours(1);
const FIRST_WAIT: TimeDelta = TimeDelta::seconds(1);
/// Doubled more often, a wait is longer than any setting allows.
const MOST_DOUBLINGS: i64 = 20;

/// What a row has counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counted {
    /// Guesses.
    pub counted: i64,
    /// When the first of this hour was made.
    pub first_at: DateTime<Utc>,
    /// When the last was made.
    pub last_at: DateTime<Utc>,
}

/// One guess more in a row, or how long there must be none.
pub fn in_a_row(
    rules: AttemptSettings,
    seen: Counted,
    now: DateTime<Utc>,
) -> Result<Counted, TimeDelta> {
    let is_forgotten = now - seen.last_at >= RETENTION;
    let before = if is_forgotten { 0 } else { seen.counted };
    let wait = wait_after(rules, before) - (now - seen.last_at);
    if wait > TimeDelta::zero() {
        return Err(wait);
    }
    Ok(Counted {
        counted: before + 1,
        last_at: now,
        ..seen
    })
}

/// The wait after so many guesses in a row.
fn wait_after(rules: AttemptSettings, counted: i64) -> TimeDelta {
    let doublings = counted - i64::from(rules.in_a_row);
    if doublings < 0 {
        return TimeDelta::zero();
    }
    let longest = TimeDelta::from_std(rules.longest_wait).unwrap_or(TimeDelta::MAX);
    (FIRST_WAIT * (1 << doublings.min(MOST_DOUBLINGS))).min(longest)
}

/// One guess more in this hour, or how long there must be none. The hour begins with its first
/// guess.
pub fn an_hour(
    rules: AttemptSettings,
    seen: Counted,
    now: DateTime<Utc>,
) -> Result<Counted, TimeDelta> {
    let passed = now - seen.first_at;
    if passed >= HOUR || seen.counted == 0 {
        return Ok(Counted {
            counted: 1,
            first_at: now,
            last_at: now,
        });
    }
    if seen.counted >= i64::from(rules.an_hour) {
        return Err(HOUR - passed);
    }
    Ok(Counted {
        counted: seen.counted + 1,
        last_at: now,
        ..seen
    })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const RULES: AttemptSettings = AttemptSettings {
        in_a_row: 5,
        longest_wait: Duration::from_secs(900),
        an_hour: 50,
    };

    fn none() -> Counted {
        Counted {
            counted: 0,
            first_at: DateTime::UNIX_EPOCH,
            last_at: DateTime::UNIX_EPOCH,
        }
    }

    type Rule = fn(AttemptSettings, Counted, DateTime<Utc>) -> Result<Counted, TimeDelta>;

    /// Guesses as soon as it may, and tells how long it waited, in seconds.
    fn waits(rule: Rule, count: usize) -> Vec<i64> {
        let (mut seen, mut now) = (none(), DateTime::UNIX_EPOCH);
        let mut guess = || {
            let wait = rule(RULES, seen, now).err().unwrap_or_default();
            if wait > TimeDelta::zero() {
                let too_early = now + wait - TimeDelta::microseconds(1);
                assert!(rule(RULES, seen, too_early).is_err());
            }
            now += wait;
            seen = rule(RULES, seen, now).expect("it may");
            wait.num_seconds()
        };
        (0..count).map(|_| guess()).collect()
    }

    #[test]
    fn after_five_in_a_row_waits_double_up_to_the_longest() {
        let expected = [
            0, 0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900,
        ];
        assert_eq!(waits(in_a_row, 17), expected);
        let many = Counted {
            counted: i64::MAX / 2,
            ..none()
        };
        let wait = in_a_row(RULES, many, DateTime::UNIX_EPOCH);
        assert_eq!(wait.err(), Some(TimeDelta::seconds(900)));
    }

    #[test]
    fn a_day_after_the_last_of_them_all_is_forgotten() {
        let seen = Counted {
            counted: 30,
            ..none()
        };
        let almost = DateTime::UNIX_EPOCH + RETENTION - TimeDelta::seconds(1);
        let counted = |now| in_a_row(RULES, seen, now).map(|it| it.counted);
        assert_eq!(counted(almost), Ok(31));
        assert_eq!(counted(almost + TimeDelta::seconds(1)), Ok(1));
    }

    #[test]
    fn fifty_an_hour_and_then_a_new_hour() {
        let mut expected = vec![0; 50];
        expected.extend([3600]);
        expected.extend([0; 49]);
        expected.extend([3600]);
        assert_eq!(waits(an_hour, 101), expected);
    }

    #[test]
    fn an_hour_of_which_all_was_given_back_begins_anew() {
        let now = DateTime::UNIX_EPOCH + TimeDelta::minutes(30);
        let seen = an_hour(RULES, none(), now).expect("it may");
        assert_eq!(seen.first_at, now);
    }
}
