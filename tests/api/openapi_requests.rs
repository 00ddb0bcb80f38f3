//! What the document says of requests: its examples are taken, and its bounds are those that are kept.

use serde_json::json;

use crate::support::contract::{DOCUMENT, resolve};
use crate::support::*;

#[test]
fn the_examples_of_requests_are_good_requests() {
    let app = App::start(Kind::Sqlite);
    let mut tried = 0;
    for path in ["/api/users", "/api/auth/login"] {
        let operation = &DOCUMENT["paths"][path]["post"];
        let examples = &operation["requestBody"]["content"]["application/json"]["examples"];
        for example in examples.as_object().unwrap().values() {
            let answer = app.anonymous().post(path, example["value"].clone());
            assert!(answer.status < 300, "{example}: {}", answer.text);
            tried += 1;
        }
    }
    assert_eq!(tried, 4);
}

/// A registration in which one field has this text.
fn register_with(app: &App, field: &str, text: &str) -> Answer {
    let mut body = json!({
        "email": "mina@example.com", "nickname": "mina", "password": "a long enough one"
    });
    body[field] = text.into();
    app.anonymous().post("/api/users", body)
}

#[test]
fn the_documented_bounds_of_a_registration_are_those_that_are_kept() {
    let fields = &DOCUMENT["components"]["schemas"]["RegisterRequest"]["properties"];
    let mut tried = 0;
    for (field, schema) in fields.as_object().unwrap() {
        let schema = resolve(schema);
        let text = |length: u64| match field.as_str() {
            "email" => format!("{}@example.com", "x".repeat(length as usize - 12)),
            "password" => "unlike others "
                .chars()
                .cycle()
                .take(length as usize)
                .collect(),
            _ => "x".repeat(length as usize),
        };
        let bounds = [
            ("minLength", -1_i64, "too_short"),
            ("maxLength", 1, "too_long"),
        ];
        for (bound, beyond, code) in bounds {
            let Some(bound) = schema[bound].as_u64() else {
                continue;
            };
            let app = App::start(Kind::Sqlite);
            register_with(&app, field, &text(bound)).expect(201);
            let beyond = text(bound.checked_add_signed(beyond).unwrap());
            let answer = register_with(&app, field, &beyond);
            let answer = answer.expect_problem(400, "validation_failed").json();
            assert_eq!(answer["errors"][0]["field"], **field);
            assert_eq!(answer["errors"][0]["code"], code);
            tried += 1;
        }
    }
    assert_eq!(tried, 5);
}
