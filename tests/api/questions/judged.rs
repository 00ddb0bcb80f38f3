//! Words that others have judged do not change under them: of questions and of replies.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::counts::expect_true_counts;
use super::hosted;
use crate::support::*;

/// A question of `author`, and a reply of the same author to another question.
fn words(author: &Client, host: &Client, session: &str) -> [String; 2] {
    let other = host.asks(session, "Another?");
    [author.asks(session, "Why?"), author.replies(&other, "Why?")]
}

fn other_words() -> Value {
    json!({ "body": "Why so?" })
}

/// What the author is told of its words: a change to the same words changes nothing.
fn seen(author: &Client, url: &str) -> Value {
    let same = author.patch(url, json!({ "body": "Why?" }));
    same.expect(200).json()
}

/// SQL: somebody who is not there likes everything, as the server does it.
fn like_of(person: &Client) -> String {
    let id = person.user_id();
    format!(
        "UPDATE sessions SET title = title; \
         INSERT INTO question_likes SELECT question_id, {id} FROM questions; \
         INSERT INTO reply_likes SELECT reply_id, {id} FROM replies; \
         UPDATE questions SET likes_count = likes_count + 1; \
         UPDATE replies SET likes_count = likes_count + 1"
    )
}

#[apply(on_both_databases!)]
fn an_edit_is_counted_and_told(app: &App) {
    let (mina, _, session) = hosted(app);
    for author in [app.user("noah"), app.guest()] {
        for url in words(&author, &mina, &session) {
            for revision in 1..=3 {
                app.advance(TimeDelta::seconds(1));
                let body = json!({ "body": format!("Why {revision}?") });
                let edited = author.patch(&url, body).expect(200).json();
                assert_eq!(edited["revision"], revision);
                assert_eq!(edited["editedAt"], edited["updatedAt"]);
                assert_ne!(edited["editedAt"], edited["createdAt"]);
            }
        }
    }
}

#[apply(on_both_databases!)]
fn the_same_words_again_are_no_edit(app: &App) {
    let (mina, _, session) = hosted(app);
    for url in words(&mina, &mina, &session) {
        app.guest().likes(&url);
        app.advance(TimeDelta::seconds(1));
        let same = mina.patch(&url, json!({ "body": "Why?" })).expect(200);
        let same = same.json();
        assert_eq!(
            (&same["revision"], &same["editedAt"]),
            (&json!(0), &Value::Null)
        );
        assert_eq!(same["likesCount"], 1, "nothing was taken back");
    }
}

#[apply(on_both_databases!)]
fn for_two_minutes_an_edit_takes_the_likes_of_others_back(app: &App) {
    let (mina, sub, session) = hosted(app);
    for author in [app.user("noah"), app.guest()] {
        for kind in [0, 1] {
            let url = &words(&author, &mina, &session)[kind];
            for person in [&mina, &sub, &author] {
                person.likes(url);
            }
            app.advance(TimeDelta::seconds(119));
            let edited = author.patch(url, other_words()).expect(200).json();
            let own = (&edited["likesCount"], &edited["liked"]);
            assert_eq!(own, (&json!(1), &json!(true)), "one's own like stays");
            expect_true_counts(app);
            assert_eq!(mina.likes(url), 2, "it may be liked again");
        }
    }
}

#[apply(on_both_databases!)]
fn after_two_minutes_a_like_locks_the_words(app: &App) {
    let (mina, _, session) = hosted(app);
    for author in [app.user("noah"), app.guest()] {
        for url in words(&author, &mina, &session) {
            author.likes(&url);
            app.advance(TimeDelta::minutes(2));
            let refreshed = author.refreshed();
            assert_eq!(
                seen(&refreshed, &url)["canEdit"],
                true,
                "one's own like is no judgement"
            );
            mina.likes(&url);
            refreshed
                .patch(&url, other_words())
                .expect_problem(403, "question_locked");
            mina.delete(&format!("{url}/like")).expect(200);
            refreshed.patch(&url, other_words()).expect(200);
            mina.likes(&url);
            refreshed.delete(&url).expect(204);
        }
    }
}

