//! The load generator: one thread, epoll, keep-alive connections with one request in flight each.

use std::io::{Read, Write};
use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, ensure};
use askit::clock::Stopwatch;
use mio::{Events, Poll};

use crate::answer::Answer;
use crate::connection::Connection;
use crate::process::cpu_time_in;
use crate::rounds::Slice;

/// Longer than any request may take.
pub const PATIENCE: Duration = Duration::from_secs(10);
const RECEIVE_BYTES: usize = 16 * 1024;

/// What one connection sends, again and again.
pub struct Request {
    bytes: Vec<u8>,
    /// The refresh token in `bytes`, which each answer replaces.
    refresh_token: Option<std::ops::Range<usize>>,
    /// What it sends in turn with `bytes`.
    other: Option<Vec<u8>>,
}

impl Request {
    /// GET, with or without an access token.
    pub fn get(path: &str, access_token: Option<&str>) -> Self {
        let authorization = access_token.map(bearer).unwrap_or_default();
        Self {
            bytes: format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n{authorization}\r\n").into(),
            refresh_token: None,
            other: None,
        }
    }

    /// PUT and DELETE in turn.
    pub fn put_and_delete(path: &str, access_token: &str) -> Self {
        let bytes = |method| {
            format!(
                "{method} {path} HTTP/1.1\r\nHost: localhost\r\n{}Content-Length: 0\r\n\r\n",
                bearer(access_token)
            )
        };
        Self {
            bytes: bytes("PUT").into(),
            refresh_token: None,
            other: Some(bytes("DELETE").into()),
        }
    }

    /// POST of a JSON body.
    pub fn post(path: &str, body: &str) -> Self {
        Self::with_body("POST", path, body, "")
    }

    /// The same with an access token.
    pub fn post_as(path: &str, body: &str, access_token: &str) -> Self {
        Self::with_body("POST", path, body, &bearer(access_token))
    }

    /// PATCH of a JSON body with an access token.
    pub fn patch_as(path: &str, body: &str, access_token: &str) -> Self {
        Self::with_body("PATCH", path, body, &bearer(access_token))
    }

    fn with_body(method: &str, path: &str, body: &str, header: &str) -> Self {
        let length = body.len();
        let bytes = format!(
            "{method} {path} HTTP/1.1\r\nHost: localhost\r\n{header}Content-Type: application/json\r\n\
             Content-Length: {length}\r\n\r\n{body}"
        );
        Self {
            bytes: bytes.into(),
            refresh_token: None,
            other: None,
        }
    }

    /// Exchanges `refresh_token`, and then always the token that the answer brought.
    pub fn refresh(refresh_token: &str) -> Self {
        let request = Self::post(
            "/api/auth/token",
            &format!(r#"{{"refreshToken":"{refresh_token}"}}"#),
        );
        let end = request.bytes.len() - r#""}"#.len();
        Self {
            refresh_token: Some(end - refresh_token.len()..end),
            ..request
        }
    }

    /// The bytes to send.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Takes over the token that an answer brought, if it is one to refresh with, and goes on to
    /// what is sent in turn.
    ///
    /// # Errors
    /// When the answer has none, or the same one.
    pub fn learn(&mut self, answer: &Answer) -> anyhow::Result<()> {
        if let Some(other) = &mut self.other {
            std::mem::swap(&mut self.bytes, other);
        }
        let Some(range) = self.refresh_token.clone() else {
            return Ok(());
        };
        let successor = answer.text_field("refreshToken")?;
        let place = self.bytes.get_mut(range).context("no place for a token")?;
        ensure!(place != successor, "the token was not replaced");
        ensure!(place.len() == successor.len(), "tokens differ in length");
        place.copy_from_slice(successor);
        Ok(())
    }
}

fn bearer(access_token: &str) -> String {
    format!("Authorization: Bearer {access_token}\r\n")
}

struct Client<'a> {
    connection: Connection,
    request: &'a mut Request,
    sent: Duration,
}

