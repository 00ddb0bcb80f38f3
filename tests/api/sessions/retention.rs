//! `sessions.retention`: how long after their end sessions are kept.

use askit::config::{Settings, Sources};
use chrono::TimeDelta;
use serde_json::json;

use crate::support::*;

fn keeping(kind: Kind, retention: &str) -> App {
    Setup::default()
        .set("SESSIONS__RETENTION", retention)
        .start(kind)
}

/// What everybody is answered, once the purge has been there.
#[track_caller]
fn status(app: &App, session: &str) -> u16 {
    app.purge().unwrap();
    app.anonymous().get(session).status
}

#[apply(on_both_databases!)]
fn a_session_is_deleted_so_long_after_it_was_ended(kind: Kind) {
    let app = keeping(kind, "30d");
    let mina = app.user("mina");
    let body = json!({ "title": "Lecture 7", "expiresAt": "2026-12-24T12:00:00Z" });
    let session = mina.post("/api/sessions", body).expect(201);
    let session = format!("/api/sessions/{}", session.field("sessionId"));
    app.guest().asks(&session, "Why?");
    app.advance(TimeDelta::minutes(5));
    mina.terminate(&session).expect(200);
    app.advance(TimeDelta::days(30));
    assert_eq!(status(&app, &session), 200);
    app.advance(TimeDelta::seconds(1));
    assert_eq!(status(&app, &session), 404);
    for table in ["questions", "participants"] {
        assert_eq!(app.database.count(table), 0, "{table}");
    }
    let mina = mina.signed_in();
    mina.reopen(&session).expect_problem(404, "not_found");
    let mine = mina.get("/api/sessions").expect(200).json();
    assert_eq!(mine["sessions"], json!([]));
}

#[apply(on_both_databases!)]
fn a_session_is_deleted_so_long_after_its_time_has_passed(kind: Kind) {
    let app = keeping(kind, "30d");
    let mina = app.user("mina");
    let session = mina.opens("Lecture 7");
    app.guest().asks(&session, "Why?");
    app.advance(TimeDelta::days(37));
    assert_eq!(status(&app, &session), 200);
    app.advance(TimeDelta::seconds(1));
    assert_eq!(status(&app, &session), 404);
    assert_eq!(app.database.count("questions"), 0);
}

#[apply(on_both_databases!)]
fn running_sessions_are_kept_however_old_they_are(kind: Kind) {
    let app = keeping(kind, "1d");
    let mina = app.user("mina");
    let body = json!({ "title": "Long", "expiresAt": "2027-03-01T12:00:00Z" });
    let session = mina.post("/api/sessions", body).expect(201);
    let session = format!("/api/sessions/{}", session.field("sessionId"));
    app.advance(TimeDelta::days(364));
    assert_eq!(status(&app, &session), 200);
    let mina = mina.signed_in();
    mina.terminate(&session).expect(200);
    app.advance(TimeDelta::hours(12));
    let mina = mina.refreshed();
    mina.reopen(&session).expect(200);
    app.advance(TimeDelta::days(7));
    assert_eq!(status(&app, &session), 200, "it counts from the last end");
    app.advance(TimeDelta::days(2));
    assert_eq!(status(&app, &session), 404);
}

#[apply(on_both_databases!)]
fn unless_it_is_set_sessions_are_kept_for_ever(kind: Kind) {
    for app in [App::start(kind), keeping(kind, "never")] {
        let mina = app.user("mina");
        let (ended, expired) = (mina.opens("ended"), mina.opens("expired"));
        mina.terminate(&ended).expect(200);
        app.advance(TimeDelta::days(20_000));
        for session in [&ended, &expired] {
            assert_eq!(status(&app, session), 200);
        }
    }
}

#[test]
fn what_is_no_retention_stops_the_start_with_a_sentence() {
    let problems = |retention: &str| {
        let sources = Sources {
            environment: [("ASKIT__SESSIONS__RETENTION".into(), retention.into())].into(),
            ..Sources::default()
        };
        let settings = Settings::load(&sources).settings;
        settings.err().map(|it| it.to_string()).unwrap_or_default()
    };
    for retention in [
        "",
        "0d",
        "23h",
        "3651d",
        "30",
        "-1d",
        "Never",
        "forever",
        "30 days ago",
    ] {
        let problem = problems(retention);
        for word in [
            "sessions.retention",
            "ASKIT__SESSIONS__RETENTION",
            "\"never\"",
            "90d",
        ] {
            assert!(problem.contains(word), "{retention:?}: {problem:?}");
        }
    }
    for retention in ["1d", "24h", "3650d", "never"] {
        let problem = problems(retention);
        assert!(
            !problem.contains("sessions.retention"),
            "{retention:?}: {problem:?}"
        );
    }
}

#[apply(on_both_databases!)]
fn a_session_that_was_reopened_meanwhile_is_not_deleted(kind: Kind) {
    let app = keeping(kind, "30d");
    let mina = app.user("mina");
    let session = mina.opens("Lecture 7");
    app.guest().asks(&session, "Why?");
    for ended_at in ["'2026-03-01 12:00:00'", "NULL"] {
        app.database.execute(&format!(
            "UPDATE sessions SET ended_at = {ended_at}, expires_at = '2026-03-01 12:00:00'"
        ));
        app.advance(TimeDelta::days(31));
        let reopen = "UPDATE sessions SET ended_at = NULL, expires_at = '2026-12-24 12:00:00'";
        app.database.change_during(reopen, || app.purge().unwrap());
        assert_eq!(status(&app, &session), 200, "ended at {ended_at}");
        assert_eq!(app.database.count("questions"), 1);
    }
}

#[apply(on_both_databases!)]
fn a_reopening_against_the_purge_comes_first_or_finds_nothing(kind: Kind) {
    let app = keeping(kind, "30d");
    let mina = app.user("mina");
    for _ in 0..6 {
        let session = mina.opens("Lecture 7");
        app.database.execute(
            "UPDATE sessions SET expires_at = '2026-01-01 12:00:00', \
             ended_at = '2026-01-01 12:00:00' WHERE deleted_at IS NULL",
        );
        let statuses = race(2, |number| match number {
            0 => app.purge().map_or(0, |_| 200),
            _ => mina.reopen(&session).status,
        });
        assert_eq!(statuses[0], 200, "the purge failed");
        assert!([200, 404].contains(&statuses[1]), "{statuses:?}");
        assert_eq!(status(&app, &session), statuses[1], "as it was told");
        if statuses[1] == 200 {
            mina.asks(&session, "Why?");
            mina.delete(&session).expect(204);
        }
    }
}
