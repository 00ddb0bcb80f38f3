//! The purge removes what is over and nothing else.

use actix_web::rt::System;
use askit::db::{DbConn, DbError};
use askit::purge::{Purge, PurgeTimes, Purged, Purger, Removed};
use chrono::TimeDelta;
use diesel::prelude::*;
use tracing::Instrument;

use crate::support::*;

fn logins(app: &App) -> i64 {
    app.database.count("refresh_tokens")
}

#[track_caller]
fn expect_nothing_removed(app: &App) {
    let purged = app.purge().unwrap();
    let names = [
        "attempts",
        "audit events",
        "contents of deleted sessions",
        "guests",
        "guests without contributions",
        "idempotency keys",
        "known join codes",
        "listeners of servers that are gone",
        "logins",
        "participants of deleted sessions",
        "sessions",
        "signing keys",
        "traces of deleted accounts",
    ];
    assert_eq!(purged.removed, names.map(|name| (name, 0)).into());
}

fn remove_things(conn: &mut DbConn, _: PurgeTimes, batch: i64) -> Result<Removed, DbError> {
    let some = format!("SELECT thing_id FROM things WHERE is_over LIMIT {batch}");
    let some = format!("DELETE FROM things WHERE thing_id IN ({some})");
    let removed = diesel::sql_query(some).execute(conn)?;
    diesel::sql_query(format!("INSERT INTO batches VALUES ({removed})")).execute(conn)?;
    Ok(Removed::at_most(batch, removed))
}

const THINGS: Purge = Purge {
    name: "things",
    remove: remove_things,
};
/// Removes a batch, and fails at the next.
const BREAKING: Purge = Purge {
    name: "breaking things",
    remove: |conn, times, batch| match remove_things(conn, times, batch)? {
        full if full.has_more => Ok(full),
        _ => Err(DbError::Panicked),
    },
};
const OTHER_THINGS: Purge = Purge {
    name: "other things",
    ..THINGS
};

/// A run in small batches over a table of 1,234 things that are over and one that is not. What it
/// logs bears the address of the app.
fn purge_things(app: &App, purges: &'static [Purge]) -> Purged {
    app.database.execute(
        "CREATE TABLE batches (removed BIGINT NOT NULL); \
         CREATE TABLE things (thing_id BIGINT NOT NULL PRIMARY KEY, is_over BOOLEAN NOT NULL); \
         WITH RECURSIVE number(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM number WHERE i < 1235) \
         INSERT INTO things SELECT i, i < 1235 FROM number",
    );
    let purger = Purger::new(app.database.open(), purges, TimeDelta::minutes(12), None);
    let purger = purger.in_small_batches();
    let span = tracing::info_span!("run", address = %app.address);
    System::new().block_on(purger.run(app.now()).instrument(span))
}

#[apply(on_both_databases!)]
fn an_expired_login_goes_and_a_living_one_stays(app: &App) {
    let mina = app.user("mina");
    app.advance(TimeDelta::days(7));
    let living = mina.signed_in();
    app.advance(TimeDelta::days(7) - TimeDelta::seconds(1));
    expect_nothing_removed(app);
    app.advance(TimeDelta::seconds(1));
    assert_eq!(app.purge().unwrap().removed["logins"], 1);
    assert_eq!(logins(app), 1);
    living.refresh().expect(200);
    mina.refresh().expect_problem(401, "invalid_refresh_token");
}

#[apply(on_both_databases!)]
fn an_ended_login_is_kept_as_long_as_its_access_tokens_could_live(app: &App) {
    app.user("mina").log_out().expect(200);
    app.advance(TimeDelta::minutes(12));
    expect_nothing_removed(app);
    app.advance(TimeDelta::seconds(1));
    assert_eq!(app.purge().unwrap().removed["logins"], 1);
}

