//! People who do at the same time what does not go together.

use serde_json::json;

use super::entries;
use crate::support::*;

fn question_count(reader: &Client, session: &str) -> i64 {
    reader.get(session).expect(200).json()["questionCount"]
        .as_i64()
        .unwrap()
}

fn ask(person: &Client, session: &str) -> Answer {
    person.post(&format!("{session}/questions"), json!({ "body": "Why?" }))
}

#[apply(on_both_databases!)]
fn no_question_comes_after_the_end_was_answered(app: &App) {
    let (mina, noah, guest) = (app.user("mina"), app.user("noah"), app.guest());
    let people = [&mina, &noah, &noah, &guest, &guest];
    for _ in 0..12 {
        let session = mina.opens("Lecture 7");
        let outcomes = race(6, |number| match people.get(number) {
            Some(person) => {
                let asked = ask(person, &session);
                if asked.status != 201 {
                    asked.clone().expect_problem(403, "session_ended");
                }
                i64::from(asked.status == 201)
            }
            None => {
                mina.terminate(&session).expect(200);
                question_count(&mina, &session)
            }
        });
        let (asked, at_the_end) = outcomes.split_at(5);
        assert_eq!(question_count(&guest, &session), at_the_end[0]);
        assert_eq!(asked.iter().sum::<i64>(), at_the_end[0]);
        let listed = guest
            .get(&format!("{session}/questions"))
            .expect(200)
            .json();
        assert_eq!(
            listed["questions"].as_array().unwrap().len() as i64,
            at_the_end[0]
        );
    }
}

#[apply(on_both_databases!)]
fn a_question_that_waited_for_the_end_is_not_asked(app: &App) {
    let (mina, guest) = (app.user("mina"), app.guest());
    let session = mina.opens("Lecture 7");
    let end = "UPDATE sessions SET ended_at = '2026-03-01 12:00:00'";
    let answer = app.database.change_during(end, || ask(&guest, &session));
    answer.expect_problem(403, "session_ended");
    assert_eq!(
        (
            app.database.count("questions"),
            app.database.count("participants")
        ),
        (0, 1)
    );
    assert_eq!(
        app.database
            .number("SELECT count(*) AS number FROM users WHERE contributed"),
        0
    );
}

#[apply(on_both_databases!)]
fn an_end_that_waited_for_a_question_comes_after_it(app: &App) {
    let mina = app.user("mina");
    let session = mina.opens("Lecture 7");
    let question = "UPDATE sessions SET question_count = 1, shown_count = 1; \
        INSERT INTO questions (public_id, session_id, author_id, anonymous, body, pinned, closed, likes_count, \
        replies_count, created_at, updated_at) SELECT NEW_ID, session_id, NULL, TRUE, 'Why?', FALSE, FALSE, 0, 0, \
        created_at, created_at FROM sessions";
    let ended = app
        .database
        .change_during(question, || mina.terminate(&session))
        .expect(200)
        .json();
    assert_eq!(
        (ended["questionCount"].as_i64(), ended["endedAt"].is_null()),
        (Some(1), false)
    );
}

#[apply(on_both_databases!)]
fn an_entry_that_waited_for_the_end_is_none(app: &App) {
    let (mina, noah) = (app.user("mina"), app.user("noah"));
    let session = mina.opens("Lecture 7");
    let end = "UPDATE sessions SET ended_at = '2026-03-01 12:00:00'";
    let entry = || noah.put(&format!("{session}/participants/me"));
    app.database
        .change_during(end, entry)
        .expect_problem(403, "session_ended");
    assert_eq!(app.database.count("participants"), 1);
}

#[apply(on_both_databases!)]
fn no_deletion_by_a_host_comes_after_the_revoke_was_answered(app: &App) {
    let (mina, noah, guest) = (app.user("mina"), app.user("noah"), app.guest());
    let session = mina.opens("Lecture 7");
    noah.enters(&session);
    let host = format!("{session}/hosts/{}", noah.user_id());
    for _ in 0..12 {
        mina.put(&host).expect(200);
        let questions = [(); 4].map(|()| guest.asks(&session, "Why?"));
        let statuses = race(5, |number| match number {
            0 => {
                mina.delete(&host).expect(200);
                question_count(&mina, &session)
            }
            _ => {
                let answer = noah.delete(&questions[number - 1]);
                if answer.status != 204 {
                    answer.clone().expect_problem(403, "forbidden");
                }
                i64::from(answer.status)
            }
        });
        let deleted = statuses[1..]
            .iter()
            .filter(|status| **status == 204)
            .count() as i64;
        assert_eq!(question_count(&mina, &session), 4 - deleted);
        assert_eq!(
            statuses[0],
            4 - deleted,
            "what was there when the revoke had been answered"
        );
        mina.put(&host).expect(200);
        for question in questions.iter().filter(|it| guest.get(it).status == 200) {
            noah.delete(question).expect(204);
        }
    }
}

