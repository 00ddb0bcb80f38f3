//! After the end, by the super host or by time: everybody can still read, and nobody writes.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;

use super::permissions::{Place, ROWS, Row};
use super::{EVERYTHING, SESSIONS, open, reason};
use crate::support::*;

/// A session in which `mina` could do everything that the table knows.
fn place(mina: &Client, noah: &Client, zoe: &Client) -> Place {
    let session = mina.opens("Lecture 7");
    let question = mina.asks(&session, "Why?");
    noah.enters(&session);
    zoe.enters(&session);
    mina.makes_host(&session, noah);
    let id = |url: &str| url.rsplit('/').next().unwrap().to_owned();
    Place {
        other_question: id(&question),
        // No write names one.
        mute: String::new(),
        seen: mina.get(&session).expect(200).field("change"),
        reply: mina.replies(&question, "Because."),
        participant: zoe.user_id(),
        sub_host: noah.user_id(),
        fan: 0,
        session,
        question,
    }
}

fn writes() -> Vec<&'static Row> {
    ROWS.iter().filter(|row| row.is_write).collect()
}

/// What everybody reads, and what participants do.
#[track_caller]
fn read_by(place: &Place, participant: &Client, anyone: &Client) {
    for path in ["", "/questions", "/qr.svg"] {
        anyone.get(&format!("{}{path}", place.session)).expect(200);
    }
    let code = anyone.get(&place.session).expect(200).field("joinCode");
    anyone
        .get(&format!("/api/sessions/by-code/{code}"))
        .expect(200);
    let thread = anyone.get(&place.question).expect(200).json();
    assert_eq!(thread["replies"][0]["body"], "Because.");
    participant
        .get(&format!("{}/participants", place.session))
        .expect(200);
    let mine = participant.get("/api/sessions").expect(200).json();
    assert_eq!(mine["sessions"].as_array().unwrap().len(), 1);
}

#[track_caller]
fn refused(app: &App, people: &[&Client], place: &Place) {
    let before = app.database.text(EVERYTHING);
    for person in people {
        for row in writes() {
            row.send(person, place).expect_problem(403, "session_ended");
        }
    }
    assert_eq!(
        app.database.text(EVERYTHING),
        before,
        "a refusal writes nothing"
    );
}

#[apply(on_both_databases!)]
fn once_its_time_has_passed_a_session_is_read_only(app: &App) {
    let (mina, noah, zoe, guest) = (
        app.user("mina"),
        app.user("noah"),
        app.user("zoe"),
        app.guest(),
    );
    let place = place(&mina, &noah, &zoe);
    guest.enters(&place.session);
    app.advance(TimeDelta::days(7) - TimeDelta::microseconds(1));
    let late = app.user("late");
    let (mina, noah, zoe) = (mina.refreshed(), noah.refreshed(), zoe.refreshed());
    let session = mina.get(&place.session).expect(200).json();
    assert_eq!(session["expired"], false);
    late.asks(&place.session, "At the last moment?");
    app.advance(TimeDelta::microseconds(1));
    let expected = {
        let mut session = late.get(&place.session).expect(200).json();
        assert_eq!(session["expired"].take(), true);
        session
    };
    assert_eq!(
        (&expected["endedAt"].is_null(), &expected["questionCount"]),
        (&true, &2.into())
    );
    refused(app, &[&mina, &noah, &zoe, &late, &app.guest()], &place);
    read_by(&place, &zoe, &app.anonymous());
    app.advance(TimeDelta::days(1_000));
    read_by(&place, &zoe.signed_in(), &app.anonymous());
}

#[apply(on_both_databases!)]
fn once_it_was_ended_a_session_is_read_only(app: &App) {
    let (mina, noah, zoe, guest) = (
        app.user("mina"),
        app.user("noah"),
        app.user("zoe"),
        app.guest(),
    );
    let place = place(&mina, &noah, &zoe);
    guest.enters(&place.session);
    mina.terminate(&place.session).expect(200);
    refused(
        app,
        &[&mina, &noah, &zoe, &guest, &app.user("late"), &app.guest()],
        &place,
    );
    read_by(&place, &guest, &app.anonymous());
    let export = mina.get("/api/users/me/export").expect(200).text;
    assert!(export.contains("Lecture 7"), "{export}");
}

#[apply(on_both_databases!)]
fn a_longer_time_lets_people_write_for_longer(app: &App) {
    let mina = app.user("mina");
    let session = mina.opens("Lecture 7");
    let patch =
        |expires_at: &str| mina.patch(&session, serde_json::json!({ "expiresAt": expires_at }));
    patch("2026-03-01T12:02:00Z").expect(200);
    patch("2026-03-01T12:05:00Z").expect(200);
    app.advance(TimeDelta::minutes(3));
    mina.asks(&session, "Why?");
    patch("2026-03-01T12:04:00Z").expect(200);
    app.advance(TimeDelta::minutes(1));
    let asked = mina.post(
        &format!("{session}/questions"),
        serde_json::json!({ "body": "x" }),
    );
    asked.expect_problem(403, "session_ended");
    patch("2026-03-01T12:06:00Z").expect_problem(403, "session_ended");
}

