//! PATCH /api/sessions/{sessionId} and POST /api/sessions with `settings`: who changes them, to
//! what, and who is told.

use std::time::Duration;

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::support::stream::Next;
use crate::support::*;

/// Every setting at another value than it has by default.
fn others() -> Value {
    json!({
        "questions": "review", "replies": "hosts", "likes": false, "names": "required",
        "slowMode": 3600, "blockedWords": ["바보", "two words"], "useInstanceWords": false
    })
}

fn defaults() -> Value {
    json!({
        "questions": "open", "replies": "open", "likes": true, "names": "optional",
        "slowMode": 0, "blockedWords": [], "useInstanceWords": true
    })
}

/// As all but hosts are told.
fn without_words(settings: &Value) -> Value {
    let mut told = settings.clone();
    told["blockedWords"].take();
    told
}

fn settings(person: &Client, session: &str) -> Value {
    person.get(session).expect(200).json()["settings"].clone()
}

#[apply(on_both_databases!)]
fn a_session_opens_with_the_settings_that_are_wanted(app: &App) {
    let mina = app.user("mina");
    let open = |body: Value| mina.post("/api/sessions", body).expect(201).json();
    for body in [
        json!({ "title": "x" }),
        json!({ "title": "x", "settings": {} }),
        json!({ "title": "x", "settings": null }),
    ] {
        assert_eq!(open(body)["settings"], defaults());
    }
    let all = json!({ "title": "x", "settings": others() });
    let opened = open(all);
    assert_eq!(opened["settings"], others());
    let session = format!("/api/sessions/{}", opened["sessionId"].as_str().unwrap());
    assert_eq!(settings(&mina, &session), others());
    let one = open(json!({ "title": "x", "settings": { "slowMode": 5 } }));
    let mut expected = defaults();
    expected["slowMode"] = json!(5);
    assert_eq!(one["settings"], expected);
}

#[apply(on_both_databases!)]
fn each_setting_is_changed_alone(app: &App) {
    let mina = app.user("mina");
    let session = mina.opens("Lecture 7");
    let mut expected = defaults();
    for (name, value) in others().as_object().unwrap() {
        expected[name] = value.clone();
        let changed = mina.sets(&session, json!({ name: value }));
        assert_eq!(changed["settings"], expected, "{name}");
        assert_eq!(settings(&mina, &session), expected, "{name}");
    }
    // What is null or left out stays.
    for nothing in [json!({}), json!({ "likes": null, "blockedWords": null })] {
        let before = mina.change_of(&session);
        assert_eq!(mina.sets(&session, nothing)["settings"], expected);
        assert_eq!(mina.change_of(&session), before, "nothing has changed");
    }
    assert_eq!(mina.sets(&session, defaults())["settings"], defaults());
}

#[apply(on_both_databases!)]
fn a_change_holds_with_the_next_request_anywhere(app: &App) {
    let other = Setup::default().clock(&app.clock).start_on(&app.database);
    let (mina, noah) = (app.user("mina"), app.user("noah"));
    let session = mina.opens("Lecture 7");
    let there = noah.at(&other);
    for _ in 0..5 {
        mina.sets(&session, json!({ "questions": "closed", "likes": false }));
        let asked = there.ask(&session, "Why?", false);
        asked.expect_problem(403, "not_open");
        assert_eq!(settings(&there, &session)["likes"], false);
        mina.sets(&session, json!({ "questions": "open", "likes": true }));
        let question = there.asks(&session, "Why?");
        there.likes(&question);
    }
}

#[apply(on_both_databases!)]
fn hosts_change_settings_and_the_super_host_all_else(app: &App) {
    let [mina, subin, noah] = ["mina", "subin", "noah"].map(|it| app.user(it));
    let session = mina.opens("Lecture 7");
    for person in [&subin, &noah] {
        person.enters(&session);
    }
    mina.makes_host(&session, &subin);
    let change = |person: &Client, body: Value| person.patch(&session, body);
    for slow_mode in [1, 2] {
        let settings = json!({ "settings": { "slowMode": slow_mode } });
        for host in [&mina, &subin] {
            let changed = change(host, settings.clone()).expect(200).json();
            assert_eq!(changed["settings"]["slowMode"], slow_mode);
        }
    }
    for body in [
        json!({ "title": "Mine" }),
        json!({ "settings": { "slowMode": 9 }, "title": "Mine" }),
        json!({ "settings": { "slowMode": 9 }, "description": "" }),
        json!({ "settings": {}, "expiresAt": "2026-03-02T12:00:00Z" }),
        json!({}),
    ] {
        let refused = change(&subin, body.clone());
        refused.expect_problem(403, "forbidden");
        change(&mina, body).expect(200);
        mina.sets(&session, json!({ "slowMode": 2 }));
    }
    let settings = json!({ "settings": { "slowMode": 9 } });
    for other in [&noah, &app.user("zoe"), &app.guest()] {
        change(other, settings.clone()).expect_problem(403, "forbidden");
    }
    change(&app.anonymous(), settings.clone()).expect_problem(401, "missing_token");
    mina.delete(&format!("{session}/hosts/{}", subin.user_id()))
        .expect(200);
    change(&subin, settings.clone()).expect_problem(403, "forbidden");
    assert_eq!(
        mina.get(&session).expect(200).json()["settings"]["slowMode"],
        2
    );
}

