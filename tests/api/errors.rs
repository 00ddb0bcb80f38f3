//! Bad input to every endpoint: each a 4xx with its code, nothing worse.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::support::contract::{DOCUMENT, with_parameters};
use crate::support::*;

/// An operation of the document.
pub struct Endpoint {
    pub method: String,
    pub path: String,
    /// What a good body would be; empty where there is none.
    pub good: String,
    needs_token: bool,
}

/// Every operation of the document. Pages for people have their own tests.
pub fn endpoints() -> Vec<Endpoint> {
    let paths = DOCUMENT["paths"].as_object().unwrap().iter();
    let operations = paths.flat_map(|(path, item)| {
        let operations = item.as_object().unwrap().iter();
        operations.map(move |(method, operation)| (with_parameters(path), method, operation))
    });
    let good = |operation: &Value| {
        let content = &operation["requestBody"]["content"]["application/json"];
        let example = &content["examples"]["en"]["value"];
        if example.is_null() {
            String::new()
        } else {
            example.to_string()
        }
    };
    operations
        .filter(|(path, _, _)| !path.starts_with("/api/docs"))
        .map(|(path, method, operation)| Endpoint {
            method: method.to_uppercase(),
            path,
            good: good(operation),
            needs_token: operation["security"][0]["bearer"].is_array(),
        })
        .collect()
}

fn with_each_field(body: &str, value: &serde_json::Value) -> Vec<u8> {
    let mut json: serde_json::Value = serde_json::from_str(body).unwrap();
    for field in json.as_object_mut().unwrap().values_mut() {
        *field = value.clone();
    }
    json.to_string().into_bytes()
}

fn with_its_fields_twice(body: &str) -> Vec<u8> {
    let fields = &body[1..body.len() - 1];
    format!("{{{fields},{fields}}}").into_bytes()
}

