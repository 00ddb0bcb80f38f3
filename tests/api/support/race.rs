//! Doing things at the same time.

use std::sync::Barrier;
use std::thread;
use std::time::Duration;

use askit::clock::Stopwatch;

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

/// Waits until `holds`: for what a running server does by itself, in seconds.
#[track_caller]
pub fn eventually(what: &str, holds: impl Fn() -> bool) {
    let waiting = Stopwatch::start();
    while !holds() {
        assert!(waiting.elapsed() < Duration::from_secs(20), "never: {what}");
        thread::sleep(Duration::from_millis(10));
    }
}
