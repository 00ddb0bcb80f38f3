//! Doing things at the same time.

use std::sync::Barrier;
use std::thread;

/// Runs `act` on `count` threads that begin together, and returns what each got.
pub fn race<T: Send>(count: usize, act: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let barrier = Barrier::new(count);
    thread::scope(|scope| {
        let (act, barrier) = (&act, &barrier);
        let racers: Vec<_> = (0..count)
            .map(|number| {
                scope.spawn(move || {
                    barrier.wait();
                    act(number)
                })
            })
            .collect();
        racers.into_iter().map(|it| it.join().unwrap()).collect()
    })
}
