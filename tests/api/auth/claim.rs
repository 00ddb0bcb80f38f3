//! `claimGuest` in POST /api/users and POST /api/auth/login

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::support::*;

/// Signs in and claims a guest.
fn log_in_claiming(client: &Client, guest: &Client) -> Answer {
    let body = json!({
        "email": client.email, "password": client.password, "mode": "json",
        "claimGuest": guest.access_token
    });
    client.signed_out().post("/api/auth/login", body)
}

fn register_claiming(client: &Client, token: &Value) -> Answer {
    let body = json!({
        "email": client.email, "nickname": client.nickname, "password": client.password,
        "claimGuest": token
    });
    client.post("/api/users", body)
}

fn expect_gone(guest: &Client) {
    guest
        .get("/api/users/me")
        .expect_problem(401, "login_ended");
    guest.refresh().expect_problem(401, "invalid_refresh_token");
}

fn claims(app: &App) -> i64 {
    app.database
        .number("SELECT count(*) AS number FROM audit_events WHERE action = 'guest_claimed'")
}

#[apply(on_both_databases!)]
fn a_guest_becomes_somebody_by_registering(app: &App) {
    let guest = app.guest();
    register_claiming(&app.stranger("mina"), &json!(guest.access_token)).expect(201);
    expect_gone(&guest);
    assert_eq!((app.database.count("users"), claims(app)), (1, 1));
}

#[apply(on_both_databases!)]
fn a_guest_becomes_somebody_by_signing_in(app: &App) {
    let (mina, guest) = (app.registered("mina"), app.guest());
    let answer = log_in_claiming(&mina, &guest).expect(200);
    mina.holding(&answer).get("/api/users/me").expect(200);
    expect_gone(&guest);
    assert_eq!((app.database.count("users"), claims(app)), (1, 1));
}

#[apply(on_both_databases!)]
fn without_a_claim_nothing_moves(app: &App) {
    let (mina, guest) = (app.registered("mina"), app.guest());
    let token = guest.access_token.clone();
    let body = json!({ "email": mina.email, "password": mina.password, "claimGuest": null });
    Client {
        access_token: token,
        ..mina
    }
    .post("/api/auth/login", body)
    .expect(200);
    guest.get("/api/users/me").expect(200);
    assert_eq!(claims(app), 0);
}

#[apply(on_both_databases!)]
fn a_bad_claim_is_refused_and_nothing_is_done(app: &App) {
    let mina = app.user("mina");
    let (ended, expired) = (app.guest(), app.guest());
    ended.log_out().expect(200);
    app.advance(TimeDelta::minutes(11));
    let named = mina.refreshed();
    let noah = app.stranger("noah");
    let bad = [
        json!("junk"),
        json!(""),
        json!(ended.access_token),
        json!(expired.access_token),
        json!(named.access_token),
        json!(mina.refresh_token),
    ];
    for token in &bad {
        register_claiming(&noah, token).expect_problem(401, "invalid_token");
        // Whether the password is right is not asked.
        for password in [mina.password.as_str(), "not the password"] {
            let body = json!({ "email": mina.email, "password": password, "claimGuest": token });
            let answer = app.anonymous().post("/api/auth/login", body);
            let answer = answer.expect_problem(401, "invalid_token");
            assert_eq!(app.hashes_for(&answer), [] as [u64; 0]);
        }
    }
    assert_eq!((app.database.count("users"), claims(app)), (3, 0));
    assert_eq!(app.database.count("refresh_tokens"), 3);
    named.get("/api/users/me").expect(200);
    expired.refresh().expect(200);
}

#[apply(on_both_databases!)]
fn a_wrong_password_claims_nothing(app: &App) {
    let (mut mina, guest) = (app.registered("mina"), app.guest());
    mina.password = "not the password".into();
    log_in_claiming(&mina, &guest).expect_problem(401, "invalid_credentials");
    guest.get("/api/users/me").expect(200);
}

