//! POST /api/auth/token

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use serde_json::json;

use crate::support::*;

fn seconds(count: i64) -> TimeDelta {
    TimeDelta::seconds(count)
}

#[apply(on_both_databases!)]
fn within_thirty_seconds_the_same_token_comes_back_and_nothing_is_written(app: &App) {
    let mina = app.user("mina");
    app.advance(seconds(29));
    let answer = mina.refresh().expect(200);
    insta::assert_snapshot!("refreshed", answer.snapshot());
    assert_eq!(Some(answer.field("refreshToken")), mina.refresh_token);
    assert_ne!(Some(answer.field("accessToken")), mina.access_token);
    assert_eq!(
        app.database
            .number("SELECT generation AS number FROM refresh_tokens"),
        0
    );
}

#[apply(on_both_databases!)]
fn later_a_successor_comes_and_the_exchanged_token_gets_it_too(app: &App) {
    let mina = app.user("mina");
    app.advance(seconds(30));
    let successor = mina.refreshed();
    assert_ne!(successor.refresh_token, mina.refresh_token);
    app.advance(seconds(29));
    assert_eq!(mina.refreshed().refresh_token, successor.refresh_token);
    assert_eq!(successor.refreshed().refresh_token, successor.refresh_token);
}

#[apply(on_both_databases!)]
fn a_lost_answer_logs_nobody_out(app: &App) {
    let mina = app.user("mina");
    app.advance(seconds(30));
    let lost = mina.refreshed();
    app.advance(seconds(3_600));
    let received = mina.refreshed();
    assert_ne!(received.refresh_token, lost.refresh_token);
    app.advance(seconds(3_600));
    received.refreshed();
}

#[apply(on_both_databases!)]
fn the_answer_that_was_thought_lost_proves_a_thief(app: &App) {
    let mina = app.user("mina");
    app.advance(seconds(30));
    let stolen = mina.refreshed();
    app.advance(seconds(3_600));
    let received = mina.refreshed();
    stolen.refresh().expect_problem(401, "refresh_token_reused");
    received
        .refresh()
        .expect_problem(401, "invalid_refresh_token");
}

#[apply(on_both_databases!)]
fn reuse_ends_this_login_and_only_this_one(app: &App) {
    let first = app.user("mina");
    let other_device = first.signed_in();
    let mut latest = first.clone();
    for _ in 0..2 {
        app.advance(seconds(30));
        latest = latest.refreshed();
    }
    first.refresh().expect_problem(401, "refresh_token_reused");
    latest
        .refresh()
        .expect_problem(401, "invalid_refresh_token");
    first.refresh().expect_problem(401, "invalid_refresh_token");
    other_device.refresh().expect(200);
    let reuses = "SELECT count(*) AS number FROM audit_events \
         WHERE action = 'refresh_token_reused' AND ip = '127.0.0.1'";
    assert_eq!(app.database.number(reuses), 1);
}

#[apply(on_both_databases!)]
fn a_token_ahead_of_a_restored_row_is_taken_and_the_row_catches_up(app: &App) {
    let first = app.user("mina");
    let mut latest = first.clone();
    for _ in 0..3 {
        app.advance(seconds(30));
        latest = latest.refreshed();
    }
    app.database
        .execute("UPDATE refresh_tokens SET generation = 0, previous = NULL");
    let next = latest.refreshed();
    assert_eq!(
        app.database
            .number("SELECT generation AS number FROM refresh_tokens"),
        4
    );
    app.advance(seconds(30));
    next.refreshed();
    first.refresh().expect_problem(401, "refresh_token_reused");
    let entries = "SELECT count(*) AS number FROM audit_events \
         WHERE action = 'refresh_token_ahead'";
    assert_eq!(app.database.number(entries), 1);
}

#[apply(on_both_databases!)]
fn fourteen_idle_days_end_a_login(app: &App) {
    let mina = app.user("mina");
    app.advance(TimeDelta::days(14) - seconds(1));
    let mina = mina.refreshed();
    app.advance(TimeDelta::days(14));
    mina.refresh().expect_problem(401, "invalid_refresh_token");
}

#[apply(on_both_databases!)]
fn ninety_days_end_a_login_however_busy(app: &App) {
    let mut mina = app.user("mina");
    for _ in 0..8 {
        app.advance(TimeDelta::days(11));
        mina = mina.refreshed();
    }
    app.advance(TimeDelta::days(2) - seconds(60));
    let answer = mina.refresh().expect(200);
    assert_eq!(
        answer.json()["expiresIn"],
        60,
        "no access token outlives its login"
    );
    app.advance(seconds(60));
    mina.refresh().expect_problem(401, "invalid_refresh_token");
}

