//! GET /api/sessions/by-code/{joinCode}

use chrono::TimeDelta;

use crate::support::*;

/// Behind a proxy that is trusted, with the default figures.
fn app() -> App {
    let proxy = Setup::default().set("SERVER__TRUSTED_PROXIES", "127.0.0.1");
    proxy.start(Kind::Sqlite)
}

impl Client {
    fn finds(&self, code: &str) -> Answer {
        self.get(&format!("/api/sessions/by-code/{code}"))
    }

    /// The same person at another address.
    fn calling_from(&self, address: &str) -> Self {
        self.with("x-forwarded-for", address)
    }
}

fn code_of(mina: &Client, session: &str) -> String {
    mina.get(session).expect(200).field("joinCode")
}

/// A code that nobody has.
fn another(code: &str) -> String {
    let (rest, last) = code.split_at(5);
    format!("{rest}{}", if last == "3" { "4" } else { "3" })
}

/// How many of `count` codes that nobody has are looked for before it is too much.
fn misses(client: &Client, code: &str, count: usize) -> usize {
    let answers = (0..count).map(|_| client.finds(code).status);
    answers.filter(|status| *status == 404).count()
}

#[apply(on_both_databases!)]
fn a_session_is_found_by_its_code_in_whatever_case(app: &App) {
    let mina = app.user("mina");
    let session = mina.opens("Lecture 7");
    mina.opens("Lecture 8");
    let whole = mina.get(&session).expect(200).json();
    let code = code_of(&mina, &session);
    let mixed = format!("{}{}", &code[..3], code[3..].to_lowercase());
    for typed in [&code, &code.to_lowercase(), &mixed] {
        assert_eq!(mina.finds(typed).expect(200).json(), whole, "{typed}");
    }
    let seen = app.anonymous().finds(&code).expect(200).json();
    assert_eq!(
        (&seen["sessionId"], seen["role"].is_null()),
        (&whole["sessionId"], true)
    );
}

#[apply(on_both_databases!)]
fn what_is_no_code_finds_nothing(app: &App) {
    let mina = app.user("mina");
    let code = code_of(&mina, &mina.opens("Lecture 7"));
    let long = "3".repeat(1_000);
    for typed in [
        &another(&code),
        &code[..5],
        &format!("{code}3"),
        &format!("%20{code}"),
        "OIL012",
        "______",
        &long,
        "%20%20%20",
        "%00AAAAA",
        "%E2%80%AE",
        "%25%25%25%25%25%25",
        // Digits and letters of full width.
        "%EF%BC%93%EF%BC%94%EF%BC%96%EF%BC%97%EF%BC%99%EF%BC%A3",
    ] {
        app.anonymous()
            .finds(typed)
            .expect_problem(404, "not_found");
    }
}

#[apply(on_both_databases!)]
fn an_ended_session_keeps_its_code(app: &App) {
    let mina = app.user("mina");
    let session = mina.opens("Lecture 7");
    let code = code_of(&mina, &session);
    mina.post(&format!("{session}/terminate"), serde_json::json!({}))
        .expect(200);
    app.advance(TimeDelta::days(400));
    let found = app.anonymous().finds(&code).expect(200).json();
    assert_eq!(
        (&found["expired"], found["endedAt"].is_null()),
        (&true.into(), false)
    );
}

#[test]
fn after_sixty_misses_one_a_second_is_looked_for() {
    let app = app();
    let mina = app.user("mina");
    let code = code_of(&mina, &mina.opens("Lecture 7"));
    let guesser = app.anonymous().calling_from("203.0.113.9");
    let no_code = another(&code);
    assert_eq!(misses(&guesser, &no_code, 70), 60);
    let refused = guesser
        .finds(&no_code)
        .expect_problem(429, "too_many_requests");
    assert_eq!(refused.header("retry-after"), Some("1"));
    guesser
        .finds(&code)
        .expect_problem(429, "too_many_requests");
    guesser.finds("x").expect_problem(429, "too_many_requests");
    app.advance(TimeDelta::milliseconds(999));
    guesser
        .finds(&no_code)
        .expect_problem(429, "too_many_requests");
    app.advance(TimeDelta::milliseconds(1));
    assert_eq!(misses(&guesser, &no_code, 5), 1);
    app.advance(TimeDelta::seconds(10));
    assert_eq!(misses(&guesser, &no_code, 20), 10);
    app.advance(TimeDelta::hours(1));
    assert_eq!(misses(&guesser, &no_code, 70), 60);
}

#[test]
fn misses_of_one_network_hold_up_nobody_else_and_nothing_else() {
    let app = app();
    let mina = app.user("mina");
    let session = mina.opens("Lecture 7");
    let code = code_of(&mina, &session);
    let guesser = mina.calling_from("203.0.113.9");
    assert_eq!(misses(&guesser, &another(&code), 61), 60);
    guesser.get(&session).expect(200);
    guesser.get(&format!("{session}/questions")).expect(200);
    guesser.opens("another");
    let other = app.anonymous().calling_from("203.0.113.10");
    other.finds(&code).expect(200);
    assert_eq!(misses(&other, &another(&code), 61), 60);
}

#[test]
fn a_code_that_cannot_be_is_a_miss_and_a_bad_token_is_none() {
    let app = app();
    let mina = app.user("mina");
    let code = code_of(&mina, &mina.opens("Lecture 7"));
    let guesser = app.anonymous().calling_from("203.0.113.9");
    let junk = guesser.with("authorization", "Bearer junk");
    for _ in 0..70 {
        junk.finds(&code).expect_problem(401, "invalid_token");
    }
    assert_eq!(misses(&guesser, "OIL", 30), 30);
    assert_eq!(misses(&guesser, "%F0%9F%99%82", 20), 20);
    assert_eq!(misses(&guesser, &another(&code), 70), 10);
}

#[test]
fn hits_are_not_counted() {
    let app = app();
    let mina = app.user("mina");
    let code = code_of(&mina, &mina.opens("Lecture 7"));
    let room = app.anonymous().calling_from("203.0.113.9");
    for _ in 0..100 {
        room.finds(&code).expect(200);
    }
    assert_eq!(misses(&room, &another(&code), 59), 59);
    for _ in 0..10 {
        room.finds(&code).expect(200);
    }
    assert_eq!(misses(&room, &another(&code), 5), 1);
}

#[test]
fn a_whole_room_that_types_the_code_at_once_gets_in() {
    let app = app();
    let mina = app.user("mina");
    let code = code_of(&mina, &mina.opens("Lecture 7"));
    let room = app.anonymous().calling_from("203.0.113.9");
    let find = |_| (0..3).map(|_| room.finds(&code)).collect::<Vec<_>>();
    for answer in race(20, find).concat() {
        answer.expect(200);
    }
    assert_eq!(
        misses(&room, &another(&code), 70),
        60,
        "every hit was given back"
    );
}

#[test]
fn misses_at_once_are_no_more_than_misses_one_after_the_other() {
    let app = app();
    let mina = app.user("mina");
    let code = code_of(&mina, &mina.opens("Lecture 7"));
    let guesser = app.anonymous().calling_from("203.0.113.9");
    let looked_for = race(10, |_| misses(&guesser, &another(&code), 10));
    assert_eq!(looked_for.iter().sum::<usize>(), 60);
}
