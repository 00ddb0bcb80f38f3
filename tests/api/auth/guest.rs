//! POST /api/auth/guest

use chrono::TimeDelta;
use serde_json::json;

use crate::support::*;

fn browser(app: &App, cookie: &str) -> Client {
    app.anonymous()
        .with("cookie", &format!("refreshToken={cookie}"))
}

#[apply(on_both_databases!)]
fn a_guest_takes_part_without_a_name(app: &App) {
    let answer = app
        .anonymous()
        .send("POST", "/api/auth/guest", None)
        .expect(201);
    insta::assert_snapshot!("cookie", answer.snapshot());
    let answer = app
        .anonymous()
        .post("/api/auth/guest", json!({ "mode": "json" }));
    insta::assert_snapshot!("json", answer.expect(201).snapshot());
    let me = app.guest().get("/api/users/me").expect(200).json();
    assert_eq!(
        (&me["kind"], &me["email"], &me["nickname"]),
        (&json!("guest"), &json!(null), &json!(null))
    );
}

#[apply(on_both_databases!)]
fn a_living_login_is_kept_whosever_it_is(app: &App) {
    let answer = app
        .anonymous()
        .post("/api/auth/guest", json!({}))
        .expect(201);
    let again = browser(app, &answer.cookie("refreshToken").unwrap());
    let second = again.post("/api/auth/guest", json!({})).expect(200);
    assert_eq!(second.json()["userId"], answer.json()["userId"]);
    let mina = app.registered("mina").log_in("cookie").expect(200);
    let mina = browser(app, &mina.cookie("refreshToken").unwrap());
    assert_eq!(
        mina.post("/api/auth/guest", json!({}))
            .expect(200)
            .field("nickname"),
        "mina"
    );
    assert_eq!(app.database.count("users"), 2);
}

#[apply(on_both_databases!)]
fn a_dead_cookie_gives_way_to_a_new_guest(app: &App) {
    let answer = app
        .anonymous()
        .post("/api/auth/guest", json!({}))
        .expect(201);
    let cookie = answer.cookie("refreshToken").unwrap();
    app.anonymous().refresh_with(&cookie).expect(200);
    let body = json!({ "refreshToken": cookie });
    app.anonymous().post("/api/auth/logout", body).expect(200);
    for dead in [cookie.as_str(), "junk"] {
        let answer = browser(app, dead)
            .post("/api/auth/guest", json!({}))
            .expect(201);
        assert!(!answer.cookie("refreshToken").unwrap().is_empty());
    }
}

#[apply(on_both_databases!)]
fn the_cookie_never_becomes_readable_to_script(app: &App) {
    let mina = app.registered("mina").log_in("cookie").expect(200);
    let mina = browser(app, &mina.cookie("refreshToken").unwrap());
    let answer = mina
        .post("/api/auth/guest", json!({ "mode": "json" }))
        .expect(201);
    assert!(
        answer.json()["nickname"].is_null(),
        "the login of the cookie was told in JSON"
    );
}

#[apply(on_both_databases!)]
fn a_guest_is_remembered_for_a_day_since_the_last_visit(app: &App) {
    let guest = app.guest();
    app.advance(TimeDelta::hours(23));
    let guest = guest.refreshed();
    app.advance(TimeDelta::hours(24) - TimeDelta::seconds(1));
    let guest = guest.refreshed();
    app.advance(TimeDelta::hours(24));
    guest.refresh().expect_problem(401, "invalid_refresh_token");
}

#[apply(on_both_databases!)]
fn an_abandoned_guest_is_purged_and_nobody_else(app: &App) {
    app.guest();
    app.user("mina");
    app.advance(TimeDelta::hours(24) - TimeDelta::seconds(1));
    let living = app.guest();
    assert_eq!(app.purge().unwrap().removed["guests"], 0);
    app.advance(TimeDelta::seconds(1));
    let purged = app.purge().unwrap();
    assert_eq!((purged.removed["logins"], purged.removed["guests"]), (1, 1));
    assert_eq!(app.database.count("users"), 2);
    living.refresh().expect(200);
}

#[test]
fn five_hundred_guests_of_one_hall_get_in_at_once() {
    let app = App::start(Kind::Sqlite);
    race(25, |_| (0..20).for_each(|_| drop(app.guest())));
    assert_eq!(app.database.count("users"), 500);
}
