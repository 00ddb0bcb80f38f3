//! POST /api/questions/{questionId}/replies, PATCH and DELETE /api/replies/{replyId}, PUT and
//! DELETE /api/replies/{replyId}/pin

mod races;

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::support::*;

/// A super host, a sub host and a question of the super host.
fn asked(app: &App) -> (Client, Client, String, String) {
    let (mina, sub) = (app.user("mina"), app.user("subin"));
    let session = mina.opens("Lecture 7");
    sub.enters(&session);
    mina.makes_host(&session, &sub);
    let question = mina.asks(&session, "Why?");
    (mina, sub, session, question)
}

fn reply(person: &Client, question: &str, reply: Value) -> Answer {
    person.post(&format!("{question}/replies"), reply)
}

fn nobody() -> Value {
    json!({ "userId": null, "nickname": null, "isHost": false })
}

#[apply(on_both_databases!)]
fn a_reply_bears_the_name_of_who_writes_it_unless_it_is_anonymous(app: &App) {
    let (mina, sub, _, question) = asked(app);
    let (noah, guest) = (app.user("noah"), app.guest());
    let noahs = json!({ "userId": noah.user_id(), "nickname": "noah", "isHost": false });
    for (person, flag, author) in [
        (&noah, json!(false), noahs.clone()),
        (&noah, json!(null), noahs),
        (&noah, json!(true), nobody()),
        (&guest, json!(false), nobody()),
        (&guest, json!(null), nobody()),
        (&guest, json!(true), nobody()),
        (&sub, json!(true), nobody()),
        (
            &sub,
            json!(false),
            json!({ "userId": sub.user_id(), "nickname": "subin", "isHost": true }),
        ),
    ] {
        let body = json!({ "body": "Because.", "anonymous": flag });
        let replied = reply(person, &question, body).expect(201).json();
        assert_eq!(
            (&replied["author"], &replied["isOwner"]),
            (&author, &json!(true))
        );
        let thread = mina.get(&question).expect(200).json();
        let last = thread["replies"]
            .as_array()
            .unwrap()
            .last()
            .unwrap()
            .clone();
        let mut expected = replied;
        expected["isOwner"] = json!(false);
        // mina is a host: she may delete it.
        expected["canEdit"] = json!(false);
        assert_eq!(last, expected, "everybody sees what its author was told");
    }
    let fresh = json!({ "pinned": false, "deleted": false, "liked": false, "likesCount": 0 });
    let first = &mina.get(&question).expect(200).json()["replies"][0];
    for (name, value) in fresh.as_object().unwrap() {
        assert_eq!(&first[name], value, "{name}");
    }
    for flag in [json!("yes"), json!(0), json!([])] {
        let refused = reply(
            &noah,
            &question,
            json!({ "body": "So.", "anonymous": flag }),
        );
        let refused = refused.expect_problem(400, "validation_failed").json();
        assert_eq!(refused["errors"][0]["code"], "not_a_boolean");
    }
    reply(&app.anonymous(), &question, json!({ "body": "So." }))
        .expect_problem(401, "missing_token");
    reply(&noah, "/api/questions/99", json!({ "body": "So." })).expect_problem(404, "not_found");
    assert_eq!(mina.get(&question).expect(200).json()["repliesCount"], 8);
}

#[apply(on_both_databases!)]
fn whoever_replies_takes_part(app: &App) {
    let (mina, _, session, question) = asked(app);
    let (noah, guest, ella) = (app.user("noah"), app.guest(), app.user("ella"));
    noah.replies(&question, "Because.");
    guest.replies(&question, "So.");
    reply(
        &ella,
        &question,
        json!({ "body": "Thus.", "anonymous": true }),
    )
    .expect(201);
    let seen = mina
        .get(&format!("{session}/participants"))
        .expect(200)
        .json();
    let mut names: Vec<_> = seen["participants"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["nickname"].as_str().unwrap())
        .collect();
    names.sort_unstable();
    assert_eq!(
        (names, &seen["anonymousCount"]),
        (vec!["mina", "noah", "subin"], &json!(2))
    );
    for person in [&noah, &guest, &ella] {
        let mine = person.get("/api/sessions").expect(200).json();
        assert_eq!(mine["sessions"][0]["role"], "participant");
    }
}

#[apply(on_both_databases!)]
fn an_author_changes_the_words_of_a_reply_and_nobody_else_does(app: &App) {
    let (mina, sub, _, question) = asked(app);
    let (noah, guest) = (app.user("noah"), app.guest());
    for (author, other) in [(&noah, &guest), (&guest, &noah)] {
        let url = author.replies(&question, "Because.");
        app.advance(TimeDelta::minutes(1));
        for person in [&mina, &sub, other] {
            person
                .patch(&url, json!({ "body": "x" }))
                .expect_problem(403, "forbidden");
        }
        app.anonymous()
            .patch(&url, json!({ "body": "x" }))
            .expect_problem(401, "missing_token");
        let edited = author
            .patch(&url, json!({ "body": "Therefore." }))
            .expect(200)
            .json();
        assert_eq!(
            (&edited["body"], &edited["isOwner"]),
            (&json!("Therefore."), &json!(true))
        );
        assert_ne!(edited["updatedAt"], edited["createdAt"]);
        let thread = mina.get(&question).expect(200).json();
        let seen = thread["replies"].as_array().unwrap().last().unwrap();
        assert_eq!(
            (&seen["body"], &seen["updatedAt"]),
            (&edited["body"], &edited["updatedAt"])
        );
        assert_eq!(
            thread["updatedAt"], "2026-03-01T12:00:00.000Z",
            "the question did not change"
        );
        // A closed question takes replies still, and so their changes.
        mina.put(&format!("{question}/close")).expect(200);
        author.patch(&url, json!({ "body": "Thus." })).expect(200);
        mina.delete(&format!("{question}/close")).expect(200);
    }
}

