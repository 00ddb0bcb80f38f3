//! Threads that do nothing but hash passwords. Who wants a hash takes a slot first; there is about
//! a second of them, and sites share them as [`super::queue`] says.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use std::{io, thread};

use tokio::sync::oneshot;
use tracing::Span;

use super::memory::Memory;
use super::queue::{HashJob, Lane, Queue, SlotId, StartedJob};
use crate::client_network::Network;
use crate::clock::Stopwatch;
use crate::random::Random;

/// Those who are refused together come back within this time, not together.
const SPREAD: Duration = Duration::from_secs(10);

/// Why a hash was not computed.
#[derive(Debug, thiserror::Error)]
pub enum PasswordPoolError {
    /// There is no slot, or it was given up for another site; so much later there may be one.
    #[error("too many hashes are waiting")]
    Overloaded(Duration),
    /// The job panicked, or the threads have ended.
    #[error("a hashing thread has stopped")]
    Stopped,
    /// A defect, or too little memory.
    #[error("hashing failed: {0}")]
    Hashing(String),
}

/// The door to the threads. They end when the last clone is dropped.
#[derive(Clone)]
pub struct Pool(Arc<PoolOwner>);

struct PoolOwner(Arc<PoolState>);

struct PoolState {
    random: Random,
    queue: Mutex<Queue>,
    changed: Condvar,
}

/// Room for one client's hashes, one after the other. It is given back when it is dropped. Until
/// its first hash begins, it may be given up for another site.
pub struct Slot {
    pool: Pool,
    id: SlotId,
}

impl Pool {
    /// Starts as many threads as there are memories, with `slots` for those who wait, beside those
    /// whose hash is computed. `random` tells when those who are refused may come back.
    ///
    /// # Errors
    /// When the system refuses a thread.
    pub fn start(memories: Vec<Memory>, slots: u32, random: &Random) -> io::Result<Self> {
        let threads = u32::try_from(memories.len()).unwrap_or(u32::MAX);
        let shared = Arc::new(PoolState {
            random: random.clone(),
            queue: Mutex::new(Queue::new(threads, slots)),
            changed: Condvar::new(),
        });
        let pool = Self(Arc::new(PoolOwner(Arc::clone(&shared))));
        for (number, memory) in memories.into_iter().enumerate() {
            let shared = Arc::clone(&shared);
            thread::Builder::new()
                .name(format!("password-{}", number + 1))
                .spawn(move || work(&shared, number, memory))?;
        }
        Ok(pool)
    }

    /// Takes a slot.
    ///
    /// # Errors
    /// When there is none.
    pub fn enter(&self, network: Network) -> Result<Slot, PasswordPoolError> {
        let entered = self.shared().lock().enter(network);
        let id = entered.map_err(|wait| self.shared().overloaded(wait))?;
        let pool = self.clone();
        Ok(Slot { pool, id })
    }

    fn shared(&self) -> &PoolState {
        &self.0.0
    }
}

impl Slot {
    /// Runs `work` on one of the threads. Nothing is run if this is dropped before its turn.
    ///
    /// # Errors
    /// When the slot was given up for another site, or too many of a slow lane wait.
    pub async fn run<T: Send + 'static>(
        &mut self,
        lane: Lane,
        work: impl FnOnce(&mut Memory) -> T + Send + 'static,
    ) -> Result<T, PasswordPoolError> {
        let (reply, answer) = oneshot::channel();
        let span = Span::current();
        let job: HashJob = Box::new(move |memory| {
            // The client may have gone meanwhile.
            drop(reply.send(span.in_scope(|| work(memory))));
        });
        let (shared, slot) = (self.pool.shared(), self.id);
        let pushed = shared.lock().push(slot, lane, job);
        pushed.map_err(|wait| shared.overloaded(wait))?;
        let _turn = Turn { shared, slot };
        // One thread may be unable to take it, so all look.
        shared.changed.notify_all();
        answer.await.map_err(|_closed| shared.why_closed(slot))
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        self.pool.shared().lock().leave(self.id);
    }
}

/// A job's turn, which passes by when nobody waits for it any more.
struct Turn<'a> {
    shared: &'a PoolState,
    slot: SlotId,
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.shared.lock().remove(self.slot);
    }
}

impl Drop for PoolOwner {
    fn drop(&mut self) {
        self.0.lock().close();
        self.0.changed.notify_all();
    }
}

impl PoolState {
    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn overloaded(&self, wait: Duration) -> PasswordPoolError {
        PasswordPoolError::Overloaded(wait + self.random.up_to(SPREAD))
    }

    /// Why nobody answers for the job of a slot.
    fn why_closed(&self, slot: SlotId) -> PasswordPoolError {
        let given_up = self.lock().given_up(slot);
        given_up.map_or(PasswordPoolError::Stopped, |wait| self.overloaded(wait))
    }

    /// The next job; `None` when there will be no more. What is left of the hashes before is wiped
    /// out before this waits, and not before every job: the next hash writes over it.
    fn next(&self, thread: usize, memory: &mut Memory) -> Option<StartedJob> {
        let mut queue = self.lock();
        loop {
            if let Some(next) = queue.pop(thread) {
                return Some(next);
            }
            if queue.is_closed() {
                return None;
            }
            if memory.is_clean() {
                queue = (self.changed.wait(queue)).unwrap_or_else(PoisonError::into_inner);
            } else {
                drop(queue);
                memory.wipe_from(0);
                queue = self.lock();
            }
        }
    }
}

fn work(shared: &PoolState, thread: usize, mut memory: Memory) {
    while let Some(StartedJob { slot, lane, job }) = shared.next(thread, &mut memory) {
        let clock = Stopwatch::start();
        if catch_unwind(AssertUnwindSafe(|| job(&mut memory))).is_err() {
            tracing::error!("a hashing job panicked");
        }
        shared.lock().done(slot, lane, clock.elapsed());
        // A slow lane may have waited for this one.
        shared.changed.notify_all();
    }
    memory.wipe_from(0);
}

#[cfg(test)]
mod tests;
