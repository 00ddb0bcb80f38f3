//! The purge: an actor that removes what is over, at start and then on a schedule.

use std::fmt;
use std::time::Duration;

use actix::fut::wrap_future;
use actix::{Actor, AsyncContext, AtomicResponse, Context, Handler, Message};
use actix_web::rt::time::sleep;
use chrono::{DateTime, TimeDelta, Utc};

use crate::audit;
use crate::auth::repository::{ending, guesses as attempts};
use crate::auth::service::guesses::RETENTION;
use crate::clock::SharedClock;
use crate::config::AuthSettings;
use crate::db::{Db, DbConn, DbError};
use crate::keys;
use crate::password::service as password_schemes;

/// Rows that one transaction removes while the server runs.
const SERVER_BATCH: i64 = 1000;
/// Rows that one transaction of a command removes, so that a server beside it is not held up.
pub const COMMAND_BATCH: i64 = 500;
/// What other writers get between two batches.
pub(super) const PAUSE: Duration = Duration::from_millis(50);

/// What a run removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Purged {
    /// Rows of `refresh_tokens`.
    pub logins: usize,
    /// Guests that nobody can act as any more.
    pub guests: usize,
    /// Rows of `audit_events`.
    pub audit_events: usize,
    /// Rows of `signing_keys`.
    pub signing_keys: usize,
    /// Rows of `attempts`.
    pub attempts: usize,
}

impl fmt::Display for Purged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            logins,
            guests,
            audit_events,
            signing_keys,
            attempts,
        } = self;
        write!(
            f,
            "{logins} login(s), {guests} guest(s), {audit_events} audit event(s), \
             {signing_keys} signing key(s), {attempts} attempt counter(s)"
        )
    }
}

/// What is over, and since when.
#[derive(Clone)]
pub struct Purge {
    db: Db,
    /// How long an ended login and a replaced key are kept: as long as their access tokens could
    /// live.
    ended_window: TimeDelta,
    batch: i64,
}

impl Purge {
    /// In batches for a server.
    pub fn new(db: Db, settings: &AuthSettings) -> Self {
        Self {
            db,
            ended_window: settings.access_token_window(),
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

    /// Removes everything that is over at `now`, and counts the schemes of what is left. Several
    /// instances may do so at once.
    ///
    /// # Errors
    /// When the database fails; what was removed until then stays removed.
    pub async fn run(&self, now: DateTime<Utc>) -> Result<Purged, DbError> {
        let ended_before = now - self.ended_window;
        let old = now - audit::RETENTION;
        let batch = self.batch;
        let logins = self
            .remove(move |conn| ending::delete_over(conn, now, ended_before, batch))
            .await?;
        let guests = self
            .remove(move |conn| ending::delete_abandoned_guests(conn, batch))
            .await?;
        let audit_events = self
            .remove(move |conn| audit::repository::delete_old(conn, old, batch))
            .await?;
        let signing_keys = self
            .remove(move |conn| keys::delete_replaced(conn, ended_before))
            .await?;
        let forgotten = now - RETENTION;
        let attempts = self
            .remove(move |conn| attempts::delete_old(conn, forgotten, batch))
            .await?;
        password_schemes::recount(&self.db).await?;
        Ok(Purged {
            logins,
            guests,
            audit_events,
            signing_keys,
            attempts,
        })
    }

    /// Repeats `delete` until it finds less than a full batch.
    async fn remove(
        &self,
        delete: impl Fn(&mut DbConn) -> Result<usize, DbError> + Clone + Send + 'static,
    ) -> Result<usize, DbError> {
        let full = usize::try_from(self.batch).unwrap_or(usize::MAX);
        let mut total = 0;
        loop {
            let removed = self.db.write(delete.clone()).await?;
            total += removed;
            if removed < full {
                return Ok(total);
            }
            sleep(PAUSE).await;
        }
    }
}

/// Runs the purge at start and then every interval.
pub struct PurgeActor {
    purge: Purge,
    clock: SharedClock,
    interval: Duration,
    sweep: Sweep,
}

/// Removes what is over in memory, and counts it.
pub type Sweep = Box<dyn Fn(DateTime<Utc>) -> usize>;

impl PurgeActor {
    /// Begins with its first run when it is started.
    pub fn new(purge: Purge, sweep: Sweep, clock: SharedClock, interval: Duration) -> Self {
        Self {
            purge,
            clock,
            interval,
            sweep,
        }
    }
}

impl Actor for PurgeActor {
    type Context = Context<Self>;

    fn started(&mut self, context: &mut Self::Context) {
        context.notify(PurgeNow);
        context.run_interval(self.interval, |_, context| context.notify(PurgeNow));
    }
}

/// Asks for a run now. `None` when the database failed: the next run will do.
pub struct PurgeNow;

impl Message for PurgeNow {
    type Result = Option<Purged>;
}

impl Handler<PurgeNow> for PurgeActor {
    type Result = AtomicResponse<Self, Option<Purged>>;

    /// One run after the other: the actor takes no message during a run.
    fn handle(&mut self, _: PurgeNow, _: &mut Self::Context) -> Self::Result {
        let (purge, now) = (self.purge.clone(), self.clock.now());
        let buckets = (self.sweep)(now);
        AtomicResponse::new(Box::pin(wrap_future(async move {
            match purge.run(now).await {
                Ok(purged) => {
                    tracing::info!(
                        logins = purged.logins,
                        guests = purged.guests,
                        audit_events = purged.audit_events,
                        signing_keys = purged.signing_keys,
                        attempts = purged.attempts,
                        buckets,
                        "purged"
                    );
                    Some(purged)
                }
                Err(error) => {
                    tracing::warn!(%error, "the purge failed; the next one will do its work");
                    None
                }
            }
        })))
    }
}
