//! Requests that bear a token count for its account, the others for their network.

use chrono::TimeDelta;
use serde_json::json;

use super::taken;
use crate::support::*;

const HALL: &str = "203.0.113.9";

/// Ten requests at once for each network, one a second, and so many unknown tokens.
fn app(token_checks: &str) -> App {
    Setup::default()
        .usual_limits()
        .set("LIMITS__EVERYTHING_BURST", "10")
        .set("LIMITS__EVERYTHING_PER_SECOND", "1")
        .set("LIMITS__TOKEN_CHECKS_BURST", token_checks)
        .set("LIMITS__TOKEN_CHECKS_PER_SECOND", "1")
        .start(Kind::Sqlite)
}

fn look(client: &Client) -> Answer {
    client.get("/api/posts")
}

fn me(client: &Client) -> Answer {
    client.get("/api/users/me")
}

/// The hall uses up what it may send without tokens.
fn use_up(app: &App) {
    let hall = app.anonymous().calling_from(HALL);
    assert_eq!(taken(20, || look(&hall)), 10);
}

#[test]
fn a_valid_token_costs_its_network_nothing() {
    let app = app("1");
    let session = app.user("ana").opens("Lecture 7");
    let mina = app.user("mina").calling_from(HALL);
    assert_eq!(taken(50, || me(&mina)), 50);
    // Reads that need no token count for the account, too.
    assert_eq!(taken(50, || mina.get(&session)), 50);
    let cookie = app.user("jun").calling_from(HALL);
    let cookie = cookie.signed_out().with(
        "cookie",
        &format!("Authentication={}", cookie.access_token.as_deref().unwrap()),
    );
    assert_eq!(taken(50, || me(&cookie)), 50);
    use_up(&app);
    assert_eq!(taken(150, || me(&mina)), 100, "of 200 for the account");
}

#[test]
fn what_is_no_valid_token_counts_for_the_network() {
    let app = app("1");
    let hall = app.anonymous().calling_from(HALL);
    let forged = hall.with("authorization", "Bearer forged");
    let basic = hall.with("authorization", "Basic eDp5");
    let cookie = hall.with("cookie", "Authentication=forged");
    let session = app.user("mina").opens("Lecture 7");
    let bare = app.anonymous().calling_from("203.0.113.10");
    assert_eq!(taken(3, || me(&forged)), 3);
    assert_eq!(taken(3, || me(&basic)), 3);
    assert_eq!(taken(3, || cookie.get(&session)), 3);
    assert_eq!(taken(5, || hall.get(&session)), 1);
    assert_eq!(taken(20, || me(&bare)), 10, "no token at all");
}

#[test]
fn where_nothing_is_left_known_tokens_go_on() {
    let app = app("2");
    let people = ["mina", "jun", "ana", "noa"].map(|name| app.user(name).calling_from(HALL));
    let [mina, jun, ..] = &people;
    // Workers know tokens for themselves: each has seen these two often enough.
    for _ in 0..30 {
        me(mina).expect(200);
        me(jun).expect(200);
    }
    use_up(&app);
    assert_eq!(taken(50, || me(mina)), 50);
    assert_eq!(taken(50, || me(jun)), 50);
    // They count for their accounts all the same.
    assert_eq!(taken(150, || me(mina)), 120);
    let hall = app.anonymous().calling_from(HALL);
    let forged = hall.with("authorization", "Bearer forged");
    assert_eq!(taken(20, || me(&forged)), 0);
    assert_eq!(taken(20, || look(&hall)), 0);
    hall.get("/health/ready").expect(200);
    let elsewhere = app.anonymous().calling_from("203.0.113.10");
    assert_eq!(taken(10, || look(&elsewhere)), 10);
}

#[test]
fn where_nothing_is_left_a_few_unknown_tokens_are_checked() {
    let app = app("3");
    let mina = app.user("mina").calling_from(HALL);
    use_up(&app);
    let forged = app.anonymous().calling_from(HALL);
    let forged = forged.with("authorization", "Bearer forged");
    assert_eq!(taken(10, || me(&forged)), 0, "checked thrice, and refused");
    assert_eq!(taken(5, || me(&mina)), 0);
    app.advance(TimeDelta::seconds(1));
    use_up_one(&app);
    assert!(taken(5, || me(&mina)) > 0, "checked once, then known");
}

fn use_up_one(app: &App) {
    let hall = app.anonymous().calling_from(HALL);
    assert_eq!(taken(5, || look(&hall)), 1);
}

#[test]
fn a_known_token_that_has_ended_goes_nowhere() {
    let app = app("1");
    let mina = app.user("mina").calling_from(HALL);
    for _ in 0..30 {
        me(&mina).expect(200);
    }
    mina.delete("/api/users/me/logins").expect(204);
    let phone = mina.signed_in();
    phone.delete("/api/users/me/logins").expect(204);
    me(&mina).expect_problem(401, "login_ended");
    use_up_rest(&app);
    assert_eq!(taken(20, || me(&mina)), 0);
}

fn use_up_rest(app: &App) {
    let hall = app.anonymous().calling_from(HALL);
    taken(20, || look(&hall));
}

#[test]
fn all_bearers_of_a_network_are_limited_together() {
    let app = Setup::default()
        .usual_limits()
        .set("LIMITS__BEARERS_BURST", "30")
        .set("LIMITS__BEARERS_PER_SECOND", "10")
        .start(Kind::Sqlite);
    let people = ["mina", "jun"].map(|name| app.user(name));
    let [mina, jun] = people.each_ref().map(|it| it.calling_from(HALL));
    assert_eq!(taken(20, || me(&mina)), 20);
    assert_eq!(taken(20, || me(&jun)), 10);
    assert_eq!(taken(20, || me(&people[1])), 20, "at home");
    app.advance(TimeDelta::seconds(1));
    assert_eq!(taken(20, || me(&mina)), 10);
    assert_eq!(taken(20, || look(&app.anonymous().calling_from(HALL))), 20);
}

#[test]
fn what_a_full_account_is_refused_costs_the_network_nothing() {
    let app = Setup::default()
        .usual_limits()
        .set("LIMITS__BEARERS_BURST", "250")
        .start(Kind::Sqlite);
    let mina = app.user("mina").calling_from(HALL);
    assert_eq!(taken(600, || me(&mina)), 200);
    let jun = app.user("jun").calling_from(HALL);
    assert_eq!(taken(60, || me(&jun)), 50);
    let body = json!({ "title": "x", "content": "y" });
    assert_eq!(taken(1, || jun.post("/api/posts", body.clone())), 0);
}