/// Whoever picks "a year from today" is understood, in leap years too, and on a clock that is
/// ahead.
#[apply(on_both_databases!)]
fn a_session_lasts_a_year_by_the_calendar_and_a_minute_at_most(app: &App) {
    let mina = app.registered("mina");
    for (now, latest) in [
        ("2026-03-01T12:00:00Z", "2027-03-01T12:01:00Z"),
        ("2027-02-28T12:00:00Z", "2028-02-28T12:01:00Z"),
        // Of 366 days: 29 February lies between.
        ("2027-03-01T00:00:00Z", "2028-03-01T00:01:00Z"),
        ("2028-02-28T12:00:00Z", "2029-02-28T12:01:00Z"),
        ("2028-02-29T12:00:00Z", "2029-03-01T12:01:00Z"),
        ("2028-03-01T12:00:00Z", "2029-03-01T12:01:00Z"),
        ("2028-12-31T23:59:30Z", "2030-01-01T00:00:30Z"),
    ] {
        let [now, latest]: [DateTime<Utc>; 2] = [now, latest].map(|it| it.parse().unwrap());
        app.advance(now - app.now());
        let mina = mina.signed_in();
        let body = |at: DateTime<Utc>| json!({ "title": "x", "expiresAt": at.to_rfc3339() });
        let session = open(&mina, &body(latest)).expect(201);
        let given: DateTime<Utc> = session.field("expiresAt").parse().unwrap();
        assert_eq!(given, latest, "at {now}");
        let url = format!("{SESSIONS}/{}", session.field("sessionId"));
        mina.patch(&url, body(latest)).expect(200);
        let later = body(latest + TimeDelta::microseconds(1));
        for answer in [open(&mina, &later), mina.patch(&url, later.clone())] {
            let refused = ("expiresAt".into(), "not_within_a_year".into());
            assert_eq!(reason(&answer), refused, "at {now}");
        }
    }
}

#[apply(on_both_databases!)]
fn writes_that_waited_while_it_was_ended_are_refused(app: &App) {
    let (mina, noah, zoe) = (app.user("mina"), app.user("noah"), app.user("zoe"));
    let place = place(&mina, &noah, &zoe);
    let before = app.database.text(EVERYTHING);
    let writes = writes();
    let end = "UPDATE sessions SET ended_at = '2026-03-01 12:00:00'";
    let answers = app.database.change_during(end, || {
        race(writes.len(), |number| writes[number].send(&mina, &place))
    });
    for answer in answers {
        answer.expect_problem(403, "session_ended");
    }
    app.database.execute("UPDATE sessions SET ended_at = NULL");
    assert_eq!(app.database.text(EVERYTHING), before);
}

#[apply(on_both_databases!)]
fn writes_that_waited_until_its_time_had_passed_are_refused(app: &App) {
    let (mina, noah, zoe) = (app.user("mina"), app.user("noah"), app.user("zoe"));
    let place = place(&mina, &noah, &zoe);
    let end = serde_json::json!({ "expiresAt": "2026-03-01T12:01:00Z" });
    mina.patch(&place.session, end).expect(200);
    let before = app.database.text(EVERYTHING);
    let writes = writes();
    let hold = "UPDATE sessions SET title = title";
    let pass = || app.advance(TimeDelta::minutes(1));
    let answers = app.database.change_and_more_during(hold, pass, || {
        race(writes.len(), |number| writes[number].send(&mina, &place))
    });
    for answer in answers {
        answer.expect_problem(403, "session_ended");
    }
    assert_eq!(app.database.text(EVERYTHING), before);
}

#[apply(on_both_databases!)]
fn each_kind_of_write_waits_and_is_refused_alone(app: &App) {
    let (mina, noah, zoe) = (app.user("mina"), app.user("noah"), app.user("zoe"));
    let place = place(&mina, &noah, &zoe);
    // SQLite waits for time to pass in each round: PostgreSQL tells who waits.
    let writes = if app.database.is_postgres() {
        writes()
    } else {
        writes().split_off(14)
    };
    for row in writes {
        let end = "UPDATE sessions SET ended_at = '2026-03-01 12:00:00'";
        let answer = app.database.change_during(end, || row.send(&mina, &place));
        answer.expect_problem(403, "session_ended");
        app.database.execute("UPDATE sessions SET ended_at = NULL");
    }
}
