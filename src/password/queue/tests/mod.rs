mod model;

use std::net::IpAddr;

use super::*;

const SECOND: Duration = Duration::from_secs(1);

fn site(number: u8) -> Network {
    Network::of(Some(IpAddr::from([203, 0, 113, number])))
}

fn network(address: &str) -> Network {
    Network::of(Some(address.parse().expect("an address")))
}

fn enter(queue: &mut Queue, number: u8) -> SlotId {
    queue.enter(site(number)).expect("a slot")
}

fn enter_all(queue: &mut Queue, numbers: impl IntoIterator<Item = u8>) -> Vec<SlotId> {
    let numbers = numbers.into_iter();
    numbers.map(|number| enter(queue, number)).collect()
}

fn push(queue: &mut Queue, slot: SlotId, lane: Lane) -> Result<(), Duration> {
    queue.push(slot, lane, Box::new(|_| ()))
}

/// Someone of a site, whose hash waits.
fn waiting(queue: &mut Queue, number: u8, lane: Lane) -> SlotId {
    let slot = enter(queue, number);
    push(queue, slot, lane).expect("room");
    slot
}

/// Whose turn it is, as long as none is done.
fn started(queue: &mut Queue, thread: usize) -> Vec<StartedJob> {
    let started = std::iter::from_fn(|| queue.pop(thread));
    started.take(200).collect()
}

fn lanes(queue: &mut Queue, thread: usize) -> Vec<Lane> {
    let started = started(queue, thread);
    started.into_iter().map(|it| it.lane).collect()
}

/// The sites in the order of their turns, where one runs after the other.
fn turns(queue: &mut Queue) -> Vec<Network> {
    let next = std::iter::from_fn(|| {
        let StartedJob { slot, lane, .. } = queue.pop(0)?;
        queue.done(slot, lane, SECOND);
        Some(slot.site)
    });
    next.collect()
}

fn done(queue: &mut Queue, slot: SlotId, lane: Lane) {
    queue.done(slot, lane, SECOND);
    queue.leave(slot);
}

#[test]
fn there_is_a_slot_for_each_who_waits_and_one_on_each_thread() {
    let mut queue = Queue::new(2, 8);
    let slots = enter_all(&mut queue, 0..10);
    assert_eq!(queue.enter(site(10)), Err(SECOND));
    queue.leave(slots[3]);
    enter(&mut queue, 10);
    assert_eq!(queue.enter(site(11)), Err(SECOND));
}

#[test]
fn a_site_may_have_every_slot_that_nobody_else_wants() {
    let mut queue = Queue::new(2, 8);
    let slots = enter_all(&mut queue, [1; 10]);
    assert_eq!(
        queue.enter(site(1)),
        Err(SECOND),
        "its own are not given up"
    );
    assert!(slots.iter().all(|slot| queue.given_up(*slot).is_none()));
}

#[test]
fn the_newest_slot_of_the_site_that_holds_most_is_given_up() {
    let mut queue = Queue::new(1, 8);
    let most = enter_all(&mut queue, [1; 5]);
    let others = [2, 2, 3, 4].map(|number| enter(&mut queue, number));
    push(&mut queue, most[4], Lane::Own).expect("room");
    let newcomer = enter(&mut queue, 5);
    assert_eq!(queue.given_up(most[4]), Some(SECOND));
    assert_eq!(push(&mut queue, most[4], Lane::Own), Err(SECOND));
    assert_eq!(lanes(&mut queue, 0), [], "its job is taken out");
    let mut kept = most[..4].iter().chain(&others).chain([&newcomer]);
    assert!(kept.all(|slot| queue.given_up(*slot).is_none()));
    queue.leave(most[4]);
    assert_eq!(queue.enter(site(6)).map(|it| it.site), Ok(site(6)));
    assert_eq!(
        queue.given_up(most[3]),
        Some(SECOND),
        "it is given back once"
    );
}

/// Of 9 slots one site has as many as the others let it; on a tie the newcomer is refused.
#[test]
fn nobody_takes_a_slot_of_a_site_that_holds_as_many() {
    let mut queue = Queue::new(1, 8);
    enter_all(&mut queue, [1; 9]);
    enter_all(&mut queue, [2; 4]);
    assert_eq!(
        queue.enter(site(2)),
        Err(SECOND),
        "4 of 9, and 5 for the other"
    );
    enter_all(&mut queue, [3; 3]);
    assert_eq!(queue.enter(site(3)), Err(SECOND), "3 of 9, as the others");
    assert_eq!(queue.enter(site(1)), Err(SECOND));
    enter_all(&mut queue, 4..10);
    assert_eq!(
        queue.enter(site(10)),
        Err(SECOND),
        "one for each of 9 sites"
    );
}

