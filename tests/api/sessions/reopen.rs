//! POST /api/sessions/{sessionId}/reopen

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{EVERYTHING, GOOD_TIMES, bad_times, entries, expect_of_the_super_host_only, reason};
use crate::questions::counts::expect_true_counts;
use crate::support::*;

impl Client {
    /// Reopens a session, or tries to.
    pub fn reopen(&self, session: &str) -> Answer {
        self.send("POST", &format!("{session}/reopen"), None)
    }
}

fn reopen_until(host: &Client, session: &str, time: &Value) -> Answer {
    host.post(&format!("{session}/reopen"), json!({ "expiresAt": time }))
}

fn ask(person: &Client, session: &str) -> Answer {
    person.post(&format!("{session}/questions"), json!({ "body": "Why?" }))
}

fn reopened_entries(app: &App) -> Vec<String> {
    entries(app, "action = 'session_reopened'")
}

#[apply(on_both_databases!)]
fn a_session_that_was_ended_goes_on_for_seven_days(app: &App) {
    let (mina, guest) = (app.user("mina"), app.guest());
    let session = mina.opens("Lecture 7");
    let mut expected = mina.get(&session).expect(200).session();
    mina.terminate(&session).expect(200);
    app.advance(TimeDelta::minutes(5));
    expected["expiresAt"] = "2026-03-08T12:05:00.000Z".into();
    assert_eq!(mina.reopen(&session).expect(200).session(), expected);
    assert_eq!(mina.get(&session).expect(200).session(), expected);
    guest.asks(&session, "Why?");
    let id = session.rsplit('/').next().unwrap();
    let entry = format!(
        "session_reopened by {} in {id} to nobody from 127.0.0.1 logged in",
        mina.user_id()
    );
    assert_eq!(reopened_entries(app), [entry]);
    app.advance(TimeDelta::days(7));
    ask(&mina.refreshed(), &session).expect_problem(403, "session_ended");
}

#[apply(on_both_databases!)]
fn a_session_whose_time_has_passed_goes_on(app: &App) {
    let mina = app.user("mina");
    let session = mina.opens("Lecture 7");
    app.advance(TimeDelta::days(9));
    let mina = mina.refreshed();
    ask(&mina, &session).expect_problem(403, "session_ended");
    let reopened = mina.reopen(&session).expect(200).json();
    assert_eq!(reopened["expiresAt"], "2026-03-17T12:00:00.000Z");
    assert_eq!(
        (&reopened["expired"], &reopened["endedAt"]),
        (&json!(false), &Value::Null)
    );
    mina.asks(&session, "Why?");
    assert_eq!(reopened_entries(app).len(), 1);
}

#[apply(on_both_databases!)]
fn a_reopened_session_ends_when_it_is_told_to_within_a_year(app: &App) {
    let mina = app.user("mina");
    let session = mina.opens("Lecture 7");
    for (asked, given) in GOOD_TIMES {
        mina.terminate(&session).expect(200);
        let reopened = reopen_until(&mina, &session, &json!(asked)).expect(200);
        assert_eq!(reopened.field("expiresAt"), given, "{asked}");
        let seen = mina.get(&session).expect(200).json();
        assert_eq!(seen, reopened.json(), "{asked}");
    }
    mina.terminate(&session).expect(200);
    let before = app.database.text(EVERYTHING);
    for (time, code) in bad_times() {
        let answer = reopen_until(&mina, &session, &time);
        assert_eq!(reason(&answer), ("expiresAt".into(), code.into()), "{time}");
    }
    let unknown = mina.post(&format!("{session}/reopen"), json!({ "endedAt": null }));
    assert_eq!(reason(&unknown), ("endedAt".into(), "unknown_field".into()));
    assert_eq!(app.database.text(EVERYTHING), before);
}

#[apply(on_both_databases!)]
fn a_running_session_stays_as_it_is(app: &App) {
    let mina = app.user("mina");
    let session = mina.opens("Lecture 7");
    let before = app.database.text(EVERYTHING);
    let running = mina.get(&session).expect(200).json();
    assert_eq!(mina.reopen(&session).expect(200).json(), running);
    let longer = reopen_until(&mina, &session, &json!("2026-12-24T12:00:00Z"));
    assert_eq!(longer.expect(200).json(), running);
    assert_eq!(app.database.text(EVERYTHING), before);
    mina.terminate(&session).expect(200);
    let reopened = mina.reopen(&session).expect(200).json();
    app.advance(TimeDelta::minutes(5));
    assert_eq!(
        mina.reopen(&session).expect(200).json(),
        reopened,
        "a repetition moves no end"
    );
    assert_eq!(reopened_entries(app).len(), 1);
}

#[apply(on_both_databases!)]
fn only_the_super_host_reopens(app: &App) {
    let (mina, _) = expect_of_the_super_host_only(app, Client::reopen);
    let nowhere = format!("/api/sessions/{}", "A".repeat(22));
    mina.reopen(&nowhere).expect_problem(404, "not_found");
}

