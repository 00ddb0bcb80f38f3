//! The cookie flow: GET /api/authentication, POST
//! /api/authentication/{register,log-in,refresh,log-out}

use chrono::TimeDelta;
use serde_json::json;

use crate::support::*;

/// A browser that has signed in.
fn browser(registered: &Client) -> Client {
    let body = json!({ "email": registered.email, "password": registered.password });
    let answer = registered.post("/api/authentication/log-in", body);
    registered.holding_cookies(&answer.expect(200))
}

fn post(browser: &Client, action: &str) -> Answer {
    browser.send("POST", &format!("/api/authentication/{action}"), None)
}

/// The browser with one cookie of its two alone.
fn with_only(browser: &Client, name: &str) -> Client {
    let mut browser = browser.clone();
    let cookies = &mut browser.headers.last_mut().unwrap().1;
    let cookie = cookies.split("; ").find(|it| it.starts_with(name));
    *cookies = cookie.unwrap().to_owned();
    browser
}

#[apply(on_both_databases!)]
fn a_page_registers_and_signs_in_without_a_token_in_script(app: &App) {
    let mina = app.stranger("mina");
    let body = json!({ "email": mina.email, "name": "mina", "password": mina.password });
    let answer = mina.post("/api/authentication/register", body).expect(201);
    insta::assert_snapshot!("registered", answer.snapshot());
    let body = json!({ "email": mina.email, "password": mina.password });
    let answer = mina.post("/api/authentication/log-in", body).expect(200);
    insta::assert_snapshot!("logged_in", answer.snapshot());
    let browser = mina.holding_cookies(&answer);
    let account = browser.get("/api/authentication").expect(200);
    assert_eq!(account.json(), answer.json());
    assert_eq!(
        browser.get("/api/users/me").expect(200).field("nickname"),
        "mina"
    );
}

#[apply(on_both_databases!)]
fn what_is_taken_is_told_in_the_words_of_this_flow(app: &App) {
    let mina = app.registered("mina");
    let register = |email: &str, name: &str| {
        mina.post(
            "/api/authentication/register",
            json!({ "email": email, "name": name, "password": "a long enough one" }),
        )
    };
    register("MINA@example.com", "noah").expect_problem(409, "email_taken");
    register("noah@example.com", "Mina").expect_problem(409, "nickname_taken");
    let answer = register("noah@example.com", "n").expect_problem(400, "validation_failed");
    assert_eq!(answer.json()["errors"][0]["field"], "name");
}

#[apply(on_both_databases!)]
fn guesses_count_together_with_those_of_the_other_flow(app: &App) {
    let mina = app.registered("mina");
    let guess = |path: &str| mina.post(path, json!({ "email": mina.email, "password": "wrong" }));
    for _ in 0..2 {
        guess("/api/auth/login").expect_problem(401, "invalid_credentials");
    }
    for _ in 0..3 {
        guess("/api/authentication/log-in").expect_problem(401, "invalid_credentials");
    }
    guess("/api/authentication/log-in").expect_problem(429, "too_many_attempts");
    guess("/api/auth/login").expect_problem(429, "too_many_attempts");
}

#[apply(on_both_databases!)]
fn a_refresh_gives_both_cookies_anew(app: &App) {
    let browser = browser(&app.registered("mina"));
    app.advance(TimeDelta::minutes(11));
    browser
        .get("/api/authentication")
        .expect_problem(401, "token_expired");
    let answer = post(&browser, "refresh").expect(200);
    insta::assert_snapshot!("refreshed", answer.snapshot());
    let fresh = browser.holding_cookies(&answer);
    fresh.get("/api/authentication").expect(200);
    app.advance(TimeDelta::minutes(1));
    let fresh = fresh.holding_cookies(&post(&fresh, "refresh").expect(200));
    let reused = post(&browser, "refresh").expect_problem(401, "refresh_token_reused");
    assert_eq!(reused.cookie("refreshToken"), Some(String::new()));
    fresh
        .get("/api/authentication")
        .expect_problem(401, "login_ended");
}

#[apply(on_both_databases!)]
fn eight_tabs_that_refresh_at_once_get_one_successor(app: &App) {
    let browser = browser(&app.registered("mina"));
    app.advance(TimeDelta::minutes(1));
    let answers = race(8, |_| post(&browser, "refresh").expect(200));
    let first = answers[0].cookie("refreshToken");
    assert!(answers.iter().all(|it| it.cookie("refreshToken") == first));
    let rotations = "SELECT generation AS number FROM refresh_tokens";
    assert_eq!(app.database.number(rotations), 1);
}

#[apply(on_both_databases!)]
fn a_guest_has_to_sign_in_and_stays_a_guest(app: &App) {
    let answer = app
        .anonymous()
        .post("/api/auth/guest", json!({}))
        .expect(201);
    let guest = app.anonymous().holding_cookies(&answer);
    guest
        .get("/api/authentication")
        .expect_problem(403, "login_required");
    app.advance(TimeDelta::minutes(1));
    let refused = post(&guest, "refresh").expect_problem(403, "login_required");
    assert_eq!(refused.set_cookie("refreshToken"), None);
    let rotations = "SELECT generation AS number FROM refresh_tokens";
    assert_eq!(
        app.database.number(rotations),
        0,
        "the guest's token was replaced"
    );
    guest.send("POST", "/api/auth/token", None).expect(200);
    app.advance(TimeDelta::days(2));
    let over = post(&guest, "refresh").expect_problem(401, "invalid_refresh_token");
    assert_eq!(over.cookie("refreshToken"), Some(String::new()));
}

