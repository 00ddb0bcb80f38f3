//! PUT and DELETE /api/questions/{questionId}/like and /api/replies/{replyId}/like

use serde_json::{Value, json};

use crate::support::*;

/// What is told of a like.
fn liking(is_liked: bool, count: i64) -> Value {
    json!({ "liked": is_liked, "likesCount": count })
}

fn like(person: &Client, entry: &str) -> Value {
    person.put(&format!("{entry}/like")).expect(200).json()
}

fn unlike(person: &Client, entry: &str) -> Value {
    person.delete(&format!("{entry}/like")).expect(200).json()
}

#[apply(on_both_databases!)]
fn each_participant_likes_once_its_own_words_too(app: &App) {
    let (mina, noah, guest) = (app.user("mina"), app.user("noah"), app.guest());
    let session = mina.opens("Lecture 7");
    let question = noah.asks(&session, "Why?");
    let reply = guest.replies(&question, "Because.");
    for entry in [&question, &reply] {
        assert_eq!(like(&noah, entry), liking(true, 1));
        assert_eq!(like(&noah, entry), liking(true, 1), "repeatable");
        assert_eq!(like(&guest, entry), liking(true, 2));
        assert_eq!(like(&mina, entry), liking(true, 3));
        assert_eq!(unlike(&noah, entry), liking(false, 2));
        assert_eq!(unlike(&noah, entry), liking(false, 2), "repeatable");
        assert_eq!(like(&noah, entry), liking(true, 3));
    }
    let unliking = app.user("ella");
    assert_eq!(unlike(&unliking, &question), liking(false, 3));
    for (person, is_liked) in [(&noah, true), (&guest, true), (&unliking, false)] {
        let seen = person.get(&question).expect(200).json();
        assert_eq!(
            (&seen["liked"], &seen["likesCount"]),
            (&json!(is_liked), &json!(3))
        );
        let reply = &seen["replies"][0];
        assert_eq!(
            (&reply["liked"], &reply["likesCount"]),
            (&json!(is_liked), &json!(3))
        );
        let list = person
            .get(&format!("{session}/questions"))
            .expect(200)
            .json();
        assert_eq!(list["questions"][0]["liked"], is_liked);
    }
    let stranger = app.anonymous().get(&question).expect(200).json();
    assert_eq!(
        (&stranger["liked"], &stranger["isOwner"]),
        (&json!(false), &json!(false))
    );
    assert_eq!(stranger["replies"][0]["liked"], false);
}

#[apply(on_both_databases!)]
fn liking_needs_a_token_and_something_to_like(app: &App) {
    let mina = app.user("mina");
    let session = mina.opens("Lecture 7");
    let question = mina.asks(&session, "Why?");
    let reply = mina.replies(&question, "Because.");
    for entry in [&question, &reply] {
        let url = format!("{entry}/like");
        app.anonymous()
            .put(&url)
            .expect_problem(401, "missing_token");
        app.anonymous()
            .delete(&url)
            .expect_problem(401, "missing_token");
        let nothing = format!("{entry}0/like");
        mina.put(&nothing).expect_problem(404, "not_found");
        mina.delete(&nothing).expect_problem(404, "not_found");
    }
    assert_eq!(
        app.database.count("question_likes") + app.database.count("reply_likes"),
        0
    );
}

/// Nobody sees who likes: who only likes counts as anonymous, and once.
#[apply(on_both_databases!)]
fn who_only_likes_is_counted_once_and_not_listed(app: &App) {
    let (mina, noah) = (app.user("mina"), app.user("noah"));
    let session = mina.opens("Lecture 7");
    let question = mina.asks(&session, "Why?");
    let reply = mina.replies(&question, "Because.");
    for entry in [&question, &reply, &question] {
        noah.likes(entry);
    }
    let seen = mina
        .get(&format!("{session}/participants"))
        .expect(200)
        .json();
    assert_eq!(seen["participants"].as_array().unwrap().len(), 1);
    assert_eq!(seen["anonymousCount"], 1);
    let list = mina.get(&format!("{session}/questions")).expect(200).text;
    let thread = mina.get(&question).expect(200).text;
    assert!(!list.contains("noah") && !thread.contains("noah"));
    // Listed later, and still counted.
    noah.asks(&session, "Me too");
    let seen = mina
        .get(&format!("{session}/participants"))
        .expect(200)
        .json();
    assert_eq!(seen["participants"].as_array().unwrap().len(), 2);
    assert_eq!(seen["anonymousCount"], 1);
}

#[apply(on_both_databases!)]
fn likes_do_not_say_whose_they_are_in_the_next_session(app: &App) {
    let (mina, noah) = (app.user("mina"), app.user("noah"));
    let questions = [mina.opens("One"), mina.opens("Two")].map(|it| mina.asks(&it, "Why?"));
    noah.likes(&questions[0]);
    let [first, second] = questions.map(|it| noah.get(&it).expect(200).json());
    assert_eq!(
        (&first["liked"], &first["likesCount"]),
        (&json!(true), &json!(1))
    );
    assert_eq!(
        (&second["liked"], &second["likesCount"]),
        (&json!(false), &json!(0))
    );
    let sessions = noah.get("/api/sessions").expect(200).json();
    assert_eq!(sessions["sessions"].as_array().unwrap().len(), 1);
}
