use crate::clock::{Clock, ManualClock};
use crate::config::Sources;

use super::*;

struct Given {
    clock: Arc<ManualClock>,
    limits: Limits,
}

fn given(per_second: u32, burst: u32) -> Given {
    let clock = Arc::new(ManualClock::new(DateTime::UNIX_EPOCH));
    let mut settings = Settings::load(&Sources::default())
        .settings
        .expect("the defaults");
    settings.limits.guests = Rate { per_second, burst };
    let shared: SharedClock = clock.clone();
    Given {
        limits: Limits::new(&settings, &shared),
        clock,
    }
}

impl Given {
    /// How many of `count` requests are taken at once.
    fn taken(&self, limit: Limit, address: &str, count: usize) -> usize {
        let address = Some(address.parse().expect("an address"));
        (0..count)
            .filter(|_| self.limits.take(limit, address).is_ok())
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
    let address = Some("203.0.113.9".parse().expect("an address"));
    let wait = given.limits.take(Limit::Guests, address);
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
    for limit in [Limit::Login, Limit::Registration, Limit::Password] {
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
fn a_hall_of_500_behind_one_address_gets_in_at_once() {
    let given = given(10, 600);
    assert_eq!(given.taken(Limit::Guests, "203.0.113.9", 500), 500);
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
        let address = IpAddr::from(number.to_be_bytes());
        given.limits.take(Limit::Guests, Some(address)).ok();
    }
    given.advance(60_000);
    assert_eq!(given.limits.sweep(given.clock.now()), CAPACITY.get());
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
