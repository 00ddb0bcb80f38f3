//! POST /api/auth/login while passwords are being hashed: places, turns, and what they do not hold
//! up.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::thread;
use std::time::Duration;

use askit::clock::Stopwatch;
use serde_json::json;

use crate::support::*;

/// A second or more for each hash, one at a time.
pub(super) fn slow() -> Setup {
    Setup::default()
        .set("PASSWORD__THREADS", "1")
        .set("PASSWORD__MEMORY_KIB", "131072")
        .set("PASSWORD__ITERATIONS", "10")
        .set("SERVER__TRUSTED_PROXIES", "127.0.0.1")
}

/// Someone with an account whose password costs what this server's do. Nobody hashes it here.
pub(super) fn known(app: &App, name: &str) -> Client {
    let cheap = Setup::default().start_on(&app.database);
    let client = cheap.user(name).at(app);
    drop(cheap);
    let scheme = "$argon2id$v=19$m=131072,t=10,p=1";
    // No password has this hash: whoever tries one learns so after a second or more.
    let hash = format!("{scheme}$c2FsdHNhbHQ$IWJR6forQfRjS4Y1mffdqnUx3GwYyJwSZsDZt9LHzUM");
    app.database.execute(&format!(
        "UPDATE users SET password_hash = '{hash}', password_scheme = '{scheme}' \
         WHERE nickname = '{name}'"
    ));
    client
}

pub(super) fn from(client: &Client, address: &str) -> Client {
    client.with("x-forwarded-for", address)
}

/// How many attempts the database has counted: who is counted has a place.
pub(super) fn counted(app: &App) -> i64 {
    let sum = "SELECT coalesce(sum(counted), 0) AS number FROM attempts";
    app.database
        .number(&sum.replace("sum(counted)", "cast(sum(counted) AS bigint)"))
}

/// Half of the places are for hashes of other programs, which is known only when the account is
/// read: after the attempt was counted.
#[test]
fn an_attempt_without_a_place_in_the_slow_lane_is_given_back() {
    let app = slow().set("PASSWORD__QUEUE", "1").start(Kind::Sqlite);
    let people = ["mina", "noah"].map(|name| known(&app, name));
    app.database
        .execute("UPDATE users SET password_hash = 'argon2' || password_hash");
    for _ in 0..5 {
        let earlier = counted(&app);
        let (refused, is_given_back, was_early) = thread::scope(|scope| {
            let hashing = scope.spawn(|| from(&people[0], "203.0.113.1").log_in("json"));
            eventually("the first has its place", || counted(&app) > earlier);
            let before = counted(&app);
            let refused = from(&people[1], "203.0.113.2").log_in("json");
            let is_given_back = counted(&app) == before;
            let was_early = !hashing.is_finished();
            let wrong = hashing.join().unwrap();
            wrong.expect_problem(401, "invalid_credentials");
            (refused, is_given_back, was_early)
        });
        // On a busy machine the hash of the first may have ended before the second came.
        if was_early {
            refused.expect_problem(503, "overloaded");
            assert!(is_given_back, "the second is counted");
            return;
        }
    }
    panic!("every hash was too fast for this test");
}

#[test]
fn beyond_the_places_sign_ins_are_told_to_come_back_and_when() {
    let app = slow().set("PASSWORD__QUEUE", "2").start(Kind::Sqlite);
    let mina = known(&app, "mina");
    let clock = Stopwatch::start();
    let answers = race(6, |number| {
        from(&mina, &format!("203.0.113.{number}")).log_in("json")
    });
    // One is hashed and two wait; the others are not made to wait for anything.
    let (refused, hashed): (Vec<_>, Vec<_>) = answers.iter().partition(|it| it.status == 503);
    assert_eq!(
        (refused.len(), hashed.len()),
        (3, 3),
        "{:?}",
        clock.elapsed()
    );
    let one_more = from(&mina, "203.0.113.7").log_in("json");
    one_more.expect_problem(401, "invalid_credentials");
}

/// The server has one connection, and one thread that hashes.
#[apply(on_both_databases!)]
fn nobody_holds_a_connection_while_a_password_is_hashed(app: &App) {
    let server = slow()
        .set("DATABASE__POOL_SIZE", "1")
        .start_on(&app.database);
    let mina = known(app, "mina").at(&server);
    let noah = app.user("noah").at(&server);
    thread::scope(|scope| {
        let hashing = scope.spawn(|| from(&mina, "203.0.113.1").log_in("json"));
        let waiting = scope.spawn(|| from(&mina, "203.0.113.2").log_in("json"));
        eventually("both have their places", || counted(app) >= 4);
        noah.get("/api/users/me").expect(200);
        noah.refresh().expect(200);
        let new = noah
            .signed_out()
            .post("/api/auth/guest", json!({ "mode": "json" }));
        new.expect(201);
        assert!(
            !hashing.is_finished(),
            "the hash was too fast for this test"
        );
        for attempt in [hashing, waiting] {
            attempt
                .join()
                .unwrap()
                .expect_problem(401, "invalid_credentials");
        }
    });
}

#[test]
fn who_hangs_up_gives_the_place_back_and_costs_no_hash() {
    let app = slow().set("PASSWORD__QUEUE", "1").start(Kind::Sqlite);
    let mina = known(&app, "mina");
    thread::scope(|scope| {
        let hashing = scope.spawn(|| from(&mina, "203.0.113.1").log_in("json"));
        eventually("the thread is busy", || counted(&app) >= 2);
        let body = json!({ "email": mina.email, "password": "whatever" }).to_string();
        let head = format!(
            "POST /api/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n\
             X-Forwarded-For: 203.0.113.2\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        for _ in 0..2 {
            // There is one place more: until the one before it is seen to have gone, there is none.
            let before = counted(&app);
            eventually("it has its place", || {
                let mut impatient = TcpStream::connect(app.address).unwrap();
                let patience = Some(Duration::from_millis(50));
                impatient.set_read_timeout(patience).unwrap();
                impatient
                    .write_all((head.clone() + &body).as_bytes())
                    .unwrap();
                let is_answered = impatient.read_exact(&mut [0; 12]).is_ok();
                !is_answered && counted(&app) > before
            });
        }
        assert!(
            !hashing.is_finished(),
            "the hash was too fast for this test"
        );
        hashing
            .join()
            .unwrap()
            .expect_problem(401, "invalid_credentials");
        let last = from(&mina, "203.0.113.3").log_in("json");
        assert_eq!(app.hashes_for(&last), [131_072]);
    });
    let failed = "SELECT count(*) AS number FROM audit_events WHERE action = 'sign_in_failed'";
    assert_eq!(
        app.database.number(failed),
        2,
        "a hash was computed for who had hung up"
    );
}
