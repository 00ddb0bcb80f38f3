//! The Rust steps of migrations: `tests/api/upgrade.rs` has the migrations themselves.

use askit::clock::{Clock, ManualClock};
use askit::db::migrations::Applied;
use askit::db::schema::{audit_events, users};
use askit::db::{DataStep, DbConn, DbError, UtcTime};
use chrono::{DateTime, Utc};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;

use crate::support::database::Database;
use crate::support::*;

/// Notes that every guest has contributed.
const NOTE_CONTRIBUTIONS: DataStep = DataStep {
    name: "note_contributions",
    change: note_contributions,
};

/// Makes one guest, and fails.
const FAIL: DataStep = DataStep {
    name: "fail",
    change: |conn, _, _| {
        let guest = "INSERT INTO users (user_id, kind, active, created_at) \
                     VALUES (1, 'guest', TRUE, '2026-03-01 12:00:00')";
        conn.batch_execute(guest)?;
        Err(DbError::Unavailable("the disk is gone".into()))
    },
};

fn note_contributions(conn: &mut DbConn, after: i64, limit: i64) -> Result<Option<i64>, DbError> {
    let rows = users::table
        .filter(users::user_id.gt(after))
        .order(users::user_id)
        .limit(limit)
        .select(users::user_id);
    let ids: Vec<i64> = rows.load(conn)?;
    diesel::update(users::table.filter(users::user_id.eq_any(&ids)))
        .set(users::contributed.eq(true))
        .execute(conn)?;
    // How many rows this call has changed, for the tests.
    diesel::insert_into(audit_events::table)
        .values((
            audit_events::action.eq("called"),
            audit_events::subject_id.eq(i64::try_from(ids.len()).unwrap()),
            audit_events::occurred_at.eq(UtcTime::from(DateTime::UNIX_EPOCH)),
        ))
        .execute(conn)?;
    Ok(ids.last().copied())
}

fn clock() -> ManualClock {
    ManualClock::new("2026-03-01T12:00:00Z".parse().unwrap())
}

/// How many rows each call has changed.
fn calls(database: &Database) -> Vec<Option<i64>> {
    let calls = audit_events::table
        .order(audit_events::audit_event_id)
        .select(audit_events::subject_id);
    calls.load(&mut database.connect()).unwrap()
}

fn recorded(database: &Database) -> Vec<(String, DateTime<Utc>)> {
    use askit::db::schema::data_steps;
    let rows: Vec<(String, UtcTime)> = data_steps::table
        .order(data_steps::name)
        .load(&mut database.connect())
        .unwrap();
    rows.into_iter()
        .map(|(name, at)| (name, at.into()))
        .collect()
}

/// How many migrations there are.
fn all() -> usize {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/migrations/sqlite");
    std::fs::read_dir(folder).unwrap().count()
}

fn has_users(database: &Database) -> bool {
    users::table
        .count()
        .get_result::<i64>(&mut database.connect())
        .is_ok()
}

#[apply(on_both_databases!)]
fn a_step_runs_once_a_thousand_rows_at_a_time(kind: Kind) {
    let (database, clock) = (Database::new(kind), clock());
    let guests: Vec<_> = (1..=2_500)
        .map(|number| format!("({}, 'guest', TRUE, '2026-03-01 12:00:00')", 7 * number))
        .collect();
    let guests = guests.join(", ");
    database.execute(&format!(
        "INSERT INTO users (user_id, kind, active, created_at) VALUES {guests}"
    ));
    let position = log::position();
    let applied = database.migrate(&[NOTE_CONTRIBUTIONS], &clock).unwrap();
    let one_step = Applied {
        migrations: 0,
        data_steps: 1,
    };
    assert_eq!(applied, one_step);
    let log = log::since(position);
    assert!(log.contains(r#""data_step":"note_contributions""#), "{log}");
    assert_eq!(database.count("users WHERE contributed"), 2_500);
    assert_eq!(calls(&database), [1_000, 1_000, 500, 0].map(Some));
    assert_eq!(
        recorded(&database),
        [("note_contributions".into(), clock.now())]
    );

    let again = database.migrate(&[NOTE_CONTRIBUTIONS], &clock).unwrap();
    assert_eq!(
        again,
        Applied {
            migrations: 0,
            data_steps: 0
        }
    );
    assert_eq!(calls(&database).len(), 4);
}

#[apply(on_both_databases!)]
fn a_step_that_fails_undoes_the_steps_before_it_and_the_sql(kind: Kind) {
    let (database, clock) = (Database::empty(kind), clock());
    let failed = database.migrate(&[NOTE_CONTRIBUTIONS, FAIL], &clock);
    let why = askit::db::describe(&failed.unwrap_err());
    assert_eq!(
        why,
        "the data step fail failed, and all was undone: the database is unavailable: the disk is gone"
    );
    assert!(!has_users(&database));

    let applied = database.migrate(&[NOTE_CONTRIBUTIONS], &clock).unwrap();
    assert_eq!(
        applied,
        Applied {
            migrations: all(),
            data_steps: 1
        }
    );
    assert_eq!(database.count("users"), 0);
    assert_eq!(
        calls(&database),
        [Some(0)],
        "a new database has no rows, and the step is done"
    );
    assert_eq!(recorded(&database).len(), 1);
}

#[apply(on_both_databases!)]
fn instances_that_start_at_once_run_a_step_once(kind: Kind) {
    let (database, clock) = (Database::empty(kind), clock());
    let applied = race(4, |_| {
        database.migrate(&[NOTE_CONTRIBUTIONS], &clock).unwrap()
    });
    let sum = |count: fn(&Applied) -> usize| applied.iter().map(count).sum::<usize>();
    assert_eq!(sum(|it| it.migrations), all());
    assert_eq!(sum(|it| it.data_steps), 1);
    assert_eq!(calls(&database).len(), 1);
}

#[apply(on_both_databases!)]
fn a_step_of_an_unknown_release_stays_recorded(kind: Kind) {
    let (database, clock) = (Database::new(kind), clock());
    database.execute("INSERT INTO data_steps VALUES ('of_a_later_release', '2026-03-01 12:00:00')");
    database.migrate(&[NOTE_CONTRIBUTIONS], &clock).unwrap();
    let names: Vec<_> = recorded(&database).into_iter().map(|it| it.0).collect();
    assert_eq!(names, ["note_contributions", "of_a_later_release"]);
}
