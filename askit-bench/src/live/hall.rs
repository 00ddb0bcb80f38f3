//! The listeners: up to ten thousand connections in one thread.

use std::io::{ErrorKind, Read, Write};
use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, ensure};
use askit::clock::Stopwatch;
use mio::net::TcpStream;
use mio::{Events, Interest, Poll, Registry, Token};
use rlimit::Resource;

use super::changes::{Shown, Writer, number_of_like};
use super::stream::{Event, Stream};
use super::told::Told;
use crate::connection::Connection;
use crate::load::{PATIENCE, cpu_time};

/// What is left of its multiples when whole numbers are taken off lies everywhere, evenly.
const GOLDEN: f64 = 0.618_033_988_75;
const RECEIVE_BYTES: usize = 64 * 1024;
const WRITER: usize = usize::MAX;
/// How many come at once into a hall.
const AT_ONCE: usize = 50;
/// How long all listeners together may take to come back.
const TO_COME: Duration = Duration::from_secs(60);
/// How often is looked whether there is anything to wait for.
const AWAKE: Duration = Duration::from_millis(500);

/// Listeners of one session.
pub struct Hall {
    poll: Poll,
    events: Events,
    listeners: Vec<Listener>,
    buffer: Vec<u8>,
    clock: Stopwatch,
    place: Place,
}

/// What all listeners follow.
struct Place {
    address: SocketAddr,
    session_id: String,
    epoch: String,
}

struct Listener {
    connection: TcpStream,
    /// Its request was sent: the server has taken its connection.
    is_sent: bool,
    stream: Stream,
    heard: Heard,
}

/// What a listener remembers.
#[derive(Clone, Copy, Default)]
struct Heard {
    is_ready: bool,
    /// Of the last id.
    number: u64,
    likes: usize,
}

