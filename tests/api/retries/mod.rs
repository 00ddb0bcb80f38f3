//! POST /api/sessions, /api/sessions/{sessionId}/questions, /api/questions/{questionId}/replies and
//! /api/posts with `Idempotency-Key`.

mod limits;
mod people;
mod races;

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::support::*;

/// What may be sent again: by whom it is sent, to which URL, with which body, and in which table it
/// leaves a row.
struct Request {
    name: &'static str,
    path: String,
    body: Value,
    table: &'static str,
}

/// One request of each kind, in a session of Mina's.
fn requests(mina: &Client) -> [Request; 4] {
    let session = mina.opens("Lecture 7");
    let question = mina.asks(&session, "When?");
    let request = |name, path: String, body, table| Request {
        name,
        path,
        body,
        table,
    };
    let (ask, reply) = (
        format!("{session}/questions"),
        format!("{question}/replies"),
    );
    [
        request(
            "a session",
            "/api/sessions".into(),
            json!({ "title": "x" }),
            "sessions",
        ),
        request("a question", ask, json!({ "body": "x" }), "questions"),
        request("a reply", reply, json!({ "body": "x" }), "replies"),
        request(
            "a post",
            "/api/posts".into(),
            json!({ "title": "x", "content": "y" }),
            "posts",
        ),
    ]
}

impl Client {
    pub fn keyed(&self, key: &str) -> Self {
        self.with("idempotency-key", key)
    }

    fn sends(&self, request: &Request) -> Answer {
        self.post(&request.path, request.body.clone())
    }
}

/// 201, and whether it says that it was created before.
#[track_caller]
pub fn created(answer: Answer) -> (Value, bool) {
    let answer = answer.expect(201);
    let replayed = answer.header("idempotent-replayed");
    assert!(matches!(replayed, None | Some("true")), "{replayed:?}");
    (answer.json(), replayed.is_some())
}

#[apply(on_both_databases!)]
fn sent_again_a_request_creates_nothing_more(app: &App) {
    let mina = app.user("mina");
    for (number, request) in requests(&mina).iter().enumerate() {
        let before = app.database.count(request.table);
        let client = mina.keyed(&format!("key-{number}"));
        let (first, is_replayed) = created(client.sends(request));
        assert!(!is_replayed, "{}", request.name);
        for _ in 0..3 {
            let again = created(client.sends(request));
            assert_eq!(again, (first.clone(), true), "{}", request.name);
        }
        assert_eq!(
            app.database.count(request.table),
            before + 1,
            "{}",
            request.name
        );
        // Without a key, and under another one, it is another request.
        for other in [mina.clone(), mina.keyed("another")] {
            assert!(!created(other.sends(request)).1, "{}", request.name);
        }
        assert_eq!(
            app.database.count(request.table),
            before + 3,
            "{}",
            request.name
        );
        app.database.execute("DELETE FROM idempotency_keys");
    }
}

#[apply(on_both_databases!)]
fn a_key_of_another_request_is_refused(app: &App) {
    let mina = app.user("mina");
    let requests = requests(&mina);
    let client = mina.keyed("k");
    created(client.sends(&requests[1]));
    let counts = || requests.each_ref().map(|it| app.database.count(it.table));
    let before = counts();
    for request in requests.iter().filter(|it| it.table != "questions") {
        client
            .sends(request)
            .expect_problem(409, "idempotency_key_reused");
    }
    let other_words = Request {
        body: json!({ "body": "y" }),
        path: requests[1].path.clone(),
        ..requests[1]
    };
    client
        .sends(&other_words)
        .expect_problem(409, "idempotency_key_reused");
    let other_session = mina.opens("Lecture 8");
    client
        .post(
            &format!("{other_session}/questions"),
            json!({ "body": "x" }),
        )
        .expect_problem(409, "idempotency_key_reused");
    assert_eq!(counts()[1..], before[1..]);
    assert!(created(client.sends(&requests[1])).1, "the first goes on");
}

