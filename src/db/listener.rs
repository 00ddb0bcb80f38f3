//! Notices of other instances: a thread that listens to PostgreSQL on a connection of its own.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Weak};
use std::time::Duration;
use std::{io, thread};

use actix_web::rt::time::timeout;
use diesel::connection::SimpleConnection;
use tokio::sync::Notify;

use super::BUSY_TIMEOUT;
use super::connection::{DbConn, OpenMode};
use super::dialect::CHANNEL;
use super::error::{DbError, describe};
use crate::config::DatabaseUrl;

/// How often the thread looks whether a notice has come.
const POLL: Duration = Duration::from_millis(200);

/// Between two tries to connect.
const RETRY: Duration = Duration::from_secs(1);

/// What was heard since one last waited. Notices may be lost: nothing may rely on them alone.
pub struct Notices(Arc<Heard>);

#[derive(Default)]
struct Heard {
    something: Notify,
    /// The connection was lost and made anew: notices may have been missed.
    gap: AtomicBool,
}

impl Notices {
    /// Listens on PostgreSQL. On SQLite nothing is ever heard.
    ///
    /// # Errors
    /// When the system refuses a thread.
    pub fn listen(url: &DatabaseUrl) -> io::Result<Self> {
        let heard = Arc::new(Heard::default());
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
    }
}

/// Ends well when nobody is interested any more.
fn listen(url: &DatabaseUrl, heard: &Weak<Heard>, is_down: &mut bool) -> Result<(), DbError> {
    let DbConn::Postgres(mut conn) = DbConn::open(url, OpenMode::Write, BUSY_TIMEOUT)? else {
        return Ok(());
    };
    conn.batch_execute(&format!("LISTEN {CHANNEL}"))?;
    *is_down = false;
    let mut is_gap = true;
    while let Some(heard) = heard.upgrade() {
        let mut notices = 0;
        for notice in conn.notifications_iter() {
            notice?;
            notices += 1;
        }
        if is_gap || notices > 0 {
            heard.gap.fetch_or(is_gap, Ordering::Relaxed);
            heard.something.notify_one();
            is_gap = false;
        }
        drop(heard);
        thread::sleep(POLL);
    }
    Ok(())
}
