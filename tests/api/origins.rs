//! Which pages may call: CORS and the CSRF rule.

use serde_json::json;

use crate::support::*;

fn sign_in(client: &Client, mina: &Client) -> Answer {
    let body = json!({ "email": mina.email, "password": mina.password });
    client.post("/api/auth/login", body)
}

#[test]
fn a_page_on_another_port_signs_in_at_the_first_try() {
    let app = App::start(Kind::Sqlite);
    let mina = app.registered("mina");
    let page = app.anonymous().with("origin", "http://localhost:5173");

    let preflight = page.with("access-control-request-method", "POST").with(
        "access-control-request-headers",
        "content-type,authorization",
    );
    let answer = preflight
        .send("OPTIONS", "/api/auth/login", None)
        .expect(200);
    let allowed = answer
        .header("access-control-allow-headers")
        .unwrap()
        .to_lowercase();
    assert!(
        allowed.contains("content-type") && allowed.contains("authorization"),
        "{allowed}"
    );

    let answer = sign_in(&page.with("sec-fetch-site", "same-site"), &mina).expect(200);
    assert_eq!(
        answer.header("access-control-allow-origin"),
        Some("http://localhost:5173")
    );
    assert_eq!(
        answer.header("access-control-allow-credentials"),
        Some("true")
    );
    assert!(
        answer
            .header("access-control-expose-headers")
            .unwrap()
            .contains("x-request-id")
    );

    let refused = page
        .get("/api/users/me")
        .expect_problem(401, "missing_token");
    let origin = refused.header("access-control-allow-origin");
    assert_eq!(
        origin,
        Some("http://localhost:5173"),
        "a page can read what went wrong"
    );
}

#[test]
fn pages_of_other_origins_get_nowhere() {
    let app = App::start(Kind::Sqlite);
    let mina = app.registered("mina");
    for origin in [
        "https://evil.example",
        "http://localhost:5174",
        "https://localhost:5173",
        "null",
        "http://localhost:5173.evil.example",
        "junk",
        "",
    ] {
        let page = app
            .anonymous()
            .with("origin", origin)
            .with("sec-fetch-site", "cross-site");
        let answer = sign_in(&page, &mina).expect_problem(403, "csrf_rejected");
        assert_eq!(
            answer.header("access-control-allow-origin"),
            None,
            "{origin}"
        );
        let preflight = page.with("access-control-request-method", "POST");
        let answer = preflight.send("OPTIONS", "/api/auth/login", None);
        answer.expect_problem(403, "csrf_rejected");
    }
}

#[test]
fn the_csrf_rule_by_header() {
    let app = App::start(Kind::Sqlite);
    let mina = app.registered("mina");
    let own = app.anonymous().base;
    let port = app.address.port().to_string();
    let evil = "https://evil.example";
    let same_host_https = format!("https://127.0.0.1:{port}");
    let cases = [
        ("no browser", vec![], 200),
        (
            "same origin by fetch metadata",
            vec![("sec-fetch-site", "same-origin")],
            200,
        ),
        (
            "the public URL",
            vec![("origin", "http://localhost:3000")],
            200,
        ),
        ("the host itself", vec![("origin", own.as_str())], 200),
        (
            "the host itself behind TLS",
            vec![("origin", same_host_https.as_str())],
            200,
        ),
        (
            "an allowed origin",
            vec![("origin", "http://localhost:5173")],
            200,
        ),
        (
            "a same-site page without origin",
            vec![("sec-fetch-site", "same-site")],
            403,
        ),
        ("a typed address", vec![("sec-fetch-site", "none")], 403),
        ("another site", vec![("sec-fetch-site", "cross-site")], 403),
        ("another origin", vec![("origin", evil)], 403),
        (
            "another origin and Authorization",
            vec![("origin", evil), ("authorization", "x")],
            200,
        ),
        (
            "no origin",
            vec![("origin", "null"), ("sec-fetch-site", "cross-site")],
            403,
        ),
        (
            "another port of the host",
            vec![("origin", "http://127.0.0.1:1")],
            403,
        ),
    ];
    for (what, headers, status) in cases {
        let client = headers
            .iter()
            .fold(app.anonymous(), |client, (name, value)| {
                client.with(name, value)
            });
        let answer = sign_in(&client, &mina);
        assert_eq!(answer.status, status, "{what}: {}", answer.text);
    }
}

/// Whoever sits on the way can show a page of any host over http.
#[test]
fn under_https_a_page_of_the_same_host_without_it_gets_nowhere() {
    let app = Setup::default()
        .set("SERVER__PUBLIC_URL", "https://ask.example.com")
        .start(Kind::Sqlite);
    let mina = app.registered("mina");
    let port = app.address.port();
    for (origin, status) in [
        (format!("http://127.0.0.1:{port}"), 403),
        (format!("https://127.0.0.1:{port}"), 200),
        ("http://ask.example.com".to_owned(), 403),
        ("https://ask.example.com".to_owned(), 200),
    ] {
        let page = app.anonymous().with("origin", &origin);
        assert_eq!(sign_in(&page, &mina).status, status, "{origin}");
    }
}

#[test]
fn the_csrf_rule_covers_every_unsafe_request_and_no_safe_one() {
    let app = App::start(Kind::Sqlite);
    let page = app.anonymous().with("origin", "https://evil.example");
    for path in [
        "/api/users",
        "/api/auth/login",
        "/api/auth/token",
        "/api/auth/logout",
    ] {
        page.send("POST", path, None)
            .expect_problem(403, "csrf_rejected");
    }
    page.get("/api/users/nicknames/mina").expect(200);
    page.get("/health/live").expect(200);
}

#[test]
fn in_production_no_other_origin_is_allowed_unless_named() {
    let setup = Setup::default()
        .set("PROFILE", "production")
        .set("PASSWORD__MEMORY_KIB", "19456")
        .set("SERVER__PUBLIC_URL", "https://ask.example.com");
    let app = setup.start(Kind::Sqlite);
    let mina = app.stranger("mina");
    let from = |origin: &str| sign_in(&app.anonymous().with("origin", origin), &mina).status;
    assert_eq!(from("http://localhost:5173"), 403);
    assert_eq!(from("https://ask.example.com"), 401);
}
