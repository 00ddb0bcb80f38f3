//! Hosts who judge while others write: who comes second finds what the first has left.

use serde_json::{Value, json};

use crate::questions::counts::expect_true_counts;
use crate::support::moderation::{Hall, id_of};
use crate::support::*;

const ROUNDS: usize = 6;

fn get(client: &Client, question: &str) -> Value {
    client.get(question).expect(200).json()
}

/// What is merged holds nothing, and what is gone holds nothing.
#[track_caller]
fn expect_consistent(app: &App) {
    expect_true_counts(app);
    let nowhere = [
        "questions WHERE shown <> (review = 'approved' AND merged_into IS NULL)",
        "questions WHERE merged_into IS NOT NULL AND (pinned OR NOT closed OR merged_count > 0)",
        "questions WHERE merged_into IN (SELECT question_id FROM questions WHERE merged_into IS NOT NULL)",
        "replies WHERE question_id IN (SELECT question_id FROM questions WHERE merged_into IS NOT NULL)",
        "question_likes WHERE question_id IN (SELECT question_id FROM questions WHERE merged_into IS NOT NULL)",
        "questions WHERE pinned AND NOT shown",
        "replies WHERE pinned AND review <> 'approved'",
        "sessions WHERE current_question IS NOT NULL AND current_question NOT IN (SELECT public_id FROM questions WHERE shown)",
    ];
    for rows in nowhere {
        assert_eq!(app.database.count(rows), 0, "{rows}");
    }
}

#[track_caller]
fn expect_one_of(answer: &Answer, outcomes: &[(u16, &str)]) {
    let code = if answer.status < 300 {
        String::new()
    } else {
        answer.code()
    };
    let is_known = outcomes.contains(&(answer.status, &code));
    assert!(is_known, "{} {}", answer.status, answer.text);
}

#[apply(on_both_databases!)]
fn an_approval_against_an_edit_shows_no_words_that_were_not_seen(app: &App) {
    let hall = Hall::reviewed(app);
    for round in 0..ROUNDS {
        for (kind, entry) in hall.words_of(&hall.noah).into_iter().enumerate() {
            let answers = race(2, |number| match number {
                0 => hall.mina.approve(&entry, 0),
                _ => hall
                    .noah
                    .patch(&entry, json!({ "body": format!("Unseen {round}") })),
            });
            expect_one_of(&answers[0], &[(200, ""), (409, "conflict")]);
            answers[1].clone().expect(200);
            assert_eq!(answers[1].field("review"), "pending");
            if kind == 0 {
                hall.zoe.get(&entry).expect_problem(404, "not_found");
            }
            expect_consistent(app);
        }
    }
    let waiting = 2 * ROUNDS as i64;
    assert_eq!(hall.mina.counts(&hall.session, "pendingCount"), waiting);
}

#[apply(on_both_databases!)]
fn an_approval_that_waited_for_an_edit_names_other_words(app: &App) {
    let hall = Hall::reviewed(app);
    for entry in hall.words_of(&hall.guest) {
        let edit = "UPDATE sessions SET title = title; \
            UPDATE questions SET body = 'x', revision = revision + 1; \
            UPDATE replies SET body = 'x', revision = revision + 1";
        let refused = app
            .database
            .change_during(edit, || hall.mina.approve(&entry, 0));
        refused.expect_problem(409, "conflict");
        app.database
            .execute("UPDATE questions SET revision = 0; UPDATE replies SET revision = 0");
    }
    assert_eq!(hall.mina.counts(&hall.session, "pendingCount"), 2);
}

