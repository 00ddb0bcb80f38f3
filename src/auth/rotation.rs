//! The rules by which a refresh token is taken, replaced or refused. Pure: no database, no clock.
//!
//! A browser whose answer was lost presents the exchanged token again; two tabs present the same
//! one at once; a thief presents one that was replaced. These rules tell them apart.

use std::time::Duration;

use chrono::{DateTime, Utc};

use super::login::Login;

/// What becomes of a genuine token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// The login has ended or expired, or its account is disabled.
    Over,
    /// The current token is given once more; nothing is written.
    Repeat,
    /// The login moves on to `generation`; the presented one becomes the exchanged one.
    Advance { generation: u32, ahead: bool },
    /// Two hold this login: it ends.
    Reuse,
}

/// Decides about the token of generation `presented`.
pub fn decide(login: &Login, presented: u32, now: DateTime<Utc>, grace: Duration) -> Step {
    if !login.is_alive(now) {
        return Step::Over;
    }
    let is_current = presented == login.generation;
    let is_exchanged = Some(presented) == login.previous;
    let is_ahead = presented > login.generation;
    if (is_current || is_exchanged) && now < login.rotated_at + grace {
        return Step::Repeat;
    }
    if !(is_current || is_exchanged || is_ahead) {
        return Step::Reuse;
    }
    // An exchanged token that comes back later means that the answer was lost: the generation it
    // bought is skipped, and whoever presents that one proves that two hold the login.
    match login.generation.max(presented).checked_add(1) {
        Some(generation) => Step::Advance {
            generation,
            ahead: is_ahead,
        },
        None => Step::Over,
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;
    use crate::random::Random;
    use crate::users::{AccountKind, LoginId, UserId};

    const GRACE: Duration = Duration::from_secs(30);
    const START: DateTime<Utc> = DateTime::UNIX_EPOCH;

    fn login(previous: Option<u32>, generation: u32) -> Login {
        Login {
            login_id: LoginId::generate(&Random::from_seed(7)),
            user_id: UserId::new(1).expect("an id"),
            kind: AccountKind::Named,
            nickname: None,
            user_is_active: true,
            generation,
            previous,
            rotated_at: START,
            idle_expires_at: START + TimeDelta::days(14),
            expires_at: START + TimeDelta::days(90),
            ended_at: None,
            is_brief: false,
        }
    }

    fn after(seconds: i64, login: &Login, presented: u32) -> Step {
        decide(login, presented, START + TimeDelta::seconds(seconds), GRACE)
    }

    fn advance(generation: u32) -> Step {
        Step::Advance {
            generation,
            ahead: false,
        }
    }

    #[test]
    fn within_the_grace_the_current_and_the_exchanged_token_get_the_current_one() {
        let login = login(Some(3), 5);
        for seconds in [-5, 0, 29] {
            assert_eq!(after(seconds, &login, 5), Step::Repeat);
            assert_eq!(after(seconds, &login, 3), Step::Repeat);
        }
    }

    #[test]
    fn later_either_of_them_moves_the_login_on() {
        let login = login(Some(3), 5);
        assert_eq!(after(30, &login, 5), advance(6));
        assert_eq!(after(30, &login, 3), advance(6));
    }

    #[test]
    fn without_a_grace_nothing_is_given_twice() {
        let login = login(Some(3), 5);
        assert_eq!(decide(&login, 5, START, Duration::ZERO), advance(6));
        assert_eq!(decide(&login, 3, START, Duration::ZERO), advance(6));
    }

    #[test]
    fn any_other_older_token_is_reuse_even_within_the_grace() {
        let login = login(Some(3), 5);
        for presented in [0, 2, 4] {
            assert_eq!(after(0, &login, presented), Step::Reuse);
            assert_eq!(after(100, &login, presented), Step::Reuse);
        }
    }

    #[test]
    fn a_token_ahead_of_its_row_is_taken_and_the_row_catches_up() {
        let ahead = Step::Advance {
            generation: 10,
            ahead: true,
        };
        assert_eq!(after(0, &login(Some(3), 5), 9), ahead);
        assert_eq!(after(100, &login(None, 0), 9), ahead);
    }

    #[test]
    fn the_last_generation_there_is_ends_the_login() {
        assert_eq!(after(100, &login(None, u32::MAX), u32::MAX), Step::Over);
    }

    #[test]
    fn a_login_that_is_over_takes_nothing() {
        let mut ended = login(Some(3), 5);
        ended.ended_at = Some(START);
        let mut disabled = login(Some(3), 5);
        disabled.user_is_active = false;
        for presented in [0, 3, 5, 9] {
            assert_eq!(after(0, &ended, presented), Step::Over);
            assert_eq!(after(0, &disabled, presented), Step::Over);
            assert_eq!(
                after(14 * 86_400, &login(Some(3), 5), presented),
                Step::Over
            );
        }
    }
}
