//! The load generator: one thread, epoll, keep-alive connections with one request in flight each.

use std::io::{Read, Write};
use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use askit::clock::Stopwatch;
use mio::net::TcpStream;
use mio::{Events, Interest, Poll, Token};

use crate::answer::Answer;
use crate::rounds::Slice;
use crate::statistics::quantile;

/// Longer than any request may take.
const PATIENCE: Duration = Duration::from_secs(10);
const RECEIVE_BYTES: usize = 16 * 1024;

/// What one connection sends, again and again.
pub struct Request {
    bytes: Vec<u8>,
    /// The refresh token in `bytes`, which each answer replaces.
    refresh_token: Option<std::ops::Range<usize>>,
}

impl Request {
    /// GET, with or without an access token.
    pub fn get(path: &str, access_token: Option<&str>) -> Self {
        let authorization = access_token
            .map(|token| format!("Authorization: Bearer {token}\r\n"))
            .unwrap_or_default();
        Self {
            bytes: format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n{authorization}\r\n").into(),
            refresh_token: None,
        }
    }

    /// POST of a JSON body.
    pub fn post(path: &str, body: &str) -> Self {
        let length = body.len();
        let bytes = format!(
            "POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
             Content-Length: {length}\r\n\r\n{body}"
        );
        Self {
            bytes: bytes.into(),
            refresh_token: None,
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

    fn learn(&mut self, answer: &Answer) -> anyhow::Result<()> {
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

struct Connection<'a> {
    stream: TcpStream,
    request: &'a mut Request,
    received: Vec<u8>,
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
    let mut connections = Vec::new();
    for (number, request) in requests.iter_mut().enumerate() {
        // Connected by std, which waits for it.
        let stream = std::net::TcpStream::connect(address)?;
        stream.set_nonblocking(true)?;
        stream.set_nodelay(true)?;
        let mut stream = TcpStream::from_std(stream);
        let registry = poll.registry();
        registry.register(&mut stream, Token(number), Interest::READABLE)?;
        connections.push(Connection {
            stream,
            request,
            received: Vec::with_capacity(RECEIVE_BYTES),
            sent: Duration::ZERO,
        });
    }
    let cpu_before = cpu_time()?;
    let clock = Stopwatch::start();
    let latencies = exchange(&mut poll, &mut connections, &clock, duration)?;
    let seconds = clock.elapsed().as_secs_f64();
    Ok(slice(latencies, seconds, cpu_time()? - cpu_before))
}

/// Returns how long each request took, in microseconds.
fn exchange(
    poll: &mut Poll,
    connections: &mut [Connection],
    clock: &Stopwatch,
    duration: Duration,
) -> anyhow::Result<Vec<f64>> {
    let mut latencies = Vec::with_capacity(1 << 20);
    let mut events = Events::with_capacity(connections.len());
    let mut in_flight = connections.len();
    for connection in connections.iter_mut() {
        connection.send(clock.elapsed())?;
    }
    while in_flight > 0 {
        poll.poll(&mut events, Some(PATIENCE))?;
        ensure!(!events.is_empty(), "no answer within {PATIENCE:?}");
        for event in &events {
            let Some(connection) = connections.get_mut(event.token().0) else {
                continue;
            };
            if !connection.receive()? {
                continue;
            }
            let now = clock.elapsed();
            latencies.push((now - connection.sent).as_secs_f64() * 1e6);
            match now < duration {
                true => connection.send(now)?,
                false => in_flight -= 1,
            }
        }
    }
    Ok(latencies)
}

impl Connection<'_> {
    fn send(&mut self, now: Duration) -> anyhow::Result<()> {
        self.sent = now;
        let sent = self.stream.write(&self.request.bytes)?;
        ensure!(sent == self.request.bytes.len(), "a request was cut short");
        Ok(())
    }

    /// Reads once; true when the answer is whole. The next event comes with the next bytes.
    fn receive(&mut self) -> anyhow::Result<bool> {
        let mut buffer = [0; RECEIVE_BYTES];
        let length = match self.stream.read(&mut buffer) {
            Ok(0) => bail!("the server closed a connection"),
            Ok(RECEIVE_BYTES) => bail!("an answer is longer than {RECEIVE_BYTES} bytes"),
            Ok(length) => length,
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => return Ok(false),
            Err(error) => return Err(error.into()),
        };
        self.received
            .extend_from_slice(buffer.get(..length).unwrap_or_default());
        let Some(answer) = Answer::parse(&self.received)? else {
            return Ok(false);
        };
        answer.expect(200)?;
        ensure!(
            answer.length == self.received.len(),
            "two answers to one request"
        );
        self.request.learn(&answer)?;
        self.received.clear();
        Ok(true)
    }
}

fn slice(mut latencies: Vec<f64>, seconds: f64, generator: Duration) -> Slice {
    latencies.sort_by(f64::total_cmp);
    Slice {
        per_second: latencies.len() as f64 / seconds,
        p50: Some(quantile(&latencies, 0.5)),
        p99: Some(quantile(&latencies, 0.99)),
        generator: Some(generator.as_secs_f64() * 1e6 / latencies.len() as f64),
    }
}

/// What this thread has used of the processor.
fn cpu_time() -> anyhow::Result<Duration> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat")?;
    let nanoseconds = text.split(' ').next().and_then(|it| it.parse().ok());
    nanoseconds
        .map(Duration::from_nanos)
        .context("schedstat cannot be read")
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
}
