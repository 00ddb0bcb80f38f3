//! The SQL statements of a request, by its log lines.

use diesel::connection::{InstrumentationEvent, set_default_instrumentation};
use tracing::Span;

use super::{Answer, RunningServer};

/// Has every connection that is made from now on log the statements of requests, without what is
/// bound to them. Those of the tests themselves hold names and addresses.
pub fn log_all() {
    set_default_instrumentation(|| Some(Box::new(log))).expect("nobody else has set one");
}

fn log(event: InstrumentationEvent<'_>) {
    if let InstrumentationEvent::StartQuery { query, .. } = event
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
        let fields = self.fields_for(answer).into_iter();
        fields
            .filter(|fields| fields["message"] == "statement")
            .map(|fields| fields["sql"].as_str().unwrap().to_owned())
            .filter(|sql| !["BEGIN", "COMMIT", "ROLLBACK", "SELECT 1"].contains(&sql.as_str()))
            .collect()
    }
}
