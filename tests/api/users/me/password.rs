//! POST /api/users/me/password

use serde_json::json;

use crate::support::*;

fn logins_of(client: &Client) -> Vec<serde_json::Value> {
    let answer = client.get("/api/users/me/logins").expect(200).json();
    answer["logins"].as_array().unwrap().clone()
}

const NEW: &str = "another long enough one";

#[apply(on_both_databases!)]
fn a_password_change_ends_every_login_and_begins_a_new_one(app: &App) {
    let mut mina = app.user("mina");
    let thief = mina.signed_in();
    let answer = mina.change_password(NEW).expect(200);
    insta::assert_snapshot!("changed", answer.snapshot());
    for old in [&mina, &thief] {
        old.get("/api/users/me").expect_problem(401, "login_ended");
        old.refresh().expect_problem(401, "invalid_refresh_token");
    }
    let renewed = mina.holding(&answer);
    assert_eq!(
        renewed.get("/api/users/me").expect(200).field("nickname"),
        "mina"
    );
    renewed.refresh().expect(200);
    mina.log_in("json")
        .expect_problem(401, "invalid_credentials");
    mina.password = NEW.into();
    mina.log_in("json").expect(200);
}

#[apply(on_both_databases!)]
fn a_wrong_password_changes_nothing(app: &App) {
    let mina = app.user("mina");
    let mut wrong = mina.clone();
    wrong.password = "not the password".into();
    wrong
        .change_password(NEW)
        .expect_problem(401, "invalid_credentials");
    mina.get("/api/users/me").expect(200);
    mina.log_in("json").expect(200);
}

/// Whoever holds a stolen access token guesses no better than at the front door, and strangers who
/// guess there do not keep the owner from changing the password.
#[apply(on_both_databases!)]
fn guesses_of_a_login_count_by_themselves(app: &App) {
    let mina = app.user("mina");
    let mut thief = mina.clone();
    thief.password = "not the password".into();
    let owner = mina.signed_in();
    for _ in 0..2 {
        thief
            .change_password(NEW)
            .expect_problem(401, "invalid_credentials");
        thief
            .delete_account()
            .expect_problem(401, "invalid_credentials");
    }
    thief
        .change_password(NEW)
        .expect_problem(401, "invalid_credentials");
    for refused in [thief.change_password(NEW), thief.delete_account()] {
        let refused = refused.expect_problem(429, "too_many_attempts");
        assert_eq!(refused.header("retry-after"), Some("1"));
        assert_eq!(app.hashes_for(&refused), [] as [u64; 0]);
    }
    for _ in 0..5 {
        thief
            .log_in("json")
            .expect_problem(401, "invalid_credentials");
    }
    owner
        .log_in("json")
        .expect_problem(429, "too_many_attempts");
    owner.change_password(NEW).expect(200);
    let refused = "SELECT count(*) AS number FROM audit_events WHERE action = 'password_refused'";
    assert_eq!(app.database.number(refused), 5);
}

/// Another instance may not have heard yet that the login has ended.
#[apply(on_both_databases!)]
fn a_login_that_has_just_ended_changes_nothing(app: &App) {
    let mina = app.user("mina");
    let other = mina.signed_in();
    let end = "UPDATE refresh_tokens SET ended_at = '2026-03-01 12:00:00' WHERE login_id = ";
    let asking = logins_of(&mina)
        .iter()
        .find(|it| it["current"] == true)
        .unwrap()["loginId"]
        .clone();
    let others = logins_of(&other)
        .iter()
        .find(|it| it["current"] == true)
        .unwrap()["loginId"]
        .clone();
    app.database
        .execute(&format!("{end}'{}'", asking.as_str().unwrap()));
    // Until the table is read again the token is taken; what it asks for is not done.
    let path = format!("/api/users/me/logins/{}", others.as_str().unwrap());
    for answer in [
        mina.change_password(NEW),
        mina.delete_account(),
        mina.delete("/api/users/me/logins"),
        mina.delete(&path),
    ] {
        answer.expect_problem(401, "login_ended");
    }
    other.get("/api/users/me").expect(200);
    mina.log_in("json").expect(200);
}

#[apply(on_both_databases!)]
fn eight_changes_at_once_change_once(app: &App) {
    let mina = app.user("mina");
    let answers = race(8, |number| {
        mina.change_password(&format!("the new one of {number}"))
    });
    let changed: Vec<_> = answers.iter().filter(|it| it.status == 200).collect();
    assert_eq!(changed.len(), 1);
    mina.holding(changed[0]).get("/api/users/me").expect(200);
    let living = "SELECT count(*) AS number FROM refresh_tokens WHERE ended_at IS NULL";
    assert_eq!(app.database.number(living), 1);
}

#[apply(on_both_databases!)]
fn a_sign_in_with_the_old_password_does_not_survive_the_change(app: &App) {
    for round in 0..6 {
        let mina = app.user(&format!("mina-{round}"));
        let answers = race(4, |number| match number {
            0 => mina.change_password(NEW),
            _ => mina.log_in("json"),
        });
        let (change, sign_ins) = answers.split_first().unwrap();
        let renewed = mina.holding(&change.clone().expect(200));
        renewed.get("/api/users/me").expect(200);
        for answer in sign_ins.iter().filter(|it| it.status == 200) {
            let old = mina.holding(answer);
            old.get("/api/users/me").expect_problem(401, "login_ended");
            old.refresh().expect_problem(401, "invalid_refresh_token");
        }
    }
}

#[test]
fn in_mode_cookie_the_new_login_is_in_the_cookies() {
    let app = App::start(Kind::Sqlite);
    let mina = app.user("mina");
    let body = json!({ "currentPassword": mina.password, "newPassword": NEW });
    let answer = mina.post("/api/users/me/password", body).expect(200);
    let cookie = answer.cookie("refreshToken").unwrap();
    assert!(!answer.text.contains(&cookie));
    mina.refresh_with(&cookie).expect(200);
}

#[test]
fn a_new_password_keeps_the_rules_of_this_server() {
    let app = Setup::default()
        .set("PASSWORD__MIN_LENGTH", "15")
        .start(Kind::Sqlite);
    let mina = app.user("mina");
    for refused in ["seven77", "fourteen chars"] {
        let answer = mina.change_password(refused);
        let answer = answer.expect_problem(400, "validation_failed").json();
        assert_eq!(answer["errors"][0]["field"], "newPassword");
        assert_eq!(answer["errors"][0]["code"], "too_short");
    }
    mina.change_password("fifteen letters").expect(200);
}