/// Sends the requests, each on a connection of its own, again and again for `duration`; then
/// waits for what is in flight. The connections are made before the clock starts.
///
/// # Errors
/// For any answer but 200, and when the server hangs up or keeps silent.
pub fn run(
    address: SocketAddr,
    requests: &mut [Request],
    duration: Duration,
) -> anyhow::Result<Slice> {
    let mut poll = Poll::new()?;
    let mut clients = Vec::new();
    for (number, request) in requests.iter_mut().enumerate() {
        let mut connection = Connection::open(address, None)?;
        connection.register(poll.registry(), number)?;
        clients.push(Client {
            connection,
            request,
            sent: Duration::ZERO,
        });
    }
    let cpu_before = cpu_time()?;
    let clock = Stopwatch::start();
    let latencies = exchange(&mut poll, &mut clients, &clock, duration)?;
    let seconds = clock.elapsed().as_secs_f64();
    Ok(Slice::timed(latencies, seconds, cpu_time()? - cpu_before))
}

/// Returns how long each request took, in microseconds.
fn exchange(
    poll: &mut Poll,
    clients: &mut [Client],
    clock: &Stopwatch,
    duration: Duration,
) -> anyhow::Result<Vec<f64>> {
    let mut latencies = Vec::with_capacity(1 << 20);
    let mut events = Events::with_capacity(clients.len());
    let mut in_flight = clients.len();
    for client in clients.iter_mut() {
        client.send(clock.elapsed())?;
    }
    while in_flight > 0 {
        poll.poll(&mut events, Some(PATIENCE))?;
        ensure!(!events.is_empty(), "no answer within {PATIENCE:?}");
        for event in &events {
            let Some(client) = clients.get_mut(event.token().0) else {
                continue;
            };
            if !client.receive()? {
                continue;
            }
            let now = clock.elapsed();
            latencies.push((now - client.sent).as_secs_f64() * 1e6);
            if now < duration {
                client.send(now)?
            } else {
                in_flight -= 1
            }
        }
    }
    Ok(latencies)
}

impl Client<'_> {
    fn send(&mut self, now: Duration) -> anyhow::Result<()> {
        self.sent = now;
        self.connection.send(&self.request.bytes)
    }

    /// True when the answer is whole.
    fn receive(&mut self) -> anyhow::Result<bool> {
        let Some(answer) = self.connection.receive()? else {
            return Ok(false);
        };
        answer.expect(200)?;
        self.request.learn(&answer)?;
        Ok(true)
    }
}

/// What this thread has used of the processor.
///
/// # Errors
/// When the system does not tell.
pub fn cpu_time() -> anyhow::Result<Duration> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat")?;
    cpu_time_in(&text).context("schedstat cannot be read")
}

/// Sends one request and returns the body of its answer, whose status must be `status`.
///
/// # Errors
/// For any other answer, and for none.
pub fn call(address: SocketAddr, request: &Request, status: u16) -> anyhow::Result<String> {
    let mut stream = std::net::TcpStream::connect(address)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.write_all(&request.bytes)?;
    let mut received = Vec::new();
    loop {
        let mut buffer = [0; RECEIVE_BYTES];
        let length = stream.read(&mut buffer)?;
        ensure!(length > 0, "the server closed a connection");
        received.extend_from_slice(buffer.get(..length).unwrap_or_default());
        if let Some(answer) = Answer::parse(&received)? {
            answer.expect(status)?;
            return Ok(String::from_utf8(answer.body.to_vec())?);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refresh_goes_on_with_the_token_of_its_answer() {
        let mut request = Request::refresh("first");
        let text = "HTTP/1.1 200 OK\r\ncontent-length: 24\r\n\r\n{\"refreshToken\":\"other\"}";
        let answer = Answer::parse(text.as_bytes()).unwrap().unwrap();
        request.learn(&answer).unwrap();
        assert!(request.bytes.ends_with(br#"{"refreshToken":"other"}"#));
        assert!(request.learn(&answer).is_err(), "the same token again");
    }

    #[test]
    fn what_is_put_is_deleted_next() {
        let mut request = Request::put_and_delete("/x", "token");
        let answer = Answer::parse(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
        let answer = answer.unwrap().unwrap();
        for method in ["PUT /x ", "DELETE /x ", "PUT /x "] {
            assert!(request.bytes.starts_with(method.as_bytes()), "{method}");
            request.learn(&answer).unwrap();
        }
    }
}
