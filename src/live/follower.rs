//! The thread that reads what has changed and tells it, on a database connection of its own.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use std::{io, thread};

use super::events::ListenersEvent;
use super::feed::Feed;
use super::pace::Pace;
use super::piece::frame;
use super::progress::Progress;
use super::telling::{Telling, reset, tell_all};
use super::{Live, repository};
use crate::changes::{Change, Epochs, SessionId, WokenSessions};
use crate::clock::Stopwatch;
use crate::db::{DbConn, DbError, OwnConnection, describe};
use crate::sessions::{self, SessionEvent};

/// How often all followed sessions are asked for: what no notice told, and what was changed with an
/// account.
const SECOND: Duration = Duration::from_secs(1);
/// How often it is looked whether something is due by time.
const TICK: Duration = Duration::from_millis(200);
/// After a failure of the database.
const RETRY: Duration = Duration::from_secs(1);
/// How often a server tells the others how many follow there, though it are as many as before.
const LISTENERS_ANEW: Duration = Duration::from_secs(5);

/// Reads what has changed of all followed sessions.
pub struct Follower {
    live: Live,
    connection: OwnConnection,
    epochs: Epochs,
    /// What the others know this server by; `None` where there are none.
    server_id: Option<i64>,
    started: Stopwatch,
    pace: Pace,
    progress: HashMap<SessionId, Progress>,
    /// What the other servers were told, and when.
    told_listeners: HashMap<SessionId, (i64, Duration)>,
    second_at: Duration,
    is_down: bool,
}

impl Follower {
    /// Begins with nothing. `server_id`: what other servers know this one by, where there are any.
    pub fn new(
        live: Live,
        connection: OwnConnection,
        epochs: Epochs,
        server_id: Option<i64>,
    ) -> Self {
        Self {
            live,
            connection,
            epochs,
            server_id,
            started: Stopwatch::start(),
            pace: Pace::default(),
            progress: HashMap::new(),
            told_listeners: HashMap::new(),
            second_at: Duration::ZERO,
            is_down: false,
        }
    }

    /// Runs until the streams are stopped.
    ///
    /// # Errors
    /// When the system refuses a thread.
    pub fn spawn(mut self) -> io::Result<()> {
        let thread = thread::Builder::new().name("follower".into());
        let run = move || while self.step() {};
        thread.spawn(run).map(drop)
    }

    /// Waits until there is something to do, and does it. `false` once the streams are stopped.
    fn step(&mut self) -> bool {
        let woken = self.live.0.woken.wait(self.wait());
        if !self.find_feeds() {
            return false;
        }
        self.mark(woken);
        let now = self.started.elapsed();
        if self.second_at <= now {
            self.second_at = now + SECOND;
            let asked = self.ask_for_all(now);
            self.note(asked);
            self.end_over();
        }
        self.tell_by_time(now);
        while let Some(session_id) = self.next_due() {
            self.tell(session_id);
        }
        true
    }

    fn wait(&self) -> Duration {
        let free_at = self.pace.free_at();
        let wanted = self.progress.values().filter_map(Progress::wants_at);
        let wanted = wanted.map(|it| it.max(free_at)).min();
        let next = wanted.map_or(self.second_at, |it| it.min(self.second_at));
        let wait = next.saturating_sub(self.started.elapsed());
        if self.progress.is_empty() {
            wait
        } else {
            wait.min(TICK)
        }
    }

    /// Takes over what is followed now. `false` once the streams are stopped.
    fn find_feeds(&mut self) -> bool {
        let feeds = self.live.0.lock();
        if feeds.is_stopped {
            return false;
        }
        let is_followed = |id: &SessionId, feed: &Arc<Feed>| {
            feeds
                .by_session
                .get(id)
                .is_some_and(|it| Arc::ptr_eq(it, feed))
        };
        let before = self.progress.len();
        self.progress.retain(|id, it| is_followed(id, &it.feed));
        let mut has_changed = self.progress.len() != before;
        let (now, epoch) = (self.started.elapsed(), self.epochs.current());
        for (session_id, feed) in &feeds.by_session {
            if !self.progress.contains_key(session_id) {
                let new = Progress::new(Arc::clone(feed), epoch, now);
                self.progress.insert(*session_id, new);
                has_changed = true;
            }
        }
        drop(feeds);
        if has_changed {
            let followed = self.progress.keys().copied();
            self.live.0.woken.set_followed(followed);
        }
        self.progress.values_mut().for_each(Progress::take_waiting);
        true
    }

    fn mark(&mut self, woken: WokenSessions) {
        for (session_id, progress) in &mut self.progress {
            progress.is_due |= woken.missed || woken.sessions.contains(session_id);
        }
    }

