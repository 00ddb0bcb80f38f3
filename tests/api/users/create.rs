//! POST /api/users

use serde_json::json;

use crate::support::*;

#[apply(on_both_databases!)]
fn a_new_account_is_told_without_its_password(app: &App) {
    let answer = app.stranger("mina").register().expect(201);
    insta::assert_snapshot!("registered", answer.snapshot());
    let user_id = answer.json()["userId"].as_i64().unwrap();
    assert!((1..1 << 53).contains(&user_id));
}

#[apply(on_both_databases!)]
fn another_spelling_of_a_taken_address_or_nickname_is_taken(app: &App) {
    app.registered("mina");
    for email in [
        "MINA@example.com",
        " mina@EXAMPLE.com",
        "ｍｉｎａ@example.com",
        "mi\u{200b}na@example.com",
    ] {
        let mut other = app.stranger("other");
        other.email = email.into();
        other.register().expect_problem(409, "email_taken");
    }
    for nickname in ["MINA", "ｍｉｎａ", "ＭiNa"] {
        let mut other = app.stranger("other");
        other.nickname = nickname.into();
        other.register().expect_problem(409, "nickname_taken");
    }
    app.stranger("other").register().expect(201);
}

#[apply(on_both_databases!)]
fn sixteen_racing_registrations_of_one_address_make_one_account(app: &App) {
    let answers = race(16, |number| {
        let mut racer = app.stranger(&format!("racer-{number}"));
        racer.email = match number % 2 {
            0 => "Racer@Example.com".into(),
            _ => "racer@example.com".into(),
        };
        racer.register()
    });
    let made = answers.iter().filter(|it| it.status == 201).count();
    let refused = answers
        .iter()
        .filter(|it| it.code() == "email_taken")
        .count();
    assert_eq!((made, refused), (1, 15));
}

#[apply(on_both_databases!)]
fn sixteen_racing_registrations_of_one_nickname_make_one_account(app: &App) {
    let answers = race(16, |number| {
        let mut racer = app.stranger(&format!("racer-{number}"));
        racer.nickname = if number % 2 == 0 {
            "Racer".into()
        } else {
            "rAcEr".into()
        };
        racer.register()
    });
    let made = answers.iter().filter(|it| it.status == 201).count();
    let refused = answers
        .iter()
        .filter(|it| it.code() == "nickname_taken")
        .count();
    assert_eq!((made, refused), (1, 15));
}

#[apply(on_both_databases!)]
fn a_taken_address_costs_no_hash_and_a_new_account_one(app: &App) {
    let made = app.stranger("mina").register().expect(201);
    assert_eq!(app.hashes_for(&made), [64]);
    let refused = app.stranger("mina").register().expect(409);
    assert!(app.hashes_for(&refused).is_empty());
}

#[test]
fn every_wrong_field_is_told_at_once_in_the_readers_language() {
    let app = App::start(Kind::Sqlite);
    let body =
        json!({ "email": "mina", "nickname": "mi\u{200b}na", "password": 7, "role": "admin" });
    let english = app.anonymous().post("/api/users", body.clone());
    insta::assert_snapshot!("invalid_in_english", english.snapshot());
    let korean = app
        .anonymous()
        .with("accept-language", "fr, ko-KR;q=0.8, en;q=0.5");
    let korean = korean.post("/api/users", body);
    insta::assert_snapshot!("invalid_in_korean", korean.snapshot());
}

#[test]
fn bounds_of_each_field() {
    let app = App::start(Kind::Sqlite);
    let refusal = |field: &str, value: &str| {
        let mut body = json!({
            "email": "mina@example.com", "nickname": "mina", "password": "long enough"
        });
        body[field] = value.into();
        let answer = app.anonymous().post("/api/users", body);
        let answer = answer.expect_problem(400, "validation_failed").json();
        assert_eq!(answer["errors"][0]["field"], field);
        answer["errors"][0]["code"].as_str().unwrap().to_owned()
    };
    let characters = |count: usize| "x".repeat(count);
    assert_eq!(refusal("email", ""), "not_an_email");
    assert_eq!(refusal("email", "mina@example.com\u{0}"), "null_character");
    assert_eq!(
        refusal("email", &format!("{}@example.com", characters(243))),
        "too_long"
    );
    assert_eq!(refusal("nickname", "mi"), "too_short");
    assert_eq!(refusal("nickname", &characters(21)), "too_long");
    assert_eq!(refusal("nickname", "mi na"), "character_not_allowed");
    assert_eq!(refusal("nickname", "mi\u{0}na"), "null_character");
    assert_eq!(refusal("password", "seven.."), "too_short");
    assert_eq!(refusal("password", &characters(129)), "too_long");
    assert_eq!(
        refusal("password", "null \u{0} character"),
        "null_character"
    );
}

#[test]
fn a_server_may_ask_for_longer_passwords() {
    let app = Setup::default()
        .set("PASSWORD__MIN_LENGTH", "15")
        .start(Kind::Sqlite);
    let mut mina = app.stranger("mina");
    mina.password = "14 characters!".into();
    let answer = mina
        .register()
        .expect_problem(400, "validation_failed")
        .json();
    assert_eq!(answer["errors"][0]["field"], "password");
    assert_eq!(
        answer["errors"][0]["detail"],
        "This must have at least 15 characters."
    );
    mina.password = "15 signs, good!".into();
    mina.register().expect(201);
}

#[test]
fn a_bad_token_is_told_although_none_is_needed() {
    let app = App::start(Kind::Sqlite);
    let bearer = app.stranger("mina").with("authorization", "Bearer junk");
    bearer.register().expect_problem(401, "invalid_token");
    let cookie = app.stranger("mina").with("cookie", "Authentication=junk");
    cookie.register().expect(201);
}
