//! A hall behind one address: 600 people come in within ten seconds, and one wants to spoil it.

use chrono::TimeDelta;
use serde_json::json;

use crate::support::*;

const HALL: &str = "203.0.113.9";
/// Questions of one session, at most.
const ROOM: f64 = 10_000.0;

fn setup() -> Setup {
    // On a slow machine they wait for each other.
    Setup::default()
        .usual_limits()
        .set("DATABASE__ACQUIRE_TIMEOUT", "60s")
}

/// A session of Mina's, who is elsewhere, and its join code.
fn session_of_mina(app: &App) -> (String, String) {
    let mina = app.user("mina").calling_from("192.0.2.1");
    let session = mina.opens("Lecture 7");
    let code = mina.get(&session).expect(200).field("joinCode");
    (session, code)
}

fn guest_from(app: &App, address: &str) -> Client {
    let client = app.anonymous().calling_from(address);
    let guest = client.post("/api/auth/guest", json!({ "mode": "json" }));
    client.holding(&guest.expect(201))
}

fn ask(client: &Client, session: &str) -> Answer {
    client.post(
        &format!("{session}/questions"),
        json!({ "body": "When do we move?" }),
    )
}

/// How many of `each` questions of every client are asked.
fn asked(clients: &[Client], session: &str, each: usize) -> usize {
    let of_one = |client: &Client| {
        (0..each)
            .filter(|_| ask(client, session).status == 201)
            .count()
    };
    let threads = race(8, |number| {
        let mine = clients.iter().skip(number).step_by(8);
        mine.map(of_one).sum::<usize>()
    });
    threads.iter().sum()
}

/// In no time at all: the clock stands still.
#[test]
fn six_hundred_people_behind_one_address_come_in_at_once() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let app = setup().start(kind);
        let (session, code) = session_of_mina(&app);
        race(24, |_| {
            for _ in 0..25 {
                let guest = guest_from(&app, HALL);
                let found = guest.get(&format!("/api/sessions/by-code/{code}"));
                found.expect(200);
                guest.enters(&session);
                guest.get(&format!("{session}/questions")).expect(200);
                guest.asks(&session, "When do we move?");
            }
        });
        assert_eq!(app.database.count("questions"), 600);
    }
}

/// With a tenth of the burst; `src/http/rate_limits/tests.rs` has the whole.
#[test]
fn one_person_with_many_guests_needs_an_hour_to_fill_a_session() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let app = setup()
            .set("LIMITS__GUEST_CONTRIBUTIONS_BURST", "70")
            .start(kind);
        let (session, _) = session_of_mina(&app);
        let guests: Vec<_> = (0..12).map(|_| guest_from(&app, HALL)).collect();
        assert_eq!(asked(&guests, &session, 10), 70);
        app.advance(TimeDelta::seconds(20));
        let in_20_seconds = asked(&guests, &session, 10) as f64;
        let seconds = (ROOM - 700.0) / (in_20_seconds / 20.0);
        assert!(seconds > 3_600.0, "full after {seconds} s");
    }
}

#[test]
fn while_one_person_storms_the_others_get_their_turns() {
    let app = setup()
        .set("LIMITS__GUEST_CONTRIBUTIONS_BURST", "70")
        .start(Kind::Sqlite);
    let (session, code) = session_of_mina(&app);
    let jun = app.user("jun").calling_from(HALL);
    let other_session = jun.opens("Lecture 8");
    let guests: Vec<_> = (0..12).map(|_| guest_from(&app, HALL)).collect();
    assert_eq!(asked(&guests, &session, 10), 70);
    // A named neighbour, guests of other networks, and another session of the same network.
    jun.asks(&session, "When do we move?");
    for network in 0..5 {
        let elsewhere = guest_from(&app, &format!("198.51.100.{network}"));
        assert_eq!(asked(&[elsewhere], &session, 12), 10);
    }
    guest_from(&app, HALL).asks(&other_session, "When do we move?");
    // Who only listens, enters and likes is not held up either.
    let guest = guest_from(&app, HALL);
    guest
        .get(&format!("/api/sessions/by-code/{code}"))
        .expect(200);
    guest.enters(&session);
    guest.get(&format!("{session}/questions")).expect(200);
    let question = jun.asks(&session, "Where to?");
    guest.likes(&question);
}

/// What takes one address an hour, a thousand do at once: the limits are of networks.
#[test]
fn from_many_addresses_only_the_accounts_are_limited() {
    let app = setup()
        .set("LIMITS__GUEST_CONTRIBUTIONS_BURST", "10")
        .start(Kind::Sqlite);
    let (session, _) = session_of_mina(&app);
    let guests = (0..20).map(|number| guest_from(&app, &format!("198.51.100.{number}")));
    assert_eq!(asked(&guests.collect::<Vec<_>>(), &session, 12), 200);
}

/// One network in IPv6: a /48 with a thousand /64.
#[test]
fn a_48_fills_a_session_at_ten_times_the_rate_and_no_faster() {
    let app = setup()
        .set("LIMITS__GUEST_CONTRIBUTIONS_BURST", "7")
        .start(Kind::Sqlite);
    let (session, _) = session_of_mina(&app);
    let guests = (0..20).map(|number| guest_from(&app, &format!("2001:db8:0:{number:x}::1")));
    assert_eq!(asked(&guests.collect::<Vec<_>>(), &session, 10), 70);
}
