//! Statements that stay prepared.

use diesel::QueryResult;
use diesel::backend::Backend;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::{Connection, RunQueryDsl};

/// A statement whose text is always the same, so that the connection may keep it prepared. Diesel
/// keeps no UPDATE, because it cannot know how many texts there are; planning ours anew each time
/// took PostgreSQL four times as long as carrying it out.
pub struct Prepared<Q>(pub Q);

impl<DB: Backend, Q: QueryFragment<DB>> QueryFragment<DB> for Prepared<Q> {
    fn walk_ast<'b>(&'b self, pass: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.0.walk_ast(pass)
    }

    fn is_safe_to_cache_prepared(&self, _: &DB) -> QueryResult<bool> {
        Ok(true)
    }
}

/// Known by its text.
impl<Q> QueryId for Prepared<Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Q: Query> Query for Prepared<Q> {
    type SqlType = Q::SqlType;
}

impl<Q, C: Connection> RunQueryDsl<C> for Prepared<Q> {}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use diesel::connection::{InstrumentationEvent, SimpleConnection};
    use diesel::prelude::*;

    use super::*;
    use crate::db::DbConn;
    use crate::db::schema::users;

    #[test]
    fn an_update_is_prepared_once() {
        let sqlite = SqliteConnection::establish(":memory:").expect("a database");
        let mut conn = DbConn::Sqlite(sqlite);
        conn.batch_execute("CREATE TABLE users (user_id BIGINT, active BOOLEAN)")
            .expect("a table");
        let kept = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&kept);
        conn.set_instrumentation(move |event: InstrumentationEvent<'_>| {
            if let InstrumentationEvent::CacheQuery { .. } = event {
                count.fetch_add(1, Ordering::Relaxed);
            }
        });
        for active in [true, false, true] {
            let update = diesel::update(users::table).set(users::active.eq(active));
            Prepared(update).execute(&mut conn).expect("updated");
        }
        assert_eq!(kept.load(Ordering::Relaxed), 1);
    }
}
