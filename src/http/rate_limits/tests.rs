use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use chrono::DateTime;

use super::buckets::CAPACITY;
use super::*;
use crate::client_network::Network;
use crate::clock::{Clock, ManualClock, SharedClock};
use crate::config::{Settings, Sources};
use crate::random::Random;

struct Given {
    clock: Arc<ManualClock>,
    limits: Limits,
}

fn given(per_second: u32, burst: u32) -> Given {
    let clock = Arc::new(ManualClock::new(DateTime::UNIX_EPOCH));
    let mut settings = Settings::load(&Sources::default())
        .settings
        .expect("the defaults");
    settings.limits.guests = Rate::per_second(per_second, burst);
    let shared: SharedClock = clock.clone();
    Given {
        limits: Limits::new(&settings.limits, &shared, &Random::from_seed(1)),
        clock,
    }
}

fn holder(address: &str) -> Holder {
    Holder::Network(Network::of(Some(address.parse().expect("an address"))))
}

impl Given {
    /// How many of `count` requests are taken at once.
    fn taken(&self, limit: Limit, address: &str, count: usize) -> usize {
        let holder = holder(address);
        (0..count)
            .filter(|_| self.limits.take(limit, holder).is_ok())
            .count()
    }

    fn advance(&self, milliseconds: i64) {
        self.clock
            .advance(chrono::TimeDelta::milliseconds(milliseconds));
    }
}

#[test]
fn a_full_bucket_holds_the_burst_and_fills_at_the_rate() {
    let given = given(4, 10);
    assert_eq!(given.taken(Limit::Guests, "203.0.113.9", 20), 10);
    let wait = given
        .limits
        .try_take(Limit::Guests, holder("203.0.113.9"))
        .map(|_| ());
    assert_eq!(wait, Err(Duration::from_millis(250)));
    given.advance(249);
    assert_eq!(given.taken(Limit::Guests, "203.0.113.9", 20), 0);
    given.advance(1);
    assert_eq!(given.taken(Limit::Guests, "203.0.113.9", 20), 1);
    given.advance(1_000);
    assert_eq!(given.taken(Limit::Guests, "203.0.113.9", 20), 4);
    given.advance(60_000);
    assert_eq!(given.taken(Limit::Guests, "203.0.113.9", 20), 10);
}

#[test]
fn each_network_and_each_limit_has_buckets_of_its_own() {
    let given = given(1, 2);
    for address in [
        "203.0.113.9",
        "203.0.113.8",
        "2001:db8:0:1::1",
        "2001:db8:0:2::1",
    ] {
        assert_eq!(given.taken(Limit::Guests, address, 3), 2, "{address}");
    }
    for same in ["::ffff:203.0.113.9", "2001:db8:0:1:ffff::"] {
        assert_eq!(given.taken(Limit::Guests, same, 3), 0, "{same}");
    }
    for limit in [
        Limit::Password,
        Limit::Deletion,
        Limit::Export,
        Limit::Posts,
    ] {
        assert_eq!(given.taken(limit, "203.0.113.9", 100), 30, "{limit:?}");
    }
}

#[test]
fn a_48_has_ten_times_as_much_as_a_64() {
    let given = given(1, 2);
    let subnet = |number| format!("2001:db8:0:{number:x}::1");
    let taken: usize = (0..100)
        .map(|number| given.taken(Limit::Guests, &subnet(number), 3))
        .sum();
    assert_eq!(taken, 20);
    assert_eq!(given.taken(Limit::Guests, "2001:db8:1::1", 3), 2);
    // What its /48 refused is not counted against the /64.
    given.advance(1_000);
    assert_eq!(given.taken(Limit::Guests, &subnet(99), 3), 2);
}

