//! DELETE /api/users/me and GET /api/users/me/export of who has asked, replied, liked and opened
//! sessions.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::questions::counts::expect_true_counts;
use crate::support::*;

/// Nothing names the account any more, once the purge has been there.
#[track_caller]
fn expect_nobody(app: &App, user_id: i64) {
    app.purge().unwrap();
    for (table, column) in [
        ("users", "user_id"),
        ("participants", "user_id"),
        ("questions", "author_id"),
        ("replies", "author_id"),
        ("question_likes", "user_id"),
        ("reply_likes", "user_id"),
        ("refresh_tokens", "user_id"),
    ] {
        let left = format!("{table} WHERE {column} = {user_id}");
        assert_eq!(app.database.count(&left), 0, "{left}");
    }
    expect_true_counts(app);
}

fn nobody() -> Value {
    json!({ "userId": null, "nickname": null, "isHost": false })
}

/// What someone leaves behind in the session of another.
fn contribute(person: &Client, session: &str, other: &str) -> (String, String) {
    let question = person.asks(session, "Why?");
    let reply = person.replies(other, "So.");
    for entry in [&question, &reply, &other.to_owned()] {
        person.likes(entry);
    }
    (question, reply)
}

#[apply(on_both_databases!)]
fn what_a_deleted_account_wrote_stays_as_anonymous_and_its_likes_go(app: &App) {
    let mina = app.user("mina");
    let session = mina.opens("Lecture 7");
    let other = mina.asks(&session, "Mina's?");
    for (person, name) in [
        (app.user("noah"), "noah"),
        (app.guest(), "nothing that is written"),
    ] {
        let user_id = person.user_id();
        if name == "noah" {
            person.enters(&session);
            mina.makes_host(&session, &person);
        }
        let counted = mina.get(&session).expect(200).json()["participantCount"].clone();
        let (question, reply) = contribute(&person, &session, &other);
        let anonymous = match name {
            "noah" => person.asks_anonymously(&session, "And why?"),
            _ => person.asks(&session, "And why?"),
        };
        mina.likes(&question);
        let listed = || {
            mina.get(&format!("{session}/participants"))
                .expect(200)
                .json()
        };
        let before = listed();
        app.advance(TimeDelta::minutes(1));
        person.delete_account().expect(204);
        expect_nobody(app, user_id);
        for entry in [&question, &anonymous] {
            let seen = mina.get(entry).expect(200);
            let json = seen.json();
            assert_eq!(
                (&json["author"], &json["isOwner"]),
                (&nobody(), &json!(false))
            );
            assert!(!seen.text.contains(name) && !seen.text.contains(&user_id.to_string()));
            mina.patch(entry, json!({ "body": "x" }))
                .expect_problem(403, "forbidden");
        }
        let seen = mina.get(&question).expect(200).json();
        assert_eq!(
            (&seen["body"], &seen["likesCount"]),
            (&json!("Why?"), &json!(1))
        );
        assert_eq!(
            seen["createdAt"], seen["updatedAt"],
            "no words have changed"
        );
        let thread = mina.get(&other).expect(200).json();
        let id = reply.rsplit('/').next().unwrap();
        let seen = thread["replies"]
            .as_array()
            .unwrap()
            .iter()
            .find(|it| it["replyId"] == *id);
        let seen = seen.unwrap();
        assert_eq!((&seen["body"], &seen["author"]), (&json!("So."), &nobody()));
        assert_eq!(
            (&seen["likesCount"], &thread["likesCount"]),
            (&json!(0), &json!(0))
        );
        let after = listed();
        assert_eq!(after["anonymousCount"], before["anonymousCount"]);
        assert_eq!(after["participants"].as_array().unwrap().len(), 1);
        let session_now = mina.get(&session).expect(200).json();
        let anonymous = session_now["participantCount"].as_i64().unwrap() - 1;
        assert_eq!(after["anonymousCount"], anonymous);
        assert!(counted.as_i64().unwrap() >= 1);
        // Hosts may do with it what they may do with everything.
        mina.put(&format!("{question}/pin")).expect(200);
        mina.delete(&reply).expect(204);
        mina.delete(&question).expect(204);
    }
}

#[apply(on_both_databases!)]
fn the_open_sessions_of_a_deleted_account_end(app: &App) {
    let (mina, guest) = (app.user("mina"), app.guest());
    let body = json!({ "title": "Short", "expiresAt": "2026-03-01T12:05:00Z" });
    let expired = mina
        .post("/api/sessions", body)
        .expect(201)
        .field("sessionId");
    let expired = format!("/api/sessions/{expired}");
    let (open, ended) = (mina.opens("Open"), mina.opens("Ended"));
    mina.send("POST", &format!("{ended}/terminate"), None)
        .expect(200);
    let question = guest.asks(&open, "Why?");
    let noahs = app.user("noah").opens("Another's");
    mina.asks(&noahs, "Me too");
    app.advance(TimeDelta::minutes(6));
    mina.delete_account().expect(204);
    app.purge().unwrap();
    for (session, ended_at) in [
        (&open, json!("2026-03-01T12:06:00.000Z")),
        (&ended, json!("2026-03-01T12:00:00.000Z")),
        (&expired, json!(null)),
        (&noahs, json!(null)),
    ] {
        let seen = app.anonymous().get(session).expect(200).json();
        assert_eq!(seen["endedAt"], ended_at);
    }
    guest
        .patch(&question, json!({ "body": "x" }))
        .expect_problem(403, "session_ended");
    guest.asks(&noahs, "Still open");
    let id = open.trim_start_matches("/api/sessions/");
    let events = "audit_events WHERE action = 'session_ended'";
    assert_eq!(
        app.database.count(events),
        2,
        "one by hand, one with the account"
    );
    assert_eq!(
        app.database
            .count(&format!("{events} AND session_id = '{id}'")),
        1
    );
    let sessions = guest.get("/api/sessions").expect(200).json();
    assert_eq!(
        sessions["sessions"].as_array().unwrap().len(),
        2,
        "others keep it in their list"
    );
}

