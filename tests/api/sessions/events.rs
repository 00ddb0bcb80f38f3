//! GET /api/sessions/{sessionId}/events: from where it goes on, who is told what, and when it ends.

use std::time::Duration;

use actix_web::rt::System;
use askit::changes::Epochs;
use askit::random::Random;
use chrono::TimeDelta;
use serde_json::json;

use crate::support::stream::{EventStream, Next, Position};
use crate::support::*;

/// Far longer than anything takes that is waited for.
const LONG: Duration = Duration::from_secs(20);

fn events(session: &str) -> String {
    format!("{session}/events")
}

fn change(viewer: &Client, session: &str) -> String {
    viewer.get(session).expect(200).field("change")
}

/// Reads on until the stream ends.
#[track_caller]
fn expect_end(stream: &mut EventStream) {
    loop {
        match stream.next(LONG) {
            Next::End => return,
            Next::Nothing => panic!("it does not end, after {}", stream.text()),
            Next::Event(_) | Next::Comment(_) => {}
        }
    }
}

#[apply(on_both_databases!)]
fn a_stream_goes_on_from_now_unless_one_says_from_where(app: &App) {
    let mina = app.user("mina");
    let session = mina.opens("Lecture 7");
    let before = change(&app.anonymous(), &session);
    mina.asks(&session, "Why?");
    let now = change(&app.anonymous(), &session);
    let ready = app.anonymous().follow(&events(&session)).event();
    assert_eq!(ready.name, "ready");
    assert_eq!(ready.id.unwrap().text, now);
    assert_eq!(
        ready.data,
        json!({ "as": "all", "change": now, "listeners": 1 })
    );
    let after = format!("{}?after={before}", events(&session));
    let behind = app.anonymous().follow(&after).event();
    assert_eq!(behind.id.unwrap().text, before, "it goes on from there");
    assert_eq!(behind.data["change"], now.as_str());
    let host = mina.follow(&events(&session)).event();
    assert_eq!(host.data["as"], "host");
    assert!(host.id.unwrap().is_host);
}

#[apply(on_both_databases!)]
fn whatever_last_event_id_says_the_answer_is_a_stream(app: &App) {
    let mina = app.user("mina");
    let session = mina.opens("Lecture 7");
    let other = mina.opens("Lecture 8");
    (0..3).for_each(|_| drop(mina.asks(&other, "Why?")));
    let elsewhere = change(&app.anonymous(), &other);
    let now = Position::parse(&change(&app.anonymous(), &session));
    let epoch = &now.epoch;
    for id in [
        "".to_owned(),
        "-".into(),
        format!("{epoch}--1"),
        format!("{epoch}-+0"),
        format!("{epoch}-00"),
        format!("{epoch}-h{}", now.number),
        elsewhere,
        "x".repeat(7_000),
        "'; DROP TABLE sessions".into(),
        "héllo".into(),
    ] {
        let client = app.anonymous().with("last-event-id", &id);
        let mut stream = client.follow(&events(&session));
        assert_eq!(stream.answer.status, 200, "{id:?}");
        assert_eq!(stream.event().name, "ready");
        assert_eq!(stream.event().name, "reset", "{id:?}");
    }
}

#[apply(on_both_databases!)]
fn an_after_that_is_no_change_is_refused_unless_a_header_counts(app: &App) {
    let mina = app.user("mina");
    let session = mina.opens("Lecture 7");
    let now = change(&app.anonymous(), &session);
    for wrong in ["", "41", "zzzzzz-x", "zzzzzz--1", "zzzzzz-01"] {
        let path = format!("{}?after={wrong}", events(&session));
        let refused = app.anonymous().get(&path);
        let problem = refused.expect_problem(400, "validation_failed").json();
        assert_eq!(problem["errors"][0]["code"], "not_a_change", "{wrong:?}");
        let ready = app
            .anonymous()
            .with("last-event-id", &now)
            .follow(&path)
            .event();
        assert_eq!(ready.id.unwrap().text, now);
    }
    let path = format!("{}?after=zzzzzz-1", events(&session));
    let mut stream = app.anonymous().follow(&path);
    assert_eq!(stream.event().name, "ready");
    assert_eq!(stream.event().name, "reset", "of another epoch");
    let unknown = format!("{}?since=1", events(&session));
    app.anonymous()
        .get(&unknown)
        .expect_problem(400, "validation_failed");
}

