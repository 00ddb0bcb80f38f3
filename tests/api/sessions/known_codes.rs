//! GET /api/sessions/by-code/{joinCode} in a network whose guesses are used up.

use chrono::TimeDelta;

use super::by_code::{another, code_of, misses};
use crate::support::*;

const HALL: &str = "203.0.113.9";

fn setup() -> Setup {
    let setup = Setup::default().usual_limits();
    setup.set("LIMITS__JOIN_CODES_BURST", "20")
}

/// Somebody in the hall uses up what the network may guess.
fn guess(app: &RunningServer, code: &str) -> Client {
    let troll = app.anonymous().calling_from(HALL);
    assert_eq!(misses(&troll, &another(code), 25), 20);
    troll
}

fn refuses(client: &Client, code: &str) {
    client.finds(code).expect_problem(429, "too_many_requests");
}

/// Opened by Mina at home.
fn session_of_mina(app: &RunningServer) -> (Client, String, String) {
    let mina = app.user("mina").calling_from("192.0.2.1");
    let session = mina.opens("Lecture 7");
    let code = code_of(&mina, &session);
    (mina, session, code)
}

#[test]
fn a_code_that_was_looked_up_goes_on_working() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let app = setup().start(kind);
        let (mina, _, code) = session_of_mina(&app);
        let other = code_of(&mina, &mina.opens("Lecture 8"));
        app.anonymous().calling_from(HALL).finds(&code).expect(200);
        let troll = guess(&app, &code);
        for _ in 0..30 {
            troll.finds(&code.to_lowercase()).expect(200);
        }
        refuses(&troll, &other);
        refuses(&troll, &another(&code));
        troll.finds("OIL").expect_problem(404, "not_found");
    }
}

#[test]
fn a_session_that_was_opened_or_entered_here_is_found() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let app = setup().start(kind);
        let (mina, entered, code) = session_of_mina(&app);
        let jun = app.user("jun").calling_from(HALL);
        let opened = code_of(&jun, &jun.opens("Lecture 8"));
        let seen = code_of(&mina, &mina.opens("Lecture 9"));
        app.guest().calling_from(HALL).enters(&entered);
        let troll = guess(&app, &code);
        troll.finds(&code).expect(200);
        troll.finds(&opened).expect(200);
        refuses(&troll, &seen);
    }
}

#[test]
fn a_code_is_known_for_a_day_and_then_forgotten() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let app = setup().start(kind);
        let (_, _, code) = session_of_mina(&app);
        let hall = app.anonymous().calling_from(HALL);
        hall.finds(&code).expect(200);
        app.advance(TimeDelta::minutes(59));
        hall.finds(&code).expect(200);
        app.advance(TimeDelta::hours(23));
        app.purge().unwrap();
        let troll = guess(&app, &code);
        // Found again, it is known for another day.
        troll.finds(&code).expect(200);
        app.advance(TimeDelta::hours(26));
        let troll = guess(&app, &code);
        refuses(&troll, &code);
        assert_eq!(app.database.count("known_codes"), 2);
        app.purge().unwrap();
        assert_eq!(app.database.count("known_codes"), 0);
    }
}

#[test]
fn another_network_knows_nothing_and_a_48_is_one() {
    let app = setup().start(Kind::Sqlite);
    let (_, _, code) = session_of_mina(&app);
    let from = |address: &str| app.anonymous().calling_from(address);
    from("2001:db8:0:1::1").finds(&code).expect(200);
    let (neighbour, stranger) = (from("2001:db8:0:2::1"), from("2001:db8:1::1"));
    for client in [&neighbour, &stranger] {
        assert_eq!(misses(client, &another(&code), 25), 20);
    }
    neighbour.finds(&code).expect(200);
    refuses(&stranger, &code);
}

#[test]
fn what_one_instance_knows_the_other_knows_on_postgres() {
    let app = setup().start(Kind::Postgres);
    let other = setup().clock(&app.clock).start_on(&app.database);
    let (_, _, code) = session_of_mina(&app);
    app.anonymous().calling_from(HALL).finds(&code).expect(200);
    let troll = guess(&other, &code);
    troll.finds(&code).expect(200);
    refuses(&troll, &another(&code));
}

#[test]
fn a_deleted_session_is_found_by_nobody() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let app = setup().start(kind);
        let (mina, session, code) = session_of_mina(&app);
        let hall = app.anonymous().calling_from(HALL);
        hall.finds(&code).expect(200);
        mina.delete(&session).expect(204);
        let troll = guess(&app, &code);
        troll.finds(&code).expect_problem(404, "not_found");
    }
}

/// 22^6 codes. Of a thousand sessions, how many an address finds in an hour, by what the server has
/// looked up for it; half of what it tries are right codes, which makes no difference.
#[test]
fn guessing_for_an_hour_finds_a_tenth_of_a_session() {
    let app = Setup::default().usual_limits().start(Kind::Sqlite);
    let (_, _, code) = session_of_mina(&app);
    let troll = app.anonymous().calling_from(HALL);
    let wrong = another(&code);
    let looked_up = |tries: usize| misses(&troll, &wrong, tries) as f64;
    let at_once = looked_up(400);
    app.advance(TimeDelta::seconds(60));
    let in_a_minute = looked_up(400);
    for _ in 0..20 {
        refuses(&troll, &code);
    }
    let in_an_hour = at_once + 60.0 * in_a_minute;
    let found = 1_000.0 * in_an_hour / 22_f64.powi(6);
    assert!((0.05..0.1).contains(&found), "{found}");
}
