//! POST /api/sessions/{sessionId}/questions, GET, PATCH and DELETE /api/questions/{questionId}, PUT
//! and DELETE /api/questions/{questionId}/pin and /api/questions/{questionId}/close

mod bad_input;
pub mod counts;
mod guest_limit;
mod judged;
mod likes;
mod list;
mod locked;
mod races;

use chrono::TimeDelta;
use serde_json::{Value, json};

use self::counts::expect_true_counts;
use crate::support::*;

fn ask(person: &Client, session: &str, question: Value) -> Answer {
    person.post(&format!("{session}/questions"), question)
}

/// The author that everybody sees of what is anonymous.
fn nobody() -> Value {
    json!({ "userId": null, "nickname": null, "isHost": false })
}

/// A session with a super host and a sub host.
fn hosted(app: &App) -> (Client, Client, String) {
    let (mina, sub) = (app.user("mina"), app.user("subin"));
    let session = mina.opens("Lecture 7");
    sub.enters(&session);
    mina.makes_host(&session, &sub);
    (mina, sub, session)
}

#[apply(on_both_databases!)]
fn a_question_is_read_with_its_replies(app: &App) {
    let (mina, guest) = (app.user("mina"), app.guest());
    let session = mina.opens("Lecture 7");
    let question = guest.asks(&session, "Why?");
    mina.replies(&question, "Because.");
    mina.likes(&question);
    let seen = mina.get(&question).expect(200).json();
    assert_eq!(seen["author"]["userId"], Value::Null);
    assert_eq!(seen["replies"][0]["author"]["nickname"], "mina");
    assert_eq!(
        (&seen["liked"], &seen["repliesCount"]),
        (&true.into(), &1.into())
    );
    let listed = guest
        .get(&format!("{session}/questions"))
        .expect(200)
        .json();
    assert_eq!(listed["questions"][0]["isOwner"], true);
}

#[apply(on_both_databases!)]
fn a_new_question_bears_the_name_of_who_asks_unless_it_is_anonymous(app: &App) {
    let (mina, noah, guest) = (app.user("mina"), app.user("noah"), app.guest());
    let session = mina.opens("Lecture 7");
    let noahs = json!({ "userId": noah.user_id(), "nickname": "noah", "isHost": false });
    for (flag, author) in [
        (json!(false), &noahs),
        (json!(null), &noahs),
        (json!(true), &nobody()),
    ] {
        let body = json!({ "body": "Why?", "anonymous": flag });
        let asked = ask(&noah, &session, body).expect(201).json();
        assert_eq!(&asked["author"], author, "anonymous: {flag}");
        assert_eq!(asked["isOwner"], true, "who asks owns it, shown or not");
        let url = format!("/api/questions/{}", asked["questionId"].as_str().unwrap());
        assert_eq!(&mina.get(&url).expect(200).json()["author"], author);
    }
    for flag in [json!(false), json!(null), json!(true)] {
        let body = json!({ "body": "Why?", "anonymous": flag });
        let asked = ask(&guest, &session, body).expect(201).json();
        assert_eq!(asked["author"], nobody(), "guests are always anonymous");
    }
    let asked = ask(&mina, &session, json!({ "body": "Why?" }))
        .expect(201)
        .json();
    assert_eq!(asked["author"]["isHost"], true);
    assert_eq!(
        asked["sessionId"],
        session.trim_start_matches("/api/sessions/")
    );
    let fresh = ["pinned", "closed", "liked", "likesCount", "repliesCount"].map(|it| &asked[it]);
    assert_eq!(
        fresh,
        [
            &json!(false),
            &json!(false),
            &json!(false),
            &json!(0),
            &json!(0)
        ]
    );
}

#[apply(on_both_databases!)]
fn what_is_no_flag_asks_nothing(app: &App) {
    let mina = app.user("mina");
    let session = mina.opens("Lecture 7");
    for flag in [
        json!("yes"),
        json!("true"),
        json!(1),
        json!([true]),
        json!({}),
    ] {
        let body = json!({ "body": "Why?", "anonymous": flag });
        let refused = ask(&mina, &session, body)
            .expect_problem(400, "validation_failed")
            .json();
        assert_eq!(refused["errors"][0]["field"], "anonymous");
        assert_eq!(refused["errors"][0]["code"], "not_a_boolean");
    }
    assert_eq!(app.database.count("questions"), 0);
}

#[apply(on_both_databases!)]
fn asking_needs_a_token_and_a_session(app: &App) {
    let mina = app.user("mina");
    let session = mina.opens("Lecture 7");
    let body = json!({ "body": "Why?" });
    ask(&app.anonymous(), &session, body.clone()).expect_problem(401, "missing_token");
    let nowhere = format!("/api/sessions/{}", "A".repeat(22));
    ask(&mina, &nowhere, body).expect_problem(404, "not_found");
    assert_eq!(app.database.count("questions"), 0);
}

