//! DELETE /api/sessions/{sessionId}

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::{
    EVERYTHING, SESSIONS, entries, expect_of_the_super_host_only, open,
    sessions_of_the_only_account, titles,
};
use crate::support::*;

/// SQL: every session is deleted, as the server does it. The rows stay until `when`.
pub fn deleted_until(when: &str) -> String {
    format!(
        "UPDATE sessions SET title = '', description = '', \
         deleted_at = '2026-03-01 12:00:00', delete_at = '{when}'"
    )
}

/// Where everything was.
struct Place {
    session: String,
    code: String,
    question: String,
    reply: String,
    sub_host: i64,
}

impl Place {
    /// In a session of `mina`, where `noah` is a sub host.
    fn new(mina: &Client, noah: &Client, guest: &Client) -> Self {
        let session = mina.opens("A title of its own");
        noah.enters(&session);
        mina.makes_host(&session, noah);
        let question = guest.asks(&session, "Words of a question");
        let reply = noah.replies(&question, "Words of a reply");
        for entry in [&question, &reply] {
            mina.likes(entry);
            guest.likes(entry);
        }
        Self {
            code: mina.get(&session).expect(200).field("joinCode"),
            sub_host: noah.user_id(),
            session,
            question,
            reply,
        }
    }

    fn reads(&self) -> Vec<String> {
        let Self {
            session,
            code,
            question,
            ..
        } = self;
        vec![
            session.clone(),
            format!("{SESSIONS}/by-code/{code}"),
            format!("{session}/qr.svg"),
            format!("{session}/questions"),
            question.clone(),
        ]
    }

    /// What needs an account: methods, URLs and bodies.
    fn requests(&self) -> Vec<(&'static str, String, Value)> {
        let Self {
            session,
            question,
            reply,
            sub_host,
            ..
        } = self;
        let body = || json!({ "body": "x" });
        let mut requests = vec![
            ("GET", format!("{session}/export"), Value::Null),
            ("GET", format!("{session}/export?format=csv"), Value::Null),
            ("GET", format!("{session}/participants"), Value::Null),
            ("PATCH", session.clone(), json!({ "title": "x" })),
            ("POST", format!("{session}/terminate"), Value::Null),
            ("POST", format!("{session}/reopen"), Value::Null),
            ("DELETE", session.clone(), Value::Null),
            (
                "PUT",
                format!("{session}/super-host"),
                json!({ "userId": sub_host }),
            ),
            ("POST", format!("{session}/questions"), body()),
            ("POST", format!("{question}/replies"), body()),
        ];
        for path in ["participants/me".into(), format!("hosts/{sub_host}")] {
            for method in ["PUT", "DELETE"] {
                requests.push((method, format!("{session}/{path}"), Value::Null));
            }
        }
        for entry in [question, reply] {
            requests.push(("PATCH", entry.clone(), body()));
            requests.push(("DELETE", entry.clone(), Value::Null));
            for path in ["pin", "like", "close"] {
                if path == "close" && entry == reply {
                    continue;
                }
                for method in ["PUT", "DELETE"] {
                    requests.push((method, format!("{entry}/{path}"), Value::Null));
                }
            }
        }
        requests
    }
}

/// Nobody reaches anything of it.
#[track_caller]
fn expect_gone(app: &App, people: &[&Client], place: &Place) {
    for person in people.iter().copied().chain([&app.anonymous()]) {
        for url in place.reads() {
            let answer = person.get(&url);
            assert_eq!(answer.status, 404, "GET {url}: {}", answer.text);
        }
    }
    for person in people {
        for (method, url, body) in place.requests() {
            let answer = match body {
                Value::Null => person.send(method, &url, None),
                body => {
                    let client = person.with("content-type", "application/json");
                    client.send(method, &url, Some(body.to_string().into_bytes()))
                }
            };
            assert_eq!(answer.status, 404, "{method} {url}: {}", answer.text);
        }
        let mine = person.get(SESSIONS).expect(200).json();
        assert_eq!(titles(&mine), Vec::<String>::new());
        let export = person.get("/api/users/me/export").expect(200);
        let ids = [&place.question, &place.reply].map(|url| url.rsplit('/').next().unwrap());
        for word in ["A title", "Words of", ids[0], ids[1]] {
            assert!(!export.text.contains(word), "{word:?} in {}", export.text);
        }
        let contributions = &export.json()["contributions"];
        assert_eq!(contributions["sessions"], json!([]));
        for (list, entries) in contributions["questions"].as_object().unwrap() {
            assert_eq!(*entries, json!([]), "{list}");
        }
    }
}