#[apply(on_both_databases!)]
fn the_deletion_of_a_session_is_told_and_ends_its_streams(app: &App) {
    let mina = app.user("mina");
    let session = mina.opens("Lecture 7");
    let mut stream = app.anonymous().follow(&events(&session));
    mina.delete(&session).expect(204);
    assert_eq!(stream.event_named("session_deleted").data, json!({}));
    expect_end(&mut stream);
    for path in [
        &session,
        "/api/sessions/AAAAAAAAAAAAAAAAAAAAAA",
        "/api/sessions/1",
    ] {
        app.anonymous()
            .get(&events(path))
            .expect_problem(404, "not_found");
    }
}

#[apply(on_both_databases!)]
fn an_ended_session_has_something_for_those_alone_who_are_behind(app: &App) {
    let mina = app.user("mina");
    let session = mina.opens("Lecture 7");
    let mut open = app.anonymous().follow(&events(&session));
    let before = change(&app.anonymous(), &session);
    let question = mina.asks(&session, "Why?");
    mina.terminate(&session).expect(200);
    let told = open.event_named("session");
    assert!(!told.data["endedAt"].is_null());
    let now = change(&app.anonymous(), &session);
    for path in [
        events(&session),
        format!("{}?after={now}", events(&session)),
    ] {
        let answer = app.anonymous().get(&path).expect(204);
        assert_eq!(answer.text, "");
    }
    let mut behind = app
        .anonymous()
        .follow(&format!("{}?after={before}", events(&session)));
    behind.event_named("question");
    app.advance(TimeDelta::minutes(10));
    expect_end(&mut behind);
    // Taking away goes on, and is told to who stayed.
    mina.refreshed().delete(&question).expect(204);
    open.event_named("question_removed");
    mina.refreshed()
        .post(&format!("{session}/reopen"), json!({}))
        .expect(200);
    assert!(open.event_named("session").data["endedAt"].is_null());
    assert_eq!(
        app.anonymous().follow(&events(&session)).event().name,
        "ready"
    );
}

#[apply(on_both_databases!)]
fn an_end_by_time_is_told_without_a_number(app: &App) {
    let mina = app.user("mina");
    let session = mina.opens("Lecture 7");
    let mut stream = app.anonymous().follow(&events(&session));
    mina.asks(&session, "Why?");
    stream.event_named("question");
    app.advance(TimeDelta::days(8));
    let told = stream.event_named("session");
    assert_eq!(told.data["expired"], true);
    assert_eq!(told.id, None);
}

/// Nothing that happens after a revoke is told to somebody as a host.
#[apply(on_both_databases!)]
fn who_becomes_a_host_or_ceases_to_be_one_is_reset(app: &App) {
    let (mina, noah) = (app.user("mina"), app.user("noah"));
    let session = mina.opens("Lecture 7");
    noah.enters(&session);
    let mut stream = noah.follow(&events(&session));
    assert_eq!(stream.event().data["as"], "all");
    mina.makes_host(&session, &noah);
    let reset = stream.event_named("reset");
    assert!(reset.id.as_ref().unwrap().is_host, "{reset:?}");
    assert_eq!(reset.data["change"], reset.id.unwrap().text.as_str());
    mina.asks(&session, "Why?");
    stream.event_named("question");
    assert!(stream.event_named("counts").id.unwrap().is_host);
    mina.delete(&format!("{session}/hosts/{}", noah.user_id()))
        .expect(200);
    let reset = stream.event_named("reset");
    assert!(!reset.id.unwrap().is_host, "as anybody from now on");
}

