//! The Rust steps of migrations: changes of rows that SQL cannot compute.

use std::collections::BTreeSet;

use diesel::prelude::*;

use super::migrations::MigrationError;
use super::schema::data_steps;
use super::{DbConn, DbError, UtcTime};
use crate::clock::Clock;

/// How many rows a step reads at once. A large table need not fit into memory.
const BATCH: i64 = 1_000;

/// A change of rows that SQL cannot compute. It runs once in each database, after the SQL of all
/// migrations.
#[derive(Debug, Clone, Copy)]
pub struct DataStep {
    /// Recorded when the step has run. No other step ever gets this name.
    pub name: &'static str,
    /// Changes the next rows.
    pub change: ChangeRows,
}

/// Changes at most `limit` rows whose primary key is greater than `after`, in the order of that
/// key. Returns the last key that it has read, or `None` when no row is left. The first call gets
/// 0.
pub type ChangeRows = fn(conn: &mut DbConn, after: i64, limit: i64) -> Result<Option<i64>, DbError>;

/// The step that failed, and why.
#[derive(Debug, thiserror::Error)]
#[error("the data step {name} failed, and all was undone")]
pub struct DataStepError {
    name: &'static str,
    #[source]
    why: DbError,
}

/// Runs the steps that are not recorded, in the order of the list, and returns their names. The
/// record of a step that the list does not have is left alone: an earlier or a later release wrote
/// it.
pub(super) fn run_pending(
    conn: &mut DbConn,
    steps: &[DataStep],
    clock: &dyn Clock,
) -> Result<Vec<&'static str>, MigrationError> {
    let recorded = data_steps::table.select(data_steps::name).load(conn)?;
    let recorded: BTreeSet<String> = recorded.into_iter().collect();
    let mut finished = Vec::new();
    for step in steps.iter().filter(|it| !recorded.contains(it.name)) {
        let name = step.name;
        run(conn, step, clock).map_err(|why| DataStepError { name, why })?;
        finished.push(name);
    }
    Ok(finished)
}

fn run(conn: &mut DbConn, step: &DataStep, clock: &dyn Clock) -> Result<(), DbError> {
    let mut after = 0;
    while let Some(last) = (step.change)(conn, after, BATCH)? {
        after = last;
    }
    diesel::insert_into(data_steps::table)
        .values((
            data_steps::name.eq(step.name),
            data_steps::finished_at.eq(UtcTime::from(clock.now())),
        ))
        .execute(conn)?;
    Ok(())
}
