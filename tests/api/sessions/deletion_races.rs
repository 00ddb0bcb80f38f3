//! DELETE /api/sessions/{sessionId} beside people who write there.

use serde_json::json;

use super::delete::deleted_until;
use crate::auth::claim_room::{expect_all_moved, log_in_claiming};
use crate::questions::counts::expect_true_counts;
use crate::support::*;

const ROUNDS: usize = 6;
/// SQL: as the server deletes a session. The purge has not been there.
const DELETE: &str = "UPDATE sessions SET deleted_at = '2026-03-01 12:00:00', \
    delete_at = '2026-03-01 12:00:00' WHERE deleted_at IS NULL";

/// Once the purge has been there nothing is left.
#[track_caller]
fn expect_empty(app: &App) {
    app.purge().unwrap();
    for table in [
        "participants",
        "questions",
        "replies",
        "question_likes",
        "reply_likes",
    ] {
        assert_eq!(app.database.count(table), 0, "{table}");
    }
    expect_true_counts(app);
    let counted = "sessions WHERE question_count <> 0";
    assert_eq!(app.database.count(counted), 0);
}

#[apply(on_both_databases!)]
fn what_is_written_against_the_deletion_goes_with_it_or_finds_nothing(app: &App) {
    let (mina, noah, guest) = (app.user("mina"), app.user("noah"), app.guest());
    for _ in 0..ROUNDS {
        let session = mina.opens("Lecture 7");
        let question = mina.asks(&session, "Why?");
        let body = || json!({ "body": "x" });
        let answers = race(7, |number| match number {
            0 => mina.delete(&session),
            1 => noah.post(&format!("{session}/questions"), body()),
            2 => guest.post(&format!("{session}/questions"), body()),
            3 => noah.put(&format!("{question}/like")),
            4 => guest.put(&format!("{question}/like")),
            5 => guest.post(&format!("{question}/replies"), body()),
            _ => noah.put(&format!("{session}/participants/me")),
        });
        answers[0].clone().expect(204);
        for answer in &answers[1..] {
            let fine = answer.status < 300 || answer.code() == "not_found";
            assert!(fine, "{}", answer.text);
        }
        noah.get(&question).expect_problem(404, "not_found");
    }
    expect_empty(app);
}

#[apply(on_both_databases!)]
fn of_eight_deletions_at_once_one_is_done(app: &App) {
    let mina = app.user("mina");
    for round in 1..=4 {
        let session = mina.opens("Lecture 7");
        let answers = race(8, |_| mina.delete(&session));
        let statuses = |status| answers.iter().filter(|it| it.status == status).count();
        assert_eq!((statuses(204), statuses(404)), (1, 7));
        let entries = "audit_events WHERE action = 'session_deleted'";
        assert_eq!(app.database.count(entries), round);
    }
}

#[apply(on_both_databases!)]
fn what_waited_for_the_deletion_finds_nothing(app: &App) {
    let (mina, noah, guest) = (app.user("mina"), app.user("noah"), app.guest());
    let session = mina.opens("Lecture 7");
    noah.enters(&session);
    let question = guest.asks(&session, "Why?");
    let reply = guest.replies(&question, "So.");
    let body = || json!({ "body": "x" });
    let hosts = format!("{session}/hosts/{}", noah.user_id());
    let writes: [&(dyn Fn() -> Answer + Sync); 9] = [
        &|| guest.post(&format!("{session}/questions"), body()),
        &|| guest.post(&format!("{question}/replies"), body()),
        &|| guest.patch(&reply, body()),
        &|| noah.put(&format!("{question}/like")),
        &|| guest.delete(&format!("{session}/participants/me")),
        &|| mina.put(&hosts),
        &|| mina.terminate(&session),
        &|| mina.delete(&session),
        &|| mina.delete(&reply),
    ];
    for write in writes {
        let answer = app.database.change_during(DELETE, write);
        answer.expect_problem(404, "not_found");
        app.database
            .execute("UPDATE sessions SET deleted_at = NULL, delete_at = NULL");
    }
    assert_eq!(
        (
            app.database.count("questions"),
            app.database.count("replies")
        ),
        (1, 1)
    );
    expect_true_counts(app);
}

#[apply(on_both_databases!)]
fn whoever_writes_while_the_purge_runs_finds_nothing(app: &App) {
    let (mina, noah, guest) = (app.user("mina"), app.user("noah"), app.guest());
    for _ in 0..ROUNDS {
        let session = mina.opens("Lecture 7");
        let questions = [(); 4].map(|()| guest.asks(&session, "Why?"));
        app.database.execute(DELETE);
        let answers = race(5, |number| match number {
            0 => {
                app.purge().unwrap();
                mina.get(&session)
            }
            1 => guest.post(&format!("{session}/questions"), json!({ "body": "x" })),
            2 => noah.put(&format!("{}/like", questions[2])),
            3 => guest.post(&format!("{}/replies", questions[3]), json!({ "body": "x" })),
            _ => noah.put(&format!("{session}/participants/me")),
        });
        for answer in answers {
            answer.expect_problem(404, "not_found");
        }
        expect_empty(app);
    }
}

#[apply(on_both_databases!)]
fn a_claim_against_the_deletion_and_the_purge_moves_what_is_left(app: &App) {
    let (mina, noah) = (app.user("mina"), app.registered("noah"));
    for _ in 0..ROUNDS {
        let (gone, kept) = (mina.opens("gone"), mina.opens("kept"));
        let guest = app.guest();
        let guest_id = guest.user_id();
        for session in [&gone, &kept] {
            let question = guest.asks(session, "Why?");
            guest.likes(&question);
            guest.likes(&guest.replies(&question, "So."));
        }
        let answers = race(3, |number| match number {
            0 => mina.delete(&gone),
            1 => log_in_claiming(&noah, &guest),
            _ => {
                app.purge().unwrap();
                mina.get(&kept)
            }
        });
        answers[0].clone().expect(204);
        answers[2].clone().expect(200);
        let noah = noah.holding(&answers[1].clone().expect(200));
        app.purge().unwrap();
        expect_all_moved(app, guest_id);
        let export = noah.get("/api/users/me/export").expect(200).json();
        let contributions = &export["contributions"];
        assert_eq!(contributions["sessions"].as_array().unwrap().len(), 1);
        assert_eq!(
            contributions["questions"]["likedReplies"]
                .as_array()
                .unwrap()
                .len(),
            1
        );
        mina.delete(&kept).expect(204);
        expect_empty(app);
    }
}

#[apply(on_both_databases!)]
fn a_claim_during_and_after_the_deletion_succeeds(app: &App) {
    let (mina, noah) = (app.user("mina"), app.registered("noah"));
    for is_before in [false, true] {
        let session = mina.opens("Lecture 7");
        let guest = app.guest();
        let guest_id = guest.user_id();
        let question = guest.asks(&session, "Why?");
        guest.likes(&question);
        let claimed = if is_before {
            app.database.execute(&deleted_until("2027-01-01 12:00:00"));
            log_in_claiming(&noah, &guest)
        } else {
            let claim = || log_in_claiming(&noah, &guest);
            app.database.change_during(DELETE, claim)
        };
        let noah = noah.holding(&claimed.expect(200));
        expect_all_moved(app, guest_id);
        noah.get(&question).expect_problem(404, "not_found");
        let mine = noah.get("/api/sessions").expect(200).json();
        assert_eq!(mine["sessions"], json!([]));
        app.database
            .execute("UPDATE sessions SET delete_at = deleted_at");
        expect_empty(app);
    }
}