#[apply(on_both_databases!)]
fn hosts_pin_replies_and_that_changes_no_time(app: &App) {
    let (mina, sub, _, question) = asked(app);
    let (noah, guest) = (app.user("noah"), app.guest());
    let (first, second) = (
        noah.replies(&question, "One."),
        guest.replies(&question, "Two."),
    );
    app.advance(TimeDelta::minutes(1));
    let pin = format!("{second}/pin");
    for person in [&noah, &guest] {
        person.put(&pin).expect_problem(403, "forbidden");
        person.delete(&pin).expect_problem(403, "forbidden");
    }
    for host in [&mina, &sub] {
        for _ in 0..2 {
            assert_eq!(
                host.put(&pin).expect(200).json()["pinned"],
                true,
                "repeatable"
            );
        }
        let thread = noah.get(&question).expect(200).json();
        assert_eq!(thread["replies"][0]["body"], "Two.");
        assert_eq!(
            thread["replies"][0]["updatedAt"],
            "2026-03-01T12:00:00.000Z"
        );
        for _ in 0..2 {
            assert_eq!(
                host.delete(&pin).expect(200).json()["pinned"],
                false,
                "repeatable"
            );
        }
    }
    noah.likes(&first);
    let thread = noah.get(&question).expect(200).json();
    assert_eq!(thread["replies"][0]["body"], "One.");
    assert_eq!(
        thread["replies"][0]["updatedAt"],
        "2026-03-01T12:00:00.000Z"
    );
}

#[apply(on_both_databases!)]
fn of_a_deleted_reply_the_place_stays_and_nothing_else(app: &App) {
    let (mina, sub, session, question) = asked(app);
    let (noah, guest) = (app.user("noah"), app.guest());
    for author in [&noah, &guest] {
        let secret = "the words that nobody is to read again";
        let url = author.replies(&question, secret);
        let (number, id) = (
            app.database.row_number(&url),
            url.rsplit('/').next().unwrap(),
        );
        mina.put(&format!("{url}/pin")).expect(200);
        mina.likes(&url);
        author.likes(&url);
        app.guest().delete(&url).expect_problem(403, "forbidden");
        app.advance(TimeDelta::minutes(1));
        author.delete(&url).expect(204);
        let anyone = app.anonymous();
        for (reader, is_host) in [
            (&mina, true),
            (&sub, true),
            (author, false),
            (&anyone, false),
        ] {
            let thread = reader.get(&question).expect(200);
            let json = thread.json();
            let place = json["replies"]
                .as_array()
                .unwrap()
                .iter()
                .find(|it| it["replyId"] == *id);
            let mut place = place.expect("its place stays").clone();
            let times = ["createdAt", "updatedAt"].map(|it| place[it].take());
            assert_ne!(times[0], times[1]);
            assert_eq!(
                place,
                json!({
                    "replyId": id, "questionId": json["questionId"], "deleted": true, "body": null,
                    "review": "approved", "pinned": false, "likesCount": 0, "liked": false, "isOwner": false, "author": nobody(),
                    "createdAt": null, "updatedAt": null,
                    "editedAt": null, "revision": 0, "canEdit": false, "canDelete": is_host,
                })
            );
            let list = reader.get(&format!("{session}/questions")).expect(200);
            assert!(!thread.text.contains(secret) && !list.text.contains(secret));
            assert_eq!(
                (
                    &json["repliesCount"],
                    &list.json()["questions"][0]["repliesCount"]
                ),
                (&json!(0), &json!(0)),
                "it lives no more"
            );
        }
        for answer in [
            author.patch(&url, json!({ "body": "x" })),
            author.delete(&url),
            mina.put(&format!("{url}/like")),
            author.delete(&format!("{url}/like")),
            mina.put(&format!("{url}/pin")),
            mina.delete(&format!("{url}/pin")),
        ] {
            answer.expect_problem(404, "not_found");
        }
        let left = format!(
            "replies WHERE reply_id = {number} AND (body IS NOT NULL \
            OR author_id IS NOT NULL OR NOT anonymous OR pinned OR likes_count > 0)"
        );
        assert_eq!(app.database.count(&left), 0);
        assert_eq!(app.database.count("reply_likes"), 0);
        let export = author.get("/api/users/me/export").expect(200).text;
        assert!(!export.contains(secret), "it is nobody's");
        // A host removes the place, too: otherwise they could be used up.
        mina.delete(&url).expect(204);
        let thread = mina.get(&question).expect(200).json();
        assert_eq!(thread["replies"], json!([]));
        assert_eq!(thread["repliesCount"], 0);
    }
}

