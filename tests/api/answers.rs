//! What a write answers is what a read says afterwards.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::support::*;

/// Compares an answer with what the same person reads at once, and later.
#[track_caller]
fn holds(app: &App, person: &Client, written: Answer, read: impl Fn(&Client) -> Value) {
    let told = written.json();
    assert!(written.status < 300, "{told}");
    assert_eq!(told, read(person), "at once");
    app.advance(TimeDelta::seconds(7));
    assert_eq!(told, read(person), "later");
}

fn read(url: &str) -> impl Fn(&Client) -> Value {
    move |person| person.get(url).expect(200).json()
}

/// A question as a list has it: without its replies.
fn question(session: &str, url: &str) -> impl Fn(&Client) -> Value {
    let list = format!("{session}/questions");
    entry(list, "questions", "questionId", url)
}

fn reply(question: &str, url: &str) -> impl Fn(&Client) -> Value {
    entry(question.into(), "replies", "replyId", url)
}

/// The entry of a list whose number ends `url`.
fn entry(
    list: String,
    entries: &'static str,
    id: &'static str,
    url: &str,
) -> impl Fn(&Client) -> Value {
    let number = url.rsplit('/').next().unwrap().to_owned();
    move |person| {
        let list = person.get(&list).expect(200).json();
        let mut found = list[entries].as_array().unwrap().iter();
        found.find(|it| it[id] == *number).unwrap().clone()
    }
}

#[apply(on_both_databases!)]
fn a_session_is_told_as_it_is_then(app: &App) {
    let mina = app.user("mina");
    let opened = mina.post("/api/sessions", json!({ "title": "Lecture 7" }));
    let session = format!("/api/sessions/{}", opened.field("sessionId"));
    let is_read = || read(&session);
    holds(app, &mina, opened, is_read());
    app.user("noah").asks(&session, "Why?");
    app.guest().asks(&session, "Who?");
    for change in [
        json!({ "title": "Lecture 8" }),
        json!({ "expiresAt": "2026-04-01T12:00:00.123456789+02:00" }),
        json!({ "title": "e\u{301}", "expiresAt": "2026-03-02T12:00:00Z" }),
        json!({}),
    ] {
        holds(app, &mina, mina.patch(&session, change), is_read());
    }
    let end = || mina.send("POST", &format!("{session}/terminate"), None);
    holds(app, &mina, end(), is_read());
    holds(app, &mina, end(), is_read());
}

#[apply(on_both_databases!)]
fn a_question_is_told_as_it_is_then(app: &App) {
    let (mina, noah, guest) = (app.user("mina"), app.user("noah"), app.guest());
    let session = mina.opens("Lecture 7");
    for (person, body) in [
        (&mina, json!({ "body": "Why?" })),
        (&noah, json!({ "body": "Why?" })),
        (&noah, json!({ "body": "Why?", "anonymous": true })),
        (&guest, json!({ "body": "Why?" })),
    ] {
        let asked = person.post(&format!("{session}/questions"), body);
        let url = format!(
            "/api/questions/{}",
            asked.json()["questionId"].as_str().unwrap()
        );
        let is_read = || question(&session, &url);
        holds(app, person, asked, is_read());
        mina.likes(&url);
        holds(
            app,
            person,
            person.patch(&url, json!({ "body": "e\u{301}?" })),
            is_read(),
        );
        noah.replies(&url, "Because.");
        for part in ["pin", "close"] {
            let part = format!("{url}/{part}");
            for method in ["PUT", "PUT", "DELETE", "DELETE", "PUT"] {
                holds(app, &mina, mina.send(method, &part, None), is_read());
            }
        }
    }
}

#[apply(on_both_databases!)]
fn a_reply_is_told_as_it_is_then(app: &App) {
    let (mina, noah, guest) = (app.user("mina"), app.user("noah"), app.guest());
    let question = mina.asks(&mina.opens("Lecture 7"), "Why?");
    for (person, body) in [
        (&mina, json!({ "body": "Because." })),
        (&noah, json!({ "body": "Because." })),
        (&noah, json!({ "body": "Because.", "anonymous": true })),
        (&guest, json!({ "body": "Because." })),
    ] {
        let replied = person.post(&format!("{question}/replies"), body);
        let url = format!(
            "/api/replies/{}",
            replied.json()["replyId"].as_str().unwrap()
        );
        let is_read = || reply(&question, &url);
        holds(app, person, replied, is_read());
        mina.likes(&url);
        holds(
            app,
            person,
            person.patch(&url, json!({ "body": "e\u{301}." })),
            is_read(),
        );
        let pin = format!("{url}/pin");
        for method in ["PUT", "PUT", "DELETE", "DELETE"] {
            holds(app, &mina, mina.send(method, &pin, None), is_read());
        }
        holds(
            app,
            person,
            person.patch(&url, json!({ "body": "So." })),
            is_read(),
        );
        holds(app, &mina, mina.put(&pin), is_read());
    }
}

#[apply(on_both_databases!)]
fn a_like_and_a_participant_are_told_as_they_are_then(app: &App) {
    let (mina, noah) = (app.user("mina"), app.user("noah"));
    let session = mina.opens("Lecture 7");
    let entered = || noah.put(&format!("{session}/participants/me"));
    let participant = |person: &Client| {
        let list = person
            .get(&format!("{session}/participants"))
            .expect(200)
            .json();
        list["participants"][1].clone()
    };
    holds(app, &noah, entered(), participant);
    let host = format!("{session}/hosts/{}", noah.user_id());
    holds(app, &mina, mina.put(&host), participant);
    holds(app, &noah, entered(), participant);
    holds(app, &mina, mina.delete(&host), participant);
    let url = mina.asks(&session, "Why?");
    mina.likes(&url);
    let likes = |person: &Client| {
        let question = question(&session, &url)(person);
        json!({ "liked": question["liked"], "likesCount": question["likesCount"] })
    };
    let like = format!("{url}/like");
    for method in ["PUT", "PUT", "DELETE", "DELETE", "PUT"] {
        holds(app, &noah, noah.send(method, &like, None), likes);
    }
}

#[apply(on_both_databases!)]
fn a_post_is_told_as_it_is_then(app: &App) {
    let mina = app.user("mina");
    let posted = mina.post(
        "/api/posts",
        json!({ "title": "Rooms", "content": "Room 12." }),
    );
    let url = format!("/api/posts/{}", posted.json()["postId"]);
    holds(app, &mina, posted, read(&url));
    for change in [
        json!({ "title": "e\u{301}" }),
        json!({ "content": "Room e\u{301}." }),
        json!({ "title": "Rooms", "content": "Room 13." }),
        json!({}),
    ] {
        holds(app, &mina, mina.patch(&url, change), read(&url));
    }
}