#[track_caller]
fn refuses(answer: Answer) {
    let errors = answer.expect_problem(400, "validation_failed").json();
    let error = &errors["errors"][0];
    assert_eq!(
        (&error["field"], &error["code"]),
        (&json!("Idempotency-Key"), &json!("not_a_key"))
    );
}

#[test]
fn what_is_no_key_is_refused() {
    let app = App::start(Kind::Sqlite);
    let mina = app.user("mina");
    let long = "k".repeat(65);
    for request in &requests(&mina) {
        for bad in ["", "a b", "é", &long, "a\tb"] {
            refuses(mina.keyed(bad).sends(request));
        }
        refuses(mina.keyed("a").keyed("a").sends(request));
        created(mina.keyed(&"~".repeat(64)).sends(request));
        app.database.execute("DELETE FROM idempotency_keys");
    }
}

#[apply(on_both_databases!)]
fn it_answers_with_what_it_is_now(app: &App) {
    let mina = app.user("mina");
    let session = mina.opens("Lecture 7");
    let ask =
        |client: &Client| client.post(&format!("{session}/questions"), json!({ "body": "x" }));
    let client = mina.keyed("k");
    let (first, _) = created(ask(&client));
    let question = format!("/api/questions/{}", first["questionId"].as_str().unwrap());
    app.advance(TimeDelta::minutes(1));
    mina.patch(&question, json!({ "body": "y" })).expect(200);
    app.user("jun").likes(&question);
    let (again, is_replayed) = created(ask(&client));
    assert!(is_replayed);
    assert_eq!(
        (&again["body"], &again["likesCount"]),
        (&json!("y"), &json!(1))
    );
}

#[apply(on_both_databases!)]
fn what_was_deleted_meanwhile_is_not_found(app: &App) {
    let mina = app.user("mina");
    for (number, request) in requests(&mina).iter().enumerate() {
        let client = mina.keyed(&format!("key-{number}"));
        let (made, _) = created(client.sends(request));
        let id = made[["sessionId", "questionId", "replyId", "postId"][number]].clone();
        let id = id.as_str().map_or(id.to_string(), str::to_owned);
        mina.delete(&format!("/api/{}/{id}", request.table))
            .expect(204);
        let before = app.database.count(request.table);
        client.sends(request).expect_problem(404, "not_found");
        assert_eq!(
            app.database.count(request.table),
            before,
            "{}",
            request.name
        );
    }
}

#[apply(on_both_databases!)]
fn an_answer_that_was_lost_comes_after_the_end_too(app: &App) {
    let mina = app.user("mina");
    let requests = requests(&mina);
    let jun = app.user("jun").keyed("k");
    created(jun.sends(&requests[1]));
    let session = requests[1].path.trim_end_matches("/questions");
    mina.post(&format!("{session}/terminate"), json!({}))
        .expect(200);
    assert!(created(jun.sends(&requests[1])).1);
    app.user("ana")
        .keyed("k")
        .sends(&requests[1])
        .expect_problem(403, "session_ended");
}

#[apply(on_both_databases!)]
fn a_refusal_is_not_kept(app: &App) {
    let mina = app.user("mina");
    let requests = requests(&mina);
    let session = requests[1].path.trim_end_matches("/questions");
    mina.post(&format!("{session}/terminate"), json!({}))
        .expect(200);
    let jun = app.user("jun").keyed("k");
    jun.sends(&requests[1]).expect_problem(403, "session_ended");
    mina.post(&format!("{session}/reopen"), json!({}))
        .expect(200);
    assert!(!created(jun.sends(&requests[1])).1);
}

#[apply(on_both_databases!)]
fn a_key_is_kept_for_a_day(app: &App) {
    let mina = app.user("mina");
    let requests = requests(&mina);
    let client = mina.keyed("k");
    created(client.sends(&requests[3]));
    app.advance(TimeDelta::hours(24));
    app.purge().unwrap();
    let client = client.signed_in();
    assert!(created(client.sends(&requests[3])).1);
    app.advance(TimeDelta::seconds(1));
    app.purge().unwrap();
    assert_eq!(app.database.count("idempotency_keys"), 0);
    assert!(!created(client.sends(&requests[3])).1);
}