#[apply(on_both_databases!)]
fn of_an_approval_and_a_dismissal_at_once_the_last_stands(app: &App) {
    let hall = Hall::reviewed(app);
    let Hall {
        session,
        mina,
        subin,
        ..
    } = &hall;
    for _ in 0..ROUNDS {
        let entries = hall.words_of(&hall.noah);
        let answers = race(8, |number| {
            let entry = &entries[number % 2];
            match number / 2 {
                0 => mina.approve(entry, 0),
                1 => subin.act(&format!("{entry}/dismiss")),
                2 => hall.zoe.put(&format!("{entry}/like")),
                _ => subin.put(&format!("{entry}/pin")),
            }
        });
        answers[..4]
            .iter()
            .for_each(|it| expect_one_of(it, &[(200, "")]));
        answers[4..6]
            .iter()
            .for_each(|it| expect_one_of(it, &[(200, ""), (404, "not_found")]));
        answers[6..]
            .iter()
            .for_each(|it| expect_one_of(it, &[(200, ""), (409, "conflict")]));
        expect_consistent(app);
        let review = get(mina, &entries[0])["review"].take();
        let is_shown = hall.stranger.get(&entries[0]).status == 200;
        assert_eq!(is_shown, review == "approved");
        assert_eq!(mina.counts(session, "pendingCount"), 0);
    }
}

#[apply(on_both_databases!)]
fn verdicts_on_all_at_once_judge_each_once(app: &App) {
    let hall = Hall::reviewed(app);
    let Hall {
        session,
        mina,
        subin,
        ..
    } = &hall;
    for _ in 0..ROUNDS {
        let questions: Vec<_> = (0..6).map(|_| hall.noah.asks(session, "Why?")).collect();
        let seen = mina.change_of(session);
        let answers = race(4, |number| match number {
            0 | 1 => mina.judge_all(session, "approve", &seen),
            2 => subin.judge_all(session, "dismiss", &seen),
            _ => hall.noah.patch(&questions[0], json!({ "body": "Unseen" })),
        });
        let judged = answers[..3]
            .iter()
            .map(|it| it.clone().expect(200).json()["count"].as_u64());
        let judged: u64 = judged.map(Option::unwrap).sum();
        let edited = &answers[3];
        let waiting = mina.counts(session, "pendingCount");
        // An edit that came last lets one wait again, or was refused where it was dismissed.
        expect_one_of(edited, &[(200, ""), (403, "question_locked")]);
        assert_eq!(waiting, i64::from(edited.status == 200));
        assert!(
            judged == 6 || judged == 5 && waiting == 1,
            "{judged} of 6, {waiting} left"
        );
        expect_consistent(app);
        mina.judge_all(session, "dismiss", &mina.change_of(session))
            .expect(200);
    }
}

#[apply(on_both_databases!)]
fn of_merges_at_once_none_leaves_a_chain_or_a_ring(app: &App) {
    let hall = Hall::open(app);
    let Hall {
        session,
        mina,
        subin,
        noah,
        ..
    } = &hall;
    for _ in 0..ROUNDS {
        let words = ["1?", "2?", "3?"];
        let questions = words.map(|it| noah.asks(session, it));
        for question in &questions {
            noah.replies(question, "So.");
            hall.zoe.likes(question);
        }
        let pairs = [(0, 1), (1, 0), (1, 2), (2, 0)];
        let answers = race(pairs.len(), |number| {
            let (from, to) = pairs[number];
            let host = if number % 2 == 0 { mina } else { subin };
            host.merge(&questions[from], &questions[to])
        });
        answers
            .iter()
            .for_each(|it| expect_one_of(it, &[(200, ""), (409, "conflict")]));
        let merged = answers.iter().filter(|it| it.status == 200).count();
        assert!(
            (1..=2).contains(&merged),
            "{merged} merges of three questions"
        );
        let left: Vec<_> = questions
            .iter()
            .map(|it| get(mina, it))
            .filter(|it| it["mergedInto"].is_null())
            .collect();
        assert_eq!(left.len(), 3 - merged);
        let replies: i64 = left
            .iter()
            .map(|it| it["repliesCount"].as_i64().unwrap())
            .sum();
        assert_eq!(replies, 3);
        assert!(
            left.iter().all(|it| it["likesCount"] == 1),
            "one of each person"
        );
        expect_consistent(app);
    }
}

