use std::collections::HashSet;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::task::Poll;

use actix_web::rt::System;
use actix_web::rt::task::{JoinHandle, spawn_blocking};

use super::*;

const MINE: Network = Network::Address([203, 0, 113, 1]);
const OTHERS: Network = Network::Address([203, 0, 113, 2]);
const NOBODY: Network = Network::Address([203, 0, 113, 3]);

fn pool(threads: usize, slots: u32) -> Pool {
    let memories = (0..threads).map(|_| Memory::reserve(64).expect("memory"));
    Pool::start(memories.collect(), slots, &Random::from_seed(7)).expect("threads")
}

/// A thread that works until it is told to go on.
struct Busy {
    go: Sender<()>,
    answer: JoinHandle<Result<(), PasswordPoolError>>,
}

async fn busy(pool: &Pool, lane: Lane) -> Busy {
    let (go, wait) = channel::<()>();
    let (begin, begun) = channel::<()>();
    let mut slot = pool.enter(Network::Unknown).expect("a slot");
    let answer = actix_web::rt::spawn(async move {
        let work = move |_: &mut Memory| {
            begin.send(()).ok();
            wait.recv().ok();
        };
        slot.run(lane, work).await
    });
    received(begun).await;
    Busy { go, answer }
}

impl Busy {
    async fn end(self) {
        self.go.send(()).expect("the thread waits");
        self.answer.await.expect("joined").expect("done");
    }
}

async fn received<T: Send + 'static>(from: Receiver<T>) -> T {
    let waited = spawn_blocking(move || from.recv()).await;
    waited.expect("joined").expect("something")
}

/// Asked once, which makes it wait for its turn.
async fn is_waiting<T>(future: &mut Pin<Box<impl Future<Output = T>>>) -> bool {
    poll_fn(|context| Poll::Ready(future.as_mut().poll(context).is_pending())).await
}

fn is_refused<T>(outcome: Result<T, PasswordPoolError>) -> bool {
    matches!(outcome, Err(PasswordPoolError::Overloaded(_)))
}

#[test]
fn who_goes_gives_the_place_back_and_what_waited_is_not_computed() {
    System::new().block_on(async {
        let pool = pool(1, 1);
        let busy = busy(&pool, Lane::Own).await;
        let (ran, has_run) = channel::<()>();
        let mut slot = pool.enter(MINE).expect("a slot");
        assert!(is_refused(pool.enter(OTHERS)), "there are two slots");
        let mut abandoned =
            Box::pin(async move { slot.run(Lane::Own, move |_| ran.send(())).await });
        assert!(is_waiting(&mut abandoned).await, "the thread is busy");
        drop(abandoned);
        let mut slot = pool.enter(MINE).expect("the slot that was given back");
        busy.end().await;
        assert_eq!(slot.run(Lane::Own, |_| 7).await.expect("done"), 7);
        assert!(has_run.recv().is_err(), "the abandoned job has run");
    });
}

#[test]
fn who_loses_a_slot_is_told_at_once() {
    System::new().block_on(async {
        let pool = pool(1, 3);
        let busy = busy(&pool, Lane::Own).await;
        let mut slots = [(); 3].map(|()| pool.enter(MINE).expect("a slot"));
        let [first, second, third] = &mut slots;
        let mut first = Box::pin(first.run(Lane::Own, |_| ()));
        let mut third = Box::pin(third.run(Lane::Own, |_| ()));
        assert!(is_waiting(&mut first).await && is_waiting(&mut third).await);
        let _newcomer = pool.enter(OTHERS).expect("the third's slot");
        assert!(is_refused(third.await));
        let _newcomer = pool.enter(NOBODY).expect("the second's slot");
        assert!(is_refused(second.run(Lane::Own, |_| ()).await));
        assert!(is_refused(pool.enter(OTHERS)), "each site has one");
        assert!(is_waiting(&mut first).await);
        busy.end().await;
        first.await.expect("done");
    });
}

#[test]
fn who_is_refused_comes_back_at_a_random_time() {
    let pool = pool(1, 1);
    let _taken = [MINE, OTHERS].map(|site| pool.enter(site).expect("a slot"));
    let waits = (0..100).map(|_| match pool.enter(Network::Unknown) {
        Err(PasswordPoolError::Overloaded(wait)) => wait,
        _ => panic!("there are two slots"),
    });
    let waits: Vec<_> = waits.collect();
    let first = Duration::from_secs(1);
    let expected = first..=first + SPREAD;
    assert!(waits.iter().all(|wait| expected.contains(wait)));
    let seconds: HashSet<_> = waits.iter().map(Duration::as_secs).collect();
    assert_eq!(seconds.len(), 10);
}

#[test]
fn nothing_of_a_hash_is_left_when_a_thread_has_nothing_to_do() {
    System::new().block_on(async {
        let pool = pool(1, 4);
        let mut slot = pool.enter(MINE).expect("a slot");
        let hash = |memory: &mut Memory| {
            memory
                .blocks(64)
                .iter_mut()
                .for_each(|block| block.as_mut().fill(7));
        };
        slot.run(Lane::Own, hash).await.expect("done");
        // The next job's turn comes when the thread has seen that it has nothing to do, or before:
        // then the one after it does.
        let mut left = true;
        while left {
            left = slot
                .run(Lane::Own, |memory| !memory.is_clean())
                .await
                .expect("done");
        }
        let bytes = |memory: &mut Memory| -> Vec<u64> {
            let blocks = memory.blocks(64).iter();
            blocks.flat_map(|block| block.as_ref().to_vec()).collect()
        };
        let bytes = slot.run(Lane::Own, bytes).await.expect("done");
        assert_eq!(bytes, vec![0; 64 * 128]);
    });
}

#[test]
fn a_slow_lane_leaves_a_thread_to_the_others() {
    System::new().block_on(async {
        let pool = pool(2, 8);
        let busy = busy(&pool, Lane::Foreign).await;
        let mut slot = pool.enter(MINE).expect("a slot");
        let mut slow = Box::pin(slot.run(Lane::Foreign, |_| ()));
        assert!(is_waiting(&mut slow).await);
        let mut other = pool.enter(MINE).expect("a slot");
        for number in 0..10 {
            assert_eq!(
                other.run(Lane::Own, move |_| number).await.expect("done"),
                number
            );
        }
        assert!(
            is_waiting(&mut slow).await,
            "two of the slow lane run at once"
        );
        busy.end().await;
        slow.await.expect("done");
    });
}

#[test]
fn a_panic_stops_no_thread() {
    System::new().block_on(async {
        let pool = pool(1, 4);
        let mut slot = pool.enter(MINE).expect("a slot");
        let outcome: Result<(), _> = slot.run(Lane::Foreign, |_| panic!("a defect")).await;
        assert!(
            matches!(outcome, Err(PasswordPoolError::Stopped)),
            "{outcome:?}"
        );
        assert_eq!(
            slot.run(Lane::Foreign, |_| 7).await.expect("still there"),
            7
        );
    });
}

#[test]
fn the_threads_end_with_the_last_door() {
    let shared = System::new().block_on(async {
        let pool = pool(2, 4);
        let mut slot = pool.enter(MINE).expect("a slot");
        slot.run(Lane::Own, |_| ()).await.expect("done");
        let shared = Arc::downgrade(&pool.0.0);
        drop((slot, pool));
        shared
    });
    while shared.strong_count() > 0 {
        std::thread::yield_now();
    }
}
