//! PATCH and DELETE /api/users/me

use serde_json::json;

use crate::support::*;

#[apply(on_both_databases!)]
fn a_new_nickname_is_seen_at_once(app: &App) {
    let mina = app.user("mina");
    let answer = mina
        .patch("/api/users/me", json!({ "nickname": "김민아" }))
        .expect(200);
    insta::assert_snapshot!("renamed", answer.snapshot());
    assert_eq!(
        mina.get("/api/users/me").expect(200).field("nickname"),
        "김민아"
    );
    assert_eq!(
        mina.signed_in().refresh().expect(200).field("nickname"),
        "김민아"
    );
    let old = app.anonymous().get("/api/users/nicknames/mina").expect(200);
    assert_eq!(old.json()["exists"], false);
}

#[apply(on_both_databases!)]
fn another_spelling_of_ones_own_nickname_is_free(app: &App) {
    let mina = app.user("mina");
    app.registered("noah");
    let rename = |nickname: &str| mina.patch("/api/users/me", json!({ "nickname": nickname }));
    rename("MINA").expect(200);
    rename("ＮＯＡＨ").expect_problem(409, "nickname_taken");
    assert_eq!(
        mina.get("/api/users/me").expect(200).field("nickname"),
        "MINA"
    );
}

#[apply(on_both_databases!)]
fn eight_who_want_one_nickname_at_once_leave_it_to_one(app: &App) {
    let users: Vec<_> = (0..8)
        .map(|number| app.user(&format!("user-{number}")))
        .collect();
    let answers = race(8, |number| {
        users[number].patch("/api/users/me", json!({ "nickname": "wanted" }))
    });
    let mut statuses: Vec<_> = answers.iter().map(|it| it.status).collect();
    statuses.sort();
    assert_eq!(statuses, [200, 409, 409, 409, 409, 409, 409, 409]);
}

#[apply(on_both_databases!)]
fn a_guest_has_no_nickname_and_no_password_to_change(app: &App) {
    let guest = app.guest();
    guest
        .patch("/api/users/me", json!({ "nickname": "mina" }))
        .expect_problem(403, "login_required");
    guest
        .change_password("another long one")
        .expect_problem(403, "login_required");
    assert!(guest.get("/api/users/me").expect(200).json()["nickname"].is_null());
}

#[apply(on_both_databases!)]
fn a_deleted_account_leaves_nothing_personal(app: &App) {
    let mina = app.user("mina").with("user-agent", "Mina's telephone");
    let telephone = mina.signed_in();
    mina.delete_account().expect(204);
    for client in [&mina, &telephone] {
        client
            .get("/api/users/me")
            .expect_problem(401, "login_ended");
        client
            .refresh()
            .expect_problem(401, "invalid_refresh_token");
    }
    mina.log_in("json")
        .expect_problem(401, "invalid_credentials");
    assert_eq!(app.database.count("users"), 0);
    let personal = "SELECT count(*) AS number FROM refresh_tokens WHERE user_id IS NOT NULL \
        OR user_agent IS NOT NULL OR ip IS NOT NULL OR ended_at IS NULL";
    assert_eq!(app.database.number(personal), 0);
    assert_eq!(
        app.database.count("refresh_tokens"),
        2,
        "kept while access tokens could live"
    );
    app.registered("mina");
}

#[apply(on_both_databases!)]
fn an_account_is_not_deleted_without_its_password(app: &App) {
    let mut mina = app.user("mina");
    let answer = mina
        .delete("/api/users/me")
        .expect_problem(400, "validation_failed")
        .json();
    assert_eq!(answer["errors"][0]["field"], "password");
    assert_eq!(answer["errors"][0]["code"], "missing");
    mina.password = "not the password".into();
    mina.delete_account()
        .expect_problem(401, "invalid_credentials");
    mina.get("/api/users/me").expect(200);
}

#[apply(on_both_databases!)]
fn a_guest_leaves_without_a_password(app: &App) {
    let guest = app.guest();
    guest.delete("/api/users/me").expect(204);
    guest
        .get("/api/users/me")
        .expect_problem(401, "login_ended");
    guest.refresh().expect_problem(401, "invalid_refresh_token");
    app.purge().unwrap();
    assert_eq!(app.database.count("users"), 0);
}

#[apply(on_both_databases!)]
fn eight_deletions_at_once_delete_once(app: &App) {
    let mina = app.user("mina");
    let answers = race(8, |_| mina.delete_account());
    // The others come too late, or are one guess too many while the first is being compared.
    assert_eq!(answers.iter().filter(|it| it.status == 204).count(), 1);
    assert!(
        answers
            .iter()
            .all(|it| [204, 401, 429].contains(&it.status))
    );
    let deletions = "SELECT count(*) AS number FROM audit_events WHERE action = 'account_deleted'";
    assert_eq!(app.database.number(deletions), 1);
}

/// Another connection deletes the account between the comparison and the transaction of a
/// sign-in.
#[apply(on_both_databases!)]
fn a_sign_in_that_verified_the_password_is_refused_after_the_deletion(app: &App) {
    let mina = app.registered("mina");
    // On SQLite the lock would stop it where its attempt is counted, before the comparison.
    let unlimited = Setup::default()
        .set("LIMITS__ENABLED", "false")
        .start_on(&app.database);
    let mina = mina.at(&unlimited);
    let answer = app
        .database
        .change_during("DELETE FROM users", || mina.log_in("json"));
    answer.expect_problem(401, "invalid_credentials");
    assert_eq!(app.database.count("refresh_tokens"), 0);
}

#[apply(on_both_databases!)]
fn a_sign_in_against_a_deletion_leaves_no_login(app: &App) {
    for round in 0..6 {
        let mina = app.user(&format!("mina-{round}"));
        let answers = race(4, |number| match number {
            0 => mina.delete_account(),
            _ => mina.log_in("json"),
        });
        for answer in answers {
            match answer.status {
                200 => {
                    let late = mina.holding(&answer);
                    late.get("/api/users/me").expect_problem(401, "login_ended");
                    late.refresh().expect_problem(401, "invalid_refresh_token");
                }
                204 => {}
                _ => drop(answer.expect_problem(401, "invalid_credentials")),
            }
        }
        app.purge().unwrap();
        assert_eq!(app.database.count("users"), 0);
    }
}

#[test]
fn the_cookies_go_with_the_account() {
    let app = App::start(Kind::Sqlite);
    let answer = app.guest().post("/api/auth/guest", json!({})).expect(201);
    let cookie = format!(
        "Authentication={}",
        answer.cookie("Authentication").unwrap()
    );
    let browser = app.anonymous().with("cookie", &cookie);
    let answer = browser.delete("/api/users/me").expect(204);
    for name in ["Authentication", "refreshToken"] {
        assert_eq!(answer.cookie(name).as_deref(), Some(""));
    }
}
