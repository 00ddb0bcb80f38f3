//! A claim of a guest at the same time as something else.

use serde_json::json;

use super::claim_room::{expect_all_moved, log_in_claiming};
use crate::questions::counts::expect_true_counts;
use crate::support::*;

/// What the guest was told is kept stays, and what was refused is not there.
#[apply(on_both_databases!)]
fn a_claim_against_what_the_guest_writes_loses_nothing(app: &App) {
    let (mina, noah) = (app.user("mina"), app.registered("noah"));
    let session = mina.opens("Lecture 7");
    let question = mina.asks(&session, "Why?");
    for round in 0..8 {
        let guest = app.guest();
        let guest_id = guest.user_id();
        if round % 2 == 0 {
            guest.asks(&session, "Before");
        }
        let liked = mina.asks(&session, "Like me");
        let questions = app.database.count("questions");
        let answers = race(4, |number| match number {
            0 => log_in_claiming(&noah, &guest),
            1 => guest.put(&format!("{liked}/like")),
            2 => guest.post(
                &format!("{session}/questions"),
                json!({ "body": "At once" }),
            ),
            _ => guest.post(&format!("{question}/replies"), json!({ "body": "At once" })),
        });
        let noah = noah.holding(&answers[0].clone().expect(200));
        for answer in &answers[1..] {
            let is_moved = answer.status == 200 || answer.status == 201;
            assert!(
                is_moved || answer.code() == "login_ended",
                "{}",
                answer.text
            );
        }
        expect_all_moved(app, guest_id);
        let seen = noah.get(&liked).expect(200).json();
        assert_eq!(seen["liked"], answers[1].status == 200);
        let added = app.database.count("questions") - questions;
        assert_eq!(added, i64::from(answers[2].status == 201));
        if answers[2].status == 201 {
            let asked = format!(
                "/api/questions/{}",
                answers[2].json()["questionId"].as_str().unwrap()
            );
            noah.delete(&asked).expect(204);
        }
        if answers[3].status == 201 {
            let replied = format!(
                "/api/replies/{}",
                answers[3].json()["replyId"].as_str().unwrap()
            );
            noah.patch(&replied, json!({ "body": "Mine" })).expect(200);
        }
    }
}

#[apply(on_both_databases!)]
fn a_claim_that_waited_for_the_guests_like_moves_it(app: &App) {
    let (mina, noah, guest) = (app.user("mina"), app.registered("noah"), app.guest());
    let question = mina.asks(&mina.opens("Lecture 7"), "Why?");
    // On SQLite the lock would stop it where its attempt is counted, before the comparison.
    let unlimited = Setup::default()
        .set("LIMITS__ENABLED", "false")
        .start_on(&app.database);
    let (noah, guest_id) = (noah.at(&unlimited), guest.user_id());
    let like = format!(
        "UPDATE users SET contributed = TRUE WHERE user_id = {guest_id}; \
         INSERT INTO participants (session_id, user_id, role, listed, anonymous, session_created_at) \
         SELECT session_id, {guest_id}, 'participant', FALSE, TRUE, created_at FROM sessions; UPDATE sessions SET anonymous_count = 1; \
         INSERT INTO question_likes SELECT question_id, {guest_id} FROM questions; \
         UPDATE questions SET likes_count = 1"
    );
    let answer = app
        .database
        .change_during(&like, || log_in_claiming(&noah, &guest));
    let noah = noah.holding(&answer.expect(200));
    assert_eq!(noah.get(&question).expect(200).json()["liked"], true);
    expect_all_moved(app, guest_id);
}

#[apply(on_both_databases!)]
fn what_a_guest_wanted_to_write_that_waited_for_its_claim_is_refused(app: &App) {
    let (mina, guest) = (app.user("mina"), app.guest());
    let session = mina.opens("Lecture 7");
    let question = mina.asks(&session, "Why?");
    let guest_id = guest.user_id();
    for number in 0..4 {
        let guest = app.guest();
        let guest_id = guest.user_id();
        let gone = format!(
            "UPDATE refresh_tokens SET ended_at = '2026-03-01 12:00:00', user_id = NULL \
             WHERE user_id = {guest_id}; DELETE FROM users WHERE user_id = {guest_id}"
        );
        let answer = app.database.change_during(&gone, || match number {
            0 => guest.put(&format!("{question}/like")),
            1 => guest.post(&format!("{session}/questions"), json!({ "body": "x" })),
            2 => guest.post(&format!("{question}/replies"), json!({ "body": "x" })),
            _ => guest.put(&format!("{session}/participants/me")),
        });
        answer.expect_problem(401, "login_ended");
        expect_all_moved(app, guest_id);
    }
    assert_eq!(
        (
            app.database.count("questions"),
            app.database.count("participants")
        ),
        (1, 1)
    );
    assert_eq!(guest.user_id(), guest_id);
}

#[apply(on_both_databases!)]
fn a_claim_against_the_deletion_of_what_it_moves(app: &App) {
    let (mina, noah) = (app.user("mina"), app.registered("noah"));
    let session = mina.opens("Lecture 7");
    for _ in 0..6 {
        let guest = app.guest();
        let guest_id = guest.user_id();
        let (first, second) = (guest.asks(&session, "One?"), mina.asks(&session, "Two?"));
        guest.likes(&second);
        let reply = guest.replies(&second, "So.");
        let answers = race(4, |number| match number {
            0 => log_in_claiming(&noah, &guest),
            1 => mina.delete(&first),
            2 => mina.delete(&reply),
            _ => mina.delete(&second),
        });
        answers[0].clone().expect(200);
        answers[1].clone().expect(204);
        assert!(
            matches!(answers[2].status, 204 | 404),
            "{}",
            answers[2].text
        );
        answers[3].clone().expect(204);
        expect_all_moved(app, guest_id);
    }
    assert_eq!(app.database.count("questions"), 0);
}

#[apply(on_both_databases!)]
fn two_claims_in_one_room_do_not_wait_for_each_other(app: &App) {
    let mina = app.user("mina");
    let sessions = [mina.opens("One"), mina.opens("Two")];
    let people: Vec<_> = (0..4)
        .map(|number| app.registered(&format!("user-{number}")))
        .collect();
    for _ in 0..3 {
        let guests: Vec<_> = (0..4).map(|_| app.guest()).collect();
        for (number, guest) in guests.iter().enumerate() {
            for turn in 0..2 {
                guest.asks(&sessions[(number + turn) % 2], "Why?");
            }
        }
        let answers = race(4, |number| {
            log_in_claiming(&people[number], &guests[number])
        });
        assert!(answers.iter().all(|it| it.status == 200), "{answers:?}");
    }
    assert_eq!(app.database.count("users WHERE nickname IS NULL"), 0);
    expect_true_counts(app);
}