impl Hall {
    /// Nobody listens yet.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn new(address: SocketAddr, writer: &Writer) -> anyhow::Result<Self> {
        Ok(Self {
            poll: Poll::new()?,
            events: Events::with_capacity(1024),
            listeners: Vec::new(),
            buffer: vec![0; RECEIVE_BYTES],
            clock: Stopwatch::start(),
            place: Place {
                address,
                session_id: writer.session_id.clone(),
                epoch: String::new(),
            },
        })
    }

    /// How many listen.
    pub fn len(&self) -> usize {
        self.listeners.len()
    }

    /// Lets so many more listen, a few at once, as people come into a hall.
    ///
    /// # Errors
    /// When the server refuses one.
    pub fn grow(&mut self, writer: &Writer, more: usize) -> anyhow::Result<()> {
        let mut told = Told::new(0, 0, 0);
        let all = self.len() + more;
        while self.len() < all {
            for number in self.len()..all.min(self.len() + AT_ONCE) {
                let listener = self.place.listener(self.poll.registry(), number, None)?;
                self.listeners.push(listener);
            }
            let is_waiting = |hall: &Self| hall.listeners.iter().any(|it| !it.heard.is_ready);
            self.wait(writer, &mut told, PATIENCE, |hall, _| !is_waiting(hall))?;
            ensure!(!is_waiting(self), "no stream within {PATIENCE:?}");
        }
        Ok(())
    }

    /// Makes `count` changes, so far apart on average, and waits until everybody has seen them.
    ///
    /// # Errors
    /// When a change is refused, or a stream.
    pub fn tell(
        &mut self,
        writer: &mut Writer,
        count: usize,
        every: Duration,
    ) -> anyhow::Result<Told> {
        let mut told = Told::new(writer.next, count, self.listeners.len());
        let mut connection = Connection::open(writer.address, None)?;
        connection.register(self.poll.registry(), WRITER)?;
        let cpu_before = cpu_time()?;
        let begin = self.clock.elapsed();
        let mut status = None;
        while !told.is_sent() {
            let now = self.clock.elapsed();
            let due = begin + every.mul_f64(scattered(told.sent.len()));
            if status.is_none() && now >= due {
                let (request, expected) = writer.request()?;
                connection.send(request.bytes())?;
                told.sent.push(now);
                status = Some(expected);
            }
            let until_due = due.checked_sub(now).filter(|_| status.is_none());
            if self.pump(writer, &mut told, until_due.unwrap_or(AWAKE))?
                && let Some(answer) = connection.receive()?
            {
                answer.expect(status.take().context("an answer to nothing")?)?;
                writer.learn(&answer)?;
                told.answered.push(self.clock.elapsed());
            }
            let sent = told.sent.last().copied().unwrap_or(begin);
            ensure!(
                self.clock.elapsed() < sent + PATIENCE.max(every * 3),
                "no answer"
            );
        }
        self.wait(writer, &mut told, PATIENCE, |_, told| told.missed() == 0)?;
        told.generator = cpu_time()? - cpu_before;
        self.wait_for_ids(writer, &mut told)?;
        Ok(told)
    }

    /// Lets all come back to the server of `writer`, each to where it was, and waits until they have
    /// seen what was changed meanwhile: `told`. Returns how long that took.
    ///
    /// # Errors
    /// When a stream is refused.
    pub fn come_back(&mut self, writer: &Writer, told: &mut Told) -> anyhow::Result<Duration> {
        self.place.address = writer.address;
        let begin = self.clock.elapsed();
        for (number, listener) in self.listeners.iter_mut().enumerate() {
            let registry = self.poll.registry();
            *listener = self.place.listener(registry, number, Some(listener))?;
        }
        self.wait(writer, told, TO_COME, |_, told| told.missed() == 0)?;
        let end = self.clock.elapsed();
        self.wait_for_ids(writer, told)?;
        Ok(end - begin)
    }

    /// Waits until everybody has the id of the last change.
    fn wait_for_ids(&mut self, writer: &Writer, told: &mut Told) -> anyhow::Result<()> {
        let last = writer.last_number()?;
        let behind = |hall: &Self| {
            hall.listeners
                .iter()
                .filter(|it| it.heard.number < last)
                .count()
        };
        self.wait(writer, told, PATIENCE, |hall, _| behind(hall) == 0)?;
        told.behind = behind(self);
        Ok(())
    }

    /// Listens until it is `done`, or as long as `patience` lasts.
    fn wait(
        &mut self,
        writer: &Writer,
        told: &mut Told,
        patience: Duration,
        done: impl Fn(&Self, &Told) -> bool,
    ) -> anyhow::Result<()> {
        let end = self.clock.elapsed() + patience;
        while !done(self, told) && self.clock.elapsed() < end {
            self.pump(writer, told, AWAKE)?;
        }
        Ok(())
    }

    /// Waits for bytes and reads them. Tells whether some are the writer's.
    fn pump(
        &mut self,
        writer: &Writer,
        told: &mut Told,
        at_most: Duration,
    ) -> anyhow::Result<bool> {
        self.poll.poll(&mut self.events, Some(at_most))?;
        let mut is_answered = false;
        for event in &self.events {
            let number = event.token().0;
            let Some(listener) = self.listeners.get_mut(number) else {
                is_answered |= number == WRITER;
                continue;
            };
            if !listener.is_sent && event.is_writable() {
                listener.send(&self.place)?;
            }
            let now = self.clock.elapsed();
            let place = &mut self.place;
            let hear = |heard: &mut Heard, event: &Event| {
                heard.take(event, place, told)?;
                heard.see(&writer.shown(event), |change| told.see(number, change, now));
                Ok(())
            };
            let is_open = listener.receive(&mut self.buffer, event.is_read_closed(), hear)?;
            if !is_open {
                told.ended += 1;
                let registry = self.poll.registry();
                *listener = self.place.listener(registry, number, Some(listener))?;
            }
        }
        Ok(is_answered)
    }
}

