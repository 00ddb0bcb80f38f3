//! One connection that follows a session: what it has not sent yet.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::Waker;

use bytes::Bytes;

use super::feed::{Attached, Feed, Turn};
use super::piece::{SharedPiece, frame, reset_frame};
use super::ring::At;
use super::seats::Seat;
use super::{Live, ReadyEvent, Request, Start, audience_of};
use crate::changes::{Audience, Epoch, Position, SessionId};
use crate::users::CurrentUser;

/// Between the least and the most milliseconds after which a browser comes back: all of a hall at
/// once would be many.
const RETRY: (u64, u64) = (1_000, 5_000);

/// A connection that follows a session, until it is dropped.
pub struct Listener {
    live: Live,
    session_id: SessionId,
    me: Option<CurrentUser>,
    audience: Audience,
    epoch: Epoch,
    /// Everything up to this number, as its audience counts, was sent.
    number: i64,
    feed: Arc<Feed>,
    seat: Arc<Seat>,
    /// What is sent before anything of the feed.
    first: Option<Bytes>,
    place: Place,
    is_ended: bool,
}

/// Where a listener is.
enum Place {
    /// It was told everything up to its number, and knows no place yet. It may wait since then for
    /// what it has missed.
    Unknown(Option<Turn>),
    /// It is sent this piece, and then what is in the ring from a place on; without one it asks
    /// again.
    Behind(SharedPiece, Option<u64>),
    /// It is sent what is in the ring from this place on.
    At(u64),
}

/// What a connection does next.
#[derive(Debug, PartialEq, Eq)]
pub enum Next {
    /// It sends this.
    Send(Bytes),
    /// It waits to be woken.
    Wait,
    /// It ends.
    End,
}

impl Listener {
    pub(super) fn new(live: Live, request: Request, feed: Arc<Feed>, seat: Arc<Seat>) -> Self {
        let number = match request.start {
            Start::After(number) => number,
            Start::Reset => request.now.number,
        };
        let from = Position {
            number,
            ..request.now
        };
        let first = begin(&live, request.now, from, feed.listeners(), request.start);
        Self {
            session_id: request.session_id,
            me: request.me,
            audience: request.now.audience,
            epoch: request.now.epoch,
            number,
            feed,
            seat,
            first: Some(first.into()),
            place: Place::Unknown(None),
            is_ended: false,
            live,
        }
    }

    /// What to do next. Where that is to wait, `waker` is woken when there is more to do.
    pub fn next(&mut self, waker: &Waker) -> Next {
        // Before anything is looked at: what happens in between wakes it.
        self.seat.waker.register(waker);
        if self.is_ended || self.is_over() {
            return Next::End;
        }
        if let Some(first) = self.first.take() {
            return Next::Send(first);
        }
        loop {
            let bytes = match &self.place {
                Place::Unknown(asked) => match self.attach(*asked) {
                    Some(bytes) => bytes,
                    None => return Next::Wait,
                },
                Place::Behind(piece, place) => {
                    let (piece, place) = (Arc::clone(piece), *place);
                    self.place = place.map_or(Place::Unknown(None), Place::At);
                    self.take(&piece)
                }
                Place::At(place) => match self.feed.at(*place) {
                    At::Piece(piece) => {
                        self.place = Place::At(place + 1);
                        self.take(&piece)
                    }
                    At::Nothing => return Next::Wait,
                    // It comes back, and goes on from the last id that it was told.
                    At::Lost => return Next::End,
                },
            };
            if !bytes.is_empty() {
                return Next::Send(bytes);
            }
        }
    }

    /// Finds its place. `None` where it has to wait; else what it is sent before that.
    fn attach(&mut self, asked: Option<Turn>) -> Option<Bytes> {
        // Before it is looked for: what is found in between wakes it.
        self.seat.waits.store(true, Ordering::Relaxed);
        let attached = self
            .feed
            .attach(self.audience, self.number, self.epoch, asked);
        match attached {
            Attached::At(place) => self.place = Place::At(place),
            Attached::Behind(piece, place) => self.place = Place::Behind(piece, place),
            Attached::TooFar => {
                self.seat.waits.store(false, Ordering::Relaxed);
                return Some(self.begin_anew());
            }
            Attached::Later(since) => {
                self.place = Place::Unknown(since);
                if since != asked {
                    self.live.0.woken.nudge();
                }
                return None;
            }
        }
        self.seat.waits.store(false, Ordering::Relaxed);
        Some(Bytes::new())
    }

    /// What it is sent of a piece.
    fn take(&mut self, piece: &SharedPiece) -> Bytes {
        self.is_ended = piece.is_last;
        // Asked of who was a host after all that the piece tells had happened: so nothing that was
        // said after a revoke reaches somebody as a host.
        let present = piece.present.as_ref();
        let audience = present.map_or(self.audience, |it| audience_of(self.me, it));
        if audience != self.audience {
            self.audience = audience;
            return self.begin_anew();
        }
        let me = self.me.map(|me| me.user_id);
        let bytes = piece.bytes(audience, me, self.number);
        let through = piece.position(audience);
        if piece.is_reset {
            (self.number, self.epoch) = (through.number, through.epoch);
        }
        self.number = self.number.max(through.number);
        bytes
    }

    /// Goes on from what was told last, as who it was then: everything before has to be read anew.
    fn begin_anew(&mut self) -> Bytes {
        let told = self.feed.told();
        if let Some(present) = told.last.as_ref().and_then(|it| it.present.as_ref()) {
            self.audience = audience_of(self.me, present);
        }
        self.place = Place::At(told.place);
        self.number = told.change.number_for(self.audience);
        self.epoch = told.epoch;
        reset_frame(self.position()).into()
    }

    fn position(&self) -> Position {
        Position {
            epoch: self.epoch,
            audience: self.audience,
            number: self.number,
        }
    }

    /// Whether it ends for a reason of its own. The login is asked for each time: nothing that a
    /// host sees is sent once it has ended.
    fn is_over(&self) -> bool {
        let ended_logins = &self.live.0.ended_logins;
        self.seat.is_ended() || self.me.is_some_and(|me| ended_logins.knows(me.login_id))
    }
}

/// What every stream begins with.
fn begin(live: &Live, now: Position, from: Position, listeners: i64, start: Start) -> String {
    let random: [u8; 8] = live.0.random.bytes();
    let (least, most) = RETRY;
    let retry = least + u64::from_be_bytes(random) % (most - least + 1);
    let ready = ReadyEvent {
        audience: match now.audience {
            Audience::All => "all",
            Audience::Hosts => "host",
        },
        change: now,
        listeners,
    };
    let mut first = format!("retry: {retry}\n\n");
    if start == Start::Reset {
        // Without an id: who is cut off here has to be told again.
        first.push_str(&frame("ready", None, &ready));
        first.push_str(&reset_frame(now));
    } else {
        first.push_str(&frame("ready", Some(from), &ready));
    }
    first
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.feed.remove(&self.seat);
        self.live.forget(self.session_id, &self.feed);
    }
}
