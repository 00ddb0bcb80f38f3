//! Whatever people do in whatever order, the rules hold: compared with a list of all slots, which
//! is searched anew at each step.

use std::collections::HashSet;

use proptest::prelude::*;

use super::*;

/// What is done next, to the slot at a place in the list.
#[derive(Debug, Clone)]
enum Step {
    Enter(u8),
    Push(prop::sample::Index, Lane),
    Pop(usize),
    Done(prop::sample::Index),
    HangUp(prop::sample::Index),
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum State {
    Idle,
    Waiting(Lane),
    Running(Lane),
}

#[derive(Debug, Clone, Copy)]
struct HeldSlot {
    slot: SlotId,
    state: State,
    has_begun: bool,
}

struct Model {
    queue: Queue,
    size: usize,
    held: Vec<HeldSlot>,
    /// For each site that waits in a lane: who had a turn there since it began to wait for its own.
    passed_by: Vec<(Network, Lane, HashSet<Network>)>,
}

impl HeldSlot {
    fn is_slow(&self) -> bool {
        matches!(
            self.state,
            State::Waiting(Lane::Foreign | Lane::Large)
                | State::Running(Lane::Foreign | Lane::Large)
        )
    }
}

impl Model {
    fn new(threads: u32, waiting: u32) -> Self {
        Self {
            queue: Queue::new(threads, waiting),
            size: (threads + waiting) as usize,
            held: Vec::new(),
            passed_by: Vec::new(),
        }
    }

    fn step(&mut self, step: Step) {
        let at = |index: prop::sample::Index| {
            (!self.held.is_empty()).then(|| index.index(self.held.len()))
        };
        match step {
            Step::Enter(number) => self.enter(site(number)),
            Step::Push(index, lane) => {
                if let Some(at) = at(index) {
                    self.push(at, lane);
                }
            }
            Step::Pop(thread) => self.pop(thread),
            Step::Done(index) => {
                if let Some(at) = at(index) {
                    self.done(at);
                }
            }
            Step::HangUp(index) => {
                if let Some(at) = at(index).filter(|at| !self.is_running(*at)) {
                    self.queue.leave(self.held.remove(at).slot);
                }
            }
        }
        self.forget_who_waits_no_more();
        assert!(self.held.len() <= self.size);
        assert!(self.slow().len() <= (self.size / 2).max(1));
    }

    fn enter(&mut self, site: Network) {
        let is_full = self.held.len() == self.size;
        let expected = is_full.then(|| given_up(&self.held, site));
        match self.queue.enter(site) {
            Ok(slot) => {
                self.expect_given_up(expected.map(|it| it.expect("a larger site")));
                self.held.push(HeldSlot {
                    slot,
                    state: State::Idle,
                    has_begun: false,
                });
            }
            Err(_) => {
                assert_eq!(expected, Some(None));
                self.expect_given_up(None);
            }
        }
    }

    fn push(&mut self, at: usize, lane: Lane) {
        let HeldSlot { slot, state, .. } = self.held[at];
        if state != State::Idle {
            return;
        }
        let is_full = lane != Lane::Own && self.slow().len() == (self.size / 2).max(1);
        let expected = is_full.then(|| given_up(&self.slow(), slot.site));
        match push(&mut self.queue, slot, lane) {
            Ok(()) => {
                self.held[at].state = State::Waiting(lane);
                self.expect_given_up(expected.map(|it| it.expect("a larger site")));
                let is_theirs = |it: &&(Network, Lane, _)| (it.0, it.1) == (slot.site, lane);
                if self.passed_by.iter().find(is_theirs).is_none() {
                    self.passed_by.push((slot.site, lane, HashSet::new()));
                }
            }
            Err(_) => {
                assert_eq!(expected, Some(None));
                self.expect_given_up(None);
            }
        }
    }