#[apply(on_both_databases!)]
fn a_strangers_reply_is_not_deleted_by_who_asked(app: &App) {
    let (mina, _, session, _) = asked(app);
    let (noah, guest) = (app.user("noah"), app.guest());
    let question = noah.asks(&session, "Why not?");
    let url = guest.replies(&question, "So.");
    noah.delete(&url).expect_problem(403, "forbidden");
    app.anonymous()
        .delete(&url)
        .expect_problem(401, "missing_token");
    mina.get(&question).expect(200);
    assert_eq!(mina.get(&question).expect(200).json()["repliesCount"], 1);
}

#[apply(on_both_databases!)]
fn a_sub_host_of_another_session_is_nobody_here(app: &App) {
    let (_, sub, _, _) = asked(app);
    let noah = app.user("noah");
    let question = noah.asks(&noah.opens("Another"), "Why?");
    let url = app.guest().replies(&question, "So.");
    for answer in [
        sub.delete(&url),
        sub.put(&format!("{url}/pin")),
        sub.delete(&question),
        sub.put(&format!("{question}/pin")),
        sub.put(&format!("{question}/close")),
    ] {
        answer.expect_problem(403, "forbidden");
    }
    assert_eq!(
        app.database.count("participants WHERE role = 'sub_host'"),
        1
    );
}

#[apply(on_both_databases!)]
fn deleted_replies_are_counted_against_the_thousand(app: &App) {
    let (mina, _, _, question) = asked(app);
    app.database.execute("WITH RECURSIVE number(i) AS \
        (SELECT 1 UNION ALL SELECT i + 1 FROM number WHERE i < 999) \
        INSERT INTO replies (public_id, question_id, session_id, author_id, anonymous, body, pinned, likes_count, created_at, \
        updated_at) SELECT NEW_ID, question_id, session_id, NULL, TRUE, NULL, FALSE, 0, '2026-03-01 12:00:00', \
        '2026-03-01 12:00:00' FROM number, questions");
    let guest = app.guest();
    let answers = race(8, |_| {
        reply(&guest, &question, json!({ "body": "One more." }))
    });
    assert_eq!(answers.iter().filter(|it| it.status == 201).count(), 1);
    assert_eq!(
        answers.iter().filter(|it| it.code() == "conflict").count(),
        7
    );
    assert_eq!(app.database.count("replies"), 1_000);
    // Whoever fills a question does not silence its hosts.
    let answers = race(8, |_| {
        (0..13)
            .map(|_| {
                mina.post(&format!("{question}/replies"), json!({ "body": "Host." }))
                    .status
            })
            .collect::<Vec<_>>()
    });
    assert_eq!(
        answers
            .concat()
            .iter()
            .filter(|status| **status == 201)
            .count(),
        100
    );
    assert_eq!(app.database.count("replies"), 1_100);
    // Anonymously a host is like anybody: else the words would tell that a host wrote them.
    let hidden = json!({ "body": "Host.", "anonymous": true });
    reply(&mina, &question, hidden).expect_problem(409, "conflict");
}

#[apply(on_both_databases!)]
fn what_a_host_removes_leaves_no_place(app: &App) {
    let (mina, sub, _, question) = asked(app);
    let (noah, guest) = (app.user("noah"), app.guest());
    for (author, host) in [(&noah, &mina), (&guest, &sub), (&sub, &mina)] {
        let secret = "the words that nobody is to read again";
        let url = author.replies(&question, secret);
        author.likes(&url);
        host.delete(&url).expect(204);
        let thread = author.get(&question).expect(200);
        assert!(!thread.text.contains(secret));
        let thread = thread.json();
        assert_eq!(
            (&thread["replies"], &thread["repliesCount"]),
            (&json!([]), &json!(0))
        );
        for answer in [author.delete(&url), host.put(&format!("{url}/pin"))] {
            answer.expect_problem(404, "not_found");
        }
    }
    assert_eq!(
        (
            app.database.count("replies"),
            app.database.count("reply_likes")
        ),
        (0, 0)
    );
    app.database.execute("WITH RECURSIVE number(i) AS \
        (SELECT 1 UNION ALL SELECT i + 1 FROM number WHERE i < 999) \
        INSERT INTO replies (public_id, question_id, session_id, author_id, anonymous, body, pinned, likes_count, \
        created_at, updated_at) SELECT NEW_ID, question_id, session_id, NULL, TRUE, NULL, FALSE, 0, \
        '2026-03-01 12:00:00', '2026-03-01 12:00:00' FROM number, questions");
    let last = guest.replies(&question, "The last one.");
    let more = json!({ "body": "One more." });
    reply(&noah, &question, more.clone()).expect_problem(409, "conflict");
    mina.delete(&last).expect(204);
    reply(&noah, &question, more).expect(201);
}
