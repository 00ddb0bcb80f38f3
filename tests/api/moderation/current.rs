//! PUT and DELETE …/current: the question that is being answered now.

use serde_json::{Value, json};

use crate::questions::counts::expect_true_counts;
use crate::support::moderation::{Hall, id_of};
use crate::support::*;

fn current(client: &Client, session: &str) -> Value {
    let mut session = client.get(session).expect(200).json();
    session["currentQuestionId"].take()
}

#[apply(on_both_databases!)]
fn everybody_is_told_the_one_question_that_is_answered_now(app: &App) {
    let hall = Hall::open(app);
    let Hall {
        session,
        mina,
        subin,
        stranger,
        ..
    } = &hall;
    let questions = ["One?", "Two?"].map(|it| hall.noah.asks(session, it));
    assert_eq!(current(stranger, session), Value::Null);
    mina.put(&format!("{}/close", questions[1])).expect(200);
    for host in [mina, subin] {
        for question in &questions {
            for _ in 0..2 {
                let chosen = host.chooses(session, question);
                assert_eq!(chosen["currentQuestionId"], id_of(question), "repeatable");
            }
            assert_eq!(current(stranger, session), id_of(question), "closed or not");
        }
        for _ in 0..2 {
            let none = host
                .delete(&format!("{session}/current"))
                .expect(200)
                .json();
            assert_eq!(none["currentQuestionId"], Value::Null, "repeatable");
        }
        assert_eq!(current(stranger, session), Value::Null);
    }
    mina.chooses(session, &questions[0]);
    for one in [&hall.noah, &hall.guest] {
        one.choose(session, &questions[0])
            .expect_problem(403, "forbidden");
        one.delete(&format!("{session}/current"))
            .expect_problem(403, "forbidden");
    }
    stranger
        .choose(session, &questions[0])
        .expect_problem(401, "missing_token");
    assert_eq!(current(stranger, session), id_of(&questions[0]));
}

#[apply(on_both_databases!)]
fn while_it_is_answered_its_author_neither_edits_nor_deletes_it(app: &App) {
    let hall = Hall::open(app);
    let Hall { session, mina, .. } = &hall;
    for author in [&hall.noah, &hall.guest] {
        let question = author.asks(session, "Why?");
        mina.chooses(session, &question);
        let told = author.get(&question).expect(200).json();
        assert_eq!([&told["canEdit"], &told["canDelete"]], [false, false]);
        let edit = || author.patch(&question, json!({ "body": "Why so?" }));
        edit().expect_problem(403, "question_locked");
        author
            .delete(&question)
            .expect_problem(403, "question_locked");
        mina.delete(&format!("{session}/current")).expect(200);
        edit().expect(200);
        author.delete(&question).expect(204);
    }
}

#[apply(on_both_databases!)]
fn what_is_deleted_dismissed_or_merged_is_answered_no_more(app: &App) {
    let hall = Hall::open(app);
    let Hall { session, mina, .. } = &hall;
    let other = mina.asks(session, "Another?");
    let ways: [&dyn Fn(&str); 3] = [
        &|question| drop(mina.delete(question).expect(204)),
        &|question| drop(mina.dismisses(question)),
        &|question| drop(mina.merges(question, &other)),
    ];
    for way in ways {
        let [question, beside] = ["Why?", "And this?"].map(|it| hall.noah.asks(session, it));
        mina.chooses(session, &question);
        way(&beside);
        assert_eq!(
            current(mina, session),
            id_of(&question),
            "it is another one"
        );
        way(&question);
        for one in [mina, &hall.stranger] {
            assert_eq!(current(one, session), Value::Null);
        }
    }
    // What others are merged into goes on, and takes them along when it goes.
    let question = hall.noah.asks(session, "Why?");
    mina.chooses(session, &question);
    mina.merges(&other, &question);
    assert_eq!(current(mina, session), id_of(&question));
    mina.delete(&question).expect(204);
    assert_eq!(current(mina, session), Value::Null);
    expect_true_counts(app);
}

