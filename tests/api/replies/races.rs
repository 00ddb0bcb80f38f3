//! What two do to one reply at the same time.

use serde_json::json;

use super::asked;
use crate::questions::counts::expect_true_counts;
use crate::support::*;

const ROUNDS: usize = 10;

/// SQL: every reply is deleted, as the server does it.
const DELETE: &str = "UPDATE sessions SET title = title; DELETE FROM reply_likes; \
     UPDATE replies SET body = NULL, author_id = NULL, anonymous = TRUE, pinned = FALSE, likes_count = 0; \
     UPDATE questions SET replies_count = 0";

/// Nothing is left of any reply but its place.
#[track_caller]
fn expect_deleted(app: &App) {
    assert_eq!(app.database.count("reply_likes"), 0);
    let left =
        "replies WHERE body IS NOT NULL OR author_id IS NOT NULL OR pinned OR likes_count > 0";
    assert_eq!(app.database.count(left), 0);
    expect_true_counts(app);
}

#[apply(on_both_databases!)]
fn a_like_against_the_deletion_of_a_reply_leaves_none(app: &App) {
    let (mina, _, _, question) = asked(app);
    let (noah, guest) = (app.user("noah"), app.guest());
    for _ in 0..ROUNDS {
        let reply = noah.replies(&question, "Because.");
        let answers = race(3, |number| match number {
            0 => noah.delete(&reply),
            1 => mina.put(&format!("{reply}/like")),
            _ => guest.put(&format!("{reply}/like")),
        });
        answers[0].clone().expect(204);
        for like in &answers[1..] {
            assert!(
                like.status == 200 || like.code() == "not_found",
                "{}",
                like.text
            );
        }
    }
    expect_deleted(app);
}

#[apply(on_both_databases!)]
fn an_edit_or_a_pin_against_the_deletion_of_a_reply_bring_nothing_back(app: &App) {
    let (mina, sub, _, question) = asked(app);
    let noah = app.user("noah");
    for _ in 0..ROUNDS {
        let reply = noah.replies(&question, "Because.");
        let answers = race(3, |number| match number {
            0 => mina.delete(&reply),
            1 => noah.patch(&reply, json!({ "body": "Therefore." })),
            _ => sub.put(&format!("{reply}/pin")),
        });
        answers[0].clone().expect(204);
        for other in &answers[1..] {
            // What was pinned before is not changed any more.
            let refused = ["not_found", "question_locked"];
            assert!(
                other.status == 200 || refused.contains(&other.code().as_str()),
                "{}",
                other.text
            );
        }
    }
    expect_deleted(app);
}

#[apply(on_both_databases!)]
fn whoever_waited_for_the_deletion_of_a_reply_finds_nothing(app: &App) {
    let (mina, _, _, question) = asked(app);
    let noah = app.user("noah");
    for number in 0..5 {
        let reply = noah.replies(&question, "Because.");
        let act = || match number {
            0 => noah.patch(&reply, json!({ "body": "Therefore." })),
            1 => noah.delete(&reply),
            2 => mina.delete(&format!("{reply}/pin")),
            3 => mina.put(&format!("{reply}/pin")),
            _ => mina.put(&format!("{reply}/like")),
        };
        app.database
            .change_during(DELETE, act)
            .expect_problem(404, "not_found");
        expect_deleted(app);
    }
}

#[apply(on_both_databases!)]
fn of_eight_deletions_of_a_reply_one_succeeds_and_counts(app: &App) {
    let (mina, _, _, question) = asked(app);
    let noah = app.user("noah");
    let reply = noah.replies(&question, "Because.");
    mina.replies(&question, "So.");
    let answers = race(8, |number| {
        if number % 2 == 0 {
            noah.delete(&reply)
        } else {
            mina.delete(&reply)
        }
    });
    // The author's leaves the place, which a host may remove.
    let done = answers.iter().filter(|it| it.status == 204).count();
    assert!((1..=2).contains(&done), "{done}");
    assert_eq!(
        answers.iter().filter(|it| it.status == 404).count(),
        8 - done
    );
    assert_eq!(mina.get(&question).expect(200).json()["repliesCount"], 1);
    expect_true_counts(app);
}
