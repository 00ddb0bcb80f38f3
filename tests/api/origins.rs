//! Which pages may call: CORS and the CSRF rule.

use std::collections::BTreeSet;

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

/// The names in a header, in lower case.
fn names(answer: &Answer, header: &str) -> BTreeSet<String> {
    let list = answer.header(header).unwrap_or_default().to_lowercase();
    list.split(',').map(|name| name.trim().to_owned()).collect()
}

#[test]
fn a_page_of_an_allowed_origin_sets_and_reads_these_headers_and_no_others() {
    let app = App::start(Kind::Sqlite);
    let page = app.anonymous().with("origin", "http://localhost:5173");
    let preflight = |method: &str, header: &str| {
        page.with("access-control-request-method", method)
            .with("access-control-request-headers", header)
            .send("OPTIONS", "/api/posts", None)
    };
    let sent = [
        "authorization",
        "content-type",
        "accept-language",
        "idempotency-key",
        "last-event-id",
        "traceparent",
    ];
    for header in sent {
        let answer = preflight("POST", header).expect(200);
        let allowed = names(&answer, "access-control-allow-headers");
        assert_eq!(allowed, sent.map(str::to_owned).into(), "{header}");
    }
    preflight("POST", &sent.join(",")).expect(200);
    for header in ["x-forwarded-for", "tracestate", "cookie2"] {
        preflight("POST", header).expect_problem(403, "csrf_rejected");
    }
    let answer = page.get("/api/posts").expect(200);
    let read = [
        "x-request-id",
        "retry-after",
        "www-authenticate",
        "content-disposition",
        "idempotent-replayed",
    ];
    let exposed = names(&answer, "access-control-expose-headers");
    assert_eq!(exposed, read.map(str::to_owned).into());
}

#[test]
fn a_page_of_an_allowed_origin_may_use_every_method_of_the_api() {
    let app = App::start(Kind::Sqlite);
    let page = app.anonymous().with("origin", "http://localhost:5173");
    for method in ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"] {
        let asking = page.with("access-control-request-method", method);
        let answer = asking.send("OPTIONS", "/api/posts", None).expect(200);
        let allowed = names(&answer, "access-control-allow-methods");
        assert!(allowed.contains(&method.to_lowercase()), "{allowed:?}");
    }
    let asking = page.with("access-control-request-method", "TRACE");
    asking
        .send("OPTIONS", "/api/posts", None)
        .expect_problem(403, "csrf_rejected");
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
