//! Other spellings of a path: never a way around a token or around a limit.

use std::collections::BTreeSet;

use crate::support::contract::DOCUMENT;
use crate::support::*;

/// Request targets that a lax server, or a proxy in front, may take for `path`.
pub fn spellings(path: &str) -> Vec<String> {
    let last = path.rfind('/').unwrap();
    let (folder, name) = path.split_at(last);
    let encoded: String = path[1..]
        .bytes()
        .map(|byte| format!("%{byte:02x}"))
        .collect();
    let upper = path.to_uppercase();
    vec![
        path.to_owned(),
        format!("{path}?x=/health/live"),
        format!("/{path}"),
        format!("//{path}"),
        format!("{folder}/{name}"),
        format!("{folder}/.{name}"),
        format!("{folder}/x/..{name}"),
        format!("{folder}/%2e{name}"),
        format!("{folder}/x/%2e%2e{name}"),
        format!("/health/live/../..{path}"),
        format!("/health/live/..%2f..{path}"),
        format!("/health/live;{path}"),
        format!("/health/live%00{path}"),
        format!("{folder}%2f{}", &name[1..]),
        format!("{folder}%5c{}", &name[1..]),
        format!("{folder}\\{}", &name[1..]),
        format!("{folder}%c0%af{}", &name[1..]),
        format!("{folder}%e0%80%af{}", &name[1..]),
        format!("{path}/"),
        format!("{path}//"),
        format!("{path}/."),
        format!("{path}/x/.."),
        format!("{path};x"),
        format!("{path};jsessionid=1"),
        format!("{path}.json"),
        format!("{path}%00"),
        format!("{path}%00.css"),
        format!("{path}%20"),
        format!("{path}%0d%0a"),
        format!("{path}%3f"),
        format!("{path}%23"),
        format!("{path}#x"),
        format!("/{encoded}"),
        format!("/%2561pi{}", path.trim_start_matches("/api")),
        upper,
        format!("/{}", path[1..].replacen('a', "\u{ff41}", 1)),
        path.replacen("/api", "/Api", 1),
        format!("http://evil.example{path}"),
        format!("http://user:secret@127.0.0.1{path}"),
        format!("http://evil.example/{path}"),
        format!("file://{path}"),
        "evil.example:80".into(),
        "*".into(),
        path[1..].to_owned(),
        format!("@evil.example{path}"),
        format!("./{}", &path[1..]),
    ]
}

/// Sends this request target as it is and tells the status; 0 where there was no answer.
pub fn status_of(app: &App, method: &str, target: &str, headers: &str) -> u16 {
    let request =
        format!("{method} {target} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n{headers}\r\n");
    let answer = app.send_bytes(request.as_bytes());
    let status = answer.split(' ').nth(1).unwrap_or("0");
    status.parse().unwrap()
}

/// The operations that need an access token.
fn behind_a_token() -> Vec<(String, String)> {
    let paths = DOCUMENT["paths"].as_object().unwrap().iter();
    let operations = paths.flat_map(|(path, item)| {
        let operations = item.as_object().unwrap().iter();
        let needing = operations.filter(|(_, it)| it["security"][0]["bearer"].is_array());
        needing.map(move |(method, _)| (method.to_uppercase(), contract::with_parameters(path)))
    });
    operations.collect()
}

#[test]
fn no_spelling_leads_around_a_token() {
    let app = Setup::default()
        .set("LIMITS__ENABLED", "false")
        .start(Kind::Sqlite);
    let operations = behind_a_token();
    assert!(operations.len() >= 8, "{operations:?}");
    for (method, path) in operations {
        let plain = status_of(&app, &method, &path, "content-length: 0\r\n");
        assert_eq!(plain, 401, "{method} {path} without a token");
        for target in spellings(&path) {
            let status = status_of(&app, &method, &target, "content-length: 0\r\n");
            let refused = [0, 400, 401, 404, 405].contains(&status);
            assert!(
                refused,
                "{method} {target} without a token is answered {status}"
            );
        }
    }
    app.anonymous().get("/health/live").expect(200);
}

/// `//path` past a limit was CVE-2025-71399. Whatever reaches the handler of a sign-in meets the
/// bucket of signing in, which is empty here.
#[test]
fn no_spelling_leads_around_a_limit() {
    let app = Setup::default()
        .set("LIMITS__CREDENTIALS_BURST", "1")
        .set("LIMITS__GUESTS_BURST", "1")
        .set("LIMITS__TOKEN_BURST", "1")
        .start(Kind::Sqlite);
    for path in [
        "/api/auth/login",
        "/api/users",
        "/api/auth/guest",
        "/api/auth/token",
    ] {
        let first = status_of(&app, "POST", path, "content-length: 0\r\n");
        assert_ne!(first, 429, "{path}");
        let mut reached = BTreeSet::new();
        for target in spellings(path) {
            match status_of(&app, "POST", &target, "content-length: 0\r\n") {
                0 | 400 | 404 | 405 => {}
                429 => drop(reached.insert(target)),
                status => panic!("POST {target} is answered {status}, past the limit of {path}"),
            }
        }
        assert!(reached.contains(path), "{reached:?}");
    }
    assert_eq!(
        app.database.count("users"),
        1,
        "one guest, by the first request"
    );
}

/// Health checks are exempt from the limit of everything; what only looks like one is not.
#[test]
fn what_only_looks_like_a_health_check_is_counted() {
    let app = Setup::default()
        .set("LIMITS__EVERYTHING_BURST", "1")
        .start(Kind::Sqlite);
    assert_eq!(status_of(&app, "GET", "/nothing", ""), 404);
    assert_eq!(status_of(&app, "GET", "/health/live", ""), 200);
    for path in ["/health/live", "/health/ready"] {
        for target in spellings(path) {
            let status = status_of(&app, "GET", &target, "");
            match status {
                0 | 400 | 429 => {}
                // The path itself: with a query, with a fragment, or in absolute form.
                200 => {
                    let rest = target.split(['?', '#']).next().unwrap();
                    assert!(rest.ends_with(path), "{target} is exempt");
                }
                _ => panic!("{target} is answered {status}, past the limit"),
            }
        }
    }
}

/// Whatever else is wrong with the request: an id that cannot exist is asked first.
#[apply(on_both_databases!)]
fn an_id_that_cannot_exist_is_not_found_before_the_body_is_judged(app: &App) {
    let mina = app.user("mina");
    for id in [
        "mina",
        "0",
        "-1",
        "+1",
        "01",
        "1e3",
        "9223372036854775808",
        "%00",
        "AAAA",
    ] {
        let routes = [
            ("PATCH", format!("/api/posts/{id}")),
            ("PATCH", format!("/api/questions/{id}")),
            ("POST", format!("/api/questions/{id}/replies")),
            ("PATCH", format!("/api/replies/{id}")),
            ("PATCH", format!("/api/sessions/{id}")),
            ("POST", format!("/api/sessions/{id}/questions")),
            ("PUT", format!("/api/sessions/{id}/hosts/1")),
        ];
        for (method, path) in routes {
            mina.send(method, &path, Some(b"{".to_vec()))
                .expect_problem(404, "not_found");
        }
    }
}