#[apply(on_both_databases!)]
fn a_deleted_sub_host_frees_nothing_for_another(app: &App) {
    let (mina, sub) = (app.user("mina"), app.user("subin"));
    let session = mina.opens("Lecture 7");
    sub.enters(&session);
    mina.makes_host(&session, &sub);
    let hosts = format!("{session}/hosts/{}", sub.user_id());
    sub.delete_account().expect(204);
    app.purge().unwrap();
    mina.put(&hosts).expect_problem(404, "not_found");
    mina.delete(&hosts).expect_problem(404, "not_found");
    let subin = app.user("subin");
    assert_eq!(subin.get(&session).expect(200).json()["role"], Value::Null);
}

#[apply(on_both_databases!)]
fn deleting_after_a_claim_leaves_the_guests_words(app: &App) {
    let mina = app.user("mina");
    let session = mina.opens("Lecture 7");
    let guest = app.guest();
    let other = mina.asks(&session, "Mina's?");
    let (question, _) = contribute(&guest, &session, &other);
    let noah = crate::auth::claim_room::claims(&app.registered("noah"), &guest);
    let user_id = noah.user_id();
    noah.delete_account().expect(204);
    expect_nobody(app, user_id);
    assert_eq!(mina.get(&question).expect(200).json()["body"], "Why?");
}

#[apply(on_both_databases!)]
fn a_deletion_against_what_the_account_writes_leaves_nobodys_words_or_none(app: &App) {
    let mina = app.user("mina");
    let session = mina.opens("Lecture 7");
    let other = mina.asks(&session, "Mina's?");
    for round in 0..6 {
        let person = match round % 2 {
            0 => app.guest(),
            _ => app.user(&format!("noah-{round}")),
        };
        let user_id = person.user_id();
        let own = (round % 2 == 1).then(|| person.opens("Own"));
        let before = app.database.count("questions");
        let answers = race(5, |number| match number {
            0 => person.delete_account(),
            1 => person.put(&format!("{other}/like")),
            2 => person.post(
                &format!("{session}/questions"),
                json!({ "body": "Last words" }),
            ),
            3 => person.post(&format!("{other}/replies"), json!({ "body": "Last words" })),
            _ => mina.put(&format!(
                "{}/participants/me",
                own.as_ref().unwrap_or(&session)
            )),
        });
        answers[0].clone().expect(204);
        for answer in &answers[1..4] {
            let fine = answer.status < 300 || answer.code() == "login_ended";
            assert!(fine, "{}", answer.text);
        }
        expect_nobody(app, user_id);
        let added = app.database.count("questions") - before;
        assert_eq!(added, i64::from(answers[2].status == 201));
        if let Some(own) = own {
            assert_ne!(mina.get(&own).expect(200).json()["endedAt"], Value::Null);
        }
    }
    assert_eq!(mina.get(&other).expect(200).json()["likesCount"], 0);
}

#[apply(on_both_databases!)]
fn an_export_has_ones_own_contributions_and_nothing_of_others(app: &App) {
    let (mina, noah) = (app.user("mina"), app.user("noah"));
    let session = mina.opens("Lecture 7");
    let other = mina.asks(&session, "Mina's?");
    let (question, reply) = contribute(&noah, &session, &other);
    noah.asks_anonymously(&session, "Hidden?");
    let gone = noah.replies(&other, "Gone.");
    noah.delete(&gone).expect(204);
    let export = noah.get("/api/users/me/export").expect(200);
    let all = &export.json()["contributions"];
    let id_of = |url: &str| url.rsplit('/').next().unwrap().to_owned();
    let id = session.trim_start_matches("/api/sessions/");
    assert_eq!(
        all["sessions"],
        json!([{
            "sessionId": id, "title": "Lecture 7", "description": "", "createdAt": "2026-03-01T12:00:00.000Z",
            "expiresAt": "2026-03-08T12:00:00.000Z", "endedAt": null, "role": "participant", "leftAt": null,
            "muted": false,
        }])
    );
    let theirs = &all["questions"];
    let flags: Vec<_> = theirs["questions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| (it["body"].as_str().unwrap(), it["anonymous"] == true))
        .collect();
    assert_eq!(flags, [("Why?", false), ("Hidden?", true)]);
    assert_eq!(
        theirs["replies"],
        json!([{
            "replyId": id_of(&reply), "questionId": id_of(&other), "body": "So.", "anonymous": false,
            "review": "approved",
            "createdAt": "2026-03-01T12:00:00.000Z", "updatedAt": "2026-03-01T12:00:00.000Z",
            "editedAt": null, "revision": 0,
        }])
    );
    assert_eq!(
        theirs["likedQuestions"],
        json!([id_of(&other), id_of(&question)])
    );
    assert_eq!(theirs["likedReplies"], json!([id_of(&reply)]));
    assert!(!export.text.contains("Mina's?") && !export.text.contains("Gone."));
    noah.delete(&format!("{session}/participants/me"))
        .expect(204);
    let left = noah.get("/api/users/me/export").expect(200).json();
    let left = &left["contributions"]["sessions"][0];
    assert_eq!(
        (&left["leftAt"], &left["role"]),
        (&json!("2026-03-01T12:00:00.000Z"), &Value::Null)
    );
    let empty = app.guest().get("/api/users/me/export").expect(200).json();
    assert_eq!(empty["contributions"]["sessions"], json!([]));
    assert_eq!(empty["contributions"]["questions"]["replies"], json!([]));
}