#[test]
fn accounts_and_rooms_have_buckets_of_their_own() {
    let given = given(1, 2);
    let network = |address: &str| Network::of(Some(address.parse().expect("an address")));
    let home = network("203.0.113.9");
    let (one, other) = (network("2001:db8::1"), network("2001:db8:0:1::1"));
    let take = |holder| {
        let takes = (0..30).filter(|_| given.limits.take(Limit::Guests, holder).is_ok());
        takes.count()
    };
    assert_eq!(take(Holder::Account(1)), 2);
    assert_eq!(take(Holder::Account(2)), 2);
    assert_eq!(take(Holder::Room(home, [1; 16])), 2);
    assert_eq!(take(Holder::Room(home, [2; 16])), 2);
    assert_eq!(take(Holder::Network(home)), 2);
    assert_eq!(take(Holder::Room(one, [1; 16])), 2);
    assert_eq!(take(Holder::Room(other, [1; 16])), 2);
    // The /48 of both has a bucket for each room, too.
    for number in 2..20 {
        let network = network(&format!("2001:db8:0:{number:x}::1"));
        let wanted = if number < 10 { 2 } else { 0 };
        assert_eq!(take(Holder::Room(network, [1; 16])), wanted, "{number}");
    }
    assert_eq!(take(Holder::Room(network("2001:db8:0:99::1"), [2; 16])), 2);
}

/// A session takes 10,000 questions.
#[test]
fn an_hour_of_one_network_does_not_fill_a_session() {
    let given = given(1, 1);
    let troll = Network::of(Some("203.0.113.9".parse().expect("an address")));
    let mut written = 0;
    for _ in 0..360 {
        let room = Holder::Room(troll, [1; 16]);
        let takes = (0..1_000).map(|_| given.limits.take(Limit::GuestContributions, room));
        written += takes.take_while(Result::is_ok).count();
        given.advance(10_000);
    }
    assert_eq!(written, 700 + 2 * 3_590);
}

#[test]
fn of_several_limits_all_are_taken_or_none() {
    let given = given(1, 2);
    let (mina, hall) = (Holder::Account(1), holder("203.0.113.9"));
    let both = [(Limit::Guests, mina), (Limit::Guests, hall)];
    given.limits.take(Limit::Guests, hall).expect("taken");
    given.limits.take_all(&both).expect("taken");
    for _ in 0..5 {
        given.limits.take_all(&both).expect_err("the hall has none");
    }
    given.limits.take(Limit::Guests, mina).expect("given back");
    given
        .limits
        .take(Limit::Guests, mina)
        .expect_err("that was all");
}

#[test]
fn what_is_given_back_can_be_taken_again() {
    let given = given(1, 3);
    let hall = holder("2001:db8::1");
    for _ in 0..100 {
        let taken = given.limits.take(Limit::Guests, hall).expect("taken");
        given.limits.give_back(&[taken]);
    }
    assert_eq!(given.taken(Limit::Guests, "2001:db8::1", 2), 2);
    let taken = given.limits.take(Limit::Guests, hall).expect("the third");
    // Two seconds give two back; this third one came back by nobody's time.
    given.advance(2_000);
    given.limits.give_back(&[taken]);
    assert_eq!(given.taken(Limit::Guests, "2001:db8::1", 9), 3);
    assert_eq!(given.taken(Limit::Guests, "2001:db8:0:1::1", 9), 3);
}

#[test]
fn what_time_gave_back_is_not_given_back_twice() {
    let given = given(1, 3);
    let hall = holder("203.0.113.9");
    let taken = given.limits.take(Limit::Guests, hall).expect("taken");
    given.advance(1_000);
    given.limits.give_back(&[taken]);
    assert_eq!(given.taken(Limit::Guests, "203.0.113.9", 9), 3);
    given.limits.give_back(&[taken]);
    assert_eq!(given.taken(Limit::Guests, "203.0.113.9", 9), 0);
}