/// What is sent to each endpoint: a name, the method, the headers, the path, the body.
fn attempts(app: &App) -> Vec<(&'static str, String, Answer)> {
    let mina = app.user("mina");
    let large = format!("{{\"email\":\"{}\"}}", "x".repeat(70 * 1024));
    let mut answers = Vec::new();
    for endpoint in &endpoints() {
        // No limit gets in the way.
        app.advance(chrono::TimeDelta::seconds(8));
        let Endpoint {
            method, path, good, ..
        } = endpoint;
        let client = if endpoint.needs_token {
            mina.clone()
        } else {
            app.anonymous()
        };
        let json = client.with("content-type", "application/json");
        let mut note = |what, answer| answers.push((what, format!("{method} {path}"), answer));
        if !good.is_empty() {
            let post = |client: &Client, body: &[u8]| client.send(method, path, Some(body.into()));
            note("no body", client.send(method, path, None));
            note("no body as JSON", post(&json, b""));
            note(
                "broken JSON",
                post(&json, &good.as_bytes()[..good.len() - 1]),
            );
            note("not UTF-8", post(&json, b"{\"email\":\"\xff\"}"));
            note("a field twice", post(&json, &with_its_fields_twice(good)));
            note("an array", post(&json, b"[]"));
            note("a text", post(&json, b"\"x\""));
            note("deeply nested", post(&json, "[".repeat(10_000).as_bytes()));
            note(
                "unknown field",
                post(&json, good.replacen('{', r#"{"x":1,"#, 1).as_bytes()),
            );
            let half = String::from_utf8(with_each_field(good, &"half".into())).unwrap();
            let half = half.replace("\"half\"", r#""\ud800""#);
            note("halves of surrogates", post(&json, half.as_bytes()));
            for (what, value) in [
                ("numbers", 1.into()),
                ("objects", serde_json::json!({})),
                ("U+0000", "a\u{0}b".into()),
            ] {
                note(what, post(&json, &with_each_field(good, &value)));
            }
            note("70 KiB", post(&json, large.as_bytes()));
            let form = client.with("content-type", "application/x-www-form-urlencoded");
            note("a form", post(&form, b"email=a"));
            let text = client.with("content-type", "text/plain");
            note("JSON as text", post(&text, good.as_bytes()));
            let none = client.with("content-type", "");
            note("JSON of an empty type", post(&none, good.as_bytes()));
        }
        if endpoint.needs_token {
            note("no token", app.anonymous().send(method, path, None));
        }
        note("wrong method", client.send("TRACE", path, None));
        note("odd method", client.send("BREW", path, None));
        let long = client.with("x-long", &"x".repeat(20_000));
        note("a header of 20,000", long.send(method, path, None));
        let mut many = client.clone();
        for _ in 0..9 {
            many = many.with("x-many", &"x".repeat(4_000));
        }
        note("headers of 36,000", many.send(method, path, None));
        let long = format!("{path}?{}", "x".repeat(10_000));
        note("a URL of 10,000", client.send(method, &long, None));
    }
    answers
}

#[apply(on_both_databases!)]
fn every_endpoint_refuses_bad_input_with_a_code(app: &App) {
    let mut table = String::new();
    let mut guests = 0;
    for (what, endpoint, answer) in attempts(app) {
        let seen = format!("{} {}", answer.status, answer.code());
        writeln!(table, "{endpoint:<34} {what:<22} {seen}").unwrap();
        if answer.status >= 400 {
            assert_eq!(
                answer.header("content-type"),
                Some("application/problem+json")
            );
            assert!(answer.status < 500, "{endpoint}: {what}: {}", answer.text);
        }
        assert_eq!(
            answer.json()["requestId"].as_str().is_some(),
            answer.status >= 400
        );
        assert!(!answer.request_id().is_empty());
        guests += i64::from(answer.status == 201);
    }
    insta::assert_snapshot!("bad_input", table);
    assert_eq!(
        app.database.count("users"),
        1 + guests,
        "something was written"
    );
}

/// CVE-2025-61928: who asks is known by the token alone. A body that names someone is refused,
/// whatever the name of the field, and a query is not looked at.
#[test]
fn nobody_says_in_a_body_who_they_are() {
    let app = Setup::default()
        .set("LIMITS__ENABLED", "false")
        .start(Kind::Sqlite);
    let (mina, noah) = (app.user("mina"), app.user("noah"));
    let before = noah.get("/api/users/me/export").expect(200).json();
    let id = before["account"]["userId"].clone();
    assert!(id.is_number(), "{before}");
    for endpoint in endpoints().iter().filter(|it| !it.good.is_empty()) {
        let Endpoint { method, path, .. } = endpoint;
        let client = mina.with("content-type", "application/json");
        for field in [
            "userId",
            "user_id",
            "id",
            "sub",
            "uid",
            "accountId",
            "loginId",
            "sid",
            "kind",
            "role",
            "admin",
            "active",
            "passwordHash",
            "createdAt",
            "__proto__",
            "constructor",
        ] {
            let mut body: Value = serde_json::from_str(&endpoint.good).unwrap();
            if !body[field].is_null() {
                continue;
            }
            body[field] = id.clone();
            let answer = client.send(method, path, Some(body.to_string().into_bytes()));
            let what = format!("{method} {path} with {field}");
            assert_eq!(
                (answer.status, answer.code()),
                (400, "validation_failed".into()),
                "{what}"
            );
            let errors = answer.json()["errors"].clone();
            let refused = errors
                .as_array()
                .unwrap()
                .iter()
                .find(|it| it["field"] == field);
            assert_eq!(refused.unwrap()["code"], "unknown_field", "{what}");
        }
    }
    let other = mina.get(&format!("/api/users/me?userId={id}&id={id}&sub={id}"));
    assert_eq!(other.expect(200).field("nickname"), "mina");
    assert_eq!(noah.get("/api/users/me/export").expect(200).json(), before);
    assert_eq!(app.database.count("users"), 2);
}

#[test]
fn unknown_urls_are_problems_too() {
    let app = App::start(Kind::Sqlite);
    for path in [
        "/nope",
        "/api",
        "/api/",
        "/api/nope",
        "/api/users/",
        "/API/users",
        "//api/users",
        "/api/users/me/x",
        "/api/users/7",
        "/api/%00",
    ] {
        let answer = app.anonymous().get(path);
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (404, "not_found"),
            "{path}"
        );
        assert_eq!(answer.header("cache-control"), Some("no-store"));
    }
}

#[test]
fn of_thousands_of_unknown_fields_twenty_are_told() {
    let app = App::start(Kind::Sqlite);
    let fields = (0..1_000).map(|number| format!("\"{number}\":0"));
    let body = format!("{{{}}}", fields.collect::<Vec<_>>().join(","));
    let client = app.anonymous().with("content-type", "application/json");
    let answer = client.send("POST", "/api/auth/guest", Some(body.into()));
    let answer = answer.expect_problem(400, "validation_failed").json();
    assert_eq!(answer["errors"].as_array().unwrap().len(), 20);
}

#[test]
fn broken_json_is_told_with_its_place() {
    let app = App::start(Kind::Sqlite);
    let client = app.anonymous().with("content-type", "application/json");
    let body = "{\n  \"email\": \"a@b.c\"\n  \"password\": 1\n}";
    let answer = client.send("POST", "/api/auth/login", Some(body.into()));
    let detail = answer.expect_problem(400, "malformed_json").field("detail");
    let expected = "The request body must be a JSON object. The problem is at line 3, column 3.";
    assert_eq!(detail, expected);
}

#[test]
fn a_wrong_method_is_told_which_are_right() {
    let app = App::start(Kind::Sqlite);
    let answer = app.anonymous().send("PUT", "/api/auth/login", None);
    insta::assert_snapshot!("wrong_method", answer.snapshot());
}

/// What cannot be said with a client: sent as bytes.
#[test]
fn what_is_no_http_is_refused_and_the_server_goes_on() {
    let app = App::start(Kind::Sqlite);
    let huge = format!(
        "GET /health/live HTTP/1.1\r\nhost: x\r\nx: {}\r\n\r\n",
        "x".repeat(200_000)
    );
    for bytes in [
        &b"junk\r\n\r\n"[..],
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET /\0 HTTP/1.1\r\nhost: x\r\n\r\n",
        b"POST /api/users HTTP/1.1\r\nhost: x\r\ncontent-length: -1\r\n\r\n",
        b"POST /api/users HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n{}",
        b"POST /api/users HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
        b"GET /health/live HTTP/1.1\r\nhost: x\r\nx\xff y: 1\r\n\r\n",
        huge.as_bytes(),
    ] {
        let answer = app.send_bytes(bytes);
        let start = String::from_utf8_lossy(&bytes[..bytes.len().min(40)]).into_owned();
        let refused = answer.is_empty() || answer.starts_with("HTTP/1.1 4");
        assert!(refused, "{start:?} was answered {answer:?}");
    }
    app.anonymous().get("/health/live").expect(200);
}

#[test]
fn security_headers_are_on_every_answer() {
    let app = App::start(Kind::Sqlite);
    for path in [
        "/api/users/nicknames/mina",
        "/health/live",
        "/nope",
        "/api/users/me",
    ] {
        let answer = app.anonymous().get(path);
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(answer.header("referrer-policy"), Some("no-referrer"));
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        assert_eq!(
            answer.header("strict-transport-security"),
            None,
            "this is http"
        );
        assert!(answer.header("content-security-policy").is_some());
    }
}

/// CVE-2023-28443: what is sent where secrets are sent is in no log, good or not. That of a good
/// one nothing is logged, every test shows when its app stops.
#[test]
fn what_could_be_a_secret_is_not_logged() {
    let app = App::start(Kind::Sqlite);
    let mina = app.registered("mina");
    let secret = "Zm9yLXRoZS1sb2ctYWxvbmU";
    for header in [
        "authorization",
        "cookie",
        "origin",
        "user-agent",
        "x-api-key",
        secret,
    ] {
        for value in [
            format!("Bearer {secret}"),
            format!("refreshToken={secret}; Authentication={secret}"),
        ] {
            let client = app.anonymous().with(header, &value);
            for endpoint in endpoints() {
                client.send(&endpoint.method, &endpoint.path, None);
            }
        }
    }
    let body = |field: &str| {
        json!({
            "email": mina.email, "password": "x", "mode": "json", "nickname": "noah", field: secret
        })
    };
    for endpoint in endpoints().iter().filter(|it| !it.good.is_empty()) {
        for field in [
            "password",
            "refreshToken",
            "claimGuest",
            "currentPassword",
            "email",
            secret,
        ] {
            let client = mina.signed_out().with("content-type", "application/json");
            let body = body(field).to_string().into_bytes();
            client.send(&endpoint.method, &endpoint.path, Some(body));
        }
    }
    for path in [
        format!("/{secret}"),
        format!("/api/users/me?token={secret}"),
        format!("/api/docs/{secret}"),
    ] {
        app.anonymous().get(&path);
    }
    app.send_bytes(format!("{secret} / HTTP/9\r\n{secret}\r\n\r\n").as_bytes());
    let log = app.log();
    let line = log.lines().find(|line| line.contains(secret));
    assert_eq!(line, None);
}

#[test]
fn each_request_is_one_span_with_its_own_id_and_no_path() {
    let app = App::start(Kind::Sqlite);
    let one = app
        .anonymous()
        .get("/api/users/nicknames/hidden?token=hidden");
    let other = app.anonymous().get("/api/users/nicknames/hidden");
    app.anonymous().send("HIDDEN-hidden", "/health/live", None);
    assert_ne!(one.request_id(), other.request_id());
    let log = app.log();
    let of_one: Vec<_> = log
        .lines()
        .filter(|line| line.contains(one.request_id()) && line.contains("answered"))
        .collect();
    assert_eq!(of_one.len(), 1, "{of_one:?}");
    assert!(
        of_one[0].contains("/api/users/nicknames/{nickname}"),
        "{of_one:?}"
    );
    assert!(
        !log.contains("hidden"),
        "the log has what was typed into the path"
    );
}
