//! Two who write in one session at the same time come one after the other.

use serde_json::json;

use super::counts::expect_true_counts;
use super::hosted;
use crate::support::*;

const ROUNDS: usize = 10;

/// SQL: a reply of the super host, as the server writes one under the session's lock.
const REPLY: &str = "UPDATE sessions SET title = title; \
     INSERT INTO replies (public_id, question_id, session_id, author_id, anonymous, body, pinned, likes_count, \
     created_at, updated_at) SELECT NEW_ID, question_id, session_id, NULL, TRUE, 'So.', FALSE, 0, '2026-03-01 12:00:00', '2026-03-01 12:00:00' \
     FROM questions; UPDATE questions SET replies_count = replies_count + 1";
/// SQL: every question is deleted, as the server does it.
const DELETE: &str =
    "UPDATE sessions SET question_count = 0, shown_count = 0; DELETE FROM questions";

#[apply(on_both_databases!)]
fn an_edit_or_deletion_that_waited_for_a_reply_finds_the_question_locked(app: &App) {
    let (_, _, session) = hosted(app);
    for author in [app.user("noah"), app.guest()] {
        let question = author.asks(&session, "Why?");
        let edit = || author.patch(&question, json!({ "body": "x" }));
        app.database
            .change_during(REPLY, edit)
            .expect_problem(403, "question_locked");
        assert_eq!(author.get(&question).expect(200).json()["body"], "Why?");
        app.database.execute(DELETE);
        let question = author.asks(&session, "Why?");
        let answer = app
            .database
            .change_during(REPLY, || author.delete(&question));
        answer.expect_problem(403, "question_locked");
        assert_eq!(author.get(&question).expect(200).json()["repliesCount"], 1);
        app.database.execute(DELETE);
    }
}

#[apply(on_both_databases!)]
fn an_edit_that_waited_for_a_host_finds_the_question_closed(app: &App) {
    let (_, _, session) = hosted(app);
    let noah = app.user("noah");
    let question = noah.asks(&session, "Why?");
    let close = "UPDATE sessions SET title = title; UPDATE questions SET closed = TRUE";
    let edit = || noah.patch(&question, json!({ "body": "x" }));
    app.database
        .change_during(close, edit)
        .expect_problem(403, "question_locked");
}

/// The answer to an edit is the question as it was then: without a reply.
#[apply(on_both_databases!)]
fn an_edit_against_a_reply_came_first_or_is_refused(app: &App) {
    let (mina, _, session) = hosted(app);
    let noah = app.user("noah");
    let mut refused = 0;
    for _ in 0..ROUNDS {
        let question = noah.asks(&session, "Why?");
        let answers = race(2, |number| match number {
            0 => noah.patch(&question, json!({ "body": "Why so?" })),
            _ => mina.post(
                &format!("{question}/replies"),
                json!({ "body": "Because." }),
            ),
        });
        answers[1].clone().expect(201);
        let edited = answers[0].clone();
        let seen = noah.get(&question).expect(200).json();
        if edited.status == 200 {
            let behind = "a question was changed that had a reply";
            assert_eq!(edited.json()["repliesCount"], 0, "{behind}");
            assert_eq!(seen["body"], "Why so?");
        } else {
            edited.expect_problem(403, "question_locked");
            assert_eq!(seen["body"], "Why?");
            refused += 1;
        }
    }
    println!("{refused} of {ROUNDS} edits came second");
    expect_true_counts(app);
}

#[apply(on_both_databases!)]
fn of_an_authors_deletion_and_a_reply_one_succeeds(app: &App) {
    let (mina, _, session) = hosted(app);
    let guest = app.guest();
    for _ in 0..ROUNDS {
        let question = guest.asks(&session, "Why?");
        let answers = race(2, |number| match number {
            0 => guest.delete(&question),
            _ => mina.post(
                &format!("{question}/replies"),
                json!({ "body": "Because." }),
            ),
        });
        match answers[0].status {
            204 => drop(answers[1].clone().expect_problem(404, "not_found")),
            _ => {
                answers[0].clone().expect_problem(403, "question_locked");
                answers[1].clone().expect(201);
            }
        }
    }
    expect_true_counts(app);
}

