//! Who has sent how much.

use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use lru::LruCache;
use strum::VariantArray;

use super::Limit;
use crate::client_network::Network;
use crate::clock::SharedClock;
use crate::config::{LimitSettings, Rate};
use crate::http::error::{ApiError, ErrorCode};
use crate::random::Random;

/// Buckets that each limit remembers; the one that was used longest ago goes first, and is most
/// likely full again. 14,336 fill a hash table of 16,384 places, as far as it lets itself be
/// filled; one more would double it. Under a million addresses and accounts all limits together
/// take less than 30 MiB.
pub(super) const CAPACITY: NonZeroUsize = NonZeroUsize::MIN.saturating_add(14_335);
/// The same of sites, for a table of 4,096 places.
const SITES: NonZeroUsize = NonZeroUsize::MIN.saturating_add(3_583);
/// How many times the requests of a /64 a /48 may send.
const SITE_FACTOR: u32 = 10;
/// By how much a refused client is told to wait longer than it must, at most: so not all of a hall
/// come back at the same moment.
const SPREAD: Duration = Duration::from_secs(10);

/// Whose bucket it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Holder {
    /// A client network's.
    Network(Network),
    /// An account's, by its number.
    Account(i64),
    /// A client network's in one session, by the bytes of its id.
    Room(Network, [u8; 16]),
}

/// One request that a bucket has given, so that it can be given back.
#[derive(Debug, Clone, Copy)]
pub struct Taken {
    limit: Limit,
    holder: Holder,
    /// In microseconds since 1970.
    at: i64,
}

/// In microseconds since 1970.
#[derive(Clone, Copy)]
struct Bucket {
    /// When it will be full again.
    full_at: i64,
    /// When it was full last and gave a request.
    full_before: i64,
}

/// The buckets of one limit. Those of sites are apart: a /48 has more /64 than are remembered, and
/// would be forgotten among them.
struct Buckets {
    networks: LruCache<Holder, Bucket>,
    sites: LruCache<Holder, Bucket>,
}

/// Every bucket of every limit. Clones share them.
#[derive(Clone)]
pub struct Limits {
    clock: SharedClock,
    random: Random,
    settings: LimitSettings,
    /// In the order of [`Limit`].
    buckets: Arc<[Mutex<Buckets>; Limit::VARIANTS.len()]>,
}

impl Holder {
    /// The /48 around an IPv6 /64, which holds a bucket of its own.
    fn site(self) -> Option<Self> {
        match self {
            Self::Network(network) => network.site().map(Self::Network),
            Self::Room(network, session) => network.site().map(|site| Self::Room(site, session)),
            Self::Account(_) => None,
        }
    }
}

impl Limits {
    /// Every bucket is full.
    pub fn new(settings: &LimitSettings, clock: &SharedClock, random: &Random) -> Self {
        Self {
            clock: clock.clone(),
            random: random.clone(),
            settings: settings.clone(),
            buckets: Arc::new(std::array::from_fn(|_| Mutex::new(Buckets::new()))),
        }
    }

    /// Counts one request.
    ///
    /// # Errors
    /// 429 where it was one too many; then it is not counted.
    pub fn take(&self, limit: Limit, holder: Holder) -> Result<Taken, ApiError> {
        let taken = self.try_take(limit, holder);
        taken.map_err(|wait| self.refusal(wait))
    }

    /// Counts one request under several limits: under all of them, or under none.
    ///
    /// # Errors
    /// 429 where it was one too many for any of them.
    pub fn take_all(&self, wanted: &[(Limit, Holder)]) -> Result<Vec<Taken>, ApiError> {
        let mut taken = Vec::with_capacity(wanted.len());
        for (limit, holder) in wanted {
            match self.take(*limit, *holder) {
                Ok(one) => taken.push(one),
                Err(error) => {
                    self.give_back(&taken);
                    return Err(error);
                }
            }
        }
        Ok(taken)
    }

    /// Takes back what was counted. A bucket that has been full since then keeps its count: time
    /// has taken it back already.
    pub fn give_back(&self, taken: &[Taken]) {
        for Taken { limit, holder, at } in taken {
            let Some(buckets) = self.buckets.get(*limit as usize) else {
                continue;
            };
            let rate = limit.rate(&self.settings);
            let mut buckets = buckets.lock().unwrap_or_else(PoisonError::into_inner);
            for (holder, rate) in holders(*holder, rate) {
                let bucket = buckets.of(holder).get_mut(&holder);
                if let Some(bucket) = bucket.filter(|it| it.full_before <= *at) {
                    bucket.full_at -= rate.interval;
                }
            }
        }
    }