#[apply(on_both_databases!)]
fn each_refresh_is_about_its_own_account(app: &App) {
    let (mut mina, mut jun) = (app.user("mina"), app.user("jun"));
    for _ in 0..3 {
        for (someone, name) in [(&mut mina, "mina"), (&mut jun, "jun")] {
            app.advance(seconds(30));
            let answer = someone.refresh().expect(200);
            someone.access_token = Some(answer.field("accessToken"));
            someone.refresh_token = Some(answer.field("refreshToken"));
            let me = someone.get("/api/users/me").expect(200);
            assert_eq!(answer.field("nickname"), name);
            assert_eq!(me.field("nickname"), name);
            assert_eq!(answer.json()["userId"], me.json()["userId"]);
        }
    }
    app.database
        .execute("UPDATE users SET active = FALSE WHERE nickname = 'jun'");
    app.advance(seconds(30));
    jun.refresh().expect_problem(401, "invalid_refresh_token");
    mina.refresh().expect(200);
}

/// CVE-2026-1609.
#[apply(on_both_databases!)]
fn a_disabled_account_refreshes_nothing(app: &App) {
    let mina = app.user("mina");
    app.database.execute("UPDATE users SET active = FALSE");
    mina.refresh().expect_problem(401, "invalid_refresh_token");
    app.advance(seconds(30));
    mina.refresh().expect_problem(401, "invalid_refresh_token");
}

#[apply(on_both_databases!)]
fn no_secret_of_a_token_is_in_the_database(app: &App) {
    let mina = app.user("mina");
    let token = mina.refresh_token.unwrap();
    let bytes = URL_SAFE_NO_PAD.decode(&token).unwrap();
    let login_id = URL_SAFE_NO_PAD.encode(&bytes[1..17]);
    let found = format!(
        "SELECT count(*) AS number FROM refresh_tokens \
         WHERE login_id = '{login_id}'"
    );
    assert_eq!(app.database.number(&found), 1);
    assert_eq!(
        (bytes.len(), bytes[0], &bytes[17..21]),
        (53, 1, &[0, 0, 0, 0][..])
    );
}

#[test]
fn a_successor_comes_back_the_way_the_token_came() {
    let app = App::start(Kind::Sqlite);
    let mina = app.registered("mina");
    let cookie = mina
        .log_in("cookie")
        .expect(200)
        .cookie("refreshToken")
        .unwrap();
    app.advance(seconds(30));
    let browser = app
        .anonymous()
        .with("cookie", &format!("refreshToken={cookie}"));
    let answer = browser.send("POST", "/api/auth/token", None).expect(200);
    insta::assert_snapshot!("refreshed_by_cookie", answer.snapshot());
    assert_ne!(answer.cookie("refreshToken"), Some(cookie));

    let answer = browser.refresh_with(&mina.signed_in().refresh_token.unwrap());
    let answer = answer.expect(200);
    assert_eq!(
        answer.set_cookie("refreshToken"),
        None,
        "the body wins over the cookie"
    );
}

#[test]
fn a_cookie_is_removed_only_when_its_login_is_over() {
    let app = App::start(Kind::Sqlite);
    let mina = app.registered("mina");
    let refresh = |cookie: &str| {
        let browser = app
            .anonymous()
            .with("cookie", &format!("refreshToken={cookie}"));
        browser.send("POST", "/api/auth/token", None)
    };
    let answer = refresh("junk").expect_problem(401, "invalid_refresh_token");
    assert_eq!(answer.set_cookie("refreshToken"), None);

    let cookie = mina
        .log_in("cookie")
        .expect(200)
        .cookie("refreshToken")
        .unwrap();
    app.advance(TimeDelta::days(14));
    let answer = refresh(&cookie).expect_problem(401, "invalid_refresh_token");
    assert_eq!(answer.cookie("refreshToken"), Some(String::new()));
    assert_eq!(answer.cookie("Authentication"), Some(String::new()));
}

#[test]
fn what_is_no_refresh_token() {
    let app = App::start(Kind::Sqlite);
    let mina = app.user("mina");
    let nobody = app.anonymous();
    nobody
        .send("POST", "/api/auth/token", None)
        .expect_problem(401, "missing_token");
    nobody
        .post("/api/auth/token", json!({}))
        .expect_problem(401, "missing_token");
    let null = json!({ "refreshToken": null });
    nobody
        .post("/api/auth/token", null)
        .expect_problem(401, "missing_token");

    let good = mina.refresh_token.clone().unwrap();
    let access_token = mina.access_token.clone().unwrap();
    for token in [
        "",
        "junk",
        &good[..70],
        &format!("{good}A"),
        &format!("{good}="),
        &access_token,
    ] {
        let answer = mina.refresh_with(token);
        answer.expect_problem(401, "invalid_refresh_token");
    }
    mina.refresh().expect(200);
}

#[test]
fn another_secret_makes_every_token_junk() {
    let app = App::start(Kind::Sqlite);
    let mina = app.user("mina");
    // In this order: the running server would make a key in place of those that are gone.
    app.database.execute("DELETE FROM secret_checks");
    app.database.execute("DELETE FROM signing_keys");
    let other = Setup::default().set("SECRET", "another secret of the tests, also long enough");
    let other = other.start_on(&app.database);
    let mina = Client {
        base: other.anonymous().base,
        ..mina
    };
    mina.refresh().expect_problem(401, "invalid_refresh_token");
    mina.get("/api/users/me")
        .expect_problem(401, "invalid_token");
}