#[apply(on_both_databases!)]
fn of_two_claims_of_one_guest_one_succeeds(app: &App) {
    let users: Vec<_> = (0..4)
        .map(|number| app.registered(&format!("user-{number}")))
        .collect();
    for _ in 0..4 {
        let guest = app.guest();
        let before = claims(app);
        let answers = race(6, |number| match users.get(number) {
            Some(user) => log_in_claiming(user, &guest),
            None => {
                let name = format!("new-{number}-{before}");
                register_claiming(&app.stranger(&name), &json!(guest.access_token))
            }
        });
        let won = answers.iter().filter(|it| it.status < 300).count();
        let lost = answers
            .iter()
            .filter(|it| it.code() == "invalid_token")
            .count();
        assert_eq!((won, lost), (1, 5));
        assert_eq!(claims(app), before + 1);
        expect_gone(&guest);
    }
}

#[apply(on_both_databases!)]
fn a_claim_against_what_the_guest_does_itself(app: &App) {
    let mina = app.registered("mina");
    for round in 0..6 {
        let guest = app.guest();
        app.advance(TimeDelta::seconds(31));
        let answers = race(3, |number| match number {
            0 => log_in_claiming(&mina, &guest),
            1 => guest.refresh(),
            _ if round % 2 == 0 => guest.delete("/api/users/me"),
            _ => guest.log_out(),
        });
        // Whoever came second met the other: the guest is gone or signed out, never both alive.
        if answers[0].status == 401 {
            answers[0].clone().expect_problem(401, "invalid_token");
        }
        guest
            .get("/api/users/me")
            .expect_problem(401, "login_ended");
        if answers[1].status == 200 {
            guest
                .holding(&answers[1])
                .refresh()
                .expect_problem(401, "invalid_refresh_token");
        }
    }
}

/// The refresh has to wait for the row that the claim ends.
#[apply(on_both_databases!)]
fn a_refresh_that_read_a_living_guest_is_refused_after_the_claim(app: &App) {
    let guest = app.guest();
    app.advance(TimeDelta::minutes(1));
    let claim = "UPDATE refresh_tokens SET ended_at = '2026-03-01 12:01:00', user_id = NULL; \
         DELETE FROM users";
    let answer = app.database.change_during(claim, || guest.refresh());
    answer.expect_problem(401, "invalid_refresh_token");
}

#[apply(on_both_databases!)]
fn a_claim_that_waited_for_the_guests_logout_is_refused(app: &App) {
    let (mina, guest) = (app.registered("mina"), app.guest());
    let unlimited = Setup::default()
        .set("LIMITS__ENABLED", "false")
        .start_on(&app.database);
    let mina = mina.at(&unlimited);
    let log_out = "UPDATE refresh_tokens SET ended_at = '2026-03-01 12:00:00'";
    let answer = app
        .database
        .change_during(log_out, || log_in_claiming(&mina, &guest));
    answer.expect_problem(401, "invalid_token");
    assert_eq!(
        app.database.count("refresh_tokens"),
        1,
        "a login was made all the same"
    );
    assert_eq!(app.database.count("users"), 2);
}

/// The claim has to wait for the guest's row, and finds it gone.
#[apply(on_both_databases!)]
fn a_claim_that_waited_for_the_guests_own_end_is_refused(app: &App) {
    let (mina, guest) = (app.registered("mina"), app.guest());
    // On SQLite the lock would stop it where its attempt is counted, before the comparison.
    let unlimited = Setup::default()
        .set("LIMITS__ENABLED", "false")
        .start_on(&app.database);
    let mina = mina.at(&unlimited);
    let leave = "UPDATE refresh_tokens SET ended_at = '2026-03-01 12:00:00', user_id = NULL; \
         DELETE FROM users WHERE nickname IS NULL";
    let answer = app
        .database
        .change_during(leave, || log_in_claiming(&mina, &guest));
    answer.expect_problem(401, "invalid_token");
    assert_eq!(
        app.database.count("refresh_tokens"),
        1,
        "a login was made all the same"
    );
}
