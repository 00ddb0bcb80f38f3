//! Whose turn it is.

use std::collections::VecDeque;

use super::{HashJob, Lane, SlotId};
use crate::client_network::Network;

/// What waits: a line for each site in each lane. Turns go round the lines; within one, who came
/// first is first.
///
/// A line that cannot have its turn now keeps its place before the others. So no site has two turns
/// in a lane while another waits there for one.
#[derive(Default)]
pub struct Turns(VecDeque<Line>);

struct Line {
    site: Network,
    lane: Lane,
    /// With the numbers of their slots. Never empty.
    jobs: VecDeque<(u64, HashJob)>,
}

impl Turns {
    pub fn push(&mut self, slot: SlotId, lane: Lane, job: HashJob) {
        let job = (slot.number, job);
        let is_theirs = |line: &&mut Line| line.site == slot.site && line.lane == lane;
        match self.0.iter_mut().find(is_theirs) {
            Some(line) => line.jobs.push_back(job),
            None => self.0.push_back(Line {
                site: slot.site,
                lane,
                jobs: VecDeque::from([job]),
            }),
        }
    }

    /// The first job of the first line whose lane `may_run`, which is asked in the order of turns.
    pub fn pop(
        &mut self,
        mut may_run: impl FnMut(Lane) -> bool,
    ) -> Option<(SlotId, Lane, HashJob)> {
        let first = self.0.iter().position(|line| may_run(line.lane))?;
        let mut line = self.0.remove(first)?;
        let (site, lane) = (line.site, line.lane);
        let (number, job) = line.jobs.pop_front()?;
        if !line.jobs.is_empty() {
            self.0.push_back(line);
        }
        Some((SlotId { site, number }, lane, job))
    }

    /// Takes the job of a slot out, and tells its lane.
    pub fn remove(&mut self, slot: SlotId) -> Option<Lane> {
        let find = |line: &Line| line.jobs.iter().position(|it| it.0 == slot.number);
        let of_site = |line: &Line| line.site == slot.site;
        let mut lines = self.0.iter().enumerate().filter(|it| of_site(it.1));
        let (place, index) = lines.find_map(|(place, line)| Some((place, find(line)?)))?;
        let line = self.0.get_mut(place)?;
        let lane = line.lane;
        line.jobs.remove(index);
        if line.jobs.is_empty() {
            self.0.remove(place);
        }
        Some(lane)
    }
}
