//! HEAD: what GET answers, without the body.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use chrono::TimeDelta;
use serde_json::Value;

use crate::permissions::{People, operations};
use crate::support::statements::Logging;
use crate::support::*;

/// What differs from answer to answer, and how a body is framed: HEAD has no frames.
const OWN: [&str; 3] = ["x-request-id", "date", "transfer-encoding"];
/// A list in any order: a worker keeps to one, and a stream closes the connection to it.
const LIST: &str = "access-control-expose-headers";

fn headers(answer: &Answer) -> BTreeMap<String, Vec<String>> {
    let mut headers: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for (name, value) in &answer.headers {
        let value = value.to_str().unwrap();
        let values = headers.entry(name.to_string()).or_default();
        match name.as_str() {
            LIST => values.extend(value.split(", ").map(str::to_owned)),
            _ => values.push(value.to_owned()),
        }
        values.sort();
    }
    headers.retain(|name, _| !OWN.contains(&name.as_str()));
    headers
}

/// Asks for the same with both methods and tells the status.
#[track_caller]
fn same(client: &Client, path: &str, who: &str) -> u16 {
    let (get, head) = (client.get(path), client.send("HEAD", path, None));
    let what = format!("HEAD {path} of {who}");
    assert_eq!(head.status, get.status, "{what}");
    assert_eq!(headers(&head), headers(&get), "{what}");
    assert_eq!(head.text, "", "{what}");
    get.status
}

#[apply(on_both_databases!)]
fn head_is_answered_as_get_is(app: &App) {
    let people = People::of(app);
    let mut statuses = BTreeSet::new();
    let mut tried = 0;
    for name in operations().keys() {
        let Some(pattern) = name.strip_prefix("GET ") else {
            continue;
        };
        let path = people.path(pattern);
        // The buckets of this one address fill again.
        app.advance(TimeDelta::seconds(2));
        for (who, client) in [
            ("its owner", &people.owner),
            ("someone else", &people.user),
            ("a guest", &people.guest),
            ("nobody", &app.stranger("nobody")),
            ("an ended login", &people.ended),
            ("an expired token", &people.expired),
        ] {
            statuses.insert(same(client, &path, who));
            tried += 1;
        }
    }
    assert!(tried >= 6 * 20, "{tried}");
    assert_eq!(statuses, [200, 302, 401, 403].into());
    let csv = people.path("/api/sessions/{sessionId}/export?format=csv");
    for path in [
        &csv,
        "/nothing",
        "/api/posts?limit=0",
        "/api/posts?cursor=x",
    ] {
        same(&people.owner, path, "its owner");
    }
}

/// Targets with every kind of answer: known and unknown lengths, none, and problems.
fn targets(app: &App, session: &str) -> Vec<(String, u16)> {
    assert!(app.anonymous().get(session).status == 200);
    vec![
        ("/health/live".into(), 200),
        ("/health/ready".into(), 200),
        (session.into(), 200),
        (format!("{session}/export"), 200),
        (format!("{session}/export?format=csv"), 200),
        (format!("{session}/qr.svg"), 200),
        ("/api/users/me/export".into(), 200),
        ("/api/docs/".into(), 200),
        ("/api/docs".into(), 302),
        ("/nothing".into(), 404),
        ("/api/auth/login".into(), 405),
        (format!("/{}", "x".repeat(9_000)), 414),
    ]
}

fn request(client: &Client, method: &str, path: &str, headers: &str) -> String {
    let token = client.access_token.as_ref().unwrap();
    format!("{method} {path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\n{headers}\r\n")
}

/// Whoever sends requests ahead tells the answers apart by their ends: a byte of a body, or the end
/// of a stream, would be the beginning of the next answer.
#[apply(on_both_databases!)]
fn what_is_sent_ahead_behind_a_head_is_answered_in_turn(app: &App) {
    let mina = app.user("mina");
    let session = mina.opens("Lecture 7");
    for (path, status) in targets(app, &session) {
        let sent = [
            request(&mina, "HEAD", &path, ""),
            request(&mina, "HEAD", &path, ""),
            request(&mina, "GET", "/health/live", "connection: close\r\n"),
        ];
        let got = app.send_bytes(sent.concat().as_bytes());
        let answers: Vec<_> = got.split("HTTP/1.1 ").skip(1).collect();
        let [first, second, live] = answers[..] else {
            panic!("HEAD {path} twice, and GET: {got}")
        };
        for head in [first, second] {
            assert!(head.starts_with(&status.to_string()), "HEAD {path}: {got}");
            assert_eq!(
                head.find("\r\n\r\n"),
                Some(head.len() - 4),
                "HEAD {path}: {got}"
            );
        }
        let is_live = live.starts_with("200") && live.ends_with(r#"{"status":"live"}"#);
        assert!(is_live, "HEAD {path} twice, and GET: {got}");
    }
}

/// Reads up to the end of a head.
fn read_head(stream: &mut TcpStream) -> String {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).unwrap();
        head.push(byte[0]);
    }
    String::from_utf8(head).unwrap()
}