#[apply(on_both_databases!)]
fn settings_stand_still_once_the_session_has_ended(app: &App) {
    let [mina, subin] = ["mina", "subin"].map(|it| app.user(it));
    let change = json!({ "settings": { "likes": false } });
    for ends_by_time in [false, true] {
        let session = mina.opens("Lecture 7");
        subin.enters(&session);
        mina.makes_host(&session, &subin);
        if ends_by_time {
            app.advance(TimeDelta::days(8));
        } else {
            mina.act(&format!("{session}/terminate")).expect(200);
        }
        let (mina, subin) = (mina.signed_in(), subin.signed_in());
        for person in [&mina, &subin, &app.guest()] {
            let refused = person.patch(&session, change.clone());
            refused.expect_problem(403, "session_ended");
        }
        mina.act(&format!("{session}/reopen")).expect(200);
        subin.patch(&session, change.clone()).expect(200);
    }
}

/// What no settings can be: the field and the code that are told.
fn bad() -> Vec<(Value, &'static str, &'static str)> {
    let words = |words: Value| json!({ "blockedWords": words });
    let many = vec!["x"; 201];
    vec![
        (json!([]), "settings", "not_an_object"),
        (json!("open"), "settings", "not_an_object"),
        (
            json!({ "question": "open" }),
            "settings.question",
            "unknown_field",
        ),
        (
            json!({ "slow_mode": 1 }),
            "settings.slow_mode",
            "unknown_field",
        ),
        (json!({ "labels": [] }), "settings.labels", "unknown_field"),
        (
            json!({ "questions": "hosts" }),
            "settings.questions",
            "not_one_of",
        ),
        (
            json!({ "questions": "Open" }),
            "settings.questions",
            "not_one_of",
        ),
        (
            json!({ "questions": "" }),
            "settings.questions",
            "not_one_of",
        ),
        (
            json!({ "questions": true }),
            "settings.questions",
            "wrong_type",
        ),
        (
            json!({ "replies": "all" }),
            "settings.replies",
            "not_one_of",
        ),
        (
            json!({ "replies": ["open"] }),
            "settings.replies",
            "wrong_type",
        ),
        (json!({ "names": "never" }), "settings.names", "not_one_of"),
        (
            json!({ "likes": "true" }),
            "settings.likes",
            "not_a_boolean",
        ),
        (json!({ "likes": 1 }), "settings.likes", "not_a_boolean"),
        (
            json!({ "useInstanceWords": 0 }),
            "settings.useInstanceWords",
            "not_a_boolean",
        ),
        (
            json!({ "slowMode": -1 }),
            "settings.slowMode",
            "out_of_range",
        ),
        (
            json!({ "slowMode": 3601 }),
            "settings.slowMode",
            "out_of_range",
        ),
        (
            json!({ "slowMode": 1.5 }),
            "settings.slowMode",
            "not_an_integer",
        ),
        (
            json!({ "slowMode": "60" }),
            "settings.slowMode",
            "not_an_integer",
        ),
        (
            json!({ "slowMode": 1e300 }),
            "settings.slowMode",
            "not_an_integer",
        ),
        (words(json!("바보")), "settings.blockedWords", "not_a_list"),
        (words(json!({})), "settings.blockedWords", "not_a_list"),
        (words(json!(many)), "settings.blockedWords", "too_many"),
        (
            words(json!(["a", 1])),
            "settings.blockedWords[1]",
            "wrong_type",
        ),
        (
            words(json!([null])),
            "settings.blockedWords[0]",
            "wrong_type",
        ),
        (
            words(json!(["a", "b", "c", ""])),
            "settings.blockedWords[3]",
            "blank",
        ),
        (
            words(json!([" \u{3000}"])),
            "settings.blockedWords[0]",
            "blank",
        ),
        (
            words(json!(["\u{200b}\u{3164}"])),
            "settings.blockedWords[0]",
            "blank",
        ),
        (
            words(json!(["a\nb"])),
            "settings.blockedWords[0]",
            "not_one_line",
        ),
        (
            words(json!(["a\u{0}b"])),
            "settings.blockedWords[0]",
            "null_character",
        ),
        (
            words(json!(["é".repeat(51)])),
            "settings.blockedWords[0]",
            "too_long",
        ),
    ]
}