    /// Asks how far all followed sessions have come, and to which epoch that belongs.
    fn ask_for_all(&mut self, now: Duration) -> Result<(), DbError> {
        let epochs = self.epochs.clone();
        let ids: Vec<SessionId> = self.progress.keys().copied().collect();
        let ask = |conn: &mut DbConn| {
            let epoch = epochs.reload(conn)?;
            let changes = if ids.is_empty() {
                Vec::new()
            } else {
                sessions::list_changes(conn, &ids)?
            };
            Ok((epoch, changes))
        };
        let (epoch, changes) = self.connection.run(ask)?;
        let changes: HashMap<SessionId, Change> = changes.into_iter().collect();
        for (session_id, progress) in &mut self.progress {
            match changes.get(session_id) {
                Some(change) if progress.epoch != epoch => reset(progress, *change, epoch),
                Some(change) if *change == progress.told => {}
                // Deleted, or not told yet.
                _ => progress.is_due = true,
            }
        }
        self.count_listeners(now)
    }

    fn count_listeners(&mut self, now: Duration) -> Result<(), DbError> {
        let here = self
            .progress
            .iter()
            .map(|(id, it)| (*id, it.feed.len() as i64));
        let here: Vec<(SessionId, i64)> = here.collect();
        let elsewhere = match self.server_id {
            Some(server_id) => self.exchange(server_id, &here, now)?,
            None => HashMap::new(),
        };
        for (session_id, count) in here {
            let Some(progress) = self.progress.get(&session_id) else {
                continue;
            };
            let count = count + elsewhere.get(&session_id).copied().unwrap_or_default();
            if progress.feed.set_listeners(count) {
                let text = frame("listeners", None, &ListenersEvent { count });
                tell_all(progress, text, &mut self.pace, now);
            }
        }
        Ok(())
    }

    /// Tells the other servers how many follow here, and reads how many follow there.
    fn exchange(
        &mut self,
        server_id: i64,
        here: &[(SessionId, i64)],
        now: Duration,
    ) -> Result<HashMap<SessionId, i64>, DbError> {
        self.told_listeners
            .retain(|id, _| self.progress.contains_key(id));
        let told = &mut self.told_listeners;
        let is_told = |told: &HashMap<SessionId, (i64, Duration)>, id: &SessionId, count: i64| {
            let told = told.get(id);
            told.is_some_and(|it| it.0 == count && now < it.1 + LISTENERS_ANEW)
        };
        let new = here.iter().filter(|(id, count)| !is_told(told, id, *count));
        let new: Vec<(SessionId, i64)> = new.copied().collect();
        let at = self.live.0.clock.now();
        let exchange = |conn: &mut DbConn| {
            repository::upsert_listeners(conn, server_id, &new, at)?;
            let ids: Vec<SessionId> = here.iter().map(|it| it.0).collect();
            repository::list_listeners(conn, server_id, &ids, at)
        };
        let rows = self.connection.run(exchange)?;
        told.extend(new.iter().map(|(id, count)| (*id, (*count, now))));
        let mut elsewhere = HashMap::new();
        for (session_id, count) in rows {
            *elsewhere.entry(session_id).or_default() += count;
        }
        Ok(elsewhere)
    }

    /// Ends the streams whose login has ended, or whose account was disabled, and those whose time
    /// has passed.
    fn end_over(&self) {
        let hub = &self.live.0;
        let now = hub.clock.now();
        for progress in self.progress.values() {
            let has_ended = |login_id| hub.ended_logins.knows(login_id);
            progress.feed.end_over(has_ended, now);
        }
    }

    /// Tells what happens by time alone.
    fn tell_by_time(&mut self, now: Duration) {
        let time = self.live.0.clock.now();
        for progress in self.progress.values_mut() {
            if let Some(session) = progress.take_expired(time) {
                let text = frame("session", None, &SessionEvent::new(session, time));
                tell_all(progress, text, &mut self.pace, now);
            }
            if progress.take_beat(now) {
                tell_all(progress, ": beat\n\n".into(), &mut self.pace, now);
            }
        }
    }

    /// The session that has waited longest for something to be done now.
    fn next_due(&self) -> Option<SessionId> {
        let now = self.started.elapsed();
        if now < self.pace.free_at() {
            return None;
        }
        let wanted = self.progress.iter();
        let wanted = wanted.filter_map(|(id, it)| Some((it.wants_at()?, *id)));
        wanted.min().filter(|(at, _)| *at <= now).map(|it| it.1)
    }

    fn tell(&mut self, session_id: SessionId) {
        let now = self.started.elapsed();
        let time = self.live.0.clock.now();
        let Some(progress) = self.progress.get_mut(&session_id) else {
            return;
        };
        progress.rest(now);
        let mut told = Telling {
            session_id,
            progress,
            connection: &mut self.connection,
            time,
            now,
        };
        let outcome = told.catch_up().and_then(|()| told.read_and_tell());
        let deliveries = outcome.as_ref().copied().unwrap_or_default();
        self.pace.note(now, deliveries);
        if outcome.is_err() {
            progress.retry(now, RETRY);
        }
        self.note(outcome.map(drop));
    }

    /// Logs the first failure in a row.
    fn note(&mut self, outcome: Result<(), DbError>) {
        match &outcome {
            Err(error) if !self.is_down => {
                let cause = describe(error);
                tracing::warn!(cause, "changes of sessions cannot be read; trying again");
            }
            Ok(()) if self.is_down => tracing::info!("changes of sessions can be read again"),
            _ => {}
        }
        self.is_down = outcome.is_err();
    }
}
