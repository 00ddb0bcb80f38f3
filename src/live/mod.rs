//! Live: what changes in a session reaches those who follow it, at whatever server they are.
//!
//! One thread reads what has changed of every followed session (`follower`) and puts it, once and
//! as bytes, into the session's `feed`. Each connection that follows it is a [`Listener`], which
//! takes from the feed what it has not sent yet.

mod error;
mod events;
mod feed;
mod follower;
pub mod handlers;
mod listener;
mod pace;
mod piece;
mod progress;
mod purge;
mod reading;
mod repository;
mod ring;
mod seats;
mod telling;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use chrono::TimeDelta;

use crate::auth::service::ended_logins::EndedLogins;
use crate::changes::{Audience, Change, Position, SessionId, Woken};
use crate::client_network::Network;
use crate::clock::SharedClock;
use crate::random::Random;
use crate::users::CurrentUser;

pub use error::LiveError;
pub use events::{
    CountsEvent, ListenersEvent, PendingEvent, QuestionRemovedEvent, ReadyEvent, ReplyRemovedEvent,
    ResetEvent, SessionCountsEvent, SessionDeletedEvent,
};
pub use follower::Follower;
pub use listener::{Listener, Next};
pub use purge::PURGE;

use feed::Feed;
use seats::Seats;

/// How long a stream lasts that began when its session had ended.
const AFTER_END: TimeDelta = TimeDelta::minutes(10);
/// Who is refused a stream may try again after so long, and up to so much longer at random.
const RETRY_AFTER: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(9));

/// Everything that is followed at this server. Clones share it.
#[derive(Clone)]
pub struct Live(Arc<Hub>);

struct Hub {
    feeds: Mutex<Feeds>,
    seats: Arc<Mutex<Seats>>,
    woken: Woken,
    clock: SharedClock,
    random: Random,
    ended_logins: EndedLogins,
}

#[derive(Default)]
struct Feeds {
    by_session: HashMap<SessionId, Arc<Feed>>,
    /// Nobody begins to follow any more.
    is_stopped: bool,
}

/// Who wants to follow a session, and from where.
#[derive(Debug, Clone)]
pub struct Request {
    /// Which session.
    pub session_id: SessionId,
    /// Who asks; nobody in particular without a token.
    pub me: Option<CurrentUser>,
    /// From where in the network.
    pub network: Network,
    /// Where the events begin.
    pub start: Start,
    /// How far the session has come, as this audience counts.
    pub now: Position,
    /// The same in both ways of counting.
    pub change: Change,
    /// Whether the session has ended: then the stream does, too, after a while.
    pub is_over: bool,
}

/// Where events begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// Behind this number.
    After(i64),
    /// The client has to read everything anew, and goes on from the session's number now.
    Reset,
}

impl Live {
    /// Nobody follows anything yet. At most `most` connections will.
    pub fn new(
        woken: Woken,
        clock: SharedClock,
        random: Random,
        ended_logins: EndedLogins,
        most: usize,
    ) -> Self {
        Self(Arc::new(Hub {
            feeds: Mutex::default(),
            seats: Arc::new(Mutex::new(Seats::new(most))),
            woken,
            clock,
            random,
            ended_logins,
        }))
    }

    /// Lets someone follow a session.
    ///
    /// # Errors
    /// [`LiveError::TooManyOfAccount`], and [`LiveError::Full`].
    pub fn follow(&self, request: Request) -> Result<Listener, LiveError> {
        let ends_at = request.is_over.then(|| self.0.clock.now() + AFTER_END);
        let seat = seats::take(&self.0.seats, request.network, request.me, ends_at)?;
        let mut feeds = self.0.lock();
        if feeds.is_stopped {
            seat.end();
        }
        let new_feed = || Arc::new(Feed::new(request.change, request.now.epoch));
        let feed = feeds.by_session.entry(request.session_id);
        let feed = Arc::clone(feed.or_insert_with(new_feed));
        feed.add(&seat);
        drop(feeds);
        self.0.woken.nudge();
        Ok(Listener::new(self.clone(), request, feed, seat))
    }

    /// When who is refused may try again: not all at once.
    fn retry_after(&self) -> Duration {
        let (least, more) = RETRY_AFTER;
        least + self.0.random.up_to(more)
    }

    /// Ends every stream, and lets nobody follow any more: before the server stops.
    pub fn stop(&self) {
        let mut feeds = self.0.lock();
        feeds.is_stopped = true;
        for feed in feeds.by_session.values() {
            feed.end();
        }
        drop(feeds);
        self.0.woken.nudge();
    }

    /// Forgets a feed that nobody follows any more.
    fn forget(&self, session_id: SessionId, feed: &Arc<Feed>) {
        let mut feeds = self.0.lock();
        let is_this = |it: &Arc<Feed>| Arc::ptr_eq(it, feed);
        if feed.len() == 0 && feeds.by_session.get(&session_id).is_some_and(is_this) {
            feeds.by_session.remove(&session_id);
        }
    }
}

impl Hub {
    fn lock(&self) -> MutexGuard<'_, Feeds> {
        self.feeds.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The audience that somebody belongs to.
fn audience_of(me: Option<CurrentUser>, hosts: &piece::Present) -> Audience {
    Audience::of(me.is_some_and(|me| hosts.hosts.contains(&me.user_id)))
}
