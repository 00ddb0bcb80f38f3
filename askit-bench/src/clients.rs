//! Clients of several kinds at once: those that begin again as soon as they have an answer, and
//! those that ask now and then. One thread, epoll, a connection for each client.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use anyhow::{Context, ensure};
use askit::clock::Stopwatch;
use mio::{Events, Poll};

use crate::answer::Answer;
use crate::connection::Connection;
use crate::load::{PATIENCE, Request, cpu_time};

const OVERLOADED: u16 = 503;

/// Clients of one kind, one for each request.
pub struct Group<'a> {
    /// What each of them sends, again and again.
    pub requests: &'a mut [Request],
    /// When they do.
    pub pace: Pace,
    /// Where they are.
    pub home: Home,
}

/// From which address clients connect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Home {
    /// Each from an address of its own, so that each is a network of its own.
    Own,
    /// All of the group from one.
    Shared,
}

impl Home {
    /// Of the client with this number, in the group with this one.
    fn address(self, client: usize, group: usize) -> anyhow::Result<Ipv4Addr> {
        let (block, number) = match self {
            Self::Own => (1, client),
            Self::Shared => (2, group),
        };
        let [high, low] = u16::try_from(number + 1)
            .context("too many clients")?
            .to_be_bytes();
        Ok(Ipv4Addr::new(127, block, high, low))
    }
}

/// When a client sends its next request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pace {
    /// As soon as it has an answer; after a 503, when `Retry-After` says so.
    AtOnce,
    /// At fixed times, so far apart; whatever is answered but 200 is an error. A request whose time
    /// has come before the one before it was answered is counted from that time on.
    Every(Duration),
    /// The same, whatever is answered.
    Flood(Duration),
}

/// What all groups have seen.
pub struct Seen<const GROUPS: usize> {
    /// In the order of the groups.
    pub groups: [Answers; GROUPS],
    /// From the first request to the last answer.
    pub seconds: f64,
    /// What the clients used of the processor.
    pub generator: Duration,
}

/// What one group has seen.
#[derive(Default)]
pub struct Answers {
    /// Of each request that was answered 200, in microseconds.
    pub latencies: Vec<f64>,
    /// How many were answered 503.
    pub overloaded: usize,
}

struct Client<'a> {
    connection: Connection,
    request: &'a mut Request,
    group: usize,
    pace: Pace,
    /// When the next request is to be sent.
    due: Duration,
    /// Since when the request that was sent counts; `None` while there is none.
    since: Option<Duration>,
    /// When the last answer came.
    answered: Duration,
}

/// Lets all clients work for `duration`, then waits for what is in flight.
///
/// # Errors
/// For any answer but those of [`Pace`], and when the server hangs up or keeps silent.
pub fn run<const GROUPS: usize>(
    address: SocketAddr,
    groups: [Group; GROUPS],
    duration: Duration,
) -> anyhow::Result<Seen<GROUPS>> {
    let mut poll = Poll::new()?;
    let mut clients = Vec::new();
    for (number, group) in groups.into_iter().enumerate() {
        let (pace, home) = (group.pace, group.home);
        for request in group.requests {
            let from = home.address(clients.len(), number)?;
            let mut connection = Connection::open(address, Some(from))?;
            connection.register(poll.registry(), clients.len())?;
            clients.push(Client {
                connection,
                request,
                group: number,
                pace,
                due: Duration::ZERO,
                since: None,
                answered: Duration::ZERO,
            });
        }
    }
    let cpu_before = cpu_time()?;
    let clock = Stopwatch::start();
    let mut answers = [const { Answers::new() }; GROUPS];
    exchange(&mut poll, &mut clients, &mut answers, &clock, duration)?;
    Ok(Seen {
        groups: answers,
        seconds: clock.elapsed().as_secs_f64(),
        generator: cpu_time()? - cpu_before,
    })
}

