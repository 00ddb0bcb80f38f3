//! How many requests a client network may send. Accounts, tokens and the hall are beside this file.

mod accounts;
mod hall;
mod tokens;

use chrono::TimeDelta;

use crate::support::*;

/// With the default figures, but that each network signs in and registers as often as it changes
/// passwords: 30 times, and once a second.
fn app() -> App {
    Setup::default()
        .usual_limits()
        .set("LIMITS__CREDENTIALS_PER_SECOND", "1")
        .set("LIMITS__CREDENTIALS_BURST", "30")
        .start(Kind::Sqlite)
}

/// How many of `count` requests are not refused. The others are asked to wait for a second or two, as
/// they have to, or for up to ten more.
fn taken(count: usize, send: impl Fn() -> Answer) -> usize {
    let taken = (0..count).filter(|_| {
        let answer = send();
        let is_refused = answer.code() == "too_many_requests";
        if is_refused {
            let answer = answer.expect_problem(429, "too_many_requests");
            let wait = answer.header("retry-after").unwrap_or_default().parse();
            assert!((1..=12).contains(&wait.unwrap_or(0)), "{answer:?}");
        }
        !is_refused
    });
    taken.count()
}

fn from(app: &App, address: &str) -> Client {
    app.anonymous().with("x-forwarded-for", address)
}

fn login(client: &Client) -> Answer {
    client.send("POST", "/api/auth/login", Some(b"{".into()))
}

#[test]
fn thirty_sign_ins_at_once_and_then_one_a_second() {
    let app = app();
    let mina = from(&app, "203.0.113.9");
    assert_eq!(taken(40, || login(&mina)), 30);
    app.advance(TimeDelta::milliseconds(999));
    assert_eq!(taken(5, || login(&mina)), 0);
    app.advance(TimeDelta::milliseconds(1));
    assert_eq!(taken(5, || login(&mina)), 1);
    app.advance(TimeDelta::seconds(10));
    assert_eq!(taken(20, || login(&mina)), 10);
    app.advance(TimeDelta::hours(1));
    assert_eq!(taken(40, || login(&mina)), 30);
}

#[test]
fn both_ways_to_sign_in_share_their_buckets() {
    let app = app();
    let mina = app.stranger("mina");
    let body = serde_json::json!({ "email": mina.email, "password": mina.password });
    let by_cookies = || mina.post("/api/authentication/log-in", body.clone());
    let count = taken(15, || login(&mina));
    assert_eq!(count, 15);
    let count = taken(30, by_cookies);
    assert_eq!(count, 15, "of 30 in all");
    let account = serde_json::json!({ "email": "x", "name": "x", "password": "x" });
    let count = taken(40, || {
        mina.post("/api/authentication/register", account.clone())
    });
    assert_eq!(count, 30);
}

#[test]
fn writing_posts_is_limited_and_reading_them_is_not() {
    let app = app();
    let mina = app.user("mina");
    let body = serde_json::json!({ "title": "x", "content": "x" });
    let count = taken(20, || mina.post("/api/posts", body.clone()));
    assert_eq!(count, 20);
    let count = taken(20, || mina.patch("/api/posts/1", body.clone()));
    assert_eq!(count, 10, "of 30 in all");
    assert_eq!(taken(40, || mina.get("/api/posts")), 40);
    assert_eq!(taken(20, || mina.delete("/api/posts/0")), 20);
}

#[test]
fn each_route_has_buckets_of_its_own() {
    let app = app();
    let mina = from(&app, "203.0.113.9");
    assert_eq!(taken(31, || login(&mina)), 30);
    let register = || mina.send("POST", "/api/users", Some(b"{".into()));
    assert_eq!(taken(31, register), 30);
    let refresh = || mina.send("POST", "/api/auth/token", None);
    assert_eq!(taken(31, refresh), 31);
    mina.get("/api/users/nicknames/mina").expect(200);
    // Another method is another route.
    mina.get("/api/auth/login")
        .expect_problem(405, "method_not_allowed");
}

#[test]
fn each_network_has_buckets_of_its_own() {
    let app = app();
    for (address, same, other) in [
        ("203.0.113.9", "::ffff:203.0.113.9", "203.0.113.8"),
        ("2001:db8:0:1::1", "2001:db8:0:1:ffff::", "2001:db8:0:2::1"),
    ] {
        assert_eq!(taken(31, || login(&from(&app, address))), 30);
        assert_eq!(taken(1, || login(&from(&app, same))), 0);
        assert_eq!(taken(1, || login(&from(&app, other))), 1);
    }
    // Twelve /64 of one /48, which has ten times the figure.
    let subnets: usize = (0..12)
        .map(|number| {
            let client = from(&app, &format!("2001:db8:1:{number}::1"));
            taken(31, || login(&client))
        })
        .sum();
    assert_eq!(subnets, 300);
}