#[test]
fn a_slot_is_kept_once_its_first_hash_has_begun() {
    let mut queue = Queue::new(2, 2);
    let slots = [(); 4].map(|()| waiting(&mut queue, 1, Lane::Own));
    let first = queue.pop(0).expect("a turn");
    queue.done(first.slot, first.lane, SECOND);
    assert_eq!(queue.pop(0).map(|it| it.slot), Some(slots[1]));
    // Between two hashes, one that runs, and two that wait.
    enter(&mut queue, 2);
    assert_eq!(queue.given_up(slots[3]), Some(SECOND));
    queue.pop(1).expect("a turn");
    assert_eq!(
        queue.enter(site(3)),
        Err(SECOND),
        "nothing is left to give up"
    );
    push(&mut queue, slots[0], Lane::Own).expect("its second hash");
    assert!(queue.enter(site(3)).is_err(), "the second waits");
}

#[test]
fn a_site_that_has_none_to_give_up_protects_no_other() {
    let mut queue = Queue::new(3, 3);
    for _ in 0..3 {
        waiting(&mut queue, 1, Lane::Own);
    }
    started(&mut queue, 0);
    let others = [2, 2, 3].map(|number| enter(&mut queue, number));
    enter(&mut queue, 4);
    assert_eq!(queue.given_up(others[1]), Some(SECOND));
}

#[test]
fn a_48_with_a_thousand_networks_is_one_site() {
    let mut queue = Queue::new(2, 8);
    let networks = |number| network(&format!("2001:db8:1:{number:x}::1"));
    let entered = (0..1000).filter(|number| queue.enter(networks(*number)).is_ok());
    assert_eq!(entered.count(), 10);
    enter_all(&mut queue, [1; 5]);
    assert_eq!(queue.enter(site(1)), Err(SECOND), "half is for each of two");
    assert_eq!(queue.enter(networks(1000)), Err(SECOND));
    queue.enter(network("2001:db8:2::1")).expect("another /48");
}

#[test]
fn turns_go_round_the_sites() {
    let mut queue = Queue::new(1, 64);
    for number in [1, 1, 1, 1, 2, 3, 3] {
        waiting(&mut queue, number, Lane::Own);
    }
    assert_eq!(turns(&mut queue), [1, 2, 3, 1, 3, 1, 1].map(site));
}

#[test]
fn turns_within_a_site_come_in_the_order_of_asking() {
    let mut queue = Queue::new(1, 8);
    let slots = [(); 4].map(|()| waiting(&mut queue, 1, Lane::Own));
    queue.remove(slots[1]);
    let order: Vec<_> = started(&mut queue, 0).iter().map(|it| it.slot).collect();
    assert_eq!(order, [slots[0], slots[2], slots[3]]);
    assert_eq!(queue.own.all(), 3);
}

#[test]
fn who_hangs_up_and_asks_again_costs_the_site_no_turn() {
    let mut queue = Queue::new(1, 8);
    waiting(&mut queue, 1, Lane::Own);
    waiting(&mut queue, 2, Lane::Own);
    for _ in 0..100 {
        let slot = waiting(&mut queue, 1, Lane::Own);
        queue.leave(slot);
    }
    waiting(&mut queue, 1, Lane::Own);
    assert_eq!(turns(&mut queue), [1, 2, 1].map(site));
}

#[test]
fn hashes_of_other_programs_run_on_half_of_the_threads() {
    for (threads, expected) in [(1, 1), (2, 1), (3, 1), (4, 2), (9, 4)] {
        let mut queue = Queue::new(threads, 64);
        for _ in 0..8 {
            waiting(&mut queue, 1, Lane::Foreign);
        }
        let running = started(&mut queue, 1);
        assert_eq!(running.len(), expected, "{threads} threads");
        waiting(&mut queue, 1, Lane::Own);
        assert_eq!(lanes(&mut queue, 1), [Lane::Own], "ours pass them by");
        done(&mut queue, running[0].slot, Lane::Foreign);
        assert_eq!(lanes(&mut queue, 1), [Lane::Foreign]);
    }
}

#[test]
fn those_that_need_more_memory_run_on_the_first_thread_alone() {
    let mut queue = Queue::new(8, 64);
    for lane in [Lane::Large, Lane::Large, Lane::Foreign, Lane::Own] {
        waiting(&mut queue, 1, lane);
    }
    assert_eq!(lanes(&mut queue, 1), [Lane::Foreign, Lane::Own]);
    assert_eq!(queue.pop(0).map(|it| it.lane), Some(Lane::Large));
    assert_eq!(lanes(&mut queue, 7), []);
}