#[apply(on_both_databases!)]
fn whoever_reacts_while_two_are_merged_came_first_or_is_refused(app: &App) {
    let hall = Hall::open(app);
    let Hall {
        session,
        mina,
        subin,
        noah,
        ..
    } = &hall;
    for round in 0..ROUNDS {
        let [one, other] = [noah.asks(session, "One?"), hall.zoe.asks(session, "Other?")];
        let answers = race(6, |number| match number {
            0 => mina.merge(&one, &other),
            1 => hall.zoe.put(&format!("{one}/like")),
            2 => hall
                .guest
                .post(&format!("{one}/replies"), json!({ "body": "So." })),
            3 if round % 2 == 0 => subin.delete(&other),
            3 => hall.zoe.delete(&other),
            4 => noah.patch(&one, json!({ "body": "Edited" })),
            _ => subin.put(&format!("{one}/pin")),
        });
        let gone = (404, "not_found");
        let locked = (403, "question_locked");
        expect_one_of(&answers[0], &[(200, ""), gone]);
        for reaction in [1, 2, 5] {
            let done = if reaction == 2 { (201, "") } else { (200, "") };
            expect_one_of(&answers[reaction], &[done, (409, "conflict"), gone]);
        }
        expect_one_of(&answers[3], &[(204, ""), locked]);
        expect_one_of(&answers[4], &[(200, ""), locked, gone]);
        if answers[3].status == 204 {
            mina.get(&other).expect_problem(404, "not_found");
            let status = mina.get(&one).status;
            assert_eq!(status, if answers[0].status == 200 { 404 } else { 200 });
        } else {
            assert_eq!(get(mina, &one)["mergedInto"], id_of(&other));
        }
        expect_consistent(app);
    }
}

#[apply(on_both_databases!)]
fn a_merge_against_a_verdict_on_either_leaves_one_of_them(app: &App) {
    let hall = Hall::open(app);
    let Hall {
        session,
        mina,
        subin,
        noah,
        ..
    } = &hall;
    for round in 0..ROUNDS {
        let [one, other] = ["One?", "Other?"].map(|it| noah.asks(session, it));
        let judged = if round % 2 == 0 { &one } else { &other };
        let answers = race(3, |number| match number {
            0 => mina.merge(&one, &other),
            1 => subin.act(&format!("{judged}/dismiss")),
            _ => mina.choose(session, &one),
        });
        for answer in &answers {
            expect_one_of(answer, &[(200, ""), (409, "conflict")]);
        }
        assert!(answers[..2].iter().any(|it| it.status == 200));
        expect_consistent(app);
    }
}

#[apply(on_both_databases!)]
fn a_question_is_never_left_under_a_label_that_is_gone(app: &App) {
    let hall = Hall::open(app);
    let Hall {
        session,
        mina,
        subin,
        noah,
        ..
    } = &hall;
    let question = noah.asks(session, "Why?");
    for _ in 0..ROUNDS {
        let ids = mina.labels(session, &["One", "Two"]);
        let kept = json!({ "labels": [{ "labelId": ids[0], "name": "One", "color": "red" }] });
        let answers = race(4, |number| match number {
            0 => mina.put_json(&format!("{session}/labels"), kept.clone()),
            1 => noah.patch(&question, json!({ "body": "Edited" })),
            _ => subin.put_json(&format!("{question}/labels"), json!({ "labelIds": ids })),
        });
        answers[0].clone().expect(200);
        answers[1].clone().expect(200);
        answers[2..]
            .iter()
            .for_each(|it| expect_one_of(it, &[(200, ""), (409, "conflict")]));
        let told = get(mina, &question)["labelIds"].take();
        assert!(told == json!([]) || told == json!([ids[0]]), "{told}");
        mina.labels(session, &[]);
        assert_eq!(get(mina, &question)["labelIds"], json!([]));
    }
    // Labels that were seen are changed by one of those who saw them.
    for _ in 0..ROUNDS {
        let seen = mina.change_of(session);
        let answers = race(4, |number| {
            let labels = json!([{ "name": format!("Label {number}"), "color": "blue" }]);
            let body = json!({ "labels": labels, "change": seen });
            mina.put_json(&format!("{session}/labels"), body)
        });
        let changed = answers.iter().filter(|it| it.status == 200).count();
        assert_eq!(changed, 1);
    }
}
