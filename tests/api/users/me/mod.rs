//! GET /api/users/me

mod account;
mod contributions;
mod deletion_killed;
mod deletion_steps;
mod export;
mod large_export;
mod logins;
mod password;

use chrono::TimeDelta;

use crate::support::*;

#[apply(on_both_databases!)]
fn an_account_sees_itself(app: &App) {
    let mina = app.user("mina");
    app.user("other");
    let answer = mina.get("/api/users/me").expect(200);
    insta::assert_snapshot!("me", answer.snapshot());
    assert_eq!(answer.field("createdAt"), "2026-03-01T12:00:00.000Z");
}

#[apply(on_both_databases!)]
fn a_disabled_or_deleted_account_is_over(app: &App) {
    let (mina, noah) = (app.user("mina"), app.user("noah"));
    app.database
        .execute("UPDATE users SET active = FALSE WHERE nickname = 'mina'");
    app.database
        .execute("DELETE FROM refresh_tokens; DELETE FROM users WHERE nickname = 'noah'");
    mina.get("/api/users/me").expect_problem(401, "login_ended");
    noah.get("/api/users/me").expect_problem(401, "login_ended");
}

#[test]
fn without_a_good_token_nobody_is_seen() {
    let app = App::start(Kind::Sqlite);
    let mina = app.user("mina");
    let nobody = app.anonymous();

    let answer = nobody
        .get("/api/users/me")
        .expect_problem(401, "missing_token");
    assert_eq!(answer.header("www-authenticate"), Some("Bearer"));
    let refresh_token = mina.refresh_token.clone().unwrap();
    for authorization in [
        "Bearer",
        "Bearer ",
        "Bearer junk",
        "Basic bWluYTptaW5h",
        "junk",
        &format!("Bearer {refresh_token}"),
    ] {
        let answer = nobody
            .with("authorization", authorization)
            .get("/api/users/me");
        let answer = answer.expect_problem(401, "invalid_token");
        let challenge = answer.header("www-authenticate");
        assert_eq!(
            challenge,
            Some("Bearer error=\"invalid_token\""),
            "{authorization}"
        );
    }
}

#[test]
fn the_cookie_serves_where_there_is_no_header() {
    let app = App::start(Kind::Sqlite);
    let (mina, noah) = (app.user("mina"), app.user("noah"));
    let cookie = format!("Authentication={}", mina.access_token.clone().unwrap());
    let seen = |client: &Client| client.get("/api/users/me").expect(200).field("nickname");
    assert_eq!(seen(&app.anonymous().with("cookie", &cookie)), "mina");
    assert_eq!(seen(&noah.with("cookie", &cookie)), "noah");
    let junk = app.anonymous().with("cookie", "Authentication=junk");
    junk.get("/api/users/me")
        .expect_problem(401, "invalid_token");
}

#[test]
fn a_token_holds_ten_minutes_and_thirty_seconds_of_leeway() {
    let app = App::start(Kind::Sqlite);
    let mina = app.user("mina");
    app.advance(TimeDelta::seconds(10 * 60 + 29));
    mina.get("/api/users/me").expect(200);
    app.advance(TimeDelta::seconds(1));
    let answer = mina
        .get("/api/users/me")
        .expect_problem(401, "token_expired");
    assert_eq!(
        answer.header("www-authenticate"),
        Some("Bearer error=\"invalid_token\"")
    );
}

#[test]
fn a_cookie_of_someone_else_hides_nothing() {
    let app = App::start(Kind::Sqlite);
    let token = app.user("mina").access_token.unwrap();
    let theirs = [
        &b"x=\xe9"[..],
        b"a; =b; Authentication",
        b"XAuthentication=1",
    ];
    for cookie in theirs {
        let start = b"GET /api/users/me HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncookie: ";
        let ours = format!("; Authentication={token}\r\n\r\n");
        let answer = app.send_bytes(&[start, cookie, ours.as_bytes()].concat());
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    }
}

#[test]
fn the_scheme_may_be_spelled_in_any_case() {
    let app = App::start(Kind::Sqlite);
    let token = app.user("mina").access_token.unwrap();
    for scheme in ["Bearer", "bearer", "BEARER"] {
        let client = app
            .anonymous()
            .with("authorization", &format!("{scheme} {token}"));
        client.get("/api/users/me").expect(200);
    }
}

#[test]
fn two_authorizations_are_none() {
    let app = App::start(Kind::Sqlite);
    let mina = app.user("mina");
    let twice = mina.with("authorization", "Bearer junk");
    twice
        .get("/api/users/me")
        .expect_problem(401, "invalid_token");
    let empty = app.anonymous().with("cookie", "Authentication=");
    empty
        .get("/api/users/me")
        .expect_problem(401, "missing_token");
}
