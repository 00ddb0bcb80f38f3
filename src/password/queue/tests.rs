use std::net::IpAddr;

use super::*;

const SECOND: Duration = Duration::from_secs(1);

fn network(number: u8) -> Network {
    Network::of(Some(IpAddr::from([203, 0, 113, number])))
}

fn push(queue: &mut Queue, lane: Lane) -> Result<u64, Duration> {
    queue.push(lane, Box::new(|_| ()))
}

/// The lanes of all whose turn it is on a thread, as long as none is done.
fn started(queue: &mut Queue, thread: usize) -> Vec<Lane> {
    std::iter::from_fn(|| queue.pop(thread))
        .map(|(lane, _)| lane)
        .take(20)
        .collect()
}

#[test]
fn there_is_a_place_for_each_who_waits_and_one_on_each_thread() {
    let mut queue = Queue::new(2, 8);
    for client in 0..10 {
        assert_eq!(queue.enter(network(client)), Ok(()));
    }
    assert_eq!(queue.enter(network(10)), Err(SECOND));
    queue.leave(network(3));
    assert_eq!(queue.enter(network(10)), Ok(()));
    assert_eq!(queue.enter(network(11)), Err(SECOND));
}

#[test]
fn one_network_has_a_quarter_of_the_places_for_waiting() {
    let mut queue = Queue::new(2, 32);
    for _ in 0..8 {
        assert_eq!(queue.enter(network(1)), Ok(()));
    }
    assert_eq!(queue.enter(network(1)), Err(SECOND));
    assert_eq!(queue.enter(network(2)), Ok(()));
    queue.leave(network(1));
    assert_eq!(queue.enter(network(1)), Ok(()));
    for _ in 0..8 {
        queue.leave(network(1));
    }
    assert_eq!(queue.taken_by.len(), 1, "who has no slot is remembered");
    let mut small = Queue::new(1, 1);
    assert_eq!(small.enter(network(1)), Ok(()), "a quarter of one is one");
}

#[test]
fn turns_come_in_the_order_of_asking() {
    let mut queue = Queue::new(1, 8);
    let numbers: Vec<_> = (0..3).map(|_| push(&mut queue, Lane::Own)).collect();
    assert_eq!(numbers, [Ok(1), Ok(2), Ok(3)]);
    queue.remove(2);
    queue.pop(0);
    assert_eq!(queue.waiting.front().map(|it| it.number), Some(3));
}

#[test]
fn hashes_of_other_programs_run_on_half_of_the_threads() {
    for (threads, expected) in [(1, 1), (2, 1), (3, 1), (4, 2), (9, 4)] {
        let mut queue = Queue::new(threads, 64);
        for _ in 0..8 {
            push(&mut queue, Lane::Foreign).expect("room");
        }
        assert_eq!(
            started(&mut queue, 1),
            vec![Lane::Foreign; expected],
            "{threads} threads"
        );
        push(&mut queue, Lane::Own).expect("room");
        assert_eq!(started(&mut queue, 1), [Lane::Own], "ours pass them by");
        queue.done(Lane::Foreign, SECOND);
        assert_eq!(started(&mut queue, 1), [Lane::Foreign]);
    }
}

#[test]
fn those_that_need_more_memory_run_on_the_first_thread_alone() {
    let mut queue = Queue::new(8, 64);
    for lane in [Lane::Large, Lane::Large, Lane::Foreign, Lane::Own] {
        push(&mut queue, lane).expect("room");
    }
    assert_eq!(started(&mut queue, 1), [Lane::Foreign, Lane::Own]);
    assert_eq!(queue.pop(0).map(|it| it.0), Some(Lane::Large));
    assert_eq!(started(&mut queue, 7), []);
}

#[test]
fn a_large_one_is_not_passed_by_for_ever() {
    let mut queue = Queue::new(2, 64);
    for lane in [
        Lane::Foreign,
        Lane::Large,
        Lane::Foreign,
        Lane::Large,
        Lane::Foreign,
    ] {
        push(&mut queue, lane).expect("room");
    }
    let next = |queue: &mut Queue, thread| queue.pop(thread).map(|it| it.0);
    assert_eq!(next(&mut queue, 1), Some(Lane::Foreign));
    queue.done(Lane::Foreign, SECOND);
    // The first thread is busy with one of ours.
    assert_eq!(
        next(&mut queue, 1),
        None,
        "a later one took the only thread"
    );
    assert_eq!(next(&mut queue, 0), Some(Lane::Large));
    assert_eq!(next(&mut queue, 1), None);
    queue.done(Lane::Large, SECOND);
    assert_eq!(next(&mut queue, 1), Some(Lane::Foreign));
    queue.done(Lane::Foreign, SECOND);
    assert_eq!(next(&mut queue, 1), None);
    assert_eq!(next(&mut queue, 0), Some(Lane::Large));
}

#[test]
fn hashes_of_other_programs_leave_half_of_the_places_to_ours() {
    let mut queue = Queue::new(2, 8);
    let numbers: Vec<_> = (0..5).map(|_| push(&mut queue, Lane::Foreign)).collect();
    assert_eq!(push(&mut queue, Lane::Foreign), Err(SECOND));
    assert_eq!(push(&mut queue, Lane::Large), Err(SECOND));
    assert!(push(&mut queue, Lane::Own).is_ok());
    queue.remove(numbers[0].expect("room"));
    assert!(push(&mut queue, Lane::Foreign).is_ok());
}

#[test]
fn the_wait_follows_the_rate_of_the_last_hashes() {
    let mut queue = Queue::new(2, 8);
    for _ in 0..8 {
        push(&mut queue, Lane::Own).expect("room");
    }
    assert_eq!(queue.wait(), SECOND, "nothing is known yet");
    queue.pop(0);
    queue.done(Lane::Own, 3 * SECOND);
    assert_eq!(
        queue.wait(),
        Duration::from_secs(11),
        "7 of 3 s on two threads"
    );
    for _ in 0..100 {
        push(&mut queue, Lane::Own).expect("room");
        queue.pop(0);
        queue.done(Lane::Own, SECOND / 100);
    }
    assert_eq!(queue.wait(), SECOND);
    for _ in 0..4 {
        push(&mut queue, Lane::Foreign).expect("room");
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