#[apply(on_both_databases!)]
fn a_host_chooses_the_words_that_were_seen(app: &App) {
    let hall = Hall::open(app);
    let Hall { session, mina, .. } = &hall;
    let question = hall.noah.asks(session, "Why?");
    hall.noah
        .patch(&question, json!({ "body": "Why so?" }))
        .expect(200);
    let choose = |revision: Value| {
        let body = json!({ "questionId": id_of(&question), "revision": revision });
        mina.put_json(&format!("{session}/current"), body)
    };
    choose(json!(0)).expect_problem(409, "conflict");
    for bad in [json!(-1), json!("1"), json!(0.5), json!(true)] {
        let refused = choose(bad).expect_problem(400, "validation_failed").json();
        assert_eq!(refused["errors"][0]["field"], "revision");
    }
    assert_eq!(current(mina, session), Value::Null);
    choose(json!(1)).expect(200);
    choose(Value::Null).expect(200);
    assert_eq!(current(mina, session), id_of(&question));
}

#[apply(on_both_databases!)]
fn a_question_of_another_session_is_not_chosen(app: &App) {
    let hall = Hall::open(app);
    let Hall { session, mina, .. } = &hall;
    let elsewhere = mina.opens("Lecture 8");
    let question = mina.asks(&elsewhere, "Why?");
    mina.choose(session, &question)
        .expect_problem(404, "not_found");
    let path = format!("{session}/current");
    let unknown = json!({ "questionId": "A".repeat(22) });
    mina.put_json(&path, unknown)
        .expect_problem(404, "not_found");
    for bad in [json!("x"), json!(1), Value::Null] {
        let refused = mina.put_json(&path, json!({ "questionId": bad }));
        let refused = refused.expect_problem(400, "validation_failed").json();
        assert_eq!(refused["errors"][0]["field"], "questionId");
    }
    hall.zoe.opens("Lecture 9");
    hall.zoe
        .choose(&elsewhere, &question)
        .expect_problem(403, "forbidden");
    assert_eq!(current(mina, session), Value::Null);
}

#[apply(on_both_databases!)]
fn of_hosts_who_choose_at_once_the_last_one_is_told_to_all(app: &App) {
    let hall = Hall::open(app);
    let Hall {
        session,
        mina,
        subin,
        ..
    } = &hall;
    let numbers = ["1", "2", "3", "4", "5", "6", "7", "8"];
    let questions = numbers.map(|it| hall.noah.asks(session, it));
    for _ in 0..3 {
        let answers = race(questions.len(), |number| {
            let host = if number % 2 == 0 { mina } else { subin };
            host.chooses(session, &questions[number])
        });
        for (number, answer) in answers.iter().enumerate() {
            assert_eq!(answer["currentQuestionId"], id_of(&questions[number]));
        }
        // The answers tell when they were: whoever came last stands.
        let place = |answer: &Value| {
            let change = answer["change"].as_str().unwrap();
            stream::Position::parse(change).number
        };
        let last = answers.iter().max_by_key(|it| place(it)).unwrap();
        assert_eq!(current(&hall.stranger, session), last["currentQuestionId"]);
    }
}

#[apply(on_both_databases!)]
fn what_goes_while_it_is_chosen_is_never_left_on_the_screen(app: &App) {
    let hall = Hall::open(app);
    let Hall {
        session,
        mina,
        subin,
        ..
    } = &hall;
    let other = mina.asks(session, "Another?");
    for round in 0..9 {
        let question = hall.noah.asks(session, "Why?");
        let answers = race(2, |number| match (number, round % 3) {
            (0, _) => subin.choose(session, &question),
            (_, 0) => mina.delete(&question),
            (_, 1) => mina.act(&format!("{question}/dismiss")),
            _ => mina.merge(&question, &other),
        });
        assert!(answers[1].status < 300, "{}", answers[1].text);
        let refused = if round % 3 == 0 { 404 } else { 409 };
        let chosen = answers[0].status;
        assert!(chosen == 200 || chosen == refused, "{}", answers[0].text);
        assert_eq!(current(&hall.stranger, session), Value::Null);
    }
    expect_true_counts(app);
}