#[apply(on_both_databases!)]
fn what_is_pinned_is_not_changed_by_its_author(app: &App) {
    let (mina, sub, session) = hosted(app);
    for author in [app.user("noah"), app.guest(), sub.clone()] {
        let [question, reply] = words(&author, &mina, &session);
        for url in [&question, &reply] {
            mina.put(&format!("{url}/pin")).expect(200);
            author
                .patch(url, other_words())
                .expect_problem(403, "question_locked");
        }
        if author.nickname != sub.nickname {
            author
                .delete(&question)
                .expect_problem(403, "question_locked");
        }
        author.delete(&reply).expect(204);
        mina.delete(&format!("{question}/pin")).expect(200);
        author.patch(&question, other_words()).expect(200);
        author.delete(&question).expect(204);
    }
}

#[apply(on_both_databases!)]
fn a_host_pins_the_words_that_were_seen(app: &App) {
    let (mina, sub, session) = hosted(app);
    let noah = app.user("noah");
    for url in words(&noah, &mina, &session) {
        noah.patch(&url, other_words()).expect(200);
        let pin = |revision: Value| {
            let typed = sub.with("content-type", "application/json");
            let body = json!({ "revision": revision }).to_string();
            typed.send("PUT", &format!("{url}/pin"), Some(body.into_bytes()))
        };
        let refused = pin(json!(0)).expect_problem(409, "conflict").json();
        let detail = "The words have changed since you read them. Read them again first.";
        assert_eq!(refused["detail"], detail);
        let korean = sub
            .with("accept-language", "ko")
            .with("content-type", "application/json");
        let body = Some(br#"{"revision":2}"#.to_vec());
        let refused = korean.send("PUT", &format!("{url}/pin"), body);
        let refused = refused.expect_problem(409, "conflict").json();
        assert_eq!(
            refused["detail"],
            "그사이에 내용이 바뀌었어요. 먼저 다시 읽어 주세요."
        );
        for bad in [json!(-1), json!(1.5), json!("1"), json!(true), json!([])] {
            let refused = pin(bad).expect_problem(400, "validation_failed").json();
            assert_eq!(refused["errors"][0]["code"], "not_an_integer");
        }
        assert_eq!(pin(json!(1)).expect(200).json()["pinned"], true);
        assert_eq!(pin(json!(1.0)).expect(200).json()["pinned"], true);
        assert_eq!(pin(Value::Null).expect(200).json()["pinned"], true);
    }
}

#[apply(on_both_databases!)]
fn an_edit_that_waited_for_a_like_judges_anew(app: &App) {
    let (mina, sub, session) = hosted(app);
    let noah = app.user("noah");
    for kind in [0, 1] {
        let url = &words(&noah, &mina, &session)[kind];
        let edit = || noah.patch(url, json!({ "body": "Why, then?" }));
        // At once the like is taken back; later it locks.
        let early = app.database.change_during(&like_of(&sub), edit);
        assert_eq!(early.expect(200).json()["likesCount"], 0);
        expect_no_likes(app, url);
        app.database.execute(
            "DELETE FROM question_likes; DELETE FROM reply_likes; \
            UPDATE questions SET likes_count = 0; UPDATE replies SET likes_count = 0",
        );
        app.advance(TimeDelta::minutes(2));
        let edit = || noah.patch(url, json!({ "body": "Why not?" }));
        let late = app.database.change_during(&like_of(&sub), edit);
        late.expect_problem(403, "question_locked");
        app.database.execute(
            "DELETE FROM question_likes; DELETE FROM reply_likes; \
            UPDATE questions SET likes_count = 0; UPDATE replies SET likes_count = 0",
        );
    }
}

#[track_caller]
fn expect_no_likes(app: &App, url: &str) {
    let number = app.database.row_number(url);
    let table = if url.contains("/questions/") {
        format!("question_likes WHERE question_id = {number}")
    } else {
        format!("reply_likes WHERE reply_id = {number}")
    };
    assert_eq!(
        app.database.count(&table),
        0,
        "the like was for other words"
    );
}

#[apply(on_both_databases!)]
fn an_edit_that_waited_for_a_pin_is_refused(app: &App) {
    let (mina, _, session) = hosted(app);
    let noah = app.user("noah");
    for url in words(&noah, &mina, &session) {
        let pin = "UPDATE sessions SET title = title; UPDATE questions SET pinned = TRUE; \
            UPDATE replies SET pinned = TRUE";
        let edit = || noah.patch(&url, other_words());
        let refused = app.database.change_during(pin, edit);
        refused.expect_problem(403, "question_locked");
        let unpin = "UPDATE questions SET pinned = FALSE; UPDATE replies SET pinned = FALSE";
        app.database.execute(unpin);
    }
}

#[apply(on_both_databases!)]
fn a_pin_that_waited_for_an_edit_names_the_words(app: &App) {
    let (mina, sub, session) = hosted(app);
    let noah = app.user("noah");
    let typed = sub.with("content-type", "application/json");
    for url in words(&noah, &mina, &session) {
        let edit = "UPDATE sessions SET title = title; \
            UPDATE questions SET body = 'x', revision = revision + 1; \
            UPDATE replies SET body = 'x', revision = revision + 1";
        let pin = || {
            let body = Some(br#"{"revision":0}"#.to_vec());
            typed.send("PUT", &format!("{url}/pin"), body)
        };
        let refused = app.database.change_during(edit, pin);
        refused.expect_problem(409, "conflict");
        app.database
            .execute("UPDATE questions SET revision = 0; UPDATE replies SET revision = 0");
    }
    assert_eq!(app.database.count("questions WHERE pinned"), 0);
}

#[apply(on_both_databases!)]
fn likes_and_edits_at_once_leave_true_counts(app: &App) {
    let (mina, sub, session) = hosted(app);
    let (noah, guest) = (app.user("noah"), app.guest());
    for round in 0..5 {
        for url in words(&noah, &mina, &session) {
            race(8, |number| match number {
                0 | 1 => noah.patch(&url, json!({ "body": format!("Why {round} {number}?") })),
                2 => guest.put(&format!("{url}/like")),
                3 => guest.delete(&format!("{url}/like")),
                4 => sub.put(&format!("{url}/like")),
                5 => noah.put(&format!("{url}/like")),
                6 => mina.put(&format!("{url}/like")),
                _ => mina.delete(&format!("{url}/like")),
            })
            .into_iter()
            .for_each(|answer| drop(answer.expect(200)));
            expect_true_counts(app);
        }
    }
}

/// The table of permissions says the same to who reads as to who writes.
#[apply(on_both_databases!)]
fn readers_learn_what_they_may_do(app: &App) {
    let (mina, sub, session) = hosted(app);
    let (noah, guest) = (app.user("noah"), app.guest());
    let question = noah.asks(&session, "Why?");
    noah.replies(&question, "Mine.");
    let own = noah.asks(&session, "Mine?");
    let may = |person: &Client, url: &str| {
        let seen = person.get(url).expect(200).json();
        let reply = &seen["replies"][0];
        [&seen, reply].map(|it| (it["canEdit"] == true, it["canDelete"] == true))
    };
    assert_eq!(may(&noah, &question), [(false, false), (true, true)]);
    for host in [&mina, &sub] {
        assert_eq!(may(host, &question), [(false, true), (false, true)]);
    }
    for other in [&guest, &app.anonymous()] {
        assert_eq!(may(other, &question), [(false, false), (false, false)]);
    }
    assert_eq!(may(&noah, &own)[0], (true, true));
    mina.send("POST", &format!("{session}/terminate"), None)
        .expect(200);
    assert_eq!(may(&noah, &own)[0], (false, true), "taking away goes on");
    assert_eq!(may(&noah, &question), [(false, false), (false, true)]);
    let list = noah.get(&format!("{session}/questions")).expect(200).json();
    let in_list = list["questions"].as_array().unwrap().iter();
    for entry in in_list {
        let url = format!("/api/questions/{}", entry["questionId"].as_str().unwrap());
        let told = (entry["canEdit"] == true, entry["canDelete"] == true);
        assert_eq!(
            told,
            may(&noah, &url)[0],
            "the list says what the question says"
        );
    }
}