#[apply(on_both_databases!)]
fn a_login_that_ended_just_before_it_expired_is_kept_as_long(app: &App) {
    let mina = app.user("mina");
    app.advance(TimeDelta::days(14) - TimeDelta::seconds(1));
    mina.log_out().expect(200);
    app.advance(TimeDelta::minutes(5));
    assert_eq!(app.purge().unwrap().removed["logins"], 0);
    app.advance(TimeDelta::minutes(8));
    assert_eq!(app.purge().unwrap().removed["logins"], 1);
}

#[apply(on_both_databases!)]
fn the_audit_trail_goes_back_ninety_days(app: &App) {
    app.registered("mina");
    app.advance(TimeDelta::days(1));
    app.registered("noah");
    app.advance(TimeDelta::days(89));
    assert_eq!(app.purge().unwrap().removed["audit events"], 0);
    app.advance(TimeDelta::seconds(1));
    assert_eq!(app.purge().unwrap().removed["audit events"], 1);
    assert_eq!(app.database.count("audit_events"), 1);
    assert_eq!(app.database.count("users"), 2);
}

#[apply(on_both_databases!)]
fn several_batches_and_several_instances_remove_everything_once(app: &App) {
    app.registered("mina");
    for number in 0..25 {
        let rows: Vec<_> = (0..100)
            .map(|row| {
                format!(
                    "('{number}-{row}', (SELECT user_id FROM users), 0, \
                 '2026-01-01 00:00:00', '2026-01-01 00:00:00', '2026-01-15 00:00:00', \
                 '2026-04-01 00:00:00')"
                )
            })
            .collect();
        app.database.execute(&format!(
            "INSERT INTO refresh_tokens (login_id, user_id, \
            generation, rotated_at, created_at, idle_expires_at, expires_at) VALUES {}",
            rows.join(",")
        ));
    }
    let living = app.stranger("mina").signed_in();
    let other = Setup::default().clock(&app.clock).start_on(&app.database);
    let removed = race(2, |number| match number {
        0 => app.purge(),
        _ => other.purge(),
    });
    // The other instance's first run, at its start, may have had its share.
    let removed: usize = removed
        .into_iter()
        .map(|it| it.unwrap().removed["logins"])
        .sum();
    assert!(removed <= 2_500, "{removed} of 2,500 were counted");
    assert_eq!(logins(app), 1);
    living.refresh().expect(200);
}

#[apply(on_both_databases!)]
fn any_feature_is_purged_in_batches(app: &App) {
    let purged = purge_things(app, &[THINGS, OTHER_THINGS]);
    assert_eq!(
        purged.removed,
        [("other things", 0), ("things", 1_234)].into()
    );
    assert_eq!(purged.to_string(), "other things: 0, things: 1234");
    assert_eq!(app.database.count("things"), 1, "what is not over stays");
    for (removed, times) in [(500, 2), (234, 1), (0, 1)] {
        let batches = format!("batches WHERE removed = {removed}");
        assert_eq!(app.database.count(&batches), times, "{batches}");
    }
}

#[apply(on_both_databases!)]
fn where_one_feature_fails_the_others_are_purged(app: &App) {
    let purged = purge_things(app, &[BREAKING, THINGS]);
    let counts = [("breaking things", 1_000), ("things", 234)];
    assert_eq!(
        purged,
        Purged {
            removed: counts.into(),
            failed: vec!["breaking things"]
        }
    );
    let log = app.log();
    let address = app.address.to_string();
    let warnings = log
        .lines()
        .filter(|line| line.contains("WARN") && line.contains(&address));
    let warnings: Vec<_> = warnings.collect();
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    assert!(
        warnings[0].contains(r#""what":"breaking things""#),
        "{warnings:?}"
    );
}

#[test]
fn the_first_run_is_at_the_start() {
    let app = App::start(Kind::Sqlite);
    app.user("mina");
    app.advance(TimeDelta::days(15));
    let app = app.restart();
    // The actor takes one message after the other, so its own first run is over.
    expect_nothing_removed(&app);
    assert_eq!(logins(&app), 0);
}
