//! How many streams there may be, and who gives one up.
//!
//! A site (an IPv4 address, an IPv6 /48) may have every stream that nobody else wants, as a hall
//! behind one address does. When all are taken and another site comes, the newest stream of the one
//! that has most ends.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use chrono::{DateTime, Utc};
use futures_util::task::AtomicWaker;

use super::LiveError;
use crate::client_network::Network;
use crate::users::{CurrentUser, LoginId, UserId};

/// Streams of one account at once.
const OF_ACCOUNT: usize = 20;

/// Which streams there are.
pub struct Seats {
    most: usize,
    taken: usize,
    next: u64,
    by_site: HashMap<Network, Vec<Weak<Seat>>>,
    by_account: HashMap<UserId, usize>,
}

/// The right to one stream, until it is dropped.
pub struct Seat {
    /// No other seat has it; later ones have greater numbers.
    pub number: u64,
    /// Of the task that sends the stream.
    pub waker: AtomicWaker,
    is_ended: AtomicBool,
    /// It waits for what it has missed.
    pub waits: AtomicBool,
    /// Which login it was opened with, if it was with one.
    pub login: Option<LoginId>,
    /// When the stream ends by itself.
    pub ends_at: Option<DateTime<Utc>>,
    site: Network,
    account: Option<UserId>,
    seats: Arc<Mutex<Seats>>,
}

impl Seats {
    /// At most so many.
    pub fn new(most: usize) -> Self {
        Self {
            most,
            taken: 0,
            next: 0,
            by_site: HashMap::new(),
            by_account: HashMap::new(),
        }
    }

    /// How many streams a site has.
    fn of_site(&self, site: Network) -> usize {
        self.by_site.get(&site).map_or(0, Vec::len)
    }

    /// The newest stream of the site that has most, if that is more than `site` has with one more.
    fn newest_of_most(&mut self, site: Network) -> Option<Weak<Seat>> {
        let own = self.of_site(site);
        let most = self.by_site.iter_mut().max_by_key(|(_, seats)| seats.len());
        let (_, seats) = most.filter(|(_, seats)| seats.len() > own + 1)?;
        seats.pop()
    }
}

/// Takes a seat, if there is one or somebody has to give one up.
///
/// # Errors
/// [`LiveError::TooManyOfAccount`], and [`LiveError::Full`].
pub fn take(
    shared: &Arc<Mutex<Seats>>,
    network: Network,
    me: Option<CurrentUser>,
    ends_at: Option<DateTime<Utc>>,
) -> Result<Arc<Seat>, LiveError> {
    let account = me.map(|me| me.user_id);
    let site = network.site().unwrap_or(network);
    let mut seats = lock(shared);
    let of_account = account.and_then(|it| seats.by_account.get(&it));
    if of_account.is_some_and(|count| *count >= OF_ACCOUNT) {
        return Err(LiveError::TooManyOfAccount);
    }
    let mut given_up = None;
    if seats.taken >= seats.most {
        let newest = seats.newest_of_most(site).ok_or(LiveError::Full)?;
        given_up = newest.upgrade();
        seats.taken -= 1;
    }
    let seat = Arc::new(Seat {
        number: seats.next,
        waker: AtomicWaker::new(),
        is_ended: AtomicBool::new(false),
        waits: AtomicBool::new(false),
        login: me.map(|me| me.login_id),
        ends_at,
        site,
        account,
        seats: Arc::clone(shared),
    });
    seats.next += 1;
    seats.taken += 1;
    seats
        .by_site
        .entry(site)
        .or_default()
        .push(Arc::downgrade(&seat));
    if let Some(account) = account {
        *seats.by_account.entry(account).or_default() += 1;
    }
    drop(seats);
    if let Some(given_up) = given_up {
        given_up.end();
    }
    Ok(seat)
}

fn lock(seats: &Mutex<Seats>) -> MutexGuard<'_, Seats> {
    seats.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Seat {
    /// Lets the stream end.
    pub fn end(&self) {
        self.is_ended.store(true, Ordering::Release);
        self.waker.wake();
    }

    /// Whether the stream has to end.
    pub fn is_ended(&self) -> bool {
        self.is_ended.load(Ordering::Acquire)
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut seats = lock(&self.seats);
        if let Some(account) = self.account
            && let Some(count) = seats.by_account.get_mut(&account)
        {
            *count -= 1;
            if *count == 0 {
                seats.by_account.remove(&account);
            }
        }
        let Some(of_site) = seats.by_site.get_mut(&self.site) else {
            return;
        };
        // A seat that was given up is not there any more.
        let is_this = |it: &Weak<Seat>| std::ptr::eq(it.as_ptr(), self);
        let place = of_site.iter().position(is_this);
        if let Some(place) = place {
            of_site.remove(place);
        }
        if of_site.is_empty() {
            seats.by_site.remove(&self.site);
        }
        if place.is_some() {
            seats.taken -= 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(number: u8) -> Network {
        Network::Address([203, 0, 113, number])
    }

    fn full(of: &[(u8, usize)]) -> (Arc<Mutex<Seats>>, Vec<Arc<Seat>>) {
        let most = of.iter().map(|(_, count)| count).sum();
        let shared = Arc::new(Mutex::new(Seats::new(most)));
        let all = of
            .iter()
            .flat_map(|(number, count)| [*number].repeat(*count));
        let seats = all.map(|number| take(&shared, network(number), None, None).expect("a seat"));
        let seats = seats.collect();
        (shared, seats)
    }

    fn ended(seats: &[Arc<Seat>]) -> Vec<usize> {
        let places = seats.iter().enumerate().filter(|(_, seat)| seat.is_ended());
        places.map(|(place, _)| place).collect()
    }

    #[test]
    fn the_newest_of_whoever_has_most_is_given_up() {
        let (shared, seats) = full(&[(1, 4), (2, 2)]);
        let new = take(&shared, network(3), None, None);
        assert!(new.is_ok());
        assert_eq!(ended(&seats), [3]);
    }

    #[test]
    fn nobody_gives_up_what_would_leave_less_than_the_other_has() {
        let (shared, seats) = full(&[(1, 3), (2, 2)]);
        assert_eq!(
            take(&shared, network(2), None, None).err(),
            Some(LiveError::Full)
        );
        assert_eq!(
            take(&shared, network(1), None, None).err(),
            Some(LiveError::Full)
        );
        assert!(ended(&seats).is_empty());
        drop(seats);
        assert!(
            take(&shared, network(1), None, None).is_ok(),
            "seats are given back"
        );
    }

    #[test]
    fn a_site_counts_as_one_whatever_subnets_it_has() {
        let subnet = |last| Network::Subnet([0x20, 1, 0xd, 0xb8, 0, 1, 0, last]);
        let shared = Arc::new(Mutex::new(Seats::new(2)));
        let of_site = [1, 2].map(|last| take(&shared, subnet(last), None, None).expect("a seat"));
        assert_eq!(
            take(&shared, subnet(3), None, None).err(),
            Some(LiveError::Full)
        );
        assert!(take(&shared, network(1), None, None).is_ok());
        assert_eq!(ended(&of_site), [1]);
    }
}