#[test]
fn who_is_no_trusted_proxy_cannot_choose_a_network() {
    let app = Setup::default()
        .usual_limits()
        .set("SERVER__TRUSTED_PROXIES", "203.0.113.1")
        .set("LIMITS__CREDENTIALS_BURST", "30")
        .start(Kind::Sqlite);
    let counted = (0..40).filter(|number| {
        let client = from(&app, &format!("203.0.113.{number}"));
        login(&client).status != 429
    });
    assert_eq!(counted.count(), 30);
}

/// CVE-2025-71399; `paths.rs` tries more spellings.
#[test]
fn another_spelling_of_the_path_is_no_way_around() {
    let app = app();
    let mina = from(&app, "203.0.113.9");
    assert_eq!(taken(31, || login(&mina)), 30);
    for path in [
        "//api/auth/login",
        "/api//auth/login",
        "/api/auth/login/",
        "/api/auth/login//",
        "/API/auth/login",
        "/api/./auth/login",
        "/api/x/../auth/login",
        "/api/auth/login;x",
        "/api%2fauth/login",
    ] {
        mina.send("POST", path, None)
            .expect_problem(404, "not_found");
    }
    // These are the same route.
    for path in [
        "/api/auth/login?x",
        "/api/auth/%6cogin",
        "/%61pi/auth/login",
    ] {
        let request = format!(
            "POST {path} HTTP/1.1\r\nhost: x\r\nx-forwarded-for: 203.0.113.9\r\n\
             content-length: 0\r\nconnection: close\r\n\r\n"
        );
        let answer = app.send_bytes(request.as_bytes());
        assert!(answer.starts_with("HTTP/1.1 429"), "{path}: {answer}");
    }
}

#[test]
fn all_requests_together_are_limited_and_health_checks_are_not() {
    let app = Setup::default()
        .usual_limits()
        .set("LIMITS__EVERYTHING_BURST", "20")
        .set("LIMITS__EVERYTHING_PER_SECOND", "2")
        .start(Kind::Sqlite);
    let mina = from(&app, "203.0.113.9").with("origin", "http://localhost:5173");
    for path in ["/health/live", "/health/ready"] {
        assert_eq!(taken(30, || mina.get(path)), 30, "{path}");
    }
    assert_eq!(taken(10, || mina.get("/api/users/nicknames/mina")), 10);
    assert_eq!(taken(5, || mina.get("/nothing")), 5);
    assert_eq!(taken(10, || mina.get("/.well-known/jwks.json")), 5);
    let answer = mina
        .get("/api/users/me")
        .expect_problem(429, "too_many_requests");
    let origin = answer.header("access-control-allow-origin");
    assert_eq!(origin, Some("http://localhost:5173"), "a page can read it");
    mina.get("/health").expect_problem(429, "too_many_requests");
    mina.get("/health/ready").expect(200);
    from(&app, "203.0.113.8")
        .get("/api/users/nicknames/mina")
        .expect(200);
    app.advance(TimeDelta::milliseconds(500));
    assert_eq!(taken(3, || mina.get("/api/users/nicknames/mina")), 1);
}

#[test]
fn a_refusal_costs_no_hash() {
    let app = app();
    let mina = from(&app, "203.0.113.9");
    assert_eq!(taken(30, || login(&mina)), 30);
    let answer = app
        .registered("mina")
        .with("x-forwarded-for", "203.0.113.9");
    let answer = answer
        .log_in("json")
        .expect_problem(429, "too_many_requests");
    assert_eq!(app.hashes_for(&answer), [] as [u64; 0]);
    assert_eq!(app.database.count("attempts"), 0);
}

#[test]
fn buckets_that_are_full_again_are_swept_with_the_purge() {
    let app = app();
    login(&from(&app, "2001:db8::1")).expect_problem(415, "unsupported_media_type");
    app.purge().unwrap();
    assert!(!app.log().contains(r#""buckets":4"#));
    app.advance(TimeDelta::seconds(1));
    app.purge().unwrap();
    // The /64 and its /48, for signing in and for everything.
    assert!(app.log().contains(r#""buckets":4"#), "{}", app.log());
}

#[test]
fn without_limits_nothing_is_refused() {
    let app = Setup::default()
        .set("LIMITS__ENABLED", "false")
        .set("LIMITS__CREDENTIALS_BURST", "1")
        .set("LIMITS__EVERYTHING_BURST", "1")
        .start(Kind::Sqlite);
    assert_eq!(taken(50, || login(&app.anonymous())), 50);
}