#[apply(on_both_databases!)]
fn from_its_deletion_on_nobody_reaches_anything_of_a_session(app: &App) {
    let (mina, noah, guest) = (app.user("mina"), app.user("noah"), app.guest());
    let others = (app.user("stranger"), app.guest());
    let people = [&mina, &noah, &guest, &others.0, &others.1];
    let place = Place::new(&mina, &noah, &guest);
    app.database.execute(&deleted_until("2027-01-01 12:00:00"));
    let before = app.database.text(EVERYTHING);
    expect_gone(app, &people, &place);
    assert_eq!(
        app.database.text(EVERYTHING),
        before,
        "a refusal writes nothing"
    );
    app.database
        .execute("UPDATE sessions SET deleted_at = NULL, delete_at = NULL");
    assert_eq!(mina.delete(&place.session).expect(204).text, "");
    expect_gone(app, &people, &place);
    app.purge().unwrap();
    expect_gone(app, &people, &place);
    let id = place.session.rsplit('/').next().unwrap();
    let entry = format!(
        "session_deleted by {} in {id} to nobody from 127.0.0.1 logged in",
        mina.user_id()
    );
    assert_eq!(entries(app, "action = 'session_deleted'"), [entry]);
}

#[apply(on_both_databases!)]
fn only_the_super_host_deletes_a_session(app: &App) {
    let (mina, session) = expect_of_the_super_host_only(app, Client::delete);
    mina.delete(&session).expect(204);
}

#[apply(on_both_databases!)]
fn a_session_whose_time_has_passed_is_deleted_like_others(app: &App) {
    let mina = app.user("mina");
    let (session, other) = (mina.opens("Lecture 7"), mina.opens("Lecture 8"));
    app.advance(TimeDelta::days(9));
    let mina = mina.refreshed();
    mina.delete(&session).expect(204);
    mina.get(&session).expect_problem(404, "not_found");
    assert_eq!(
        titles(&mina.get(SESSIONS).expect(200).json()),
        ["Lecture 8"]
    );
    mina.get(&other).expect(200);
}

#[apply(on_both_databases!)]
fn a_deleted_session_counts_for_another_day(app: &App) {
    let mina = app.user("mina");
    app.database.execute(&sessions_of_the_only_account(1, 999));
    let session = mina.opens("the thousandth");
    mina.delete(&session).expect(204);
    let one_more = || open(&mina, &json!({ "title": "one more" }));
    one_more().expect_problem(409, "conflict");
    app.purge().unwrap();
    one_more().expect_problem(409, "conflict");
    app.advance(TimeDelta::days(1) - TimeDelta::seconds(1));
    let mina = mina.refreshed();
    let one_more = || open(&mina, &json!({ "title": "one more" }));
    one_more().expect_problem(409, "conflict");
    app.advance(TimeDelta::seconds(1));
    one_more().expect(201);
    one_more().expect_problem(409, "conflict");
}

/// So long that the server has to wait until somebody reads on.
fn long_session(app: &App, questions: u32) {
    app.database.execute(&format!(
        "WITH RECURSIVE number(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM number WHERE i < {questions}) \
         INSERT INTO questions (public_id, session_id, author_id, anonymous, body, pinned, closed, \
         likes_count, replies_count, created_at, updated_at) SELECT NEW_ID, session_id, NULL, TRUE, \
         '{}', FALSE, FALSE, 0, 0, created_at, created_at FROM number, sessions",
        "가".repeat(500)
    ));
}

#[apply(on_both_databases!)]
fn a_file_that_is_being_exported_is_broken_off(app: &App) {
    const QUESTIONS: u32 = 8_000;
    let mina = app.user("mina");
    let session = mina.opens("Lecture 7");
    long_session(app, QUESTIONS);
    let mut stream = TcpStream::connect(app.address).unwrap();
    let timeout = Some(Duration::from_secs(30));
    stream.set_read_timeout(timeout).unwrap();
    let token = mina.access_token.as_deref().unwrap();
    write!(
        stream,
        "GET {session}/export HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\
         Authorization: Bearer {token}\r\n\r\n",
        app.address
    )
    .unwrap();
    let mut head = [0; 1_000];
    stream.read_exact(&mut head).unwrap();
    assert!(head.starts_with(b"HTTP/1.1 200"));
    app.database.execute(&deleted_until("2027-01-01 12:00:00"));
    let mut file = Vec::new();
    // It ends with a reset or without one.
    stream.read_to_end(&mut file).ok();
    assert!(!file.ends_with(b"0\r\n\r\n"), "it looks whole");
    let whole = QUESTIONS as usize * 1_500;
    assert!(
        file.len() < whole,
        "{} bytes, of a deleted session",
        file.len()
    );
}
