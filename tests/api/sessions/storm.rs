//! Sessions and accounts that come to their ends in every way at once, beside two purges.

use serde_json::{Value, json};

use crate::auth::claim_room::log_in_claiming;
use crate::questions::counts::expect_true_counts;
use crate::support::*;

/// What a step of the storm may be answered: nothing fails, and nothing is refused for want of a lock.
#[track_caller]
fn expect_settled(answer: &Answer) {
    let codes = [
        "forbidden",
        "not_found",
        "conflict",
        "session_ended",
        "login_ended",
    ];
    let is_settled = answer.status < 300
        || codes.contains(&answer.code().as_str())
        || answer.code() == "invalid_token";
    assert!(is_settled, "{} {}", answer.status, answer.text);
}

/// Somebody's way through a few sessions.
fn step(person: &Client, others: &[Client], sessions: &[String], number: usize) -> Answer {
    let session = &sessions[number % sessions.len()];
    let other = &others[number % others.len()];
    match number % 9 {
        0 => person.put(&format!("{session}/participants/me")),
        1 => person.post(&format!("{session}/questions"), json!({ "body": "Why?" })),
        2 => person.leave(session),
        3 => person.terminate(session),
        4 => person.reopen(session),
        5 => {
            let hosts = json!({ "userId": ids(other) });
            let client = person.with("content-type", "application/json");
            let url = format!("{session}/super-host");
            client.send("PUT", &url, Some(hosts.to_string().into_bytes()))
        }
        6 => person.put(&format!("{session}/hosts/{}", ids(other))),
        7 => {
            let page = person.get(&format!("{session}/questions?limit=1"));
            match page.status {
                200 if page.json()["questions"] != json!([]) => {
                    let id = page.json()["questions"][0]["questionId"].clone();
                    person.put(&format!("/api/questions/{}/like", id.as_str().unwrap()))
                }
                _ => page,
            }
        }
        _ if number.is_multiple_of(4) => person.delete(session),
        _ => person.get(session),
    }
}

/// The number of an account that may be gone.
fn ids(person: &Client) -> i64 {
    let me = person.get("/api/users/me");
    me.json()["userId"].as_i64().unwrap_or(1)
}

#[apply(on_both_databases!)]
fn in_a_storm_of_endings_nothing_fails_and_counts_are_true(app: &App) {
    const PEOPLE: usize = 6;
    let claimer = app.registered("claimer");
    for round in 0..3 {
        let people: Vec<_> = (0..PEOPLE)
            .map(|number| app.user(&format!("p{round}-{number}")))
            .collect();
        let guest = app.guest();
        let sessions: Vec<_> = people.iter().map(|it| it.opens("Lecture 7")).collect();
        for (session, host) in sessions.iter().zip(&people) {
            guest.asks(session, "Why?");
            for person in &people {
                person.enters(session);
            }
            for person in people.iter().filter(|it| it.nickname != host.nickname) {
                host.makes_host(session, person);
            }
        }
        race(PEOPLE + 3, |racer| match racer {
            _ if racer < PEOPLE => {
                for number in 0..24 {
                    let number = number * 5 + racer * 7 + round;
                    expect_settled(&step(&people[racer], &people, &sessions, number));
                }
                if racer % 2 == 0 {
                    expect_settled(&people[racer].delete_account());
                }
            }
            PEOPLE => {
                for session in &sessions {
                    expect_settled(
                        &guest.post(&format!("{session}/questions"), json!({ "body": "x" })),
                    );
                }
                expect_settled(&log_in_claiming(&claimer, &guest));
            }
            _ => {
                for _ in 0..4 {
                    let failed = if racer == PEOPLE + 1 {
                        app.purge().map_or(vec!["the purge"], |_| Vec::new())
                    } else {
                        app.purge_beside(&app.database).failed
                    };
                    assert_eq!(failed, Vec::<&str>::new());
                }
            }
        });
        app.purge().unwrap();
        expect_true_counts(app);
        for session in &sessions {
            let seen = app.anonymous().get(session);
            if seen.status == 200 && seen.json()["endedAt"] == Value::Null {
                let id = session.rsplit('/').next().unwrap();
                let hosts =
                    format!("participants WHERE session_id = '{id}' AND role = 'super_host'");
                assert_eq!(app.database.count(&hosts), 1, "of a running session");
            }
        }
    }
    assert_eq!(app.database.count("account_deletions"), 0);
}
