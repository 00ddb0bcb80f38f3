//! Threads that do nothing but hash passwords, behind a bounded queue.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use tokio::sync::oneshot;
use tracing::Span;

/// Why a hash was not computed.
#[derive(Debug, thiserror::Error)]
pub enum PasswordPoolError {
    /// The queue is full; later there may be room.
    #[error("too many hashes are waiting")]
    Overloaded,
    /// The job panicked, or the threads have ended.
    #[error("a hashing thread has stopped")]
    Stopped,
    /// Argon2 refused, for want of memory.
    #[error("hashing failed: {0}")]
    Hashing(String),
}

type Job = Box<dyn FnOnce() + Send>;

/// The door to the threads. They end when the last clone is dropped.
#[derive(Clone)]
pub struct Pool {
    queue: SyncSender<Job>,
}

impl Pool {
    /// Starts `threads` threads with room for `waiting` jobs.
    ///
    /// # Errors
    /// When the system refuses a thread.
    pub fn start(threads: u32, waiting: u32) -> io::Result<Self> {
        let (queue, jobs) = sync_channel(waiting as usize);
        let jobs = Arc::new(Mutex::new(jobs));
        for number in 1..=threads {
            let jobs = Arc::clone(&jobs);
            thread::Builder::new()
                .name(format!("password-{number}"))
                .spawn(move || while run_next(&jobs) {})?;
        }
        Ok(Self { queue })
    }

    /// Runs `work` on one of the threads. It is skipped when nobody waits any more at its turn.
    ///
    /// # Errors
    /// When the queue is full.
    pub async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, PasswordPoolError> {
        let (reply, answer) = oneshot::channel();
        let span = Span::current();
        let job: Job = Box::new(move || {
            if !reply.is_closed() {
                // The client may have gone meanwhile.
                drop(reply.send(span.in_scope(work)));
            }
        });
        self.queue.try_send(job).map_err(|error| match error {
            TrySendError::Full(_) => PasswordPoolError::Overloaded,
            TrySendError::Disconnected(_) => PasswordPoolError::Stopped,
        })?;
        answer.await.map_err(|_closed| PasswordPoolError::Stopped)
    }
}

/// False when there will be no more jobs. The lock is held while waiting, not while working.
fn run_next(jobs: &Mutex<Receiver<Job>>) -> bool {
    let next = jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
    let Ok(job) = next else {
        return false;
    };
    if catch_unwind(AssertUnwindSafe(job)).is_err() {
        tracing::error!("a hashing job panicked");
    }
    true
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use actix_web::rt::System;
    use actix_web::rt::task::spawn_blocking;

    use super::*;

    #[test]
    fn a_full_queue_is_overload_and_a_job_without_a_waiter_is_skipped() {
        let pool = Pool::start(1, 1).expect("threads");
        let (go, wait) = channel::<()>();
        let (begin, begun) = channel::<()>();
        System::new().block_on(async {
            let busy = actix_web::rt::spawn({
                let pool = pool.clone();
                async move {
                    let work = move || {
                        begin.send(()).ok();
                        wait.recv().ok();
                    };
                    pool.run(work).await
                }
            });
            spawn_blocking(move || begun.recv())
                .await
                .expect("joined")
                .expect("begun");

            let (ran, has_run) = channel::<()>();
            let mut abandoned = Box::pin(pool.run(move || ran.send(())));
            let polled = std::future::poll_fn(|context| {
                std::task::Poll::Ready(abandoned.as_mut().poll(context).is_pending())
            });
            assert!(polled.await, "the thread is busy");
            let refused = pool.run(|| ()).await;
            assert!(
                matches!(refused, Err(PasswordPoolError::Overloaded)),
                "{refused:?}"
            );
            drop(abandoned);

            go.send(()).expect("the thread waits");
            busy.await.expect("joined").expect("done");
            while let Err(PasswordPoolError::Overloaded) = pool.run(|| ()).await {}
            assert!(has_run.recv().is_err(), "the abandoned job has run");
        });
    }

    #[test]
    fn a_panic_stops_no_thread() {
        let pool = Pool::start(1, 4).expect("threads");
        System::new().block_on(async {
            let outcome: Result<(), _> = pool.run(|| panic!("a defect")).await;
            assert!(
                matches!(outcome, Err(PasswordPoolError::Stopped)),
                "{outcome:?}"
            );
            assert_eq!(pool.run(|| 7).await.expect("still there"), 7);
        });
    }
}