#[test]
fn a_large_one_is_not_passed_by_for_ever() {
    let mut queue = Queue::new(2, 64);
    for (number, lane) in [
        (1, Lane::Foreign),
        (2, Lane::Large),
        (1, Lane::Foreign),
        (2, Lane::Large),
        (3, Lane::Foreign),
    ] {
        waiting(&mut queue, number, lane);
    }
    let first = queue.pop(1).expect("a turn");
    assert_eq!(first.lane, Lane::Foreign);
    done(&mut queue, first.slot, Lane::Foreign);
    // The first thread is busy with one of ours.
    assert_eq!(lanes(&mut queue, 1), [], "a later one took the only thread");
    let large = queue.pop(0).expect("a turn");
    assert_eq!(large.lane, Lane::Large);
    assert_eq!(lanes(&mut queue, 1), []);
    done(&mut queue, large.slot, Lane::Large);
    for number in [3, 1] {
        let foreign = queue.pop(1).expect("a turn");
        assert_eq!(foreign.slot.site, site(number));
        done(&mut queue, foreign.slot, Lane::Foreign);
    }
    assert_eq!(lanes(&mut queue, 1), []);
    assert_eq!(lanes(&mut queue, 0), [Lane::Large]);
}

/// A site that has both in abundance, and another that has both: the hashes of ours, which are many
/// and fast, move nobody back in the turns of the others.
#[test]
fn each_lane_has_turns_of_its_own() {
    let mut queue = Queue::new(2, 200);
    for number in [1, 1, 1, 2] {
        waiting(&mut queue, number, Lane::Foreign);
    }
    let mut sites = Vec::new();
    for _ in 0..4 {
        let foreign = queue.pop(1).expect("a turn");
        assert_eq!(foreign.lane, Lane::Foreign);
        sites.push(foreign.slot.site);
        for _ in 0..10 {
            waiting(&mut queue, 2, Lane::Own);
            let own = queue.pop(0).expect("a turn");
            assert_eq!(own.lane, Lane::Own);
            done(&mut queue, own.slot, Lane::Own);
        }
        done(&mut queue, foreign.slot, Lane::Foreign);
    }
    assert_eq!(sites, [1, 2, 1, 1].map(site));
}

#[test]
fn hashes_of_other_programs_leave_half_of_the_slots_to_ours() {
    let mut queue = Queue::new(2, 8);
    let slots = [(); 5].map(|()| waiting(&mut queue, 1, Lane::Foreign));
    let sixth = enter(&mut queue, 1);
    assert_eq!(push(&mut queue, sixth, Lane::Foreign), Err(SECOND));
    assert_eq!(push(&mut queue, sixth, Lane::Large), Err(SECOND));
    waiting(&mut queue, 1, Lane::Own);
    queue.leave(slots[0]);
    assert_eq!(push(&mut queue, sixth, Lane::Foreign), Ok(()));
}

#[test]
fn foreign_hashes_of_one_site_keep_no_other_out() {
    let mut queue = Queue::new(2, 8);
    let slots = [(); 5].map(|()| waiting(&mut queue, 1, Lane::Foreign));
    assert_eq!(queue.pop(1).map(|it| it.slot), Some(slots[0]));
    let two = [Lane::Foreign, Lane::Large].map(|lane| waiting(&mut queue, 2, lane));
    assert_eq!(queue.given_up(slots[4]), Some(SECOND));
    assert_eq!(queue.given_up(slots[3]), Some(SECOND));
    let third = enter(&mut queue, 2);
    assert_eq!(
        push(&mut queue, third, Lane::Foreign),
        Err(SECOND),
        "as many as the other site"
    );
    queue.done(slots[0], Lane::Foreign, SECOND);
    assert_eq!(push(&mut queue, third, Lane::Foreign), Ok(()));
    let mut kept = slots[..3].iter().chain(&two);
    assert!(kept.all(|slot| queue.given_up(*slot).is_none()));
    assert_eq!(queue.slow.all(), 5);
}

#[test]
fn the_wait_follows_the_rate_of_the_last_hashes() {
    let mut queue = Queue::new(2, 80);
    for _ in 0..8 {
        waiting(&mut queue, 1, Lane::Own);
    }
    assert_eq!(queue.wait(), SECOND, "nothing is known yet");
    let first = queue.pop(0).expect("a turn");
    queue.done(first.slot, Lane::Own, 3 * SECOND);
    assert_eq!(
        queue.wait(),
        Duration::from_secs(11),
        "7 of 3 s on two threads"
    );
    for _ in 0..100 {
        waiting(&mut queue, 1, Lane::Own);
        let next = queue.pop(0).expect("a turn");
        queue.done(next.slot, Lane::Own, SECOND / 100);
        queue.leave(next.slot);
    }
    assert_eq!(queue.wait(), SECOND);
    for _ in 0..4 {
        waiting(&mut queue, 1, Lane::Foreign);
    }
    queue.pop(0);
    queue.load(Lane::Foreign).usual = 2 * SECOND;
    assert_eq!(
        queue.wait(),
        Duration::from_secs(8),
        "4 of 2 s on one of the threads"
    );
    queue.load(Lane::Foreign).usual = 100 * SECOND;
    assert_eq!(queue.wait(), LONGEST_WAIT);
}
