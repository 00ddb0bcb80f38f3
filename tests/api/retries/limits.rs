//! Requests that are sent again where the limits give nothing more.

use serde_json::json;

use super::created;
use crate::support::*;

fn setup() -> Setup {
    Setup::default().usual_limits()
}

#[test]
fn a_question_that_was_asked_costs_nothing_more() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let app = setup().start(kind);
        let session = app.user("mina").opens("Lecture 7");
        let ask = |client: &Client, body: &str| {
            client.post(&format!("{session}/questions"), json!({ "body": body }))
        };
        for client in [app.user("jun"), app.guest()] {
            let keyed = client.keyed("k");
            let (first, _) = created(ask(&keyed, "first"));
            for _ in 0..30 {
                assert_eq!(created(ask(&keyed, "first")), (first.clone(), true));
            }
            let more = (0..20).filter(|_| ask(&client, "more").status == 201);
            assert_eq!(more.count(), 9, "of ten at once");
            ask(&client, "more").expect_problem(429, "too_many_requests");
            assert_eq!(created(ask(&keyed, "first")), (first, true));
            ask(&keyed, "second").expect_problem(409, "idempotency_key_reused");
            let other = client.keyed("l");
            ask(&other, "first").expect_problem(429, "too_many_requests");
        }
    }
}

#[test]
fn a_reply_that_was_written_is_found_without_a_limit() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let app = setup().start(kind);
        let mina = app.user("mina");
        let question = mina.asks(&mina.opens("Lecture 7"), "When?");
        let jun = app.user("jun");
        let reply =
            |client: &Client| client.post(&format!("{question}/replies"), json!({ "body": "x" }));
        let keyed = jun.keyed("k");
        let (first, _) = created(reply(&keyed));
        assert_eq!((0..20).filter(|_| reply(&jun).status == 201).count(), 9);
        assert_eq!(created(reply(&keyed)), (first.clone(), true));
        let written = format!("/api/replies/{}", first["replyId"].as_str().unwrap());
        jun.delete(&written).expect(204);
        reply(&keyed).expect_problem(404, "not_found");
    }
}

#[test]
fn a_session_that_was_opened_is_found_without_a_limit() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let app = setup().start(kind);
        let mina = app.user("mina");
        let open = |client: &Client| client.post("/api/sessions", json!({ "title": "x" }));
        let keyed = mina.keyed("k");
        let (first, _) = created(open(&keyed));
        assert_eq!((0..30).filter(|_| open(&mina).status == 201).count(), 19);
        assert_eq!(created(open(&keyed)), (first, true));
        open(&mina.keyed("l")).expect_problem(429, "too_many_requests");
    }
}

#[test]
fn a_post_that_was_written_is_found_without_a_limit() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let app = setup().start(kind);
        let mina = app.user("mina");
        let post =
            |client: &Client| client.post("/api/posts", json!({ "title": "x", "content": "y" }));
        let keyed = mina.keyed("k");
        let (first, _) = created(post(&keyed));
        for _ in 0..40 {
            assert_eq!(created(post(&keyed)), (first.clone(), true));
        }
        assert_eq!((0..40).filter(|_| post(&mina).status == 201).count(), 29);
        assert_eq!(created(post(&keyed)), (first, true));
        post(&mina.keyed("l")).expect_problem(429, "too_many_requests");
    }
}

#[test]
fn a_guest_whose_hall_wrote_too_much_gets_the_lost_answer() {
    let app = setup()
        .set("LIMITS__GUEST_CONTRIBUTIONS_BURST", "3")
        .start(Kind::Sqlite);
    let session = app.user("mina").opens("Lecture 7");
    let ask =
        |client: &Client| client.post(&format!("{session}/questions"), json!({ "body": "x" }));
    let guest = app.guest().keyed("k");
    let (first, _) = created(ask(&guest));
    for _ in 0..5 {
        created(ask(&guest));
    }
    let others = (0..5).filter(|_| ask(&app.guest()).status == 201);
    assert_eq!(others.count(), 2);
    assert_eq!(created(ask(&guest)), (first, true));
}