#[apply(on_both_databases!)]
fn an_author_changes_the_words_and_nothing_else(app: &App) {
    let (mina, _, session) = hosted(app);
    let noah = app.user("noah");
    let question = noah.asks(&session, "Why?");
    let before = noah.get(&question).expect(200).json();
    app.advance(TimeDelta::minutes(1));
    let edited = noah
        .patch(&question, json!({ "body": "Why so?" }))
        .expect(200)
        .json();
    let mut expected = before.clone();
    expected["body"] = json!("Why so?");
    expected["updatedAt"] = json!("2026-03-01T12:01:00.000Z");
    expected["editedAt"] = json!("2026-03-01T12:01:00.000Z");
    expected["revision"] = json!(1);
    let mut seen = noah.get(&question).expect(200).json();
    assert_eq!(seen, expected);
    for name in ["replies", "nextCursor"] {
        seen.as_object_mut().unwrap().remove(name);
    }
    assert_eq!(edited, seen, "the answer is the question as it is then");
    assert_eq!(mina.get(&question).expect(200).json()["body"], "Why so?");
}

#[apply(on_both_databases!)]
fn a_guest_changes_and_deletes_its_own_question(app: &App) {
    let (mina, guest, other) = (app.user("mina"), app.guest(), app.guest());
    let session = mina.opens("Lecture 7");
    let question = guest.asks(&session, "Why?");
    other
        .patch(&question, json!({ "body": "x" }))
        .expect_problem(403, "forbidden");
    other.delete(&question).expect_problem(403, "forbidden");
    guest
        .patch(&question, json!({ "body": "Why so?" }))
        .expect(200);
    guest.delete(&question).expect(204);
    mina.get(&question).expect_problem(404, "not_found");
}

#[apply(on_both_databases!)]
fn nobody_changes_the_words_of_others(app: &App) {
    let (mina, sub, session) = hosted(app);
    let (noah, guest) = (app.user("noah"), app.guest());
    let question = noah.asks_anonymously(&session, "Why?");
    for person in [&mina, &sub, &guest] {
        person
            .patch(&question, json!({ "body": "x" }))
            .expect_problem(403, "forbidden");
    }
    app.anonymous()
        .patch(&question, json!({ "body": "x" }))
        .expect_problem(401, "missing_token");
    assert_eq!(mina.get(&question).expect(200).json()["body"], "Why?");
}

#[apply(on_both_databases!)]
fn a_deleted_question_is_gone_with_its_replies_and_likes(app: &App) {
    let (mina, sub, session) = hosted(app);
    let noah = app.user("noah");
    let question = noah.asks(&session, "Why?");
    let reply = mina.replies(&question, "Because.");
    noah.likes(&question);
    noah.likes(&reply);
    sub.delete(&question).expect(204);
    for answer in [
        noah.get(&question),
        noah.delete(&question),
        noah.patch(&question, json!({ "body": "x" })),
        noah.put(&format!("{question}/like")),
        noah.delete(&format!("{question}/like")),
        mina.put(&format!("{question}/pin")),
        mina.delete(&format!("{question}/pin")),
        mina.put(&format!("{question}/close")),
        mina.delete(&format!("{question}/close")),
        noah.post(&format!("{question}/replies"), json!({ "body": "x" })),
        mina.patch(&reply, json!({ "body": "x" })),
        mina.delete(&reply),
        mina.put(&format!("{reply}/like")),
        mina.put(&format!("{reply}/pin")),
    ] {
        answer.expect_problem(404, "not_found");
    }
    for table in ["questions", "replies", "question_likes", "reply_likes"] {
        assert_eq!(app.database.count(table), 0, "{table}");
    }
    assert_eq!(mina.get(&session).expect(200).json()["questionCount"], 0);
    assert_ne!(noah.asks(&session, "Again?"), question);
}

#[apply(on_both_databases!)]
fn hosts_pin_and_close_and_nobody_else_does(app: &App) {
    let (mina, sub, session) = hosted(app);
    let (noah, guest) = (app.user("noah"), app.guest());
    let question = noah.asks(&session, "Why?");
    for what in ["pin", "close"] {
        let url = format!("{question}/{what}");
        for person in [&noah, &guest] {
            person.put(&url).expect_problem(403, "forbidden");
            person.delete(&url).expect_problem(403, "forbidden");
        }
        app.anonymous()
            .put(&url)
            .expect_problem(401, "missing_token");
        let field = match what {
            "pin" => "pinned",
            _ => "closed",
        };
        for host in [&mina, &sub] {
            for _ in 0..2 {
                assert_eq!(host.put(&url).expect(200).json()[field], true, "repeatable");
                assert_eq!(noah.get(&question).expect(200).json()[field], true);
            }
            for _ in 0..2 {
                assert_eq!(
                    host.delete(&url).expect(200).json()[field],
                    false,
                    "repeatable"
                );
                assert_eq!(noah.get(&question).expect(200).json()[field], false);
            }
        }
    }
}

