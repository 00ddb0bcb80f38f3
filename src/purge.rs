//! The purge removes expired rows, at start and then on a schedule. `app.rs` has its list: an entry
//! for each kind of row, made by the feature that owns the rows.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use actix::fut::wrap_future;
use actix::{Actor, AsyncContext, AtomicResponse, Context, Handler, Message};
use actix_web::rt::time::sleep;
use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::Notify;

use crate::clock::SharedClock;
use crate::db::{Db, DbConn, DbError, describe};

/// Rows that one transaction removes while the server runs.
const SERVER_BATCH: i64 = 1000;
/// Rows that one transaction of a command removes, so that a server beside it is not held up.
pub const COMMAND_BATCH: i64 = 500;
/// What other writers get between two batches.
pub const PAUSE: Duration = Duration::from_millis(50);

/// What a feature removes.
#[derive(Debug, Clone, Copy)]
pub struct Purge {
    /// What the rows are called in the log and in the output of the command.
    pub name: &'static str,
    /// Removes rows that are over, as a rule at most `batch`. It is repeated while it has more to
    /// remove. Several instances may do so at once.
    pub remove: fn(conn: &mut DbConn, times: PurgeTimes, batch: i64) -> Result<Removed, DbError>,
}

/// What one transaction of the purge did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Removed {
    /// How many rows it removed.
    pub rows: usize,
    /// Whether there may be more.
    pub has_more: bool,
}

impl Removed {
    /// At most so many rows at a time: where it was as many, there may be more.
    pub fn at_most(batch: i64, rows: usize) -> Self {
        Self {
            rows,
            has_more: rows as i64 >= batch,
        }
    }
}

/// Asks the purge to run soon, because something was deleted whose rows it removes. Where nobody
/// hears it, they go with the next run.
#[derive(Debug, Clone, Default)]
pub struct PurgeSoon(Arc<Notify>);

impl PurgeSoon {
    /// Asks; asking often is asking once.
    pub fn ask(&self) {
        self.0.notify_one();
    }
}

/// The times by which a run decides what is over.
#[derive(Debug, Clone, Copy)]
pub struct PurgeTimes {
    /// When the run began.
    pub now: DateTime<Utc>,
    /// Of the access tokens that were issued before this, none lives any more.
    pub oldest_token: DateTime<Utc>,
    /// Sessions that ended before this are to be deleted; none, where they are kept.
    pub oldest_session: Option<DateTime<Utc>>,
}

/// What a run did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Purged {
    /// How many rows were removed, by the names of the list.
    pub removed: BTreeMap<&'static str, usize>,
    /// Where the database failed; what was removed there before stays removed.
    pub failed: Vec<&'static str>,
}

impl fmt::Display for Purged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, (name, removed)) in self.removed.iter().enumerate() {
            let comma = if number > 0 { ", " } else { "" };
            write!(f, "{comma}{name}: {removed}")?;
        }
        Ok(())
    }
}

/// Removes what the entries of a list say.
#[derive(Clone)]
pub struct Purger {
    db: Db,
    purges: &'static [Purge],
    token_window: TimeDelta,
    session_retention: Option<TimeDelta>,
    batch: i64,
}

impl Purger {
    /// In batches for a server. An access token lives for no longer than `token_window`; sessions
    /// that have ended are deleted after `session_retention`, if that is set.
    pub fn new(
        db: Db,
        purges: &'static [Purge],
        token_window: TimeDelta,
        session_retention: Option<TimeDelta>,
    ) -> Self {
        Self {
            db,
            purges,
            token_window,
            session_retention,
            batch: SERVER_BATCH,
        }
    }

    /// In batches for a command beside a server.
    pub fn in_small_batches(self) -> Self {
        Self {
            batch: COMMAND_BATCH,
            ..self
        }
    }

    /// Removes everything that is expired at `now`, in the order of the list. If an entry fails,
    /// that is logged, and the next one runs.
    pub async fn run(&self, now: DateTime<Utc>) -> Purged {
        let times = PurgeTimes {
            now,
            oldest_token: now - self.token_window,
            oldest_session: self.session_retention.map(|it| now - it),
        };
        let mut purged = Purged::default();
        for purge in self.purges {
            let removed = purged.removed.entry(purge.name).or_default();
            if let Err(error) = self.remove(purge, times, removed).await {
                let (what, cause) = (purge.name, describe(&error));
                tracing::warn!(what, cause, "cannot be purged; the next run tries again");
                purged.failed.push(purge.name);
            }
        }
        purged
    }

    /// Repeats an entry while it has more to remove, and adds to what was removed.
    async fn remove(
        &self,
        purge: &Purge,
        times: PurgeTimes,
        removed: &mut usize,
    ) -> Result<(), DbError> {
        let (remove, batch) = (purge.remove, self.batch);
        loop {
            let write = move |conn: &mut DbConn| remove(conn, times, batch);
            let now_removed = self.db.write::<_, DbError, _>(write).await?;
            *removed += now_removed.rows;
            if !now_removed.has_more {
                return Ok(());
            }
            sleep(PAUSE).await;
        }
    }
}

/// Runs the purge at start and then every interval.
pub struct PurgeActor {
    purger: Purger,
    clock: SharedClock,
    interval: Duration,
    sweep: Sweep,
    soon: PurgeSoon,
}

/// Removes what is over in memory, and counts it.
pub type Sweep = Box<dyn Fn(DateTime<Utc>) -> usize>;

impl PurgeActor {
    /// Begins with its first run when it is started.
    pub fn new(
        purger: Purger,
        sweep: Sweep,
        clock: SharedClock,
        interval: Duration,
        soon: PurgeSoon,
    ) -> Self {
        Self {
            purger,
            clock,
            interval,
            sweep,
            soon,
        }
    }
}

impl Actor for PurgeActor {
    type Context = Context<Self>;

    fn started(&mut self, context: &mut Self::Context) {
        context.notify(PurgeNow);
        context.run_interval(self.interval, |_, context| context.notify(PurgeNow));
        let (soon, this) = (self.soon.clone(), context.address());
        context.spawn(wrap_future(async move {
            loop {
                soon.0.notified().await;
                // Waits for the run, so that what is asked meanwhile is one run more.
                if this.send(PurgeNow).await.is_err() {
                    return;
                }
            }
        }));
    }
}

/// Asks for a run now, and is answered when it is over.
pub struct PurgeNow;

impl Message for PurgeNow {
    type Result = Purged;
}

impl Handler<PurgeNow> for PurgeActor {
    type Result = AtomicResponse<Self, Purged>;

    /// One run after the other: the actor takes no message during a run.
    fn handle(&mut self, _: PurgeNow, _: &mut Self::Context) -> Self::Result {
        let (purger, now) = (self.purger.clone(), self.clock.now());
        let buckets = (self.sweep)(now);
        AtomicResponse::new(Box::pin(wrap_future(async move {
            let purged = purger.run(now).await;
            let failed = purged.failed.len();
            tracing::info!(removed = %purged, failed, buckets, "purged");
            purged
        })))
    }
}