#[apply(on_both_databases!)]
fn either_cookie_signs_out(app: &App) {
    let mina = app.registered("mina");
    for cookie in ["refreshToken", "Authentication"] {
        let browser = browser(&mina);
        let answer = post(&with_only(&browser, cookie), "log-out").expect(200);
        assert_eq!(answer.cookie("refreshToken"), Some(String::new()));
        assert_eq!(answer.cookie("Authentication"), Some(String::new()));
        browser
            .get("/api/authentication")
            .expect_problem(401, "login_ended");
        post(&browser, "refresh").expect_problem(401, "invalid_refresh_token");
    }
}

#[apply(on_both_databases!)]
fn a_header_that_is_no_token_keeps_no_cookie_from_signing_out(app: &App) {
    let browser = with_only(&browser(&app.registered("mina")), "Authentication");
    for path in ["/api/authentication/log-out", "/api/auth/logout"] {
        let junk = browser.with("authorization", "Bearer junk");
        junk.send("POST", path, None).expect(200);
        browser
            .get("/api/authentication")
            .expect_problem(401, "login_ended");
    }
}

#[apply(on_both_databases!)]
fn cookies_of_two_logins_sign_both_out(app: &App) {
    let mina = app.registered("mina");
    let (one, other) = (browser(&mina), browser(&mina));
    let refresh = &with_only(&one, "refreshToken").headers[0].1;
    let access = &with_only(&other, "Authentication").headers[0].1;
    let mixed = mina.with("cookie", &format!("{refresh}; {access}"));
    post(&mixed, "log-out").expect(200);
    for browser in [one, other] {
        browser
            .get("/api/authentication")
            .expect_problem(401, "login_ended");
    }
}

#[apply(on_both_databases!)]
fn a_logout_without_a_refresh_token_ends_the_login_of_the_access_token(app: &App) {
    let mina = app.user("mina");
    mina.send("POST", "/api/auth/logout", None).expect(200);
    mina.refresh().expect_problem(401, "invalid_refresh_token");
    let browser = with_only(&browser(&mina.signed_out()), "Authentication");
    browser.send("POST", "/api/auth/logout", None).expect(200);
    browser
        .get("/api/authentication")
        .expect_problem(401, "login_ended");
}

#[test]
fn whoever_logs_out_is_logged_out_whatever_they_send() {
    let app = App::start(Kind::Sqlite);
    let nobody = app.anonymous();
    let answer = post(&nobody, "log-out").expect(200);
    insta::assert_snapshot!("logged_out", answer.snapshot());
    let junk = nobody.with("cookie", "refreshToken=junk; Authentication=junk");
    post(&junk, "log-out").expect(200);
    let browser = browser(&app.registered("mina"));
    app.advance(TimeDelta::hours(1));
    post(&with_only(&browser, "Authentication"), "log-out").expect(200);
    post(&browser, "refresh").expect(200);
}

#[test]
fn a_token_in_the_body_leaves_the_login_of_the_cookies_alone() {
    let app = App::start(Kind::Sqlite);
    let mina = app.registered("mina");
    let (browser, other) = (browser(&mina), mina.signed_in());
    let body = json!({ "refreshToken": other.refresh_token });
    browser.post("/api/auth/logout", body).expect(200);
    other.refresh().expect_problem(401, "invalid_refresh_token");
    browser.get("/api/authentication").expect(200);
}

#[test]
fn without_a_cookie_there_is_nothing_to_refresh() {
    let app = App::start(Kind::Sqlite);
    post(&app.anonymous(), "refresh").expect_problem(401, "missing_token");
    let junk = app.anonymous().with("cookie", "refreshToken=junk");
    let answer = post(&junk, "refresh").expect_problem(401, "invalid_refresh_token");
    assert_eq!(answer.set_cookie("refreshToken"), None);
}

/// Browsers let any host of the site set a cookie whose name begins with such a space, whatever
/// follows it.
#[test]
fn a_name_behind_a_space_of_unicodes_is_another_name() {
    let app = Setup::default()
        .set("SERVER__PUBLIC_URL", "https://ask.example.com")
        .start(Kind::Sqlite);
    let browser = browser(&app.registered("mina"));
    browser.get("/api/authentication").expect(200);
    let (_, cookies) = browser.headers.last().unwrap();
    for space in [
        "\u{85}", "\u{a0}", "\u{2000}", "\u{2028}", "\u{3000}", "\u{feff}",
    ] {
        let planted = cookies.replace("__Host-", &format!("{space}__Host-"));
        let deceived = app.anonymous().with("cookie", &planted);
        let answer = deceived.get("/api/authentication");
        answer.expect_problem(401, "missing_token");
    }
}

#[test]
fn a_disabled_account_is_shown_and_refreshed_to_nobody() {
    let app = App::start(Kind::Sqlite);
    let browser = browser(&app.registered("mina"));
    app.database.execute("UPDATE users SET active = FALSE");
    browser
        .get("/api/authentication")
        .expect_problem(401, "login_ended");
    app.advance(TimeDelta::minutes(1));
    post(&browser, "refresh").expect_problem(401, "invalid_refresh_token");
}
