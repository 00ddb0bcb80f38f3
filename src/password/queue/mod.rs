//! Who waits for a hash: the rules of [`super::pool`], without threads.

use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use super::memory::Memory;
use crate::client_network::Network;

/// What a thread does with its memory.
pub type HashJob = Box<dyn FnOnce(&mut Memory) + Send>;

/// The share of the slots that one network may have.
const NETWORK_SHARE: u32 = 4;
/// The share of threads, and of slots, that hashes of other programs may have.
const SLOW_SHARE: u32 = 2;
/// How much of a lane's usual duration the last job makes out.
const WEIGHT: u32 = 8;
/// Nobody is told to wait longer.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// On which of the threads a hash is computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lane {
    /// Our own: on every thread.
    Own,
    /// Those of other programs: on half of them.
    Foreign,
    /// Those that need more memory than a thread has: on the first alone, so one at a time, and
    /// what the system's allocator keeps of that memory it keeps once. Counted with the foreign
    /// ones.
    Large,
}

struct Waiting {
    number: u64,
    lane: Lane,
    job: HashJob,
}

/// What waits and what runs.
pub struct Queue {
    threads: u32,
    /// For those who wait and those whose turn it is.
    slots: u32,
    of_network: u32,
    taken: u32,
    taken_by: HashMap<Network, u32>,
    waiting: VecDeque<Waiting>,
    next_number: u64,
    own: Load,
    slow: Load,
    is_large_running: bool,
    is_closed: bool,
}

/// What is known of the jobs of one kind.
#[derive(Default)]
struct Load {
    waiting: u32,
    running: u32,
    /// How long one takes, usually. Zero before the first.
    usual: Duration,
}

impl Queue {
    /// With room for so many who wait, beside one on each thread.
    pub fn new(threads: u32, waiting: u32) -> Self {
        Self {
            threads,
            slots: waiting.saturating_add(threads),
            of_network: (waiting / NETWORK_SHARE).max(1),
            taken: 0,
            taken_by: HashMap::new(),
            waiting: VecDeque::new(),
            next_number: 0,
            own: Load::default(),
            slow: Load::default(),
            is_large_running: false,
            is_closed: false,
        }
    }

    /// Takes a slot.
    ///
    /// # Errors
    /// When there is none, or this network has its share: how long it may take until there is.
    pub fn enter(&mut self, network: Network) -> Result<(), Duration> {
        let own = self.taken_by.get(&network).copied().unwrap_or_default();
        if self.taken >= self.slots || own >= self.of_network {
            return Err(self.wait());
        }
        self.taken += 1;
        self.taken_by.insert(network, own + 1);
        Ok(())
    }

    /// Gives a slot back.
    pub fn leave(&mut self, network: Network) {
        self.taken = self.taken.saturating_sub(1);
        if let Some(own) = self.taken_by.get_mut(&network) {
            *own -= 1;
            if *own == 0 {
                self.taken_by.remove(&network);
            }
        }
    }

    /// Lets a job of someone who has a slot wait for its turn, and gives it a number.
    ///
    /// # Errors
    /// When too many of a slow lane wait: how long it may take until there are fewer.
    pub fn push(&mut self, lane: Lane, job: HashJob) -> Result<u64, Duration> {
        let most_slow = (self.slots / SLOW_SHARE).max(1);
        if lane != Lane::Own && self.slow.waiting + self.slow.running >= most_slow {
            return Err(self.wait());
        }
        self.load(lane).waiting += 1;
        self.next_number += 1;
        let number = self.next_number;
        self.waiting.push_back(Waiting { number, lane, job });
        Ok(number)
    }

    /// Takes out what nobody waits for any more. Nothing where its turn has come.
    pub fn remove(&mut self, number: u64) {
        let found = self.waiting.iter().position(|it| it.number == number);
        if let Some(job) = found.and_then(|index| self.waiting.remove(index)) {
            self.load(job.lane).waiting -= 1;
        }
    }

    /// The job whose turn it is on a thread: the first that may run beside those that do.
    pub fn pop(&mut self, thread: usize) -> Option<(Lane, HashJob)> {
        let mut large_waits = false;
        let may_run = |job: &Waiting| {
            let may_run = self.may_run(job.lane, thread, large_waits);
            large_waits |= job.lane == Lane::Large;
            may_run
        };
        let first = self.waiting.iter().position(may_run)?;
        let Waiting { lane, job, .. } = self.waiting.remove(first)?;
        let load = self.load(lane);
        load.waiting -= 1;
        load.running += 1;
        self.is_large_running |= lane == Lane::Large;
        Some((lane, job))
    }

    /// After a job, which took so long.
    pub fn done(&mut self, lane: Lane, took: Duration) {
        let load = self.load(lane);
        load.running -= 1;
        load.usual = match load.usual {
            Duration::ZERO => took,
            usual => (usual * (WEIGHT - 1) + took) / WEIGHT,
        };
        if lane == Lane::Large {
            self.is_large_running = false;
        }
    }

    /// Lets the threads end once nothing waits.
    pub fn close(&mut self) {
        self.is_closed = true;
    }

    /// Whether there will be no more jobs.
    pub fn is_closed(&self) -> bool {
        self.is_closed
    }

    /// A large one that waits before a foreign one keeps a thread free for itself: the first may be
    /// busy until others have taken the last one, again and again.
    fn may_run(&self, lane: Lane, thread: usize, large_waits: bool) -> bool {
        let kept = large_waits && !self.is_large_running;
        let running = self.slow.running + u32::from(kept && lane == Lane::Foreign);
        let has_thread = running < self.slow_threads();
        match lane {
            Lane::Own => true,
            Lane::Foreign => has_thread,
            Lane::Large => has_thread && thread == 0,
        }
    }

    fn slow_threads(&self) -> u32 {
        (self.threads / SLOW_SHARE).max(1)
    }

    fn load(&mut self, lane: Lane) -> &mut Load {
        match lane {
            Lane::Own => &mut self.own,
            Lane::Foreign | Lane::Large => &mut self.slow,
        }
    }

    /// How long all that waits and runs takes, at the rate of the last hashes: whole seconds, at
    /// least one.
    fn wait(&self) -> Duration {
        let slow = self.slow.usual * self.slow.all() / self.slow_threads();
        let all =
            (self.own.usual * self.own.all() + self.slow.usual * self.slow.all()) / self.threads;
        let seconds = slow.max(all).as_secs_f64().ceil();
        Duration::from_secs_f64(seconds.max(1.0)).min(LONGEST_WAIT)
    }
}

impl Load {
    fn all(&self) -> u32 {
        self.waiting + self.running
    }
}

#[cfg(test)]
mod tests;
