//! Whose keys they are.

use serde_json::json;

use super::created;
use crate::support::*;

fn ask(client: &Client, session: &str) -> Answer {
    client.post(&format!("{session}/questions"), json!({ "body": "x" }))
}

#[apply(on_both_databases!)]
fn two_people_may_have_the_same_key(app: &App) {
    let session = app.user("mina").opens("Lecture 7");
    let people = [app.user("jun"), app.user("ana"), app.guest(), app.guest()];
    let asked = people
        .each_ref()
        .map(|it| created(ask(&it.keyed("k"), &session)));
    assert!(asked.iter().all(|(_, is_replayed)| !is_replayed));
    assert_eq!(app.database.count("questions"), 4);
}

#[apply(on_both_databases!)]
fn whoever_signs_up_meanwhile_gets_the_lost_answer(app: &App) {
    let session = app.user("mina").opens("Lecture 7");
    let guest = app.guest();
    let (first, _) = created(ask(&guest.keyed("k"), &session));
    let jun = app.stranger("jun");
    let body = json!({
        "email": jun.email, "nickname": jun.nickname, "password": jun.password,
        "claimGuest": guest.access_token,
    });
    jun.post("/api/users", body).expect(201);
    let jun = jun.signed_in();
    let (again, is_replayed) = created(ask(&jun.keyed("k"), &session));
    assert!(is_replayed);
    assert_eq!(again["questionId"], first["questionId"]);
    assert_eq!(
        again["author"]["nickname"],
        json!(null),
        "it stays anonymous"
    );
    assert_eq!(app.database.count("questions"), 1);
}

#[apply(on_both_databases!)]
fn of_two_equal_keys_the_accounts_own_stays(app: &App) {
    let session = app.user("mina").opens("Lecture 7");
    let (jun, guest) = (app.user("jun"), app.guest());
    let (own, _) = created(ask(&jun.keyed("k"), &session));
    created(ask(&guest.keyed("k"), &session));
    created(ask(&guest.keyed("l"), &session));
    let body = json!({
        "email": jun.email, "password": jun.password, "mode": "json",
        "claimGuest": guest.access_token,
    });
    let jun = jun.holding(&jun.post("/api/auth/login", body).expect(200));
    let (again, is_replayed) = created(ask(&jun.keyed("k"), &session));
    assert_eq!(
        (&again["questionId"], is_replayed),
        (&own["questionId"], true)
    );
    assert!(created(ask(&jun.keyed("l"), &session)).1);
    assert_eq!(app.database.count("idempotency_keys"), 2);
}

#[apply(on_both_databases!)]
fn a_deleted_account_leaves_no_keys(app: &App) {
    let session = app.user("mina").opens("Lecture 7");
    for client in [app.user("jun"), app.guest()] {
        created(ask(&client.keyed("k"), &session));
        assert_eq!(app.database.count("idempotency_keys"), 1);
        client.delete_account().expect(204);
        app.purge().unwrap();
        assert_eq!(app.database.count("idempotency_keys"), 0);
    }
}

#[apply(on_both_databases!)]
fn an_export_tells_no_keys(app: &App) {
    let mina = app.user("mina");
    let session = mina.opens("Lecture 7");
    created(ask(&mina.keyed("a-key-of-mina"), &session));
    let export = mina.get("/api/users/me/export").expect(200);
    assert!(!export.text.contains("a-key-of-mina"));
    assert!(export.json()["contributions"].get("retries").is_none());
}
