//! GET and DELETE /api/users/me/logins, DELETE /api/users/me/logins/{loginId}

use chrono::TimeDelta;
use serde_json::Value;

use crate::support::*;

fn logins(client: &Client) -> Vec<Value> {
    let answer = client.get("/api/users/me/logins").expect(200).json();
    answer["logins"].as_array().unwrap().clone()
}

/// The id of the login that asks.
fn own_id(client: &Client) -> String {
    let logins = logins(client);
    let current: Vec<_> = logins.iter().filter(|it| it["current"] == true).collect();
    assert_eq!(current.len(), 1, "{logins:?}");
    current[0]["loginId"].as_str().unwrap().to_owned()
}

fn end(client: &Client, login_id: &str) -> Answer {
    client.delete(&format!("/api/users/me/logins/{login_id}"))
}

#[apply(on_both_databases!)]
fn ones_devices_are_listed_with_where_and_when(app: &App) {
    let desk = app
        .registered("mina")
        .with("user-agent", "Desk")
        .signed_in();
    app.advance(TimeDelta::minutes(90));
    let telephone = desk
        .signed_out()
        .with("user-agent", "Telephone")
        .signed_in();
    app.user("noah");
    let listed = logins(&telephone);
    let told: Vec<_> = listed
        .iter()
        .map(|it| {
            let text = |name: &str| it[name].as_str().unwrap().to_owned();
            assert_eq!(it["loginId"].as_str().unwrap().len(), 22);
            (
                text("createdAt"),
                text("lastUsedAt"),
                text("ip"),
                it["current"] == true,
            )
        })
        .collect();
    let told: Vec<_> = told
        .iter()
        .map(|(made, used, ip, current)| (made.as_str(), used.as_str(), ip.as_str(), *current))
        .collect();
    assert_eq!(
        told,
        [
            (
                "2026-03-01T13:30:00.000Z",
                "2026-03-01T13:00:00.000Z",
                "127.0.0.1",
                true
            ),
            (
                "2026-03-01T12:00:00.000Z",
                "2026-03-01T12:00:00.000Z",
                "127.0.0.1",
                false
            ),
        ]
    );
    app.advance(TimeDelta::hours(2));
    let desk = desk.refreshed();
    assert_eq!(logins(&desk)[0]["lastUsedAt"], "2026-03-01T15:00:00.000Z");
}

#[apply(on_both_databases!)]
fn a_login_that_is_over_is_not_listed(app: &App) {
    let mina = app.user("mina");
    mina.signed_in().log_out().expect(200);
    assert_eq!(logins(&mina).len(), 1);
    app.advance(TimeDelta::days(14));
    assert_eq!(logins(&mina.signed_in()).len(), 1);
}

#[apply(on_both_databases!)]
fn a_login_ended_from_another_device_is_over_at_once(app: &App) {
    let mina = app.user("mina");
    let thief = mina.signed_in();
    let id = own_id(&thief);
    end(&mina, &id).expect(204);
    thief
        .get("/api/users/me")
        .expect_problem(401, "login_ended");
    thief.refresh().expect_problem(401, "invalid_refresh_token");
    end(&mina, &id).expect(204);
    mina.get("/api/users/me").expect(200);
}

#[apply(on_both_databases!)]
fn nobody_ends_the_logins_of_others(app: &App) {
    let (mina, noah) = (app.user("mina"), app.user("noah"));
    end(&noah, &own_id(&mina)).expect_problem(404, "not_found");
    for unknown in [
        "AAAAAAAAAAAAAAAAAAAAAA",
        "x",
        "%00",
        "BwcHBwcHBwcHBwcHBwcHBx",
    ] {
        end(&noah, unknown).expect_problem(404, "not_found");
    }
    mina.get("/api/users/me").expect(200);
    noah.delete("/api/users/me/logins").expect(204);
    mina.get("/api/users/me").expect(200);
}

#[apply(on_both_databases!)]
fn all_others_end_and_the_one_that_asks_stays(app: &App) {
    let mina = app.user("mina");
    let others = [mina.signed_in(), mina.signed_in()];
    mina.delete("/api/users/me/logins").expect(204);
    for other in &others {
        other
            .get("/api/users/me")
            .expect_problem(401, "login_ended");
        other.refresh().expect_problem(401, "invalid_refresh_token");
    }
    assert_eq!(logins(&mina).len(), 1);
    mina.refresh().expect(200);
    mina.delete("/api/users/me/logins").expect(204);
    mina.get("/api/users/me").expect(200);
}

#[apply(on_both_databases!)]
fn one_can_end_the_login_that_asks(app: &App) {
    let guest = app.guest();
    end(&guest, &own_id(&guest)).expect(204);
    guest
        .get("/api/users/me")
        .expect_problem(401, "login_ended");
}