#[apply(on_both_databases!)]
fn a_connection_goes_on_after_a_head(app: &App) {
    let mina = app.user("mina");
    let session = mina.opens("Lecture 7");
    let mut stream = TcpStream::connect(app.address).unwrap();
    let patience = Some(Duration::from_secs(20));
    stream.set_read_timeout(patience).unwrap();
    for (path, status) in targets(app, &session) {
        let mut ask = |method: &str, path: &str| {
            let sent = request(&mina, method, path, "");
            stream.write_all(sent.as_bytes()).unwrap();
            read_head(&mut stream)
        };
        let head = ask("HEAD", &path);
        assert!(
            head.starts_with(&format!("HTTP/1.1 {status}")),
            "HEAD {path}: {head}"
        );
        let live = ask("GET", "/health/live");
        assert!(
            live.starts_with("HTTP/1.1 200"),
            "after HEAD {path}: {live}"
        );
        let mut body = [0; r#"{"status":"live"}"#.len()];
        stream.read_exact(&mut body).unwrap();
        assert_eq!(&body, br#"{"status":"live"}"#);
    }
}

#[test]
fn head_where_get_is_not_is_405_and_allow_names_head_beside_get() {
    let app = App::start(Kind::Sqlite);
    let mina = app.user("mina");
    for (path, allowed) in [
        ("/api/auth/login", "POST"),
        ("/api/questions/1/like", "PUT, DELETE"),
    ] {
        let answer = mina.send("HEAD", path, None).expect(405);
        assert_eq!(
            (answer.header("allow"), answer.text.as_str()),
            (Some(allowed), "")
        );
    }
    for (path, allowed) in [
        ("/health/live", "GET, HEAD"),
        ("/.well-known/jwks.json", "GET, HEAD"),
        ("/api/users/me", "GET, HEAD, PATCH, DELETE"),
        ("/api/posts", "GET, HEAD, POST"),
    ] {
        let answer = mina.send("PUT", path, None);
        let answer = answer.expect_problem(405, "method_not_allowed");
        assert_eq!(answer.header("allow"), Some(allowed), "{path}");
    }
}

#[test]
fn limits_count_head_and_the_csrf_rule_takes_it_for_safe() {
    let app = Setup::default()
        .usual_limits()
        .set("LIMITS__EVERYTHING_BURST", "2")
        .start(Kind::Sqlite);
    let evil = app.anonymous().with("origin", "https://evil.example");
    evil.send("HEAD", "/api/posts", None).expect(200);
    let long = app.anonymous().with("x-long", &"x".repeat(20_000));
    long.send("HEAD", "/api/posts", None).expect(431);
    let refused = app.anonymous().send("HEAD", "/api/posts", None).expect(429);
    assert!(refused.header("retry-after").is_some());
    assert_eq!(refused.text, "");
    app.anonymous().get("/api/posts").expect(429);
    app.anonymous()
        .send("HEAD", "/health/live", None)
        .expect(200);
}

/// A page that looks whether there is something does not cost what a file costs.
#[apply(on_both_databases!)]
fn of_an_export_no_more_is_read_than_how_it_begins(app: &App) {
    let _logging = Logging::begin();
    let mina = app.user("mina");
    let session = mina.opens("Lecture 7");
    mina.asks(&session, "Why?");
    let path = format!("{session}/export");
    let get = app.statements_for(&mina.get(&path).expect(200)).len();
    let head = app.statements_for(&mina.send("HEAD", &path, None).expect(200));
    assert!(
        !head.is_empty() && head.len() < get,
        "{get} statements, and {head:#?}"
    );
}

#[test]
fn the_log_tells_head_from_get() {
    let app = App::start(Kind::Sqlite);
    let answer = app.anonymous().send("HEAD", "/api/posts", None).expect(200);
    let log = app.log();
    let line = log
        .lines()
        .find(|line| line.contains(answer.request_id()) && line.contains("answered"));
    let line: Value = serde_json::from_str(line.unwrap()).unwrap();
    assert_eq!(line["fields"]["method"], "HEAD");
}