#[apply(on_both_databases!)]
fn a_deletion_that_waited_for_the_revoke_is_refused(app: &App) {
    let (mina, noah) = (app.user("mina"), app.user("noah"));
    let session = mina.opens("Lecture 7");
    let question = mina.asks(&session, "Why?");
    let reply = mina.replies(&question, "Because.");
    noah.enters(&session);
    mina.makes_host(&session, &noah);
    let revoke = "UPDATE sessions SET title = title; \
        UPDATE participants SET role = 'participant', host_since = NULL WHERE role = 'sub_host'";
    for url in [&reply, &question] {
        app.database
            .execute("UPDATE participants SET role = 'sub_host', host_since = session_created_at WHERE role = 'participant'");
        let answer = app.database.change_during(revoke, || noah.delete(url));
        answer.expect_problem(403, "forbidden");
    }
    assert_eq!(
        app.anonymous().get(&question).expect(200).json()["repliesCount"],
        1
    );
}

#[apply(on_both_databases!)]
fn grants_and_revokes_at_once_come_one_after_the_other(app: &App) {
    let (mina, noah) = (app.user("mina"), app.user("noah"));
    let session = mina.opens("Lecture 7");
    noah.enters(&session);
    let host = format!("{session}/hosts/{}", noah.user_id());
    for _ in 0..4 {
        race(8, |number| match number % 2 {
            0 => assert_eq!(mina.put(&host).expect(200).field("role"), "sub_host"),
            _ => assert_eq!(mina.delete(&host).expect(200).field("role"), "participant"),
        });
        let changes = entries(app, "action IN ('host_granted', 'host_revoked')");
        for (number, entry) in changes.iter().enumerate() {
            let action = ["host_granted", "host_revoked"][number % 2];
            assert!(entry.starts_with(action), "number {number} of {changes:?}");
        }
        let role = noah.get(&session).expect(200).field("role");
        let expected = ["participant", "sub_host"][changes.len() % 2];
        assert_eq!(role, expected, "after {changes:?}");
    }
}

#[apply(on_both_databases!)]
fn a_grant_that_waited_for_another_changes_nothing(app: &App) {
    let (mina, noah) = (app.user("mina"), app.user("noah"));
    let session = mina.opens("Lecture 7");
    noah.enters(&session);
    let grant = "UPDATE sessions SET title = title; \
        UPDATE participants SET role = 'sub_host', host_since = session_created_at WHERE role = 'participant'";
    let host = format!("{session}/hosts/{}", noah.user_id());
    app.database
        .change_during(grant, || mina.put(&host))
        .expect(200);
    assert_eq!(
        entries(app, "action = 'host_granted'"),
        Vec::<String>::new()
    );
}

#[apply(on_both_databases!)]
fn a_grant_against_the_deletion_of_the_account_leaves_no_host(app: &App) {
    let mina = app.user("mina");
    let session = mina.opens("Lecture 7");
    for round in 0..6 {
        let noah = app.user(&format!("noah-{round}"));
        noah.enters(&session);
        let host = format!("{session}/hosts/{}", noah.user_id());
        let answers = race(2, |number| match number {
            0 => mina.put(&host),
            _ => noah.delete_account(),
        });
        assert!(
            [200, 404].contains(&answers[0].status),
            "{}",
            answers[0].text
        );
        assert_eq!(answers[1].status, 204, "{}", answers[1].text);
        let page = mina
            .get(&format!("{session}/participants"))
            .expect(200)
            .json();
        assert_eq!(page["participants"].as_array().unwrap().len(), 1);
        app.purge().unwrap();
        assert_eq!(mina.get(&session).expect(200).json()["participantCount"], 1);
    }
}