#[apply(on_both_databases!)]
fn everything_goes_on_in_a_reopened_session(app: &App) {
    let (mina, noah, guest) = (app.user("mina"), app.user("noah"), app.guest());
    let session = mina.opens("Lecture 7");
    let question = guest.asks(&session, "Why?");
    noah.likes(&question);
    noah.enters(&session);
    mina.terminate(&session).expect(200);
    mina.reopen(&session).expect(200);
    let reply = noah.replies(&question, "Because.");
    assert_eq!(guest.likes(&reply), 1);
    noah.delete(&format!("{question}/like")).expect(200);
    let own = guest.asks(&session, "When?");
    guest
        .patch(&own, json!({ "body": "And when?" }))
        .expect(200);
    mina.makes_host(&session, &noah);
    noah.put(&format!("{question}/pin")).expect(200);
    noah.put(&format!("{question}/close")).expect(200);
    mina.patch(&session, json!({ "title": "Lecture 7, part two" }))
        .expect(200);
    app.user("late").enters(&session);
    let seen = mina.get(&session).expect(200).json();
    assert_eq!(
        (&seen["questionCount"], &seen["listedCount"]),
        (&json!(2), &json!(3))
    );
    mina.terminate(&session).expect(200);
    ask(&guest, &session).expect_problem(403, "session_ended");
    expect_true_counts(app);
}

#[apply(on_both_databases!)]
fn a_cursor_from_before_the_end_leads_on_after_it(app: &App) {
    let (mina, noah) = (app.user("mina"), app.user("noah"));
    let session = mina.opens("Lecture 7");
    let question = mina.asks(&session, "one");
    mina.asks(&session, "two");
    noah.enters(&session);
    for body in ["first", "second"] {
        mina.replies(&question, body);
    }
    app.advance(TimeDelta::seconds(1));
    mina.opens("Lecture 8");
    let lists = [
        format!("{session}/questions?sort=old&limit=1"),
        format!("{session}/participants?limit=1"),
        format!("{question}?limit=1"),
        "/api/sessions?limit=1".into(),
    ];
    let following = |cursors: &[String]| -> Vec<Value> {
        let pages = lists.iter().zip(cursors);
        let pages = pages.map(|(list, cursor)| mina.get(&format!("{list}&cursor={cursor}")));
        pages.map(|page| page.expect(200).json()).collect()
    };
    let cursors = lists
        .each_ref()
        .map(|list| mina.get(list).expect(200).field("nextCursor"));
    mina.terminate(&session).expect(200);
    following(&cursors);
    mina.reopen(&session).expect(200);
    let pages = following(&cursors);
    assert_eq!(pages[0]["questions"][0]["body"], "two");
    assert_eq!(pages[1]["participants"][0]["nickname"], "noah");
    assert_eq!(pages[2]["replies"][0]["body"], "second");
    assert_eq!(pages[3]["sessions"][0]["title"], "Lecture 7");
}

#[apply(on_both_databases!)]
fn a_question_that_waited_for_the_reopening_is_asked(app: &App) {
    let (mina, guest) = (app.user("mina"), app.guest());
    let session = mina.opens("Lecture 7");
    mina.terminate(&session).expect(200);
    let reopen = "UPDATE sessions SET ended_at = NULL";
    let answer = app.database.change_during(reopen, || ask(&guest, &session));
    answer.expect(201);
}

#[apply(on_both_databases!)]
fn a_question_against_the_reopening_is_refused_or_stands(app: &App) {
    let (mina, noah, guest) = (app.user("mina"), app.user("noah"), app.guest());
    let people = [&noah, &guest, &noah, &guest, &mina];
    for _ in 0..8 {
        let session = mina.opens("Lecture 7");
        mina.terminate(&session).expect(200);
        let answers = race(6, |number| match people.get(number) {
            Some(person) => ask(person, &session),
            None => mina.reopen(&session),
        });
        answers[5].clone().expect(200);
        let asked = answers[..5].iter().filter(|it| it.status == 201).count();
        let refused = answers[..5]
            .iter()
            .filter(|it| it.code() == "session_ended");
        assert_eq!(asked + refused.count(), 5, "{answers:?}");
        let seen = mina.get(&session).expect(200).json();
        assert_eq!(seen["questionCount"], asked);
        guest.asks(&session, "Now?");
    }
    expect_true_counts(app);
}

#[apply(on_both_databases!)]
fn ends_and_reopenings_at_once_come_one_after_the_other(app: &App) {
    let mina = app.user("mina");
    let session = mina.opens("Lecture 7");
    for _ in 0..4 {
        race(8, |number| match number % 2 {
            0 => assert_ne!(
                mina.terminate(&session).expect(200).json()["endedAt"],
                Value::Null
            ),
            _ => assert_eq!(
                mina.reopen(&session).expect(200).json()["endedAt"],
                Value::Null
            ),
        });
        let changes = entries(app, "action IN ('session_ended', 'session_reopened')");
        for (number, entry) in changes.iter().enumerate() {
            let action = ["session_ended", "session_reopened"][number % 2];
            assert!(entry.starts_with(action), "number {number} of {changes:?}");
        }
        let is_over = mina.get(&session).expect(200).json()["endedAt"] != Value::Null;
        assert_eq!(is_over, changes.len() % 2 == 1, "after {changes:?}");
    }
}

#[apply(on_both_databases!)]
fn a_reopening_that_waited_for_the_deletion_finds_nothing(app: &App) {
    let mina = app.user("mina");
    let session = mina.opens("Lecture 7");
    mina.terminate(&session).expect(200);
    let delete = "UPDATE sessions SET deleted_at = '2026-03-01 12:00:00', \
                  delete_at = '2026-03-01 12:00:00'";
    let reopen = || mina.reopen(&session);
    app.database
        .change_during(delete, reopen)
        .expect_problem(404, "not_found");
    assert_eq!(reopened_entries(app), Vec::<String>::new());
}
