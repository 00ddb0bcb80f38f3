//! Many refreshes of one token at once: tabs that wake up together, retries, two instances.

use chrono::TimeDelta;

use crate::support::*;

/// Lets `count` requests present one token at once. All must succeed, and what they got must work.
fn refresh_at_once(app: &App, mina: &Client, count: usize) -> Client {
    let answers = race(count, |_| mina.refresh());
    let mut tokens: Vec<_> = answers
        .into_iter()
        .map(|answer| answer.expect(200).field("refreshToken"))
        .collect();
    tokens.sort();
    tokens.dedup();
    let current = app
        .database
        .number("SELECT generation AS number FROM refresh_tokens");
    let ended = "SELECT count(*) AS number FROM refresh_tokens WHERE ended_at IS NOT NULL";
    assert_eq!(app.database.number(ended), 0, "someone was logged out");
    assert_eq!(
        tokens.len(),
        1,
        "{count} requests got {} tokens",
        tokens.len()
    );
    let successor = Client {
        refresh_token: tokens.pop(),
        ..mina.clone()
    };
    successor.refresh().expect(200);
    let after = app
        .database
        .number("SELECT generation AS number FROM refresh_tokens");
    assert_eq!(after, current, "what everyone got is not the current token");
    successor
}

#[apply(on_both_databases!)]
fn at_rest_2_8_and_64_requests_share_one_token(app: &App) {
    let mut mina = app.user("mina");
    for count in [2, 8, 64] {
        mina = refresh_at_once(app, &mina, count);
    }
    assert_eq!(
        app.database
            .number("SELECT generation AS number FROM refresh_tokens"),
        0
    );
}

/// CVE-2026-1035 and CVE-2026-53517: one of them rotates, and the others get what it got.
#[apply(on_both_databases!)]
fn beyond_the_grace_2_8_and_64_requests_rotate_once(app: &App) {
    let mut mina = app.user("mina");
    for (rotations, count) in [(1, 2), (2, 8), (3, 64)] {
        app.advance(TimeDelta::seconds(31));
        mina = refresh_at_once(app, &mina, count);
        let generation = app
            .database
            .number("SELECT generation AS number FROM refresh_tokens");
        assert_eq!(generation, rotations);
    }
}

/// The same, where no lock within one process helps.
#[apply(on_both_databases!)]
fn two_instances_rotate_once(app: &App) {
    let other = Setup::default().clock(&app.clock).start_on(&app.database);
    let mina = app.user("mina");
    app.advance(TimeDelta::seconds(31));
    let elsewhere = Client {
        base: other.anonymous().base,
        ..mina.clone()
    };
    let answers = race(16, |number| match number % 2 {
        0 => mina.refresh(),
        _ => elsewhere.refresh(),
    });
    for answer in answers {
        answer.expect(200);
    }
    assert_eq!(
        app.database
            .number("SELECT generation AS number FROM refresh_tokens"),
        1
    );
}

fn without_a_grace(kind: Kind) {
    let app = Setup::default()
        .set("AUTH__REFRESH_GRACE", "0s")
        .start(kind);
    let mina = app.user("mina");
    for answer in race(64, |_| mina.refresh()) {
        answer.expect(200);
    }
    let generation = app
        .database
        .number("SELECT generation AS number FROM refresh_tokens");
    assert_eq!(generation, 64, "each request rotates");
    mina.refresh().expect(200);
}

#[test]
fn without_a_grace_64_requests_all_succeed_on_sqlite() {
    without_a_grace(Kind::Sqlite);
}

#[test]
fn without_a_grace_64_requests_all_succeed_on_postgres() {
    without_a_grace(Kind::Postgres);
}
