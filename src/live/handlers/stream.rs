//! The body of a stream of events.

use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use actix_web::body::{BodySize, MessageBody};
use actix_web::web::Bytes;

use crate::clock::Stopwatch;
use crate::live::{Listener, Next};

/// So often a stream may be asked in vain within [`WITHIN`].
///
/// actix-http asks again and again while requests that were sent ahead wait behind this one: one
/// client would keep a core busy. Such a stream ends.
const VAIN_POLLS: u32 = 500;
/// See [`VAIN_POLLS`]. What wakes a stream in earnest does so some 40 times a second.
const WITHIN: Duration = Duration::from_secs(2);

/// Sends what its listener has to send, for as long as the client stays.
pub struct EventStream {
    listener: Listener,
    /// How often it was asked in vain since then.
    vain: (u32, Stopwatch),
}

impl EventStream {
    /// For this listener.
    pub fn new(listener: Listener) -> Self {
        Self {
            listener,
            vain: (0, Stopwatch::start()),
        }
    }

    /// Notes that there was nothing to send. Tells whether that happens too often.
    fn is_asked_too_often(&mut self) -> bool {
        let (vain, since) = &mut self.vain;
        *vain += 1;
        if *vain < VAIN_POLLS {
            return false;
        }
        let is_fast = since.elapsed() < WITHIN;
        self.vain = (0, Stopwatch::start());
        is_fast
    }
}

impl MessageBody for EventStream {
    type Error = Infallible;

    fn size(&self) -> BodySize {
        BodySize::Stream
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Infallible>>> {
        match self.listener.next(context.waker()) {
            Next::Send(bytes) => Poll::Ready(Some(Ok(bytes))),
            Next::Wait if self.is_asked_too_often() => Poll::Ready(None),
            Next::Wait => Poll::Pending,
            Next::End => Poll::Ready(None),
        }
    }
}
