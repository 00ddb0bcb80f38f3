//! Closes connections whose client stalls.
//!
//! Actix limits how long the first head of a connection may take, and how long a connection may be
//! idle. It does not limit the heads of later requests, the rest of a chunked body that no handler
//! reads, or an answer that the client does not read: each would keep a connection open for ever.

use std::any::Any;
use std::cell::Cell;
use std::io;
use std::net::{Shutdown, TcpStream};
use std::os::fd::AsFd;
use std::pin::Pin;
use std::rc::{Rc, Weak};
use std::task::{Context, Poll};
use std::time::Duration;

use actix_web::body::{BodySize, MessageBody};
use actix_web::dev::{Extensions, ServiceRequest, ServiceResponse};
use actix_web::http::{ConnectionType, header};
use actix_web::middleware::Next;
use actix_web::rt::time::sleep;
use actix_web::rt::{net, spawn};
use actix_web::web::Bytes;
use actix_web::{Error, HttpRequest};
use socket2::SockRef;

/// How many times progress is checked within the timeout. Checks are counted, not time: a process
/// that was stopped has not checked.
const LOOKS: u32 = 10;

/// The size of the send buffer of a socket; Linux doubles it. Linux's own buffer has up to 4 MiB,
/// and a third of it must be free before it takes more: a slow client would seem to read nothing.
const SEND_BUFFER: usize = 128 * 1024;

/// The same for a stream of events, so that one that is not read is soon seen to be full.
const STREAM_SEND_BUFFER: usize = 16 * 1024;
/// How long what a stream sends may stay unacknowledged: then its client has vanished, or does not
/// read. The system closes the connection.
const STREAM_TIMEOUT: Duration = Duration::from_secs(30);

/// The most bytes of an answer that are sent at once.
const PART: usize = 64 * 1024;

/// How long a client may take to send a body, to finish its next request and to take the next part
/// of an answer.
#[derive(Debug, Clone, Copy)]
pub struct ClientTimeout(pub Duration);

/// What Actix tells of a connection with each of its requests.
#[derive(Clone)]
struct WatchedConnection(Rc<ConnectionState>);

struct ConnectionState {
    /// A second descriptor of the socket: the first is Actix's own.
    socket: TcpStream,
    /// How often it was seen to be the client's turn since something moved; `None` while it waits
    /// for us.
    looks: Cell<Option<u32>>,
    /// Whether no request may follow.
    is_last: Cell<bool>,
    /// Whether it is a stream of events, which waits for us nearly always.
    is_stream: Cell<bool>,
}

/// Begins to look after a connection. Where no descriptor is left for that, it ends.
pub fn open(stream: &dyn Any, data: &mut Extensions, timeout: ClientTimeout) {
    let Some(stream) = stream.downcast_ref::<net::TcpStream>() else {
        return;
    };
    let socket = SockRef::from(stream);
    let kept = socket.set_send_buffer_size(SEND_BUFFER);
    match kept.and_then(|()| stream.as_fd().try_clone_to_owned()) {
        Ok(socket) => {
            let state = Rc::new(ConnectionState {
                socket: socket.into(),
                looks: Cell::new(Some(0)),
                is_last: Cell::new(false),
                is_stream: Cell::new(false),
            });
            spawn(end_when_idle(Rc::downgrade(&state), timeout.0));
            data.insert(WatchedConnection(state));
        }
        Err(error) => {
            tracing::error!(%error, "a connection cannot be looked after");
            let _: io::Result<()> = socket.shutdown(Shutdown::Both);
        }
    }
}

/// Runs until Actix has closed the connection or its client has let its time pass.
async fn end_when_idle(state: Weak<ConnectionState>, timeout: Duration) {
    let mut pause = timeout / LOOKS;
    loop {
        sleep(pause).await;
        let Some(state) = state.upgrade() else {
            return;
        };
        if state.is_stream.get() {
            // Ten looks a second each would be many: it is looked after by the system, too.
            pause = timeout;
        }
        let Some(looks) = state.looks.get() else {
            continue;
        };
        let is_seldom = state.is_last.get() || state.is_stream.get();
        let allowed = if is_seldom { 1 } else { LOOKS };
        if looks >= allowed {
            // One that is closed already needs no end.
            let _: io::Result<()> = state.socket.shutdown(Shutdown::Both);
            return;
        }
        state.looks.set(Some(looks + 1));
    }
}

impl WatchedConnection {
    fn waits_for_us(&self) {
        self.0.looks.set(None);
    }

    fn waits_for_the_client(&self) {
        self.0.looks.set(Some(0));
    }
}

/// Prepares the connection of a request for a stream of events. Where the system refuses, the
/// stream goes on without.
pub fn begin_stream(request: &HttpRequest) {
    let Some(connection) = request.conn_data::<WatchedConnection>() else {
        return;
    };
    connection.0.is_stream.set(true);
    let socket = SockRef::from(&connection.0.socket);
    let kept = socket.set_send_buffer_size(STREAM_SEND_BUFFER);
    if let Err(error) = kept.and_then(|()| socket.set_tcp_user_timeout(Some(STREAM_TIMEOUT))) {
        tracing::warn!(%error, "a stream cannot be looked after by the system");
    }
}

/// Notes whose turn it is. A request with a body of unknown length is the last that its connection
/// is for: Actix would read what is left of the body, however much that is.
///
/// # Errors
/// Those of the services within.
pub async fn take_turns<B: MessageBody + Unpin + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<WatchedBody<B>>, Error> {
    let connection = request.conn_data::<WatchedConnection>().cloned();
    let is_last = request.headers().contains_key(header::TRANSFER_ENCODING);
    if let Some(connection) = &connection {
        connection.waits_for_us();
    }
    let outcome = next.call(request).await;
    if let Some(connection) = &connection {
        connection.waits_for_the_client();
    }
    let mut response = outcome?;
    if is_last {
        let head = response.response_mut().head_mut();
        head.set_connection_type(ConnectionType::Close);
    }
    let rest = Bytes::new();
    Ok(response.map_body(|_, body| WatchedBody {
        body,
        rest,
        connection,
        is_last,
    }))
}

/// A body that tells when the client has to take it, and is given in parts, so that a client that
/// takes a large one slowly is seen to take it.
pub struct WatchedBody<B> {
    body: B,
    /// What is left of the part of `body` that came last.
    rest: Bytes,
    connection: Option<WatchedConnection>,
    /// Whether no request may follow the answer.
    is_last: bool,
}

impl<B: MessageBody + Unpin> MessageBody for WatchedBody<B> {
    type Error = B::Error;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, B::Error>>> {
        if self.rest.is_empty() {
            let part = Pin::new(&mut self.body).poll_next(context);
            if let Some(connection) = &self.connection {
                if part.is_pending() {
                    connection.waits_for_us()
                } else {
                    connection.waits_for_the_client()
                }
            }
            match part {
                Poll::Ready(Some(Ok(part))) => self.rest = part,
                other => return other,
            }
        } else if let Some(connection) = &self.connection {
            connection.waits_for_the_client();
        }
        let length = self.rest.len().min(PART);
        Poll::Ready(Some(Ok(self.rest.split_to(length))))
    }
}

/// Also where there was nothing to send.
impl<B> Drop for WatchedBody<B> {
    fn drop(&mut self) {
        if let Some(connection) = &self.connection {
            connection.waits_for_the_client();
            connection.0.is_last.set(self.is_last);
        }
    }
}
