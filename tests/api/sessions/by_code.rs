//! GET /api/sessions/by-code/{joinCode}

use chrono::TimeDelta;
use url::form_urlencoded;

use crate::support::*;

/// With the default figures, but for fewer guesses at once.
fn app() -> App {
    let setup = Setup::default().usual_limits();
    setup
        .set("LIMITS__JOIN_CODES_BURST", "60")
        .start(Kind::Sqlite)
}

impl Client {
    pub fn finds(&self, code: &str) -> Answer {
        let typed: String = form_urlencoded::byte_serialize(code.as_bytes()).collect();
        self.get(&format!(
            "/api/sessions/by-code/{}",
            typed.replace('+', "%20")
        ))
    }
}

pub fn code_of(mina: &Client, session: &str) -> String {
    mina.get(session).expect(200).field("joinCode")
}

/// A code that nobody has.
pub fn another(code: &str) -> String {
    let (rest, last) = code.split_at(5);
    format!("{rest}{}", if last == "3" { "4" } else { "3" })
}

/// How many of `count` codes that nobody has are looked for before it is too much.
pub fn misses(client: &Client, code: &str, count: usize) -> usize {
    let answers = (0..count).map(|_| client.finds(code).status);
    answers.filter(|status| *status == 404).count()
}

#[apply(on_both_databases!)]
fn a_session_is_found_by_its_code_as_people_type_it(app: &App) {
    let mina = app.user("mina");
    let session = mina.opens("Lecture 7");
    mina.opens("Lecture 8");
    let whole = mina.get(&session).expect(200).json();
    let code = code_of(&mina, &session);
    let (first, last) = code.split_at(3);
    let wide = code
        .chars()
        .map(|it| char::from_u32(u32::from(it) + 0xfee0));
    for typed in [
        code.clone(),
        code.to_lowercase(),
        format!("{first}{}", last.to_lowercase()),
        format!("{first} {last}"),
        format!("  {first}-{last}\n"),
        format!("#{code}"),
        format!("# {first} – {last}"),
        format!("{first}\u{200b}{last}\u{fe0f}"),
        wide.flatten().collect(),
    ] {
        assert_eq!(mina.finds(&typed).expect(200).json(), whole, "{typed}");
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
        &format!("##{code}"),
        &format!("{code}#"),
        "OIL012",
        "______",
        &long,
        "   ",
        "\0AAAAA",
        "\u{202e}",
        "%%%%%%",
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
fn after_as_many_misses_as_are_allowed_three_a_second_are_looked_for() {
    let app = app();
    let mina = app.user("mina");
    let code = code_of(&mina, &mina.opens("Lecture 7"));
    let guesser = app.anonymous().calling_from("203.0.113.9");
    let no_code = another(&code);
    assert_eq!(misses(&guesser, &no_code, 70), 60);
    let refused = guesser.finds(&no_code);
    let refused = refused.expect_problem(429, "too_many_requests");
    let wait = refused.header("retry-after").map(str::parse);
    assert!(matches!(wait, Some(Ok(1..=11))), "{refused:?}");
    app.advance(TimeDelta::milliseconds(333));
    assert_eq!(misses(&guesser, &no_code, 5), 0);
    app.advance(TimeDelta::milliseconds(1));
    assert_eq!(misses(&guesser, &no_code, 5), 1);
    app.advance(TimeDelta::seconds(10));
    assert_eq!(misses(&guesser, &no_code, 40), 30);
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
fn what_cannot_be_a_code_is_no_guess_and_a_bad_token_neither() {
    let app = app();
    let mina = app.user("mina");
    let code = code_of(&mina, &mina.opens("Lecture 7"));
    let guesser = app.anonymous().calling_from("203.0.113.9");
    let junk = guesser.with("authorization", "Bearer junk");
    for _ in 0..70 {
        junk.finds(&code).expect_problem(401, "invalid_token");
    }
    for none in ["OIL", "\u{1f642}", "", "34679", "34679CC", "BOSS01"] {
        for _ in 0..30 {
            assert_eq!(guesser.finds(none).status, 404, "{none}");
        }
    }
    assert_eq!(misses(&guesser, &another(&code), 70), 60);
    guesser.finds("OIL").expect_problem(404, "not_found");
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
