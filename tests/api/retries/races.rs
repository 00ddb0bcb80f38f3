//! Requests with one key at once, and clients that die before their answer.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};

use serde_json::json;

use super::{created, requests};
use crate::support::*;

#[test]
fn of_eight_requests_at_once_one_creates() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let app = App::start(kind);
        race_on(&app, &[&app]);
    }
}

#[test]
fn of_eight_requests_on_two_instances_one_creates_on_postgres() {
    let app = App::start(Kind::Postgres);
    let other = Setup::default().clock(&app.clock).start_on(&app.database);
    race_on(&app, &[&app, &other]);
}

/// Every kind of request, eight times at once, on each server in turn.
fn race_on(app: &App, servers: &[&RunningServer]) {
    let mina = app.user("mina");
    for round in 0..5 {
        for request in &requests(&mina) {
            let before = app.database.count(request.table);
            let client = mina.keyed(&format!("{round}-{}", request.table));
            let answers = race(8, |number| {
                let server = servers[number % servers.len()];
                created(client.at(server).sends(request))
            });
            let new = answers.iter().filter(|(_, is_replayed)| !is_replayed);
            assert_eq!(new.count(), 1, "{}", request.name);
            for (answer, _) in &answers {
                assert_eq!(answer, &answers[0].0, "{}", request.name);
            }
            assert_eq!(
                app.database.count(request.table),
                before + 1,
                "{}",
                request.name
            );
        }
    }
}

#[apply(on_both_databases!)]
fn one_key_on_two_requests_at_once_creates_one(app: &App) {
    let mina = app.user("mina");
    for round in 0..5 {
        let sessions = [mina.opens("Lecture 7"), mina.opens("Lecture 8")];
        let client = mina.keyed(&format!("key-{round}"));
        let answers = race(8, |number| {
            let questions = format!("{}/questions", sessions[number % 2]);
            client.post(&questions, json!({ "body": "x" })).status
        });
        assert_eq!(app.database.count("questions"), round + 1);
        assert!(
            answers.iter().all(|it| [201, 409].contains(it)),
            "{answers:?}"
        );
        assert_eq!(answers.iter().filter(|it| **it == 201).count(), 4);
    }
}

#[apply(on_both_databases!)]
fn a_client_that_died_after_sending_tries_again_and_made_one(app: &App) {
    let mina = app.user("mina");
    let session = mina.opens("Lecture 7");
    for round in 0..10 {
        let key = format!("key-{round}");
        let body = r#"{"body":"x"}"#;
        let token = mina.access_token.as_deref().unwrap();
        let request = format!(
            "POST {session}/questions HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\n\
             idempotency-key: {key}\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        let mut stream = TcpStream::connect(app.address).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        if round % 2 == 0 {
            stream.read_exact(&mut [0]).unwrap();
        }
        stream.shutdown(Shutdown::Both).unwrap();
        drop(stream);
        let again = mina
            .keyed(&key)
            .with("content-type", "application/json")
            .send("POST", &format!("{session}/questions"), Some(body.into()));
        created(again);
        assert_eq!(app.database.count("questions"), round + 1);
    }
}
