//! A process that is killed in the middle of a claim.

use std::thread;
use std::time::Duration;

use diesel::connection::SimpleConnection;
use serde_json::json;

use super::claim_room::log_in_claiming;
use crate::failures::Process;
use crate::support::database::Database;
use crate::support::*;

/// What of the guest's room is whose: questions, likes and participations, of the guest and of the
/// account.
fn shares(database: &Database, user_id: i64) -> [i64; 3] {
    let count =
        |table: &str, column: &str| database.count(&format!("{table} WHERE {column} = {user_id}"));
    [
        count("questions", "author_id"),
        count("question_likes", "user_id"),
        count("participants", "user_id"),
    ]
}

/// A guest that has asked and likes so much that a claim takes its time.
fn busy_guest(database: &Database, base: &str, likes: u32) -> (Client, Client, i64, i64) {
    let mina = Client::new(base, "mina", Default::default());
    mina.register().expect(201);
    let mina = mina.signed_in();
    let noah = Client::new(base, "noah", Default::default());
    noah.register().expect(201);
    let noah = noah.signed_in();
    let guest = Client::new(base, "nobody", Default::default());
    let answer = guest.post("/api/auth/guest", json!({ "mode": "json" }));
    let guest = guest.holding(&answer.expect(201));
    let session = mina.opens("Lecture 7");
    guest.asks(&session, "Why?");
    let (noah_id, guest_id) = (noah.user_id(), guest.user_id());
    database.execute(&format!(
        "WITH RECURSIVE number(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM number WHERE i < {likes}) \
         INSERT INTO questions (public_id, session_id, author_id, anonymous, body, pinned, closed, likes_count, \
         replies_count, created_at, updated_at) SELECT NEW_ID, session_id, {guest_id}, TRUE, 'x', FALSE, FALSE, 1, 0, \
         created_at, created_at FROM number, sessions; \
         INSERT INTO question_likes SELECT question_id, {guest_id} FROM questions WHERE body = 'x'"
    ));
    (noah, guest, noah_id, guest_id)
}

/// Nothing or all has moved. Tells whether all has.
#[track_caller]
fn expect_all_or_nothing(database: &Database, noah_id: i64, guest_id: i64, likes: i64) -> bool {
    let is_claimed = database.count(&format!("users WHERE user_id = {guest_id}")) == 0;
    let (all, nothing) = ([likes + 1, likes, 1], [0, 0, 0]);
    let expected = if is_claimed {
        (all, nothing)
    } else {
        (nothing, all)
    };
    let found = (shares(database, noah_id), shares(database, guest_id));
    assert_eq!(found, expected, "of the account, of the guest");
    let claims = database.count("audit_events WHERE action = 'guest_claimed'");
    assert_eq!(claims, i64::from(is_claimed));
    is_claimed
}

/// The lock is on what a claim moves last but one: much has been moved when it waits.
#[test]
fn a_claim_killed_while_it_waits_has_moved_nothing_on_postgres() {
    let database = Database::new(Kind::Postgres);
    let process = Process::start(&database);
    let (noah, guest, noah_id, guest_id) = busy_guest(&database, &process.base, 20);
    let mut other = database.connect();
    other
        .batch_execute("BEGIN; UPDATE question_likes SET user_id = user_id")
        .unwrap();
    let claim = json!({
        "email": noah.email, "password": noah.password, "mode": "json", "claimGuest": guest.access_token
    });
    let claiming = thread::spawn({
        let noah = noah.signed_out();
        move || noah.try_post("/api/auth/login", &claim)
    });
    eventually("the claim waits", || database.waiting_transactions() > 0);
    process.kill();
    assert!(claiming.join().unwrap().is_none());
    other.batch_execute("COMMIT").unwrap();
    eventually("the database has noticed", || {
        database.number(
            "SELECT count(*) AS number FROM pg_stat_activity \
             WHERE datname = current_database() AND pid <> pg_backend_pid() AND state <> 'idle'",
        ) == 0
    });
    assert!(!expect_all_or_nothing(&database, noah_id, guest_id, 20));
    let process = Process::start(&database);
    let base = process.base.clone();
    let [noah, guest] = [noah, guest].map(|it| Client {
        base: base.clone(),
        ..it
    });
    log_in_claiming(&noah, &guest).expect(200);
    assert!(expect_all_or_nothing(&database, noah_id, guest_id, 20));
    process.kill();
}

#[test]
fn killed_at_any_time_a_claim_has_moved_all_or_nothing_on_sqlite() {
    const LIKES: u32 = 3_000;
    let mut outcomes = Vec::new();
    for delay in [0, 1, 2, 4, 8, 12, 16, 24, 32, 64] {
        let database = Database::new(Kind::Sqlite);
        let process = Process::start(&database);
        let (noah, guest, noah_id, guest_id) = busy_guest(&database, &process.base, LIKES);
        // Of the two who registered and signed in.
        for _ in 0..4 {
            process.wait_for("password hashed");
        }
        let claim = json!({
            "email": noah.email, "password": noah.password, "mode": "json",
            "claimGuest": guest.access_token
        });
        let claiming = thread::spawn({
            let noah = noah.signed_out();
            move || noah.try_post("/api/auth/login", &claim)
        });
        process.wait_for("password hashed");
        thread::sleep(Duration::from_millis(delay));
        process.kill();
        let answer = claiming.join().unwrap();
        let likes = i64::from(LIKES);
        let is_claimed = expect_all_or_nothing(&database, noah_id, guest_id, likes);
        assert!(
            is_claimed || answer.is_none(),
            "it was told that it was done"
        );
        outcomes.push(is_claimed);
        let process = Process::start(&database);
        let base = process.base.clone();
        let [noah, guest] = [noah, guest].map(|it| Client {
            base: base.clone(),
            ..it
        });
        if is_claimed {
            drop(log_in_claiming(&noah, &guest).expect_problem(401, "invalid_token"))
        } else {
            drop(log_in_claiming(&noah, &guest).expect(200))
        }
        assert!(expect_all_or_nothing(&database, noah_id, guest_id, likes));
        process.kill();
    }
    println!("claimed before the end: {outcomes:?}");
}
