//! The SQL statements of a request, by its log lines.

use std::sync::atomic::{AtomicUsize, Ordering};

use diesel::connection::{InstrumentationEvent, set_default_instrumentation};
use tracing::Span;

use super::{Answer, RunningServer};

/// How many tests want statements to be logged. For all tests that would take a sixth of their time.
static WANTED: AtomicUsize = AtomicUsize::new(0);

/// As long as it is there, the statements of requests to all servers are logged.
pub struct Logging(());

impl Logging {
    /// From now on.
    pub fn begin() -> Self {
        WANTED.fetch_add(1, Ordering::SeqCst);
        Self(())
    }
}

impl Drop for Logging {
    fn drop(&mut self) {
        WANTED.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Has every connection that is made from now on log the statements of requests where that is
/// wanted, without what is bound to them. Those of the tests themselves hold names and addresses.
pub fn prepare() {
    set_default_instrumentation(|| Some(Box::new(log))).expect("nobody else has set one");
}

fn log(event: InstrumentationEvent<'_>) {
    if let InstrumentationEvent::StartQuery { query, .. } = event
        && WANTED.load(Ordering::SeqCst) > 0
        && !Span::current().is_none()
    {
        let text = query.to_string();
        let (sql, _) = text.split_once(" -- binds").unwrap_or((&text, ""));
        // The target is one whose debug lines are logged.
        tracing::debug!(target: "askit::statements", sql, "statement");
    }
}

impl RunningServer {
    /// What a request asked of the database, in turn. What begins and ends transactions is no part
    /// of it, nor is the question whether an idle connection still works.
    pub fn statements_for(&self, answer: &Answer) -> Vec<String> {
        assert!(WANTED.load(Ordering::SeqCst) > 0, "they are not logged");
        let fields = self.fields_for(answer).into_iter();
        fields
            .filter(|fields| fields["message"] == "statement")
            .map(|fields| fields["sql"].as_str().unwrap().to_owned())
            .filter(|sql| !["BEGIN", "COMMIT", "ROLLBACK", "SELECT 1"].contains(&sql.as_str()))
            .collect()
    }
}
