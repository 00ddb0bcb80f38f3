//! Notices of other instances: a thread that listens to PostgreSQL on a connection of its own, and
//! tells the others there what this one has marked.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak};
use std::time::Duration;
use std::{io, thread};

use actix_web::rt::time::timeout;
use diesel::PgConnection;
use diesel::connection::SimpleConnection;
use tokio::sync::Notify;

use super::connection::{DbConn, OpenMode};
use super::dialect::{self, CHANNEL, MARKS_CHANNEL};
use super::error::{DbError, describe};
use super::{BUSY_TIMEOUT, Marks};
use crate::config::DatabaseUrl;

/// How often the thread looks whether a notice has come.
const POLL: Duration = Duration::from_millis(200);
/// The same while somebody here follows what others mark.
const POLL_FOLLOWED: Duration = Duration::from_millis(20);

/// What is marked within this time is told together.
const GATHER: Duration = Duration::from_millis(25);
/// So many marks of 22 bytes, with commas, are told at once: PostgreSQL takes 8,000 bytes.
const MARKS_TOLD: usize = 340;

/// What PostgreSQL's list of connections calls this one.
const NAME: &str = "askit notices";

/// Between two tries to connect.
const RETRY: Duration = Duration::from_secs(1);

/// What was heard since one last waited. Notices may be lost: nothing may rely on them alone.
pub struct Notices(Arc<Heard>);

struct Heard {
    something: Notify,
    /// The connection was lost and made anew: notices may have been missed.
    gap: AtomicBool,
    marks: Arc<Marks>,
}

impl Notices {
    /// Listens on PostgreSQL, and tells others what is marked. On SQLite nothing is ever heard.
    ///
    /// # Errors
    /// When the system refuses a thread.
    pub fn listen(url: &DatabaseUrl, marks: Arc<Marks>) -> io::Result<Self> {
        let heard = Arc::new(Heard {
            something: Notify::new(),
            gap: AtomicBool::new(false),
            marks,
        });
        if let DatabaseUrl::Postgres(_) = url {
            let (url, listener) = (url.clone(), Arc::downgrade(&heard));
            thread::Builder::new()
                .name("listener".into())
                .spawn(move || run(&url, &listener))?;
        }
        Ok(Self(heard))
    }

    /// Waits for a notice, `at_most` that long.
    pub async fn wait(&self, at_most: Duration) -> Waited {
        let heard = timeout(at_most, self.0.something.notified()).await;
        Waited {
            heard: heard.is_ok(),
            missed: self.0.gap.swap(false, Ordering::Relaxed),
        }
    }
}

/// How a wait for a notice ended.
#[derive(Debug, Clone, Copy)]
pub struct Waited {
    /// By a notice, or because the listener is connected again.
    pub heard: bool,
    /// Notices may have been missed before.
    pub missed: bool,
}

/// Listens until nobody is interested any more, with one connection after the other.
fn run(url: &DatabaseUrl, heard: &Weak<Heard>) {
    let mut is_down = false;
    while let Err(error) = listen(url, heard, &mut is_down) {
        if !is_down {
            let cause = describe(&error);
            tracing::warn!(cause, "no notices of other instances; connecting again");
        }
        is_down = true;
        thread::sleep(RETRY);
        if let Some(heard) = heard.upgrade() {
            // The others find what they are not told.
            drop(heard.marks.wait_outgoing(Duration::ZERO));
        }
    }
}

/// Ends well when nobody is interested any more.
fn listen(url: &DatabaseUrl, heard: &Weak<Heard>, is_down: &mut bool) -> Result<(), DbError> {
    let DbConn::Postgres(mut conn) = DbConn::open(url, OpenMode::Write, BUSY_TIMEOUT)? else {
        return Ok(());
    };
    let named = format!("SET application_name = '{NAME}'");
    conn.batch_execute(&format!(
        "{named}; LISTEN {CHANNEL}; LISTEN {MARKS_CHANNEL}"
    ))?;
    let own = dialect::backend(&mut conn)?;
    *is_down = false;
    let mut is_gap = true;
    while let Some(heard) = heard.upgrade() {
        let is_heard = hear(&mut conn, &heard.marks, own)?;
        if is_gap {
            heard.gap.store(true, Ordering::Relaxed);
            heard.marks.miss();
        }
        if is_gap || is_heard {
            heard.something.notify_one();
            is_gap = false;
        }
        tell(&mut conn, &heard.marks)?;
    }
    Ok(())
}

/// Takes what has come. Tells whether something in memory may be old.
fn hear(conn: &mut PgConnection, marks: &Marks, own: i32) -> Result<bool, DbError> {
    let mut is_heard = false;
    for notice in conn.notifications_iter() {
        let notice = notice?;
        if notice.channel == CHANNEL {
            is_heard = true;
        } else if notice.process_id != own {
            marks.hear(notice.payload.split(','));
        }
    }
    Ok(is_heard)
}

/// Waits until it is time to look for notices again. What is marked meanwhile is told.
fn tell(conn: &mut PgConnection, marks: &Marks) -> Result<(), DbError> {
    let poll = if marks.is_followed() {
        POLL_FOLLOWED
    } else {
        POLL
    };
    let outgoing = marks.wait_outgoing(poll);
    if outgoing.is_empty() {
        return Ok(());
    }
    let outgoing: Vec<String> = outgoing.into_iter().collect();
    for some in outgoing.chunks(MARKS_TOLD) {
        dialect::tell(conn, &some.join(","))?;
    }
    thread::sleep(GATHER);
    Ok(())
}