#[apply(on_both_databases!)]
fn what_no_settings_can_be_is_told_by_its_field(app: &App) {
    let mina = app.user("mina");
    let session = mina.opens_with(others());
    for (settings, field, code) in bad() {
        for refused in [
            mina.patch(&session, json!({ "settings": settings })),
            mina.post(
                "/api/sessions",
                json!({ "title": "x", "settings": settings }),
            ),
        ] {
            let problem = refused.expect_problem(400, "validation_failed").json();
            let errors = problem["errors"].as_array().unwrap();
            let told: Vec<_> = errors
                .iter()
                .map(|it| (it["field"].as_str().unwrap(), it["code"].as_str().unwrap()))
                .collect();
            assert_eq!(told, [(field, code)], "{settings}");
        }
    }
    assert_eq!(settings(&mina, &session), others());
    assert_eq!(app.database.count("sessions"), 1);
    // All that is wrong is told at once.
    let several =
        json!({ "title": "", "settings": { "slowMode": -1, "blockedWords": ["", "a", ""] } });
    let problem = mina.patch(&session, several);
    let problem = problem.expect_problem(400, "validation_failed").json();
    assert_eq!(problem["errors"].as_array().unwrap().len(), 4, "{problem}");
}

#[apply(on_both_databases!)]
fn settings_may_be_as_large_as_the_bounds_allow(app: &App) {
    let mina = app.user("mina");
    let session = mina.opens("Lecture 7");
    let words: Vec<_> = (0..200)
        .map(|number| format!("{number:03}{}", "👩".repeat(47)))
        .collect();
    let changed = mina.sets(&session, json!({ "blockedWords": words, "slowMode": 3600 }));
    assert_eq!(changed["settings"]["blockedWords"], json!(words));
    assert_eq!(settings(&mina, &session), changed["settings"]);
    // As escapes, which take three times the room.
    let escaped = format!("\"{}\"", "\\ud83d\\udc69".repeat(50));
    let list = vec![escaped; 200].join(",");
    let body = format!("{{\"settings\":{{\"blockedWords\":[{list}]}}}}");
    let typed = mina.with("content-type", "application/json");
    typed
        .send("PATCH", &session, Some(body.into_bytes()))
        .expect(200);
}

/// Everything that a stream has brought until nothing more comes.
fn text_of(stream: &mut stream::EventStream) -> String {
    while !matches!(
        stream.next(Duration::from_millis(300)),
        Next::Nothing | Next::End
    ) {}
    stream.text()
}

#[apply(on_both_databases!)]
fn words_and_what_waits_are_told_to_hosts_alone(app: &App) {
    let [mina, subin, noah] = ["mina", "subin", "noah"].map(|it| app.user(it));
    let session = mina.opens_with(json!({ "questions": "review", "blockedWords": ["secretword"] }));
    for person in [&subin, &noah] {
        person.enters(&session);
    }
    mina.makes_host(&session, &subin);
    let events = format!("{session}/events");
    let stranger = app.anonymous();
    let mut streams = [&stranger, &noah, &mina].map(|it| it.follow(&events));
    noah.asks(&session, "Why?");
    let words = json!(["secretword", "other-secret"]);
    mina.sets(&session, json!({ "blockedWords": words }));
    mina.sets(&session, json!({ "slowMode": 1 }));
    for host in [&mina, &subin] {
        let seen = host.get(&session).expect(200).json();
        assert_eq!(seen["settings"]["blockedWords"], words);
        assert_eq!(seen["pendingCount"], 1);
    }
    for other in [&noah, &app.user("zoe"), &app.guest(), &stranger] {
        let seen = other.get(&session).expect(200).json();
        let expected = without_words(&mina.get(&session).expect(200).json()["settings"]);
        assert_eq!(seen["settings"], expected);
        assert_eq!(seen["pendingCount"], Value::Null);
        assert!(!seen.to_string().contains("secret"));
    }
    let code = mina.get(&session).expect(200).field("joinCode");
    let by_code = stranger.get(&format!("/api/sessions/by-code/{code}"));
    assert_eq!(by_code.json()["settings"]["blockedWords"], Value::Null);
    let list = noah.get("/api/sessions").expect(200).json();
    assert_eq!(list["sessions"][0]["settings"]["blockedWords"], Value::Null);
    let texts = streams.each_mut().map(text_of);
    for text in &texts {
        let has_settings = text.contains("\"slowMode\":1");
        assert!(has_settings && !text.contains("secret"), "{text}");
        assert!(!text.contains("blockedWords"), "{text}");
    }
    let pending = texts.each_ref().map(|it| it.contains("event: pending"));
    assert_eq!(pending, [false, false, true]);
}
