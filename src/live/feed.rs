//! What this server keeps of a session for those who follow it here.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::sync::atomic::{AtomicI64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;

use chrono::{DateTime, Utc};

use super::pace;
use super::piece::SharedPiece;
use super::ring::{At, Ring};
use super::seats::Seat;
use crate::changes::{Audience, Change, Epoch};
use crate::clock::Stopwatch;
use crate::users::LoginId;

/// How many are woken without a pause: a millisecond's work.
const WOKEN_AT_ONCE: usize = 40;

/// A followed session.
pub struct Feed {
    shared: Mutex<Shared>,
    seats: Mutex<HashMap<u64, Arc<Seat>>>,
    /// How many follow the session at all servers, as far as is known.
    listeners: AtomicI64,
    /// How far the session had come when it was first followed here.
    pub(super) first_change: Change,
}

struct Shared {
    ring: Ring,
    epoch: Epoch,
    /// The last piece that tells who is a host.
    last: Option<SharedPiece>,
    /// What those have missed who came last, for each audience, and the place in the ring from
    /// which they go on.
    caught_up: [Option<(CaughtUp, u64)>; 2],
    /// The smallest number from which somebody waits to be caught up, for each audience.
    waiting: [Option<i64>; 2],
    /// How often what waits was taken: it is read after that.
    turn: Turn,
}

/// When somebody began to wait, or when what had waited was taken.
pub type Turn = u64;

/// What somebody has missed.
#[derive(Debug, Clone)]
pub struct CaughtUp {
    /// It is for those who have waited since then or longer. For others it was read too early: it
    /// may tell what was gone when they came.
    pub turn: Turn,
    /// It tells what came after this number, as its audience counts.
    pub after: i64,
    /// `None` where that is too much.
    pub piece: Option<SharedPiece>,
    /// Whether that is as far as the feed was told.
    pub is_whole: bool,
}

/// How far everybody was told.
pub struct Told {
    pub change: Change,
    pub epoch: Epoch,
    /// Of the next piece in the ring.
    pub place: u64,
    /// The last piece that tells who is a host.
    pub last: Option<SharedPiece>,
}

/// How somebody who has been told a number goes on.
#[derive(Debug)]
pub enum Attached {
    /// In the ring, from this place on.
    At(u64),
    /// With this piece, and then in the ring from this place on; without one it has to ask again.
    Behind(SharedPiece, Option<u64>),
    /// By reading everything anew.
    TooFar,
    /// Once what is missing was read, for which it has waited since then.
    Later(Option<Turn>),
}

impl CaughtUp {
    /// Whether it tells what somebody needs who was told everything up to `number`.
    fn is_for(&self, number: i64) -> bool {
        match self.piece {
            Some(_) => self.after <= number,
            None => number <= self.after,
        }
    }
}

fn index(audience: Audience) -> usize {
    match audience {
        Audience::All => 0,
        Audience::Hosts => 1,
    }
}

impl Feed {
    /// Nothing is kept yet of a session that has come so far.
    pub fn new(change: Change, epoch: Epoch) -> Self {
        Self {
            shared: Mutex::new(Shared {
                ring: Ring::new(change),
                epoch,
                last: None,
                caught_up: [None, None],
                waiting: [None, None],
                turn: 0,
            }),
            seats: Mutex::default(),
            listeners: AtomicI64::new(0),
            first_change: change,
        }
    }

    /// Lets a listener be woken from now on.
    pub fn add(&self, seat: &Arc<Seat>) {
        self.seats().insert(seat.number, Arc::clone(seat));
    }

    /// Forgets a listener.
    pub fn remove(&self, seat: &Seat) {
        self.seats().remove(&seat.number);
    }

    /// How many follow the session here.
    pub fn len(&self) -> usize {
        self.seats().len()
    }

    /// How many follow the session at all servers.
    pub fn listeners(&self) -> i64 {
        let here = i64::try_from(self.len()).unwrap_or(i64::MAX);
        self.listeners.load(Relaxed).max(here)
    }

    /// Notes how many follow the session at all servers. Tells whether that is another number.
    pub fn set_listeners(&self, count: i64) -> bool {
        self.listeners.swap(count, Relaxed) != count
    }

    /// Ends the streams whose login has ended, or whose time has passed.
    pub fn end_over(&self, has_ended: impl Fn(LoginId) -> bool, now: DateTime<Utc>) {
        let seats = self.seats();
        let is_over = |seat: &&Arc<Seat>| {
            seat.login.is_some_and(&has_ended) || seat.ends_at.is_some_and(|it| it <= now)
        };
        seats.values().filter(is_over).for_each(|seat| seat.end());
    }