    /// Forgets the buckets that are full again, and counts them.
    pub fn sweep(&self, now: DateTime<Utc>) -> usize {
        let now = now.timestamp_micros();
        let of_one = |buckets: &Mutex<Buckets>| {
            let mut buckets = buckets.lock().unwrap_or_else(PoisonError::into_inner);
            let Buckets { networks, sites } = &mut *buckets;
            [networks, sites]
                .map(|it| sweep(it, now))
                .iter()
                .sum::<usize>()
        };
        self.buckets.iter().map(of_one).sum()
    }

    /// Counts one request.
    ///
    /// # Errors
    /// How long there must be none, where it was one too many; then it is not counted.
    pub fn try_take(&self, limit: Limit, holder: Holder) -> Result<Taken, Duration> {
        let buckets = self.buckets.get(limit as usize);
        let buckets = buckets.filter(|_| self.settings.enabled);
        let buckets = buckets.map(|it| it.lock().unwrap_or_else(PoisonError::into_inner));
        // Read when it is this one's turn: so no bucket was full later than this one takes of it.
        let now = self.clock.now().timestamp_micros();
        let taken = Taken {
            limit,
            holder,
            at: now,
        };
        let Some(mut buckets) = buckets else {
            return Ok(taken);
        };
        let rate = limit.rate(&self.settings);
        let mut poured = Vec::with_capacity(2);
        for (holder, rate) in holders(holder, rate) {
            let bucket = buckets.of(holder).get(&holder).copied();
            poured.push((holder, pour(rate, bucket, now)?));
        }
        for (holder, bucket) in poured {
            buckets.of(holder).put(holder, bucket);
        }
        Ok(taken)
    }

    /// 429 that tells to wait as long as is needed, or up to ten seconds longer.
    fn refusal(&self, wait: Duration) -> ApiError {
        let wait = wait + self.random.up_to(SPREAD);
        ApiError::later(ErrorCode::TooManyRequests, wait)
    }
}

/// Whose buckets a request is taken from, and at which rates: its holder's, and its site's.
fn holders(holder: Holder, rate: Rate) -> impl Iterator<Item = (Holder, Rate)> {
    let site = holder.site().map(|site| (site, rate.times(SITE_FACTOR)));
    [Some((holder, rate)), site].into_iter().flatten()
}

impl Buckets {
    fn new() -> Self {
        // One that is made with its bound takes the room for all of them at once.
        let [mut networks, mut sites] = [LruCache::unbounded(), LruCache::unbounded()];
        networks.resize(CAPACITY);
        sites.resize(SITES);
        Self { networks, sites }
    }

    /// Those among which a holder's is.
    fn of(&mut self, holder: Holder) -> &mut LruCache<Holder, Bucket> {
        match holder {
            Holder::Network(Network::Site(_)) | Holder::Room(Network::Site(_), _) => {
                &mut self.sites
            }
            Holder::Network(_) | Holder::Room(..) | Holder::Account(_) => &mut self.networks,
        }
    }
}

/// Forgets the buckets that are full, and counts them.
fn sweep(buckets: &mut LruCache<Holder, Bucket>, now: i64) -> usize {
    let is_full = |(_, bucket): &(&Holder, &Bucket)| bucket.full_at <= now;
    let full: Vec<_> = buckets.iter().filter(is_full).map(|it| *it.0).collect();
    full.iter().filter_map(|it| buckets.pop(it)).count()
}

/// A bucket after one request more, or how long there must be none. One that is not known is full.
fn pour(rate: Rate, bucket: Option<Bucket>, now: i64) -> Result<Bucket, Duration> {
    let depth = rate.interval * i64::from(rate.burst);
    let full = Bucket {
        full_at: now,
        full_before: now,
    };
    // None is emptier than empty, unless the clock was set back.
    let is_known = |it: &Bucket| (now + 1..=now + depth).contains(&it.full_at);
    let bucket = bucket.filter(is_known).unwrap_or(full);
    let full_at = bucket.full_at + rate.interval;
    match u64::try_from(full_at - depth - now) {
        Ok(wait) if wait > 0 => Err(Duration::from_micros(wait)),
        _ => Ok(Bucket { full_at, ..bucket }),
    }
}