fn exchange(
    poll: &mut Poll,
    clients: &mut [Client],
    answers: &mut [Answers],
    clock: &Stopwatch,
    duration: Duration,
) -> anyhow::Result<()> {
    let mut events = Events::with_capacity(clients.len());
    let mut heard = Duration::ZERO;
    loop {
        let now = clock.elapsed();
        ensure!(now < heard + PATIENCE, "no answer within {PATIENCE:?}");
        let mut next = duration;
        let mut in_flight = 0;
        for client in clients.iter_mut() {
            if client.since.is_none() && client.due <= now && now < duration {
                client.send(now)?;
            }
            match client.since {
                Some(_) => in_flight += 1,
                None => next = next.min(client.due),
            }
        }
        if in_flight == 0 && now >= duration {
            return Ok(());
        }
        let until_next = next.checked_sub(now).filter(|_| now < duration);
        poll.poll(&mut events, Some(until_next.unwrap_or(PATIENCE)))?;
        for event in &events {
            if let Some(client) = clients.get_mut(event.token().0)
                && let Some(answers) = answers.get_mut(client.group)
            {
                heard = clock.elapsed();
                client.receive(heard, answers)?;
            }
        }
    }
}

impl Answers {
    const fn new() -> Self {
        Self {
            latencies: Vec::new(),
            overloaded: 0,
        }
    }
}

impl Client<'_> {
    fn send(&mut self, now: Duration) -> anyhow::Result<()> {
        // Waited for the answer before it: this counts. Waited for this thread to wake up: this
        // does not.
        let is_late = self.due < self.answered;
        self.since = Some(if is_late { self.due } else { now });
        self.connection.send(self.request.bytes())
    }

    fn receive(&mut self, now: Duration, answers: &mut Answers) -> anyhow::Result<()> {
        let since = self.since.context("an answer that nobody asked for")?;
        let Some(answer) = self.connection.receive()? else {
            return Ok(());
        };
        self.due = next_due(self.pace, self.due, now, &answer)?;
        match answer.status {
            _ if matches!(self.pace, Pace::Flood(_)) => answers.latencies.push(0.0),
            OVERLOADED => answers.overloaded += 1,
            _ => {
                self.request.learn(&answer)?;
                answers.latencies.push((now - since).as_secs_f64() * 1e6);
            }
        }
        self.since = None;
        self.answered = now;
        Ok(())
    }
}

fn next_due(pace: Pace, due: Duration, now: Duration, answer: &Answer) -> anyhow::Result<Duration> {
    match pace {
        Pace::AtOnce if answer.status == OVERLOADED => {
            let seconds = answer.retry_after.context("a 503 without Retry-After")?;
            Ok(now + Duration::from_secs(u64::try_from(seconds)?))
        }
        Pace::AtOnce => answer.expect(200).map(|()| now),
        Pace::Flood(pace) => Ok(due + pace),
        Pace::Every(pace) => answer.expect(200).map(|()| due + pace),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16) -> Answer<'static> {
        Answer {
            status,
            body: b"",
            length: 0,
            retry_after: (status == OVERLOADED).then_some(2),
        }
    }

    #[test]
    fn who_is_told_to_wait_waits() {
        let (due, now) = (Duration::from_millis(10), Duration::from_millis(15));
        let next = |pace, status| next_due(pace, due, now, &answer(status));
        assert_eq!(next(Pace::AtOnce, 200).unwrap(), now);
        let later = now + Duration::from_secs(2);
        assert_eq!(next(Pace::AtOnce, OVERLOADED).unwrap(), later);
        assert!(next(Pace::AtOnce, 401).is_err());
    }

    #[test]
    fn a_slow_answer_does_not_move_the_requests_after_it() {
        let every = Pace::Every(Duration::from_millis(10));
        let now = Duration::from_millis(35);
        let next = next_due(every, Duration::ZERO, now, &answer(200)).unwrap();
        assert_eq!(next, Duration::from_millis(10));
        assert!(next_due(every, Duration::ZERO, now, &answer(OVERLOADED)).is_err());
    }
}
