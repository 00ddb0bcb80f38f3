//! `claimGuest`, and what the guest has said, likes and takes part in.

use serde_json::{Value, json};

use crate::questions::counts::expect_true_counts;
use crate::support::*;

/// Signs in and claims a guest.
pub fn log_in_claiming(client: &Client, guest: &Client) -> Answer {
    let body = json!({
        "email": client.email, "password": client.password, "mode": "json",
        "claimGuest": guest.access_token
    });
    client.signed_out().post("/api/auth/login", body)
}

/// Signs in, claims a guest and keeps the tokens.
#[track_caller]
pub fn claims(client: &Client, guest: &Client) -> Client {
    client.holding(&log_in_claiming(client, guest).expect(200))
}

/// Registers, which claims a guest, and signs in.
#[track_caller]
pub fn registers_claiming(client: &Client, guest: &Client) -> Client {
    let body = json!({
        "email": client.email, "nickname": client.nickname, "password": client.password,
        "claimGuest": guest.access_token
    });
    client.post("/api/users", body).expect(201);
    client.signed_in()
}

/// No row is a guest's any more, and every count is true.
#[track_caller]
pub fn expect_all_moved(app: &App, guest_id: i64) {
    for (table, column) in [
        ("users", "user_id"),
        ("participants", "user_id"),
        ("questions", "author_id"),
        ("replies", "author_id"),
        ("question_likes", "user_id"),
        ("reply_likes", "user_id"),
        ("refresh_tokens", "user_id"),
    ] {
        let left = format!("{table} WHERE {column} = {guest_id}");
        assert_eq!(app.database.count(&left), 0, "{left}");
    }
    for (table, column) in [("questions", "author_id"), ("question_likes", "user_id")] {
        let nobodys = format!("{table} WHERE {column} NOT IN (SELECT user_id FROM users)");
        assert_eq!(app.database.count(&nobodys), 0, "{nobodys}");
    }
    expect_true_counts(app);
}

fn likes_count(person: &Client, entry: &str) -> Value {
    person.get(entry).expect(200).json()["likesCount"].clone()
}

#[apply(on_both_databases!)]
fn rights_move_with_a_claim_and_the_name_does_not(app: &App) {
    let mina = app.user("mina");
    for (name, is_new) in [("gabi", true), ("hana", false)] {
        let session = mina.opens("Lecture 7");
        let guest = app.guest();
        let guest_id = guest.user_id();
        let (first, second) = (
            guest.asks(&session, "Why?"),
            guest.asks(&session, "Why not?"),
        );
        let reply = guest.replies(&mina.asks(&session, "So?"), "So.");
        guest.likes(&first);
        guest.likes(&reply);
        let urls = [
            &session,
            &first,
            &second,
            &format!("{session}/questions"),
            &format!("{session}/participants"),
        ];
        let before = urls.map(|it| mina.get(it).expect(200).text);
        app.advance(chrono::TimeDelta::minutes(1));
        let somebody = if is_new {
            registers_claiming(&app.stranger(name), &guest)
        } else {
            claims(&app.registered(name), &guest)
        };
        assert_eq!(
            urls.map(|it| mina.get(it).expect(200).text),
            before,
            "others see no change"
        );
        expect_all_moved(app, guest_id);
        guest
            .get("/api/users/me")
            .expect_problem(401, "login_ended");
        guest
            .put(&format!("{first}/like"))
            .expect_problem(401, "login_ended");

        let mine = somebody.get(&first).expect(200).json();
        assert_eq!(
            (&mine["isOwner"], &mine["liked"]),
            (&json!(true), &json!(true))
        );
        assert_eq!(
            mine["author"]["userId"],
            Value::Null,
            "nor does its new owner see a name"
        );
        let sessions = somebody.get("/api/sessions").expect(200).json();
        assert_eq!(sessions["sessions"].as_array().unwrap().len(), 1);
        assert_eq!(sessions["sessions"][0]["role"], "participant");
        // It is in the room, and not listed.
        let hosts = format!("{session}/hosts/{}", somebody.user_id());
        mina.put(&hosts).expect_problem(404, "not_found");

        let edited = somebody
            .patch(&first, json!({ "body": "Why so?" }))
            .expect(200)
            .json();
        assert_eq!(edited["author"]["nickname"], Value::Null);
        somebody
            .patch(&reply, json!({ "body": "Thus." }))
            .expect(200);
        assert_eq!(likes_count(&mina, &first), 1);
        assert_eq!(somebody.likes(&first), 1, "it likes it already");
        somebody.delete(&format!("{first}/like")).expect(200);
        assert_eq!(likes_count(&mina, &first), 0);
        somebody.delete(&reply).expect(204);
        somebody.delete(&second).expect(204);
        expect_true_counts(app);
    }
}

