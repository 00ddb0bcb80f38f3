//! POST /api/users and /api/auth/login while several sites want their passwords hashed. A site is an
//! IPv4 address or an IPv6 /48.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;

use super::places::{counted, from, known, slow};
use crate::support::*;

/// More than there are slots.
const STORM: usize = 70;
const PEOPLE: usize = 30;

/// As a server with two cores has them: 64 wait beside two whose hash is computed.
fn on_two_cores(kind: Kind) -> App {
    Setup::default()
        .set("PASSWORD__THREADS", "2")
        .set("PASSWORD__QUEUE", "64")
        .set("PASSWORD__MEMORY_KIB", "19456")
        .set("PASSWORD__ITERATIONS", "2")
        .set("SERVER__TRUSTED_PROXIES", "127.0.0.1")
        .set("LIMITS__ENABLED", "false")
        // The others' tests may keep the cores busy.
        .set("DATABASE__ACQUIRE_TIMEOUT", "60s")
        .start(kind)
}

/// People behind one address who register at once.
fn register_all(app: &App) {
    let people = (0..PEOPLE).map(|number| app.stranger(&format!("person{number}")));
    let people: Vec<_> = people.map(|it| from(&it, "203.0.113.1")).collect();
    let answers = race(PEOPLE, |number| people[number].register());
    for answer in answers {
        answer.expect(201);
    }
}

#[apply(on_both_databases!)]
fn thirty_people_of_one_address_register_at_once(kind: Kind) {
    register_all(&on_two_cores(kind));
}

/// Of 66 slots two sites have 33 each, so 30 people find theirs. The storm has taken all of them
/// before, and gives up those whose hash has not begun.
fn expect_no_refusal_beside(app: &App, address_of_storm: impl Fn(usize) -> String + Sync) {
    let is_over = AtomicBool::new(false);
    let (compared, refused) = (AtomicUsize::new(0), AtomicUsize::new(0));
    // Signs in again and again, until it is refused.
    let storm = |first: usize| {
        let nobody = app.anonymous();
        for number in (first..).step_by(STORM) {
            let answer = from(&nobody, &address_of_storm(number)).log_in("json");
            if answer.status == 503 {
                refused.fetch_add(1, Ordering::Relaxed);
                answer.expect_problem(503, "overloaded");
                return;
            }
            answer.expect_problem(401, "invalid_credentials");
            compared.fetch_add(1, Ordering::Relaxed);
            if is_over.load(Ordering::Relaxed) {
                return;
            }
        }
    };
    thread::scope(|scope| {
        let _end = AtTheEnd(&is_over);
        for first in 0..STORM {
            let storm = &storm;
            scope.spawn(move || storm(first));
        }
        eventually("the storm has every slot", || {
            refused.load(Ordering::Relaxed) > 0
        });
        let before = compared.load(Ordering::Relaxed);
        register_all(app);
        let meanwhile = compared.load(Ordering::Relaxed) - before;
        assert!(meanwhile > 0, "the storm has no turns");
    });
}

/// Ends a storm, whatever the test comes to.
struct AtTheEnd<'a>(&'a AtomicBool);

impl Drop for AtTheEnd<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

#[apply(on_both_databases!)]
fn a_storm_of_one_address_refuses_no_other(kind: Kind) {
    expect_no_refusal_beside(&on_two_cores(kind), |_| "203.0.113.2".into());
}

#[apply(on_both_databases!)]
fn a_storm_of_a_48_with_a_thousand_networks_is_one_sites(kind: Kind) {
    let address = |number| format!("2001:db8:1:{:x}::1", number % 1000);
    expect_no_refusal_beside(&on_two_cores(kind), address);
}

/// There are two slots. One site has both until another comes; then it has one.
#[apply(on_both_databases!)]
fn an_attempt_whose_slot_is_given_up_is_not_counted(kind: Kind) {
    let app = slow().set("PASSWORD__QUEUE", "1").start(kind);
    let [mina, noah, yuna] = ["mina", "noah", "yuna"].map(|name| known(&app, name));
    let here = |person: &Client| from(person, "203.0.113.1").log_in("json");
    thread::scope(|scope| {
        let hashing = scope.spawn(|| here(&mina));
        eventually("the first has its slot", || counted(&app) == 2);
        let waiting = scope.spawn(|| here(&noah));
        eventually("the second has its slot", || counted(&app) == 4);
        let refused = here(&yuna).expect_problem(503, "overloaded");
        assert_eq!(app.hashes_for(&refused), [] as [u64; 0]);
        let stranger = from(&app.stranger("sora"), "203.0.113.1");
        stranger.register().expect_problem(503, "overloaded");
        assert_eq!(counted(&app), 4, "what was refused counts as a guess");

        let other = scope.spawn(|| from(&yuna, "203.0.113.2").log_in("json"));
        let given_up = waiting.join().unwrap();
        let given_up = given_up.expect_problem(503, "overloaded");
        assert_eq!(app.hashes_for(&given_up), [] as [u64; 0]);
        assert!(
            !hashing.is_finished(),
            "the first was too fast for this test"
        );
        for attempt in [hashing, other] {
            let answer = attempt.join().unwrap();
            answer.expect_problem(401, "invalid_credentials");
        }
    });
    assert_eq!(
        counted(&app),
        4,
        "two attempts, each for its network and in all"
    );
    here(&noah).expect_problem(401, "invalid_credentials");
}

/// Half of all come from one site. Whoever has lost a slot, whenever, is not counted.
#[apply(on_both_databases!)]
fn of_attempts_that_race_for_slots_those_count_that_were_compared(kind: Kind) {
    let app = Setup::default()
        .set("PASSWORD__THREADS", "1")
        .set("PASSWORD__QUEUE", "6")
        .set("PASSWORD__MEMORY_KIB", "65536")
        .set("SERVER__TRUSTED_PROXIES", "127.0.0.1")
        .set("LIMITS__ATTEMPTS_IN_A_ROW", "100")
        .set("LIMITS__ATTEMPTS_AN_HOUR", "100")
        .start(kind);
    let answers = race(16, |number| {
        let site = [1, 2, 1, 3, 1, 4][number % 6];
        let nobody = from(&app.anonymous(), &format!("203.0.113.{site}"));
        [(); 3].map(|()| nobody.log_in("json"))
    });
    let answers = answers.as_flattened();
    let (compared, refused): (Vec<_>, Vec<_>) = answers.iter().partition(|it| it.status == 401);
    assert!(refused.iter().all(|it| it.status == 503));
    assert!(!refused.is_empty(), "16 people fit 7 slots");
    assert!(compared.len() >= 7);
    assert_eq!(counted(&app), 2 * compared.len() as i64);
    for answer in refused {
        assert_eq!(app.hashes_for(answer), [] as [u64; 0]);
    }
}