#[test]
fn a_bucket_that_was_full_in_between_gives_nothing_back() {
    let given = given(1, 3);
    let hall = holder("203.0.113.9");
    let take = || given.limits.take(Limit::Guests, hall).expect("taken");
    let [first, others @ ..] = [take(), take(), take()];
    given.limits.give_back(&[first]);
    given.advance(2_000);
    assert_eq!(given.taken(Limit::Guests, "203.0.113.9", 9), 3);
    given.limits.give_back(&others);
    assert_eq!(given.taken(Limit::Guests, "203.0.113.9", 9), 0);
}

/// Each uses more /64 than buckets are remembered.
#[test]
fn a_48_is_not_forgotten_among_its_64() {
    let given = given(1, 1_500);
    let taken = |site: usize| -> usize {
        (0..3_100)
            .map(|subnet| format!("2001:db8:{site:x}:{subnet:x}::1"))
            .map(|address| given.taken(Limit::Guests, &address, 5))
            .sum()
    };
    assert_eq!((0..6).map(taken).collect::<Vec<_>>(), [15_000; 6]);
    assert_eq!((0..6).map(taken).collect::<Vec<_>>(), [0; 6]);
}

#[test]
fn the_refused_are_told_to_come_back_at_different_times() {
    let given = given(1, 1);
    let hall = holder("203.0.113.9");
    given.limits.take(Limit::Guests, hall).expect("taken");
    let refused = (0..1_000).map(|_| given.limits.take(Limit::Guests, hall));
    let waits: Vec<_> = refused
        .map(|it| it.expect_err("refused").retry_after)
        .collect();
    for seconds in 2..=11 {
        assert!(waits.contains(&seconds), "{seconds}");
    }
    assert!(waits.iter().all(|it| (1..=11).contains(it)), "{waits:?}");
}

#[test]
fn full_buckets_are_forgotten_and_room_is_bounded() {
    let given = given(1, 2);
    given.taken(Limit::Guests, "203.0.113.9", 1);
    given.taken(Limit::Guests, "2001:db8::1", 2);
    assert_eq!(given.limits.sweep(given.clock.now()), 0);
    given.advance(1_000);
    // The /48 has ten times the rate, so it is full sooner than its /64.
    assert_eq!(given.limits.sweep(given.clock.now()), 2);
    assert_eq!(given.taken(Limit::Guests, "2001:db8::1", 2), 1);

    for number in 0..100_000_u32 {
        let network = Network::of(Some(IpAddr::from(number.to_be_bytes())));
        given
            .limits
            .take(Limit::Guests, Holder::Network(network))
            .ok();
    }
    given.advance(60_000);
    // The /48 is apart.
    assert_eq!(given.limits.sweep(given.clock.now()), CAPACITY.get() + 1);
}

#[test]
fn the_bucket_that_was_used_longest_ago_is_forgotten_first() {
    let given = given(1, 2);
    let address = |number: usize| {
        let number = u32::try_from(number).expect("a number of four bytes");
        IpAddr::from(number.to_be_bytes()).to_string()
    };
    for number in 0..CAPACITY.get() {
        assert_eq!(
            given.taken(Limit::Guests, &address(number), 3),
            2,
            "{number}"
        );
    }
    let (first, second, one_more) = (address(0), address(1), address(CAPACITY.get()));
    assert_eq!(given.taken(Limit::Guests, &first, 1), 0);
    assert_eq!(given.taken(Limit::Guests, &one_more, 1), 1);
    assert_eq!(
        given.taken(Limit::Guests, &first, 1),
        0,
        "used a moment ago"
    );
    assert_eq!(
        given.taken(Limit::Guests, &second, 3),
        2,
        "full, as none is known"
    );
}

#[test]
fn a_clock_that_was_set_back_locks_nobody_out() {
    let given = given(1, 2);
    given.taken(Limit::Guests, "203.0.113.9", 2);
    given.advance(-3_600_000);
    assert_eq!(given.taken(Limit::Guests, "203.0.113.9", 3), 2);
}
