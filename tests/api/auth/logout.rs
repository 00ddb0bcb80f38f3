//! POST /api/auth/logout

use chrono::TimeDelta;
use serde_json::json;

use crate::support::*;

#[apply(on_both_databases!)]
fn a_login_that_was_ended_never_comes_back(app: &App) {
    let mina = app.user("mina");
    let other_device = mina.signed_in();
    let answer = mina.log_out().expect(200);
    assert_eq!(answer.field("message"), "You are signed out.");
    mina.refresh().expect_problem(401, "invalid_refresh_token");
    app.advance(TimeDelta::minutes(1));
    mina.refresh().expect_problem(401, "invalid_refresh_token");
    other_device.refresh().expect(200);
}

#[apply(on_both_databases!)]
fn any_generation_of_a_token_ends_its_login(app: &App) {
    let first = app.user("mina");
    let mut latest = first.clone();
    for _ in 0..3 {
        app.advance(TimeDelta::minutes(1));
        latest = latest.refreshed();
    }
    first.log_out().expect(200);
    latest
        .refresh()
        .expect_problem(401, "invalid_refresh_token");
}

#[apply(on_both_databases!)]
fn a_refresh_that_read_a_living_login_is_refused_after_the_logout(app: &App) {
    let mina = app.user("mina");
    app.advance(TimeDelta::minutes(1));
    let end = "UPDATE refresh_tokens SET ended_at = '2026-03-01 12:01:00'";
    let answer = app.database.change_during(end, || mina.refresh());
    answer.expect_problem(401, "invalid_refresh_token");
}

#[apply(on_both_databases!)]
fn a_refresh_that_read_an_active_account_is_refused_after_it_was_disabled(app: &App) {
    let mina = app.user("mina");
    app.advance(TimeDelta::minutes(1));
    let disable = "UPDATE users SET active = FALSE; \
         UPDATE refresh_tokens SET ended_at = '2026-03-01 12:01:00'";
    let answer = app.database.change_during(disable, || mina.refresh());
    answer.expect_problem(401, "invalid_refresh_token");
}

#[apply(on_both_databases!)]
fn a_late_repeat_that_read_a_living_login_is_refused_after_it_was_ended(app: &App) {
    let mina = app.user("mina");
    app.advance(TimeDelta::minutes(1));
    mina.refreshed();
    app.advance(TimeDelta::minutes(1));
    let end = "UPDATE refresh_tokens SET ended_at = '2026-03-01 12:02:00'";
    let answer = app.database.change_during(end, || mina.refresh());
    answer.expect_problem(401, "invalid_refresh_token");
}

#[apply(on_both_databases!)]
fn a_refresh_against_a_logout_never_leaves_the_login_alive(app: &App) {
    for round in 0..8 {
        let mina = app.user(&format!("mina-{round}"));
        app.advance(TimeDelta::minutes(1));
        let answers = race(4, |number| match number {
            0 => mina.log_out(),
            _ => mina.refresh(),
        });
        let tokens = answers
            .iter()
            .filter(|it| it.status == 200 && it.text.contains("refreshToken"));
        let mut tokens: Vec<_> = tokens.map(|it| it.field("refreshToken")).collect();
        tokens.extend(mina.refresh_token.clone());
        for token in tokens {
            mina.refresh_with(&token)
                .expect_problem(401, "invalid_refresh_token");
        }
    }
}

#[test]
fn whoever_signs_out_is_signed_out_whatever_they_send() {
    let app = App::start(Kind::Sqlite);
    let nobody = app.anonymous();
    nobody.send("POST", "/api/auth/logout", None).expect(200);
    nobody.post("/api/auth/logout", json!({})).expect(200);
    nobody
        .post("/api/auth/logout", json!({ "refreshToken": "junk" }))
        .expect(200);
    let mina = app.user("mina");
    mina.log_out().expect(200);
    mina.log_out().expect(200);
}

#[test]
fn the_cookies_go_with_the_login() {
    let app = App::start(Kind::Sqlite);
    let answer = app.registered("mina").log_in("cookie").expect(200);
    let cookie = format!("refreshToken={}", answer.cookie("refreshToken").unwrap());
    let browser = app.anonymous().with("cookie", &cookie);
    let answer = browser.send("POST", "/api/auth/logout", None).expect(200);
    insta::assert_snapshot!("logged_out", answer.snapshot());
    let answer = browser.send("POST", "/api/auth/token", None);
    answer.expect_problem(401, "invalid_refresh_token");
}

#[test]
fn a_token_in_the_body_leaves_cookies_alone() {
    let app = App::start(Kind::Sqlite);
    let answer = app.user("mina").log_out().expect(200);
    assert_eq!(answer.set_cookie("refreshToken"), None);
}

#[test]
fn the_farewell_is_in_the_readers_language() {
    let app = App::start(Kind::Sqlite);
    let answer = app
        .user("mina")
        .with("accept-language", "ko")
        .log_out()
        .expect(200);
    assert_eq!(answer.field("message"), "로그아웃했어요.");
}