impl Place {
    /// A listener, who goes on where it was before. It sends its request when it is connected.
    fn listener(
        &self,
        registry: &Registry,
        number: usize,
        before: Option<&Listener>,
    ) -> anyhow::Result<Listener> {
        let mut connection = TcpStream::connect(self.address)?;
        let interest = Interest::READABLE | Interest::WRITABLE;
        registry.register(&mut connection, Token(number), interest)?;
        Ok(Listener {
            connection,
            is_sent: false,
            stream: Stream::default(),
            heard: before.map(|it| it.heard).unwrap_or_default(),
        })
    }
}

impl Listener {
    fn send(&mut self, place: &Place) -> anyhow::Result<()> {
        let last_id = if self.heard.number > 0 {
            format!("Last-Event-ID: {}-{}\r\n", place.epoch, self.heard.number)
        } else {
            String::new()
        };
        let request = format!(
            "GET /api/sessions/{}/events HTTP/1.1\r\nHost: localhost\r\n\
             Accept: text/event-stream\r\n{last_id}\r\n",
            place.session_id
        );
        let sent = self.connection.write(request.as_bytes())?;
        ensure!(sent == request.len(), "a request was cut short");
        self.is_sent = true;
        Ok(())
    }

    /// Reads what is there, and to the end where it `is_closed`. Tells whether it goes on.
    fn receive(
        &mut self,
        buffer: &mut [u8],
        is_closed: bool,
        mut hear: impl FnMut(&mut Heard, &Event) -> anyhow::Result<()>,
    ) -> anyhow::Result<bool> {
        loop {
            let length = match self.connection.read(buffer) {
                Ok(0) => return Ok(false),
                Ok(length) => length,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(true),
                Err(error) if error.kind() == ErrorKind::ConnectionReset => return Ok(false),
                Err(error) => return Err(error.into()),
            };
            let (bytes, heard) = (buffer.get(..length).unwrap_or_default(), &mut self.heard);
            self.stream.receive(bytes, |event| hear(heard, event))?;
            // There may be more only where all of the buffer was needed.
            if length < buffer.len() && !is_closed {
                return Ok(true);
            }
        }
    }
}

impl Heard {
    /// Notes where to go on from, and counts the event.
    fn take(&mut self, event: &Event, place: &mut Place, told: &mut Told) -> anyhow::Result<()> {
        if let Some(id) = event.id {
            let id = std::str::from_utf8(id)?;
            let (epoch, number) = id.rsplit_once('-').context("an id without a number")?;
            self.number = number.parse().with_context(|| format!("the id {id}"))?;
            if place.epoch != epoch {
                epoch.clone_into(&mut place.epoch);
            }
        }
        match event.name {
            b"ready" => self.is_ready = true,
            b"reset" => told.resets += 1,
            _ => told.events += 1,
        }
        Ok(())
    }

    /// Tells `see` the number of each change that an event shows.
    fn see(&mut self, shown: &Shown, mut see: impl FnMut(usize)) {
        match shown {
            Shown::Changes(numbers) => numbers.iter().copied().for_each(see),
            Shown::Likes(likes) => {
                let new = self.likes + 1..likes + 1;
                new.filter_map(number_of_like).for_each(&mut see);
                self.likes = self.likes.max(*likes);
            }
        }
    }
}

/// Numbers that are 1 apart on average and never in step with anything: a server that tells what has
/// changed at fixed times would else be met at its best or at its worst all the time.
fn scattered(number: usize) -> f64 {
    let number = number as f64;
    number + (number * GOLDEN).fract()
}

/// Lets this process and the servers that it starts have so many descriptors, or as many as the
/// system allows. Returns how many these are.
///
/// # Errors
/// When the system does not tell.
pub fn allow_descriptors(needed: u64) -> anyhow::Result<u64> {
    let (soft, hard) = Resource::NOFILE.get()?;
    // Beyond the hard limit only root may go, and not everywhere.
    if needed > hard && Resource::NOFILE.set(needed, needed).is_ok() {
        return Ok(needed);
    }
    let allowed = needed.max(soft).min(hard);
    Resource::NOFILE.set(allowed, hard)?;
    Ok(allowed)
}
