//! GET /api/sessions/{sessionId}/questions?search=

use chrono::TimeDelta;
use serde_json::json;

use crate::support::*;

fn found(person: &Client, session: &str, query: &str) -> Vec<String> {
    let answer = person.get(&format!("{session}/questions?{query}"));
    let page = answer.expect(200).json();
    let questions = page["questions"].as_array().unwrap().iter();
    questions
        .map(|it| it["body"].as_str().unwrap().to_owned())
        .collect()
}

/// Words as they stand in a query.
fn encoded(words: &str) -> String {
    url::form_urlencoded::byte_serialize(words.as_bytes()).collect()
}

#[apply(on_both_databases!)]
fn a_part_of_a_word_is_found_in_every_spelling(app: &App) {
    let (mina, noah) = (app.user("mina"), app.user("noah"));
    let session = mina.opens("Lecture 7");
    for body in [
        "When do we MOVE?",
        "이사는 언제인가요?",
        "ｍｏｖｅ on",
        "Straße",
        "100 % sure_",
    ] {
        noah.asks(&session, body);
    }
    for (words, expected) in [
        ("move", vec!["ｍｏｖｅ on", "When do we MOVE?"]),
        ("MO\u{200b}VE", vec!["ｍｏｖｅ on", "When do we MOVE?"]),
        ("이사", vec!["이사는 언제인가요?"]),
        (
            "\u{110b}\u{1175}\u{1109}\u{1161}",
            vec!["이사는 언제인가요?"],
        ),
        ("언제", vec!["이사는 언제인가요?"]),
        ("STRASSE", vec!["Straße"]),
        ("%", vec!["100 % sure_"]),
        ("_", vec!["100 % sure_"]),
        ("nowhere", vec![]),
    ] {
        let query = format!("sort=new&search={}", encoded(words));
        assert_eq!(found(&noah, &session, &query), expected, "{words}");
        let stranger = app.stranger("zoe");
        assert_eq!(found(&stranger, &session, &query), expected, "{words}");
    }
}

#[apply(on_both_databases!)]
fn a_search_is_true_of_what_has_just_changed(app: &App) {
    let (mina, noah) = (app.user("mina"), app.user("noah"));
    let session = mina.opens("Lecture 7");
    let first = noah.asks(&session, "apple one");
    let other = noah.asks(&session, "apple two");
    let query = "search=apple";
    assert_eq!(found(&mina, &session, query), ["apple two", "apple one"]);
    mina.likes(&first);
    assert_eq!(found(&mina, &session, query), ["apple one", "apple two"]);
    noah.patch(&other, json!({ "body": "pear" })).expect(200);
    assert_eq!(found(&mina, &session, query), ["apple one"]);
    assert_eq!(found(&mina, &session, "search=pear"), ["pear"]);
    mina.put(&format!("{other}/pin")).expect(200);
    assert_eq!(found(&mina, &session, "search=p"), ["pear", "apple one"]);
    mina.put(&format!("{first}/close")).expect(200);
    assert_eq!(found(&mina, &session, "search=p&state=open"), ["pear"]);
    mina.delete(&first).expect(204);
    assert_eq!(found(&mina, &session, query), Vec::<String>::new());
    mina.send("POST", &format!("{other}/dismiss"), None)
        .expect(200);
    assert_eq!(found(&noah, &session, "search=p"), Vec::<String>::new());
}

#[apply(on_both_databases!)]
fn pages_of_a_search_follow_each_other(app: &App) {
    let mina = app.user("mina");
    let session = mina.opens("Lecture 7");
    for number in 0..7 {
        let question = mina.asks(&session, &format!("apple {number}"));
        mina.asks(&session, &format!("pear {number}"));
        if number % 3 == 0 {
            mina.likes(&question);
        }
        if number == 2 {
            mina.put(&format!("{question}/pin")).expect(200);
        }
    }
    for sort in ["top", "new", "old"] {
        let all = found(&mina, &session, &format!("sort={sort}&limit=100"));
        let expected: Vec<_> = all.into_iter().filter(|it| it.contains("apple")).collect();
        let (mut seen, mut cursor) = (Vec::new(), String::new());
        loop {
            let path = format!("{session}/questions?sort={sort}&search=apple&limit=3{cursor}");
            let page = mina.get(&path).expect(200).json();
            let questions = page["questions"].as_array().unwrap().iter();
            seen.extend(questions.map(|it| it["body"].as_str().unwrap().to_owned()));
            match page["nextCursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        assert_eq!(seen, expected, "{sort}");
    }
}

#[apply(on_both_databases!)]
fn who_claims_a_guest_finds_what_the_guest_asked(app: &App) {
    let (mina, noah, guest) = (app.user("mina"), app.user("noah"), app.guest());
    let session = mina.opens("Lecture 7");
    guest.asks(&session, "apple");
    let query = "mine=true&search=apple";
    assert_eq!(found(&guest, &session, query), ["apple"]);
    assert_eq!(found(&noah, &session, query), Vec::<String>::new());
    let body = json!({
        "email": noah.email, "password": noah.password, "claimGuest": guest.access_token
    });
    noah.post("/api/auth/login", body).expect(200);
    assert_eq!(found(&noah, &session, query), ["apple"]);
    assert_eq!(found(&mina, &session, query), Vec::<String>::new());
}

#[apply(on_both_databases!)]
fn words_that_cannot_be_looked_for_are_told(app: &App) {
    let mina = app.user("mina");
    let session = mina.opens("Lecture 7");
    for (words, code) in [
        ("".to_owned(), "blank"),
        ("\u{200b}".to_owned(), "blank"),
        ("x".repeat(101), "too_long"),
        ("a\u{7}".to_owned(), "control_character"),
        ("\0".to_owned(), "null_character"),
    ] {
        let answer = mina.get(&format!("{session}/questions?search={}", encoded(&words)));
        let problem = answer.expect_problem(400, "validation_failed").json();
        assert_eq!(problem["errors"][0]["code"], code, "{words:?}");
    }
    let page = mina.get(&format!("{session}/questions?search=x&cursor=zzzz"));
    page.expect_problem(400, "invalid_cursor");
}

#[apply(on_both_databases!)]
fn an_account_searches_twenty_times_at_once_and_then_twice_a_second(kind: Kind) {
    let app = &Setup::default().usual_limits().start(kind);
    let mina = app.user("mina");
    let session = mina.opens("Lecture 7");
    let search = |person: &Client| person.get(&format!("{session}/questions?search=x"));
    for _ in 0..20 {
        search(&mina).expect(200);
    }
    search(&mina).expect_problem(429, "too_many_requests");
    mina.get(&format!("{session}/questions")).expect(200);
    search(&app.user("noah")).expect(200);
    app.advance(TimeDelta::milliseconds(500));
    search(&mina).expect(200);
    search(&mina).expect_problem(429, "too_many_requests");
}
