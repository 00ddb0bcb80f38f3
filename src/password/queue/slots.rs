//! Who holds how many slots, and who gives one up for a newcomer.

use std::collections::{BTreeSet, HashMap};

use crate::client_network::Network;

/// One slot of one site.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SlotId {
    pub site: Network,
    /// The later it was taken, the greater.
    pub number: u64,
}

/// Slots that all sites share. One site may hold those that nobody else wants.
pub struct Slots {
    size: usize,
    taken: usize,
    /// None is empty.
    pub(super) by_site: HashMap<Network, SlotsOfSite>,
}

/// The numbers of a site's slots.
#[derive(Default)]
pub(super) struct SlotsOfSite {
    /// Their first hash has not begun.
    fresh: BTreeSet<u64>,
    begun: BTreeSet<u64>,
}

impl Slots {
    pub fn new(size: u32) -> Self {
        Self {
            size: usize::try_from(size).unwrap_or(usize::MAX),
            taken: 0,
            by_site: HashMap::new(),
        }
    }

    pub fn is_full(&self) -> bool {
        self.taken >= self.size
    }

    /// The slot that is given up for one more of `newcomer`: the newest of the site that holds
    /// most. `None` where no site would hold more than the newcomer's, nor as many.
    ///
    /// A slot stays once its first hash has begun. So a site counts only if it has others.
    pub fn newest_of_most(&self, newcomer: Network) -> Option<SlotId> {
        let wanted = self.by_site.get(&newcomer).map_or(0, SlotsOfSite::len) + 1;
        let larger = self.by_site.iter().filter(|(_, it)| it.len() > wanted);
        let newest = larger.filter_map(|(site, it)| Some((it.len(), *it.fresh.last()?, *site)));
        let (_, number, site) = newest.max_by_key(|(held, number, _)| (*held, *number))?;
        Some(SlotId { site, number })
    }

    /// Takes a slot, full or not.
    pub fn insert(&mut self, slot: SlotId) {
        let of_site = self.by_site.entry(slot.site).or_default();
        self.taken += usize::from(of_site.fresh.insert(slot.number));
    }

    /// From now on the slot is not given up.
    pub fn begin(&mut self, slot: SlotId) {
        if let Some(of_site) = self.by_site.get_mut(&slot.site)
            && of_site.fresh.remove(&slot.number)
        {
            of_site.begun.insert(slot.number);
        }
    }

    pub fn remove(&mut self, slot: SlotId) {
        if let Some(of_site) = self.by_site.get_mut(&slot.site) {
            let was_held = of_site.fresh.remove(&slot.number) || of_site.begun.remove(&slot.number);
            self.taken -= usize::from(was_held);
            if of_site.len() == 0 {
                self.by_site.remove(&slot.site);
            }
        }
    }

    pub fn holds(&self, slot: SlotId) -> bool {
        let of_site = self.by_site.get(&slot.site);
        self.has_begun(slot) || of_site.is_some_and(|it| it.fresh.contains(&slot.number))
    }

    pub fn has_begun(&self, slot: SlotId) -> bool {
        let of_site = self.by_site.get(&slot.site);
        of_site.is_some_and(|it| it.begun.contains(&slot.number))
    }
}

impl SlotsOfSite {
    fn len(&self) -> usize {
        self.fresh.len() + self.begun.len()
    }
}