#[apply(on_both_databases!)]
fn two_likes_become_one_and_the_others_stay(app: &App) {
    let (mina, noah) = (app.user("mina"), app.user("noah"));
    let session = mina.opens("Lecture 7");
    let guest = app.guest();
    let guest_id = guest.user_id();
    let questions = ["both", "guest", "noah"].map(|it| mina.asks(&session, it));
    let replies = ["both", "guest", "noah"].map(|it| mina.replies(&questions[0], it));
    for entries in [&questions, &replies] {
        mina.likes(&entries[0]);
        for (person, own) in [(&guest, 1), (&noah, 2)] {
            person.likes(&entries[0]);
            person.likes(&entries[own]);
        }
    }
    let noah = claims(&noah, &guest);
    expect_all_moved(app, guest_id);
    let list = noah
        .get(&format!("{session}/questions?sort=old"))
        .expect(200)
        .json();
    let thread = noah.get(&questions[0]).expect(200).json();
    for entries in [&list["questions"], &thread["replies"]] {
        let seen: Vec<_> = entries
            .as_array()
            .unwrap()
            .iter()
            .map(|it| (it["likesCount"].as_i64().unwrap(), it["liked"] == true))
            .collect();
        assert_eq!(seen, [(2, true), (1, true), (1, true)]);
    }
}

#[apply(on_both_databases!)]
fn of_three_likes_of_one_person_one_stays(app: &App) {
    let (mina, noah) = (app.user("mina"), app.user("noah"));
    let question = mina.asks(&mina.opens("Lecture 7"), "Why?");
    let guests = [app.guest(), app.guest()];
    noah.likes(&question);
    for (count, guest) in guests.iter().enumerate() {
        assert_eq!(guest.likes(&question), count as i64 + 2);
    }
    for guest in &guests {
        let guest_id = guest.user_id();
        claims(&noah, guest);
        expect_all_moved(app, guest_id);
    }
    assert_eq!(likes_count(&mina, &question), 1);
}

#[apply(on_both_databases!)]
fn the_higher_role_stays_and_what_is_counted_does_not_change(app: &App) {
    let (mina, sub, noah) = (app.user("mina"), app.user("subin"), app.user("noah"));
    let session = mina.opens("Lecture 7");
    for person in [&sub, &noah] {
        person.enters(&session);
    }
    mina.makes_host(&session, &sub);
    for (person, role) in [
        (&mina, "super_host"),
        (&sub, "sub_host"),
        (&noah, "participant"),
    ] {
        let guest = app.guest();
        let guest_id = guest.user_id();
        let question = guest.asks(&session, "Why?");
        let watcher = app.anonymous();
        let before = watcher.get(&session).expect(200).text;
        let person = claims(person, &guest);
        expect_all_moved(app, guest_id);
        assert_eq!(watcher.get(&session).expect(200).text, before);
        assert_eq!(person.get(&session).expect(200).json()["role"], role);
        let own = person.get(&question).expect(200).json();
        assert_eq!(
            (&own["isOwner"], &own["author"]["isHost"]),
            (&json!(true), &json!(false))
        );
        // Who was counted with the guest is not counted again.
        person.asks_anonymously(&session, "And why?");
        let after = watcher.get(&session).expect(200).json();
        let before: Value = serde_json::from_str(&before).unwrap();
        assert_eq!(after["participantCount"], before["participantCount"]);
    }
    let listed = mina
        .get(&format!("{session}/participants"))
        .expect(200)
        .json();
    assert_eq!(listed["participants"].as_array().unwrap().len(), 3);
    assert_eq!(listed["anonymousCount"], 3);
}

#[apply(on_both_databases!)]
fn who_claimed_a_guest_is_listed_only_by_entering_on_purpose(app: &App) {
    let mina = app.user("mina");
    let session = mina.opens("Lecture 7");
    let guest = app.guest();
    guest.asks(&session, "Why?");
    let gabi = registers_claiming(&app.stranger("gabi"), &guest);
    let seen = || {
        mina.get(&format!("{session}/participants"))
            .expect(200)
            .json()
    };
    assert_eq!(seen()["participants"].as_array().unwrap().len(), 1);
    gabi.enters(&session);
    assert_eq!(seen()["participants"][1]["nickname"], "gabi");
    assert_eq!(
        seen()["anonymousCount"],
        1,
        "or it would tell whose the anonymous words are"
    );
}

#[apply(on_both_databases!)]
fn a_guest_with_three_hundred_likes_is_claimed_whole(app: &App) {
    let (mina, noah) = (app.user("mina"), app.user("noah"));
    let session = mina.opens("Lecture 7");
    let (guest, first) = (app.guest(), mina.asks(&session, "Why?"));
    guest.likes(&first);
    noah.likes(&first);
    let (guest_id, noah_id) = (guest.user_id(), noah.user_id());
    app.database.execute(&format!(
        "WITH RECURSIVE number(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM number WHERE i < 299) \
         INSERT INTO questions (public_id, session_id, author_id, anonymous, body, pinned, closed, likes_count, \
         replies_count, created_at, updated_at) SELECT NEW_ID, session_id, NULL, TRUE, 'x', FALSE, FALSE, 0, 0, \
         created_at, created_at FROM number, sessions; \
         INSERT INTO question_likes SELECT question_id, {guest_id} FROM questions WHERE body = 'x'; \
         INSERT INTO question_likes SELECT question_id, {noah_id} FROM questions \
         WHERE body = 'x' AND question_id % 2 = 0; \
         UPDATE questions SET likes_count = (SELECT count(*) FROM question_likes \
         WHERE question_likes.question_id = questions.question_id); \
         UPDATE sessions SET question_count = 300, shown_count = 300"));
    expect_true_counts(app);
    claims(&noah, &guest);
    expect_all_moved(app, guest_id);
    assert_eq!(
        app.database
            .count(&format!("question_likes WHERE user_id = {noah_id}")),
        300
    );
    assert_eq!(app.database.count("questions WHERE likes_count = 1"), 300);
}