#[apply(on_both_databases!)]
fn only_other_words_change_the_time_of_a_question(app: &App) {
    let (mina, guest) = (app.user("mina"), app.guest());
    let session = mina.opens("Lecture 7");
    let question = mina.asks(&session, "Why?");
    app.advance(TimeDelta::minutes(1));
    mina.put(&format!("{question}/pin")).expect(200);
    mina.put(&format!("{question}/close")).expect(200);
    mina.delete(&format!("{question}/close")).expect(200);
    mina.delete(&format!("{question}/pin")).expect(200);
    guest.likes(&question);
    let reply = guest.replies(&question, "Because.");
    mina.delete(&reply).expect(204);
    let seen = mina.get(&question).expect(200).json();
    assert_eq!(seen["createdAt"], "2026-03-01T12:00:00.000Z");
    assert_eq!(seen["updatedAt"], "2026-03-01T12:00:00.000Z");
    mina.patch(&question, json!({ "body": "Why so?" }))
        .expect(200);
    let seen = mina.get(&question).expect(200).json();
    assert_eq!(seen["createdAt"], "2026-03-01T12:00:00.000Z");
    assert_eq!(seen["updatedAt"], "2026-03-01T12:01:00.000Z");
}

#[apply(on_both_databases!)]
fn who_asks_or_likes_takes_part(app: &App) {
    let (mina, noah, ella) = (app.user("mina"), app.user("noah"), app.user("ella"));
    let (guest, liking) = (app.guest(), app.guest());
    let session = mina.opens("Lecture 7");
    let question = noah.asks(&session, "Why?");
    ella.likes(&question);
    guest.asks(&session, "Why not?");
    liking.likes(&question);
    for person in [&noah, &ella, &guest, &liking] {
        let mine = person.get("/api/sessions").expect(200).json();
        assert_eq!(mine["sessions"][0]["role"], "participant");
    }
    let seen = mina
        .get(&format!("{session}/participants"))
        .expect(200)
        .json();
    let names: Vec<_> = seen["participants"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["nickname"].as_str().unwrap())
        .collect();
    assert_eq!(
        (names, &seen["anonymousCount"]),
        (vec!["mina", "noah"], &json!(3))
    );
    let session = mina.get(&session).expect(200).json();
    assert_eq!(
        (&session["participantCount"], &session["questionCount"]),
        (&json!(5), &json!(2))
    );
}

#[apply(on_both_databases!)]
fn a_name_and_a_role_are_shown_as_they_are_now(app: &App) {
    let (mina, noah) = (app.user("mina"), app.user("noah"));
    let session = mina.opens("Lecture 7");
    let question = noah.asks(&session, "Why?");
    noah.patch("/api/users/me", json!({ "nickname": "noahs-ark" }))
        .expect(200);
    mina.makes_host(&session, &noah);
    let author = app.anonymous().get(&question).expect(200).json()["author"].clone();
    assert_eq!(
        (&author["nickname"], &author["isHost"]),
        (&json!("noahs-ark"), &json!(true))
    );
    mina.delete(&format!("{session}/hosts/{}", noah.user_id()))
        .expect(200);
    assert_eq!(
        mina.get(&question).expect(200).json()["author"]["isHost"],
        false
    );
    mina.put(&format!("{question}/pin")).expect(200);
    noah.put(&format!("{question}/pin"))
        .expect_problem(403, "forbidden");
}

#[apply(on_both_databases!)]
fn a_disabled_account_writes_nothing(app: &App) {
    let (mina, noah) = (app.user("mina"), app.user("noah"));
    let session = mina.opens("Lecture 7");
    let question = noah.asks(&session, "Why?");
    app.database
        .execute("UPDATE users SET active = FALSE WHERE nickname = 'noah'");
    ask(&noah, &session, json!({ "body": "x" })).expect_problem(401, "login_ended");
    noah.patch(&question, json!({ "body": "x" }))
        .expect_problem(401, "login_ended");
    noah.delete(&question).expect_problem(401, "login_ended");
    noah.put(&format!("{question}/like"))
        .expect_problem(401, "login_ended");
    assert_eq!(mina.get(&question).expect(200).json()["body"], "Why?");
}

#[apply(on_both_databases!)]
fn of_eight_questions_at_once_the_ten_thousandth_is_the_last(app: &App) {
    let mina = app.user("mina");
    let session = mina.opens("Lecture 7");
    app.database.execute(
        "WITH RECURSIVE number(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM number WHERE i < 9999) \
         INSERT INTO questions (public_id, session_id, anonymous, body, pinned, closed, likes_count, \
         replies_count, created_at, updated_at) SELECT NEW_ID, session_id, TRUE, 'x', FALSE, FALSE, 0, 0, \
         created_at, created_at FROM number, sessions; \
         UPDATE sessions SET question_count = 9999, shown_count = 9999",
    );
    let answers = race(8, |_| ask(&mina, &session, json!({ "body": "One more?" })));
    assert_eq!(answers.iter().filter(|it| it.status == 201).count(), 1);
    assert_eq!(
        answers.iter().filter(|it| it.code() == "conflict").count(),
        7
    );
    assert_eq!(app.database.count("questions"), 10_000);
    expect_true_counts(app);
}
