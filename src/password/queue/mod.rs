//! Who waits for a hash: the rules of [`super::pool`], without threads.

mod slots;
mod turns;

use std::time::Duration;

use super::memory::Memory;
use crate::client_network::Network;

pub use slots::SlotId;
use slots::Slots;
use turns::Turns;

/// What a thread does with its memory.
pub type HashJob = Box<dyn FnOnce(&mut Memory) + Send>;

/// The share of threads, and of slots, that hashes of other programs may have.
const SLOW_SHARE: u32 = 2;
/// How much of a lane's usual duration the last job makes out.
const WEIGHT: u32 = 8;
/// The wait is never said to be longer.
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

/// A job whose turn has come.
pub struct StartedJob {
    pub slot: SlotId,
    pub lane: Lane,
    pub job: HashJob,
}

/// What waits and what runs.
pub struct Queue {
    threads: u32,
    /// Of those who wait and those whose turn it is.
    slots: Slots,
    /// Those of `slots` whose job is in a slow lane.
    slow_slots: Slots,
    next_number: u64,
    turns: Turns,
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
        let slots = waiting.saturating_add(threads);
        Self {
            threads,
            slots: Slots::new(slots),
            slow_slots: Slots::new((slots / SLOW_SHARE).max(1)),
            next_number: 0,
            turns: Turns::default(),
            own: Load::default(),
            slow: Load::default(),
            is_large_running: false,
            is_closed: false,
        }
    }

    /// Takes a slot for a site: an IPv4 address or an IPv6 /48. Where all are taken, the site that
    /// holds most gives one up, if it holds more than this one would.
    ///
    /// # Errors
    /// When there is none: how long it may take until there is.
    pub fn enter(&mut self, network: Network) -> Result<SlotId, Duration> {
        let site = network.site().unwrap_or(network);
        if self.slots.is_full() {
            let given_up = self.slots.newest_of_most(site);
            self.leave(given_up.ok_or_else(|| self.wait())?);
        }
        self.next_number += 1;
        let number = self.next_number;
        let slot = SlotId { site, number };
        self.slots.insert(slot);
        Ok(slot)
    }

    /// Gives a slot back, and takes out what waits with it.
    pub fn leave(&mut self, slot: SlotId) {
        self.remove(slot);
        self.slots.remove(slot);
        self.slow_slots.remove(slot);
    }

    /// Whether a slot was given up for another site: then how long it may take until there is one.
    pub fn given_up(&self, slot: SlotId) -> Option<Duration> {
        (!self.slots.holds(slot)).then(|| self.wait())
    }

    /// Lets a job wait for its turn. One slot has one job at a time. Where too many of the slow
    /// lanes wait, the site that has most of these gives one up, as in [`Self::enter`].
    ///
    /// # Errors
    /// When the slot was given up, or too many of a slow lane wait: how long it may take until
    /// there are fewer.
    pub fn push(&mut self, slot: SlotId, lane: Lane, job: HashJob) -> Result<(), Duration> {
        if let Some(wait) = self.given_up(slot) {
            return Err(wait);
        }
        if lane != Lane::Own {
            if self.slow_slots.is_full() {
                let given_up = self.slow_slots.newest_of_most(slot.site);
                self.leave(given_up.ok_or_else(|| self.wait())?);
            }
            self.slow_slots.insert(slot);
            if self.slots.has_begun(slot) {
                self.slow_slots.begin(slot);
            }
        }
        self.load(lane).waiting += 1;
        self.turns.push(slot, lane, job);
        Ok(())
    }

    /// Takes out what nobody waits for any more. Nothing where its turn has come.
    pub fn remove(&mut self, slot: SlotId) {
        if let Some(lane) = self.turns.remove(slot) {
            self.load(lane).waiting -= 1;
            self.slow_slots.remove(slot);
        }
    }

    /// The job whose turn it is on a thread: the first that may run beside those that do.
    pub fn pop(&mut self, thread: usize) -> Option<StartedJob> {
        let mut large_waits = false;
        let (slow_threads, slow_running) = (self.slow_threads(), self.slow.running);
        let is_large_running = self.is_large_running;
        // A large one that waits before a foreign one keeps a thread free for itself: the first may
        // be busy until others have taken the last one, again and again.
        let may_run = |lane| {
            let is_kept = large_waits && !is_large_running && lane == Lane::Foreign;
            let has_thread = slow_running + u32::from(is_kept) < slow_threads;
            large_waits |= lane == Lane::Large;
            match lane {
                Lane::Own => true,
                Lane::Foreign => has_thread,
                Lane::Large => has_thread && thread == 0,
            }
        };
        let (slot, lane, job) = self.turns.pop(may_run)?;
        self.slots.begin(slot);
        self.slow_slots.begin(slot);
        let load = self.load(lane);
        load.waiting -= 1;
        load.running += 1;
        self.is_large_running |= lane == Lane::Large;
        Some(StartedJob { slot, lane, job })
    }

    /// After the job of a slot, which took so long.
    pub fn done(&mut self, slot: SlotId, lane: Lane, took: Duration) {
        self.slow_slots.remove(slot);
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
