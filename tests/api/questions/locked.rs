//! When an author cannot change or delete a question any more, and when nobody writes.

use chrono::TimeDelta;
use serde_json::json;

use super::{ask, hosted};
use crate::support::*;

/// The author is told that the question is locked, and nothing is done.
#[track_caller]
fn expect_locked(author: &Client, question: &str) {
    let edited = author.patch(question, json!({ "body": "x" }));
    edited.expect_problem(403, "question_locked");
    let deleted = author.delete(question);
    deleted.expect_problem(403, "question_locked");
    assert_eq!(author.get(question).expect(200).json()["body"], "Why?");
}

#[apply(on_both_databases!)]
fn a_closed_question_is_its_authors_again_once_it_is_reopened(app: &App) {
    let (_, sub, session) = hosted(app);
    for author in [app.user("noah"), app.guest()] {
        let question = author.asks(&session, "Why?");
        sub.put(&format!("{question}/close")).expect(200);
        expect_locked(&author, &question);
        sub.delete(&format!("{question}/close")).expect(200);
        author
            .patch(&question, json!({ "body": "Why so?" }))
            .expect(200);
        author.delete(&question).expect(204);
    }
}

#[apply(on_both_databases!)]
fn a_question_with_a_living_reply_is_locked_until_the_last_one_is_deleted(app: &App) {
    let (mina, _, session) = hosted(app);
    for author in [app.user("noah"), app.guest()] {
        let question = author.asks(&session, "Why?");
        let own = author.replies(&question, "I know.");
        let second = mina.replies(&question, "Because.");
        expect_locked(&author, &question);
        mina.delete(&second).expect(204);
        expect_locked(&author, &question);
        author.delete(&own).expect(204);
        author
            .patch(&question, json!({ "body": "Why so?" }))
            .expect(200);
        let third = mina.replies(&question, "Therefore.");
        author
            .delete(&question)
            .expect_problem(403, "question_locked");
        mina.delete(&third).expect(204);
        author.delete(&question).expect(204);
    }
    assert_eq!(
        app.database.count("replies"),
        0,
        "the places of deleted replies went, too"
    );
}

#[apply(on_both_databases!)]
fn a_lock_does_not_bind_hosts_and_strangers_do_not_hear_of_it(app: &App) {
    let (mina, sub, session) = hosted(app);
    let noah = app.user("noah");
    for host in [&mina, &sub] {
        let question = noah.asks(&session, "Why?");
        mina.replies(&question, "Because.");
        mina.put(&format!("{question}/close")).expect(200);
        app.guest()
            .patch(&question, json!({ "body": "x" }))
            .expect_problem(403, "forbidden");
        app.guest()
            .delete(&question)
            .expect_problem(403, "forbidden");
        host.patch(&question, json!({ "body": "x" }))
            .expect_problem(403, "forbidden");
        host.delete(&question).expect(204);
    }
}

#[apply(on_both_databases!)]
fn a_hosts_own_question_is_locked_for_its_words_and_not_for_deletion(app: &App) {
    let (mina, _, session) = hosted(app);
    let question = mina.asks(&session, "Why?");
    mina.put(&format!("{question}/close")).expect(200);
    mina.patch(&question, json!({ "body": "x" }))
        .expect_problem(403, "question_locked");
    mina.delete(&question).expect(204);
}

#[apply(on_both_databases!)]
fn replies_and_likes_go_on_under_a_closed_question(app: &App) {
    let (mina, _, session) = hosted(app);
    let (noah, guest) = (app.user("noah"), app.guest());
    let question = noah.asks(&session, "Why?");
    mina.put(&format!("{question}/close")).expect(200);
    let reply = guest.replies(&question, "Because.");
    assert_eq!((guest.likes(&question), noah.likes(&reply)), (1, 1));
    guest
        .patch(&reply, json!({ "body": "Therefore." }))
        .expect(200);
    guest.delete(&reply).expect(204);
    mina.put(&format!("{question}/pin")).expect(200);
}

/// `session_ended` comes before every other reason.
#[apply(on_both_databases!)]
fn when_a_session_has_ended_nobody_adds_or_changes_anything(app: &App) {
    let (mina, sub, session) = hosted(app);
    let (noah, guest) = (app.user("noah"), app.guest());
    let question = noah.asks(&session, "Why?");
    let reply = guest.replies(&question, "Because.");
    noah.likes(&reply);
    let read = |noah: &Client| {
        let list = noah.get(&format!("{session}/questions")).expect(200).json();
        (
            noah.get(&question).expect(200).text,
            list["questions"].clone(),
        )
    };
    let before = read(&noah);
    // By time on one database, by its super host on the other.
    if app.database.is_postgres() {
        app.advance(TimeDelta::days(7));
    } else {
        mina.send("POST", &format!("{session}/terminate"), None)
            .expect(200);
    }
    let people = [mina, sub, noah, guest].map(|it| it.refreshed());
    for person in &people {
        for answer in [
            ask(person, &session, json!({ "body": "x" })),
            person.post(&format!("{question}/replies"), json!({ "body": "x" })),
            person.patch(&question, json!({ "body": "x" })),
            person.patch(&reply, json!({ "body": "x" })),
            person.put(&format!("{question}/like")),
            person.delete(&format!("{question}/like")),
            person.put(&format!("{reply}/like")),
            person.delete(&format!("{reply}/like")),
            person.put(&format!("{question}/pin")),
            person.delete(&format!("{question}/pin")),
            person.put(&format!("{reply}/pin")),
            person.delete(&format!("{reply}/pin")),
            person.put(&format!("{question}/close")),
            person.delete(&format!("{question}/close")),
        ] {
            answer.expect_problem(403, "session_ended");
        }
    }
    let noah = &people[2];
    assert_eq!(
        read(noah),
        before,
        "reading goes on, and nothing was written"
    );
    // Taking away goes on.
    people[3].delete(&question).expect_problem(403, "forbidden");
    noah.delete(&question)
        .expect_problem(403, "question_locked");
    people[3].delete(&reply).expect(204);
    noah.delete(&question).expect(204);
    noah.put(&format!("{question}0/like"))
        .expect_problem(404, "not_found");
}
