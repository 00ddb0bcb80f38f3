//! Event streams, read as they come, over a socket of their own: the usual client reads bodies
//! whole. Each frame is held against the form that it must have.

use std::io::{self, ErrorKind, Read, Write};
use std::net::TcpStream;
use std::str;
use std::time::Duration;

use askit::clock::Stopwatch;
use serde_json::{Map, Value};
use ureq::http::{HeaderMap, HeaderName, HeaderValue};

use super::{Answer, Client, contract};

/// How long something may take that a server does at once or within its second.
const LONG: Duration = Duration::from_secs(60);

/// A stream. Dropping it cuts the connection.
pub struct EventStream {
    socket: TcpStream,
    /// The head; of an answer that is no stream, the whole.
    pub answer: Answer,
    /// After how many bytes the connection breaks.
    cut: Option<usize>,
    read: usize,
    /// What has come and is no whole chunk yet.
    raw: Vec<u8>,
    /// All of the body that has come.
    pub received: Vec<u8>,
    parsed: usize,
    frames: usize,
    /// How long a browser would wait before it comes back, in milliseconds.
    pub retry: Option<u64>,
    has_ended: bool,
}

/// An event, or a place alone, which has no name.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    pub name: String,
    pub id: Option<Position>,
    pub data: Value,
}

/// What comes next.
#[derive(Debug, PartialEq)]
pub enum Next {
    Event(Event),
    Comment(String),
    /// Nothing has come in the time that was given.
    Nothing,
    /// The stream is over, whoever ended it.
    End,
}

/// How far a session has come: an id of an event, or a `change`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Position {
    pub text: String,
    pub epoch: String,
    /// Whether it is in the counting of hosts.
    pub is_host: bool,
    pub number: u64,
}

impl Position {
    /// Stops the test if the text has not the form of one.
    #[track_caller]
    pub fn parse(text: &str) -> Self {
        let parts = text.split_once('-');
        let (epoch, number) = parts.unwrap_or_else(|| panic!("no position: {text:?}"));
        let digits = number.strip_prefix('h').unwrap_or(number);
        let position = Self {
            text: text.into(),
            epoch: epoch.into(),
            is_host: number.starts_with('h'),
            number: digits.parse().unwrap_or_else(|_| panic!("{text:?}")),
        };
        let is_word = |it: u8| it.is_ascii_lowercase() || it.is_ascii_digit();
        assert!(
            !epoch.is_empty()
                && epoch.bytes().all(is_word)
                && digits == position.number.to_string(),
            "no position: {text:?}"
        );
        position
    }

    /// Whether both are in one counting of one epoch.
    pub fn is_like(&self, other: &Self) -> bool {
        self.epoch == other.epoch && self.is_host == other.is_host
    }
}

impl Client {
    /// Opens an event stream; where the answer is no stream, it is read whole.
    #[track_caller]
    pub fn follow(&self, path: &str) -> EventStream {
        EventStream::open(self, path, None).expect("an answer")
    }
}

impl EventStream {
    /// Opens a stream at a server that may be gone, over a connection that breaks after so many
    /// bytes of the answer.
    pub fn open(client: &Client, path: &str, cut: Option<usize>) -> io::Result<Self> {
        let address = client.base.trim_start_matches("http://");
        let mut socket = TcpStream::connect(address)?;
        socket.set_nodelay(true)?;
        let mut request =
            format!("GET {path} HTTP/1.1\r\nhost: {address}\r\naccept: text/event-stream\r\n");
        if let Some(token) = &client.access_token {
            request += &format!("authorization: Bearer {token}\r\n");
        }
        for (name, value) in &client.headers {
            request += &format!("{name}: {value}\r\n");
        }
        socket.write_all(format!("{request}\r\n").as_bytes())?;
        let mut stream = Self {
            socket,
            answer: Answer {
                status: 0,
                headers: HeaderMap::new(),
                bytes: Vec::new(),
                text: String::new(),
            },
            cut,
            read: 0,
            raw: Vec::new(),
            received: Vec::new(),
            parsed: 0,
            frames: 0,
            retry: None,
            has_ended: false,
        };
        stream.read_head()?;
        contract::check("GET", path, &stream.answer);
        Ok(stream)
    }

    fn read_head(&mut self) -> io::Result<()> {
        let waiting = Stopwatch::start();
        let end = loop {
            if let Some(end) = find(&self.raw, b"\r\n\r\n") {
                break end;
            }
            self.read_or_break(&waiting)?;
        };
        let head: Vec<u8> = self.raw.drain(..end + 4).collect();
        let head = str::from_utf8(&head).unwrap().trim_end();
        let mut lines = head.split("\r\n");
        let status = lines.next().unwrap();
        let status = status.strip_prefix("HTTP/1.1 ").expect(status);
        self.answer.status = status[..3].parse().unwrap();
        for line in lines {
            let (name, value) = line.split_once(':').unwrap();
            let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
            let value = HeaderValue::from_str(value.trim()).unwrap();
            self.answer.headers.append(name, value);
        }
        if self.answer.status != 200 {
            return self.read_whole(&waiting);
        }
        for (name, value) in [
            ("content-type", "text/event-stream"),
            ("transfer-encoding", "chunked"),
            ("connection", "close"),
        ] {
            assert_eq!(self.answer.header(name), Some(value), "{name} of a stream");
        }
        Ok(())
    }

    /// The body of an answer that is no stream.
    fn read_whole(&mut self, waiting: &Stopwatch) -> io::Result<()> {
        let length = self.answer.header("content-length");
        let length = length.map_or(0, |it| it.parse().unwrap());
        while self.raw.len() < length {
            self.read_or_break(waiting)?;
        }
        self.answer.bytes = self.raw[..length].to_vec();
        self.answer.text = String::from_utf8(self.answer.bytes.clone()).unwrap();
        self.has_ended = true;
        Ok(())
    }

