//! A guest has 2,000 questions, replies and likes, so that a claim always fits.

use serde_json::json;

use super::counts::expect_true_counts;
use crate::auth::claim_room::{claims, expect_all_moved};
use crate::support::*;

/// SQL: someone has asked so often in the only session, and likes each of these questions, and has
/// replied to one of them so often, and likes these replies.
fn contributions(user_id: i64, each: u32) -> String {
    let number = format!(
        "WITH RECURSIVE number(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM number WHERE i < {each})"
    );
    let first = "(SELECT min(question_id) FROM questions WHERE body = 'many')";
    [
        format!(
            "{number} INSERT INTO questions (public_id, session_id, author_id, anonymous, body, pinned, \
             closed, likes_count, replies_count, created_at, updated_at) SELECT NEW_ID, session_id, \
             {user_id}, TRUE, 'many', FALSE, FALSE, 1, 0, created_at, created_at FROM number, sessions"
        ),
        format!(
            "{number} INSERT INTO replies (public_id, question_id, session_id, author_id, anonymous, body, pinned, \
             likes_count, created_at, updated_at) SELECT NEW_ID, {first}, \
             (SELECT min(session_id) FROM sessions), {user_id}, TRUE, 'many', \
             FALSE, 1, '2026-03-01 12:00:00', '2026-03-01 12:00:00' FROM number"
        ),
        format!(
            "INSERT INTO question_likes SELECT question_id, {user_id} FROM questions WHERE body = 'many'"
        ),
        format!("INSERT INTO reply_likes SELECT reply_id, {user_id} FROM replies WHERE body = 'many'"),
        format!("UPDATE questions SET replies_count = {each} WHERE question_id = {first}"),
        format!("UPDATE sessions SET question_count = question_count + {each}, shown_count = shown_count + {each}"),
    ]
    .join("; ")
}

#[apply(on_both_databases!)]
fn a_guest_with_two_thousand_adds_nothing(app: &App) {
    let (mina, guest) = (app.user("mina"), app.guest());
    let session = mina.opens("Lecture 7");
    let question = mina.asks(&session, "Why?");
    let reply = mina.replies(&question, "So.");
    let own = guest.asks(&session, "Mine?");
    guest.likes(&own);
    let guest_id = guest.user_id();
    app.database.execute(&contributions(guest_id, 499));
    guest.replies(&question, "the 1,999th");
    guest.likes(&question);
    let body = || json!({ "body": "x" });
    let refused = || {
        for (language, word) in [("en", "2,000"), ("ko", "2,000개")] {
            let guest = guest.with("accept-language", language);
            for answer in [
                guest.post(&format!("{session}/questions"), body()),
                guest.post(&format!("{question}/replies"), body()),
                guest.put(&format!("{reply}/like")),
            ] {
                let detail = answer.expect_problem(409, "conflict").field("detail");
                assert!(detail.contains(word), "{detail}");
            }
        }
    };
    refused();
    assert_eq!(
        guest.likes(&own),
        1,
        "what it likes already is no like more"
    );
    guest
        .patch(&own, json!({ "body": "And mine?" }))
        .expect(200);
    guest.enters(&session);
    guest.delete(&format!("{question}/like")).expect(200);
    assert_eq!(guest.likes(&reply), 1);
    guest
        .put(&format!("{question}/like"))
        .expect_problem(409, "conflict");
    // Its like goes with it.
    guest.delete(&own).expect(204);
    guest.asks(&session, "In its place?");
    guest.likes(&question);
    refused_like(&guest, &mina.asks(&session, "Another?"));
    mina.asks(&session, "A named account has no such limit");
    expect_true_counts(app);
}

#[track_caller]
fn refused_like(guest: &Client, entry: &str) {
    guest
        .put(&format!("{entry}/like"))
        .expect_problem(409, "conflict");
}

#[apply(on_both_databases!)]
fn of_eight_contributions_at_once_the_two_thousandth_is_the_last(app: &App) {
    let (mina, guest) = (app.user("mina"), app.guest());
    let session = mina.opens("Lecture 7");
    let question = mina.asks(&session, "Why?");
    let (first, second) = (guest.asks(&session, "Mine?"), guest.asks(&session, "Mine?"));
    guest.likes(&first);
    app.database.execute(&contributions(guest.user_id(), 499));
    let answers = race(8, |number| match number % 4 {
        0 => guest.post(&format!("{session}/questions"), json!({ "body": "x" })),
        1 => guest.post(&format!("{question}/replies"), json!({ "body": "x" })),
        2 => guest.post(&format!("{second}/replies"), json!({ "body": "x" })),
        _ => guest.post(&format!("{session}/questions"), json!({ "body": "y" })),
    });
    assert_eq!(answers.iter().filter(|it| it.status == 201).count(), 1);
    assert_eq!(
        answers.iter().filter(|it| it.code() == "conflict").count(),
        7
    );
    expect_true_counts(app);
}

#[apply(on_both_databases!)]
fn a_guest_with_two_thousand_is_claimed_and_goes_on(app: &App) {
    let (mina, guest) = (app.user("mina"), app.guest());
    let session = mina.opens("Lecture 7");
    let question = mina.asks(&session, "Why?");
    guest.enters(&session);
    let guest_id = guest.user_id();
    app.database.execute(&contributions(guest_id, 500));
    guest
        .put(&format!("{question}/like"))
        .expect_problem(409, "conflict");
    let noah = claims(&app.registered("noah"), &guest);
    expect_all_moved(app, guest_id);
    assert_eq!(noah.likes(&question), 1);
    noah.asks(&session, "One more?");
    let noah_id = noah.user_id();
    for (table, owner, rows) in [
        ("questions", "author_id", 501),
        ("replies", "author_id", 500),
        ("question_likes", "user_id", 501),
        ("reply_likes", "user_id", 500),
    ] {
        let theirs = format!("{table} WHERE {owner} = {noah_id}");
        assert_eq!(app.database.count(&theirs), rows, "{theirs}");
    }
    expect_true_counts(app);
}
