//! How much one account may do, wherever it is signed in.

use chrono::TimeDelta;
use serde_json::json;

use super::taken;
use crate::support::*;

const HALL: &str = "203.0.113.9";

fn setup() -> Setup {
    Setup::default().usual_limits()
}

#[test]
fn an_account_sends_200_requests_at_once_and_then_20_a_second() {
    let app = setup().start(Kind::Sqlite);
    let mina = app.user("mina").calling_from(HALL);
    let phone = mina.signed_in();
    let neighbour = app.user("jun").calling_from(HALL);
    let ask = |client: &Client| client.get("/api/users/me");
    assert_eq!(taken(150, || ask(&mina)), 150);
    assert_eq!(
        taken(150, || ask(&phone)),
        50,
        "another login is the same account"
    );
    assert_eq!(taken(20, || ask(&phone.calling_from("203.0.113.10"))), 0);
    assert_eq!(taken(100, || ask(&neighbour)), 100);
    app.advance(TimeDelta::seconds(1));
    assert_eq!(taken(40, || ask(&mina)), 20);
    app.advance(TimeDelta::minutes(1));
    assert_eq!(taken(300, || ask(&mina)), 200);
}

#[test]
fn ten_contributions_at_once_and_then_one_every_two_seconds() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let app = setup().start(kind);
        let (mina, jun) = (app.user("mina"), app.user("jun"));
        let session = mina.opens("Lecture 7");
        let ask =
            |client: &Client| client.post(&format!("{session}/questions"), json!({ "body": "x" }));
        let question = jun.asks(&session, "When?");
        let reply = jun.replies(&question, "Soon.");
        let edit = |entry: &str| jun.patch(entry, json!({ "body": "y" }));
        assert_eq!(taken(2, || edit(&question)), 2);
        assert_eq!(taken(2, || edit(&reply)), 2);
        assert_eq!(taken(20, || ask(&jun)), 4, "of ten in all");
        let write = || jun.post(&format!("{question}/replies"), json!({ "body": "x" }));
        assert_eq!(taken(1, || edit(&question)), 0);
        assert_eq!(taken(1, || edit(&reply)), 0);
        assert_eq!(taken(1, write), 0);
        assert_eq!(taken(20, || ask(&mina)), 10, "her neighbour has her own");
        app.advance(TimeDelta::milliseconds(1_999));
        assert_eq!(taken(1, write), 0);
        app.advance(TimeDelta::milliseconds(1));
        assert_eq!(taken(5, write), 1);
        app.advance(TimeDelta::seconds(10));
        assert_eq!(taken(20, || ask(&jun)), 5);
        jun.delete(&reply).expect(204);
    }
}

#[test]
fn three_new_nicknames_at_once_and_then_one_a_minute() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let app = setup().start(kind);
        let (mina, jun) = (app.user("mina"), app.user("jun"));
        let rename = |nickname: &str| mina.patch("/api/users/me", json!({ "nickname": nickname }));
        for _ in 0..5 {
            rename("jun").expect_problem(409, "nickname_taken");
        }
        let mut names = (1..).map(|number| format!("mina{number}"));
        for count in [3, 1] {
            for name in names.by_ref().take(count) {
                rename(&name).expect(200);
            }
            let refused = rename("mina").expect_problem(429, "too_many_requests");
            let wait = refused.header("retry-after").unwrap().parse().unwrap();
            assert!((60..=72).contains(&wait), "a fifth at random: {wait}");
            app.advance(TimeDelta::minutes(1));
        }
        let other = jun.patch("/api/users/me", json!({ "nickname": "noah" }));
        other.expect(200);
    }
}

#[test]
fn fifty_likes_at_once_and_then_five_a_second() {
    let app = setup().start(Kind::Sqlite);
    let mina = app.user("mina");
    let question = mina.asks(&mina.opens("Lecture 7"), "When?");
    let reply = mina.replies(&question, "Soon.");
    let jun = app.user("jun");
    let like = |entry: &str| jun.put(&format!("{entry}/like"));
    let unlike = |entry: &str| jun.delete(&format!("{entry}/like"));
    assert_eq!(taken(20, || like(&question)), 20);
    assert_eq!(taken(20, || unlike(&reply)), 20);
    assert_eq!(taken(20, || like(&reply)), 10);
    assert_eq!(taken(5, || unlike(&question)), 0);
    app.advance(TimeDelta::seconds(1));
    assert_eq!(taken(10, || unlike(&question)), 5);
    assert_eq!(app.guest().likes(&question), 1);
}

#[test]
fn likes_of_one_network_are_limited_together() {
    let app = setup()
        .set("LIMITS__BEARER_LIKES_BURST", "30")
        .start(Kind::Sqlite);
    let mina = app.user("mina").calling_from("192.0.2.1");
    let question = mina.asks(&mina.opens("Lecture 7"), "When?");
    let like = |client: &Client| client.put(&format!("{question}/like"));
    let guests: Vec<_> = (0..4).map(|_| app.guest().calling_from(HALL)).collect();
    let liked: usize = guests.iter().map(|it| taken(10, || like(it))).sum();
    assert_eq!(liked, 30);
    assert_eq!(taken(10, || like(&mina)), 10);
}

#[test]
fn twenty_sessions_at_once_and_then_one_a_minute() {
    for kind in [Kind::Sqlite, Kind::Postgres] {
        let app = setup().start(kind);
        let mina = app.user("mina");
        let open = || mina.post("/api/sessions", json!({ "title": "x" }));
        let opened = (0..25).filter(|_| open().status == 201).count();
        assert_eq!(opened, 20);
        let wait = open().expect_problem(429, "too_many_requests");
        let wait = wait.header("retry-after").map(str::parse::<u64>);
        assert!(matches!(wait, Some(Ok(60..=70))), "{wait:?}");
        app.advance(TimeDelta::seconds(59));
        open().expect_problem(429, "too_many_requests");
        app.advance(TimeDelta::seconds(1));
        open().expect(201);
        open().expect_problem(429, "too_many_requests");
        app.user("jun").opens("another's");
    }
}

#[test]
fn what_two_accounts_do_at_once_is_counted_truly() {
    let app = setup().start(Kind::Sqlite);
    let session = app.user("mina").opens("Lecture 7");
    let people = [app.user("jun"), app.guest()];
    let asked = race(8, |number| {
        let client = &people[number % 2];
        let ask = |_| client.post(&format!("{session}/questions"), json!({ "body": "x" }));
        (0..10).map(ask).filter(|it| it.status == 201).count()
    });
    assert_eq!(asked.iter().sum::<usize>(), 20, "{asked:?}");
}

#[test]
fn who_writes_as_fast_as_possible_is_slowed_and_the_neighbours_are_not() {
    let app = setup().start(Kind::Sqlite);
    let session = app.user("mina").opens("Lecture 7");
    let troll = app.guest().calling_from(HALL);
    let ask =
        |client: &Client| client.post(&format!("{session}/questions"), json!({ "body": "x" }));
    assert_eq!(taken(190, || ask(&troll)), 10);
    for _ in 0..10 {
        let neighbour = app.guest().calling_from(HALL);
        assert_eq!(taken(10, || ask(&neighbour)), 10);
    }
}