#[apply(on_both_databases!)]
fn a_stream_ends_with_its_login_and_not_with_its_token(app: &App) {
    let (mina, noah) = (app.user("mina"), app.user("noah"));
    let session = mina.opens("Lecture 7");
    let mut stays = noah.follow(&events(&session));
    let mut ends = mina.follow(&events(&session));
    app.advance(TimeDelta::minutes(15));
    let mina = mina.refreshed();
    mina.asks(&session, "Why?");
    stays.event_named("question");
    ends.event_named("question");
    mina.log_out().expect(200);
    expect_end(&mut ends);
    mina.signed_in().asks(&session, "And how?");
    stays.event_named("question");
}

#[apply(on_both_databases!)]
fn how_many_follow_is_told_when_it_changes(app: &App) {
    let session = app.user("mina").opens("Lecture 7");
    let mut stream = app.anonymous().follow(&events(&session));
    let others: Vec<_> = (0..2)
        .map(|_| app.guest().follow(&events(&session)))
        .collect();
    while stream.event_named("listeners").data["count"] != 3 {}
    drop(others);
    while stream.event_named("listeners").data["count"] != 1 {}
}

/// As after a restore: numbers from before mean nothing any more.
#[apply(on_both_databases!)]
fn with_a_new_epoch_everybody_reads_everything_anew(app: &App) {
    let session = app.user("mina").opens("Lecture 7");
    let before = change(&app.anonymous(), &session);
    let mut stream = app.anonymous().follow(&events(&session));
    let db = app.database.open();
    let random = Random::from_system();
    System::new()
        .block_on(Epochs::draw_anew(&db, &random))
        .unwrap();
    let reset = stream.event_named("reset");
    let now = change(&app.anonymous(), &session);
    assert_eq!(reset.data["change"], now.as_str());
    assert_ne!(Position::parse(&now).epoch, Position::parse(&before).epoch);
    let mut behind = app
        .anonymous()
        .with("last-event-id", &before)
        .follow(&events(&session));
    behind.event();
    assert_eq!(behind.event().name, "reset");
}

#[test]
fn two_servers_tell_each_other_what_changes_and_who_follows_on_postgres() {
    let app = App::start(Kind::Postgres);
    let other = Setup::default().clock(&app.clock).start_on(&app.database);
    let mina = app.user("mina");
    let session = mina.opens("Lecture 7");
    let mut here = app.anonymous().follow(&events(&session));
    let mut there = other.anonymous().follow(&events(&session));
    while there.event_named("listeners").data["count"] != 2 {}
    mina.asks(&session, "Why?");
    there.event_named("question");
    mina.at(&other).asks(&session, "And how?");
    here.event_named("question");
    here.event_named("question");
}

/// As with a pooler in transaction mode: nobody hears a notice.
#[test]
fn without_notices_a_change_reaches_the_other_server_all_the_same_on_postgres() {
    let app = App::start(Kind::Postgres);
    let other = Setup::default().clock(&app.clock).start_on(&app.database);
    let mina = app.user("mina");
    let session = mina.opens("Lecture 7");
    let mut there = other.anonymous().follow(&events(&session));
    there.event();
    for _ in 0..3 {
        app.database.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
             WHERE datname = current_database() AND application_name = 'askit notices'",
        );
        mina.asks(&session, "Why?");
        there.event_named("question");
    }
}

#[apply(on_both_databases!)]
fn what_is_asked_with_head_begins_no_stream(app: &App) {
    let session = app.user("mina").opens("Lecture 7");
    let head = app
        .anonymous()
        .send("HEAD", &events(&session), None)
        .expect(200);
    assert_eq!(head.header("content-type"), Some("text/event-stream"));
    let ready = app.anonymous().follow(&events(&session)).event();
    assert_eq!(ready.data["listeners"], 1);
}
