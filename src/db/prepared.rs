//! Statements that stay prepared, and those that must not.

use std::marker::PhantomData;

use diesel::backend::Backend;
use diesel::dsl::sql;
use diesel::expression::SqlLiteral;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::Bool;
use diesel::{Connection, QueryResult, RunQueryDsl};

/// A statement whose text is always the same, so that the connection may keep it prepared under the
/// type `Name`, which no other statement has. Diesel keeps no UPDATE, because it cannot know how
/// many texts there are; planning ours anew each time took PostgreSQL four times as long as
/// carrying it out. For statements that return rows (`get_result`): what `execute` is given Diesel
/// asks behind this type's back.
pub struct Prepared<Q, Name> {
    query: Q,
    name: PhantomData<Name>,
}

impl<Q, Name> Prepared<Q, Name> {
    /// Keeps `query` under `Name`.
    pub fn new(query: Q) -> Self {
        Self {
            query,
            name: PhantomData,
        }
    }
}

impl<DB: Backend, Q: QueryFragment<DB>, Name> QueryFragment<DB> for Prepared<Q, Name> {
    fn walk_ast<'b>(&'b self, pass: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.query.walk_ast(pass)
    }

    fn is_safe_to_cache_prepared(&self, _: &DB) -> QueryResult<bool> {
        Ok(true)
    }
}

impl<Q, Name: 'static> QueryId for Prepared<Q, Name> {
    type QueryId = Name;
    const HAS_STATIC_QUERY_ID: bool = true;
}

impl<Q: Query, Name> Query for Prepared<Q, Name> {
    type SqlType = Q::SqlType;
}

impl<Q, Name, C: Connection> RunQueryDsl<C> for Prepared<Q, Name> {}

/// True. A statement with this condition is planned anew each time, by how large its tables are
/// then: for one that fills its own table. PostgreSQL would plan it once, while the table is empty,
/// to read it whole, and keep to that until it makes statistics, up to a minute later.
pub fn planned_anew() -> SqlLiteral<Bool> {
    sql("TRUE")
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use diesel::connection::{InstrumentationEvent, SimpleConnection};
    use diesel::prelude::*;

    use super::*;
    use crate::db::schema::users;

    #[test]
    fn an_update_is_prepared_once() {
        struct Activate;
        let mut conn = SqliteConnection::establish(":memory:").expect("a database");
        let table = "CREATE TABLE users (user_id BIGINT, active BOOLEAN); INSERT INTO users VALUES (7, TRUE)";
        conn.batch_execute(table).expect("a table");
        let kept = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&kept);
        conn.set_instrumentation(move |event: InstrumentationEvent<'_>| {
            if let InstrumentationEvent::CacheQuery { .. } = event {
                count.fetch_add(1, Ordering::Relaxed);
            }
        });
        for active in [true, false, true] {
            let update = diesel::update(users::table).set(users::active.eq(active));
            let update = Prepared::<_, Activate>::new(update.returning(users::active));
            let updated: bool = update.get_result(&mut conn).expect("updated");
            assert_eq!(updated, active);
        }
        assert_eq!(kept.load(Ordering::Relaxed), 1);
    }
}