    fn pop(&mut self, thread: usize) {
        let Some(StartedJob { slot, lane, .. }) = self.queue.pop(thread) else {
            let is_ours = |it: &HeldSlot| it.state == State::Waiting(Lane::Own);
            assert!(!self.held.iter().any(is_ours), "nothing holds up our own");
            return;
        };
        let held = self.held.iter_mut().find(|it| it.slot == slot);
        let held = held.expect("who has a turn has a slot");
        assert_eq!(held.state, State::Waiting(lane));
        held.state = State::Running(lane);
        held.has_begun = true;
        for (site, of_lane, passed_by) in &mut self.passed_by {
            if (*site, *of_lane) == (slot.site, lane) {
                passed_by.clear();
            } else if *of_lane == lane {
                let is_first = passed_by.insert(slot.site);
                assert!(
                    is_first,
                    "{:?} has two turns while {site:?} waits",
                    slot.site
                );
            }
        }
    }

    fn done(&mut self, at: usize) {
        if let State::Running(lane) = self.held[at].state {
            self.queue.done(self.held[at].slot, lane, SECOND);
            self.held[at].state = State::Idle;
        }
    }

    fn slow(&self) -> Vec<HeldSlot> {
        self.held
            .iter()
            .copied()
            .filter(HeldSlot::is_slow)
            .collect()
    }

    fn is_running(&self, at: usize) -> bool {
        matches!(self.held[at].state, State::Running(_))
    }

    fn expect_given_up(&mut self, expected: Option<SlotId>) {
        let queue = &self.queue;
        let is_gone = |it: &HeldSlot| queue.given_up(it.slot).is_some();
        let gone: Vec<_> = self
            .held
            .iter()
            .filter(|it| is_gone(it))
            .map(|it| it.slot)
            .collect();
        assert_eq!(gone, Vec::from_iter(expected));
        self.held.retain(|it| !gone.contains(&it.slot));
    }

    fn forget_who_waits_no_more(&mut self) {
        let held = &self.held;
        self.passed_by.retain(|(site, lane, _)| {
            held.iter()
                .any(|it| it.slot.site == *site && it.state == State::Waiting(*lane))
        });
    }

    /// Lets all that waits have its turn and everybody go.
    fn end(mut self) {
        for _ in 0..=2 * self.held.len() {
            self.pop(0);
            (0..self.held.len()).for_each(|at| self.done(at));
            self.forget_who_waits_no_more();
        }
        assert!(
            self.held.iter().all(|it| it.state == State::Idle),
            "somebody waits for ever"
        );
        self.held.iter().for_each(|it| self.queue.leave(it.slot));
        assert_eq!((self.queue.own.all(), self.queue.slow.all()), (0, 0));
        for slots in [&self.queue.slots, &self.queue.slow_slots] {
            assert!(slots.by_site.is_empty(), "who has no slot is remembered");
        }
    }
}

/// The rule in other words: of all sites with a slot to give up, those that hold most; of theirs,
/// the newest. Only if that site holds more than the newcomer's would.
fn given_up(held: &[HeldSlot], newcomer: Network) -> Option<SlotId> {
    let count = |site| held.iter().filter(|it| it.slot.site == site).count();
    let fresh = held.iter().filter(|it| !it.has_begun).map(|it| it.slot);
    let of_most = fresh.max_by_key(|it| (count(it.site), it.number))?;
    (count(of_most.site) > count(newcomer) + 1).then_some(of_most)
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let index = any::<prop::sample::Index>;
    let lane = prop::sample::select(vec![Lane::Own, Lane::Own, Lane::Foreign, Lane::Large]);
    let step = prop_oneof![
        // One site is busier than the others.
        6 => prop_oneof![Just(0_u8), 0..5_u8].prop_map(Step::Enter),
        6 => (index(), lane).prop_map(|(index, lane)| Step::Push(index, lane)),
        3 => (0..4_usize).prop_map(Step::Pop),
        2 => index().prop_map(Step::Done),
        1 => index().prop_map(Step::HangUp),
    ];
    prop::collection::vec(step, 0..200)
}

proptest! {
    #[test]
    fn slots_and_turns_are_shared_by_the_rules(threads in 1..5_u32, waiting in 1..12_u32, steps in steps()) {
        let mut model = Model::new(threads, waiting);
        steps.into_iter().for_each(|step| model.step(step));
        model.end();
    }
}