#[apply(on_both_databases!)]
fn a_like_against_the_deletion_of_a_question_leaves_nothing(app: &App) {
    let (mina, _, session) = hosted(app);
    let (noah, guest) = (app.user("noah"), app.guest());
    for _ in 0..ROUNDS {
        let question = noah.asks(&session, "Why?");
        let answers = race(3, |number| match number {
            0 => mina.delete(&question),
            1 => noah.put(&format!("{question}/like")),
            _ => guest.put(&format!("{question}/like")),
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
    assert_eq!(
        app.database.count("questions") + app.database.count("question_likes"),
        0
    );
    let question = noah.asks(&session, "Why?");
    let like = || guest.put(&format!("{question}/like"));
    app.database
        .change_during(DELETE, like)
        .expect_problem(404, "not_found");
}

#[apply(on_both_databases!)]
fn a_reply_against_the_deletion_of_its_question_leaves_nothing(app: &App) {
    let (mina, sub, session) = hosted(app);
    let (noah, guest) = (app.user("noah"), app.guest());
    for _ in 0..ROUNDS {
        let question = noah.asks(&session, "Why?");
        let reply = || json!({ "body": "Because." });
        let answers = race(3, |number| match number {
            0 => mina.delete(&question),
            1 => sub.post(&format!("{question}/replies"), reply()),
            _ => guest.post(&format!("{question}/replies"), reply()),
        });
        answers[0].clone().expect(204);
        for reply in &answers[1..] {
            assert!(
                reply.status == 201 || reply.code() == "not_found",
                "{}",
                reply.text
            );
        }
    }
    assert_eq!(
        app.database.count("questions") + app.database.count("replies"),
        0
    );
    expect_true_counts(app);
    let question = noah.asks(&session, "Why?");
    let reply = || guest.post(&format!("{question}/replies"), json!({ "body": "So." }));
    app.database
        .change_during(DELETE, reply)
        .expect_problem(404, "not_found");
}

#[apply(on_both_databases!)]
fn pinning_and_closing_against_the_deletion_of_a_question_leave_nothing(app: &App) {
    let (mina, sub, session) = hosted(app);
    let noah = app.user("noah");
    for _ in 0..ROUNDS {
        let question = noah.asks(&session, "Why?");
        let answers = race(3, |number| match number {
            0 => noah.delete(&question),
            1 => mina.put(&format!("{question}/pin")),
            _ => sub.put(&format!("{question}/close")),
        });
        for answer in &answers {
            let codes = ["not_found", "question_locked"];
            assert!(
                answer.status < 300 || codes.contains(&answer.code().as_str()),
                "{}",
                answer.text
            );
        }
        let was_closed = answers[2].status == 200 && answers[0].status == 403;
        assert_eq!(
            mina.get(&question).status,
            if was_closed { 200 } else { 404 }
        );
    }
    app.database.execute(DELETE);
    for what in ["pin", "close"] {
        let question = noah.asks(&session, "Why?");
        let act = || mina.put(&format!("{question}/{what}"));
        app.database
            .change_during(DELETE, act)
            .expect_problem(404, "not_found");
    }
}

#[apply(on_both_databases!)]
fn a_pin_that_waited_for_the_revoke_is_forbidden(app: &App) {
    let (_, sub, session) = hosted(app);
    let question = sub.asks(&session, "Why?");
    let revoke = "UPDATE sessions SET title = title; \
         UPDATE participants SET role = 'participant', host_since = NULL WHERE role = 'sub_host'";
    let pin = || sub.put(&format!("{question}/pin"));
    app.database
        .change_during(revoke, pin)
        .expect_problem(403, "forbidden");
    assert_eq!(sub.get(&question).expect(200).json()["pinned"], false);
}

#[apply(on_both_databases!)]
fn whoever_waited_for_the_end_of_the_session_writes_nothing(app: &App) {
    let (mina, _, session) = hosted(app);
    let guest = app.guest();
    let question = guest.asks(&session, "Why?");
    let reply = guest.replies(&question, "Because.");
    let end = "UPDATE sessions SET ended_at = '2026-03-01 12:00:00'";
    let before = mina.get(&question).expect(200).text;
    let body = || json!({ "body": "x" });
    let asking = format!("{session}/questions");
    let writes: [&(dyn Fn() -> Answer + Sync); 5] = [
        &|| guest.post(&asking, body()),
        &|| guest.post(&format!("{question}/replies"), body()),
        &|| guest.patch(&reply, body()),
        &|| guest.put(&format!("{question}/like")),
        &|| mina.put(&format!("{reply}/pin")),
    ];
    for write in writes {
        let answer = app.database.change_during(end, write);
        answer.expect_problem(403, "session_ended");
        assert_eq!(mina.get(&question).expect(200).text, before);
        app.database.execute("UPDATE sessions SET ended_at = NULL");
    }
    assert_eq!(app.database.count("questions"), 1);
}