    /// Reads on. That the connection has ended is an error, and nothing for long stops the test.
    fn read_or_break(&mut self, waiting: &Stopwatch) -> io::Result<()> {
        assert!(waiting.elapsed() < LONG, "no answer within {LONG:?}");
        match self.read(LONG)? {
            Some(0) => Err(ErrorKind::ConnectionReset.into()),
            _ => Ok(()),
        }
    }

    /// Reads what comes in this time and tells how much; `Some(0)` at the end.
    fn read(&mut self, at_most: Duration) -> io::Result<Option<usize>> {
        let mut buffer = [0; 8 * 1024];
        let left = self.cut.map_or(buffer.len(), |cut| cut - self.read);
        let room = left.min(buffer.len());
        let at_most = at_most.max(Duration::from_millis(1));
        self.socket.set_read_timeout(Some(at_most))?;
        match self.socket.read(&mut buffer[..room]) {
            Ok(read) => {
                self.raw.extend_from_slice(&buffer[..read]);
                self.read += read;
                Ok(Some(read))
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => Ok(None),
            Err(error) if error.kind() == ErrorKind::WouldBlock => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// What comes next, for which it waits at most so long.
    pub fn next(&mut self, at_most: Duration) -> Next {
        let waiting = Stopwatch::start();
        loop {
            self.take_chunks();
            if let Some(next) = self.parse() {
                return next;
            }
            if self.has_ended {
                return Next::End;
            }
            let Some(left) = at_most.checked_sub(waiting.elapsed()) else {
                return Next::Nothing;
            };
            if matches!(self.read(left), Ok(Some(0)) | Err(_)) {
                self.has_ended = true;
            }
        }
    }

    /// The next event; comments are passed over.
    #[track_caller]
    pub fn event(&mut self) -> Event {
        self.event_where(|_| true)
    }

    /// The next event of this name; others are passed over.
    #[track_caller]
    pub fn event_named(&mut self, name: &str) -> Event {
        self.event_where(|event| event.name == name)
    }

    #[track_caller]
    fn event_where(&mut self, is_wanted: impl Fn(&Event) -> bool) -> Event {
        let waiting = Stopwatch::start();
        loop {
            match self.next(LONG.saturating_sub(waiting.elapsed())) {
                Next::Event(event) if is_wanted(&event) => return event,
                Next::Event(_) | Next::Comment(_) => {}
                other => panic!("{other:?} instead of an event, after {}", self.text()),
            }
        }
    }

    /// What has come, as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.received).into_owned()
    }

    /// Takes whole chunks apart.
    fn take_chunks(&mut self) {
        while let Some(end) = find(&self.raw, b"\r\n") {
            let size = str::from_utf8(&self.raw[..end]).unwrap();
            let size = usize::from_str_radix(size, 16).expect("the size of a chunk");
            let (begin, whole) = (end + 2, end + 2 + size + 2);
            if self.raw.len() < whole {
                return;
            }
            assert_eq!(&self.raw[whole - 2..whole], b"\r\n", "the end of a chunk");
            self.received.extend_from_slice(&self.raw[begin..whole - 2]);
            self.raw.drain(..whole);
            if size == 0 {
                self.has_ended = true;
                let rest = &self.received[self.parsed..];
                let is_whole = rest.is_empty() || rest.ends_with(b"\n\n");
                assert!(is_whole, "it ended within a frame: {}", self.text());
            }
        }
    }

    /// The next whole frame, if there is one; `retry` is kept.
    fn parse(&mut self) -> Option<Next> {
        loop {
            let end = find(&self.received[self.parsed..], b"\n\n")?;
            let frame = &self.received[self.parsed..self.parsed + end];
            let frame = str::from_utf8(frame).expect("UTF-8").to_owned();
            self.parsed += end + 2;
            self.frames += 1;
            assert!(!frame.contains('\r'), "{frame:?}");
            let Some(retry) = frame.strip_prefix("retry: ") else {
                return Some(self.parse_frame(&frame));
            };
            assert_eq!(self.frames, 1, "retry comes first, and once");
            let retry = retry.parse().unwrap_or_else(|_| panic!("{frame:?}"));
            assert!((1_000..=5_000).contains(&retry), "{retry} ms");
            self.retry = Some(retry);
        }
    }

    fn parse_frame(&self, frame: &str) -> Next {
        if let Some(comment) = frame.strip_prefix(": ") {
            assert!(!comment.contains('\n'), "{frame:?}");
            return Next::Comment(comment.into());
        }
        if let Some(id) = frame.strip_prefix("id: ") {
            // A place alone: nothing happened that this listener is told.
            return Next::Event(Event {
                name: String::new(),
                id: Some(Position::parse(id)),
                data: Value::Object(Map::new()),
            });
        }
        let lines: Vec<_> = frame.split('\n').collect();
        let fields = lines.iter().map(|line| line.split_once(": "));
        let fields: Option<Vec<_>> = fields.collect();
        let (name, id, data) = match fields.as_deref() {
            Some([("event", name), ("data", data)]) => (name, None, data),
            Some([("event", name), ("id", id), ("data", data)]) => (name, Some(id), data),
            _ => panic!("no frame of ours: {frame:?}"),
        };
        let data: Value = serde_json::from_str(data).unwrap_or_else(|_| panic!("{frame:?}"));
        contract::check_event(name, &data);
        Next::Event(Event {
            name: (*name).into(),
            id: id.map(|id| Position::parse(id)),
            data,
        })
    }
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|it| it == what)
}