    /// Wakes those who follow it, a few at a time, and tells how many. What is woken together is
    /// sent together: a request that comes meanwhile waits for it.
    fn wake(&self, is_wanted: impl Fn(&Seat) -> bool) -> usize {
        let wanted = |seat: &&Arc<Seat>| is_wanted(seat);
        let seats: Vec<Arc<Seat>> = self.seats().values().filter(wanted).cloned().collect();
        let begun = Stopwatch::start();
        let mut woken = 0;
        for few in seats.chunks(WOKEN_AT_ONCE) {
            thread::sleep(pace::time_of(woken).saturating_sub(begun.elapsed()));
            few.iter().for_each(|seat| seat.waker.wake());
            woken += few.len();
        }
        woken
    }

    /// Ends the streams of all who follow.
    pub fn end(&self) {
        self.seats().values().for_each(|seat| seat.end());
    }

    /// Adds a piece, wakes everybody, and tells how many that are.
    pub fn publish(&self, piece: SharedPiece) -> usize {
        let mut shared = self.lock();
        if piece.is_reset {
            shared.caught_up = [None, None];
        }
        shared.epoch = piece.epoch;
        if piece.is_reset || piece.present.is_some() {
            shared.last = Some(Arc::clone(&piece));
        }
        shared.ring.push(piece);
        drop(shared);
        self.wake(|_| true)
    }

    /// Keeps what some have missed, and wakes them.
    pub fn catch_up(&self, audience: Audience, caught_up: CaughtUp) {
        let mut shared = self.lock();
        let (_, place) = shared.ring.end();
        if let Some(kept) = shared.caught_up.get_mut(index(audience)) {
            *kept = Some((caught_up, place));
        }
        drop(shared);
        self.wake(|seat| seat.waits.load(Relaxed));
    }

    /// Takes the smallest number from which somebody of an audience waits to be caught up.
    pub fn take_waiting(&self, audience: Audience) -> Option<(i64, Turn)> {
        let mut shared = self.lock();
        let number = shared.waiting.get_mut(index(audience))?.take()?;
        let turn = shared.turn;
        shared.turn += 1;
        Some((number, turn))
    }

    /// How far everybody was told, and what comes next.
    pub fn told(&self) -> Told {
        let shared = self.lock();
        let (change, place) = shared.ring.end();
        Told {
            change,
            epoch: shared.epoch,
            place,
            last: shared.last.clone(),
        }
    }

    /// What is at a place of the ring.
    pub fn at(&self, place: u64) -> At {
        self.lock().ring.at(place)
    }

    /// How somebody goes on who was told everything up to `number` of this epoch, and has waited
    /// since `asked`. What the ring has kept is for those alone who were there when it was told:
    /// others would be told what was taken away since.
    pub fn attach(
        &self,
        audience: Audience,
        number: i64,
        epoch: Epoch,
        asked: Option<Turn>,
    ) -> Attached {
        let mut shared = self.lock();
        let (told, place) = shared.ring.end();
        if shared.epoch != epoch {
            return Attached::TooFar;
        }
        match number.cmp(&told.number_for(audience)) {
            Ordering::Equal => return Attached::At(place),
            // It is woken when that is told.
            Ordering::Greater => return Attached::Later(None),
            Ordering::Less => {}
        }
        let kept = shared.caught_up.get(index(audience));
        let kept = kept.and_then(Option::as_ref);
        let read = kept.filter(|(it, _)| asked.is_some_and(|asked| asked <= it.turn));
        if let Some((caught_up, place)) = read.filter(|(it, _)| it.is_for(number))
            && !matches!(shared.ring.at(*place), At::Lost)
        {
            return match &caught_up.piece {
                Some(piece) => {
                    let place = caught_up.is_whole.then_some(*place);
                    Attached::Behind(Arc::clone(piece), place)
                }
                None => Attached::TooFar,
            };
        }
        if asked.is_some() && read.is_none() {
            return Attached::Later(asked);
        }
        let turn = shared.turn;
        if let Some(waiting) = shared.waiting.get_mut(index(audience)) {
            *waiting = Some(waiting.map_or(number, |it| it.min(number)));
        }
        Attached::Later(Some(turn))
    }

    fn seats(&self) -> MutexGuard<'_, HashMap<u64, Arc<Seat>>> {
        self.seats.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn lock(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
