//! What is left of a question that was merged into another one, and what becomes of that.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::merging::{expect_merged, get};
use crate::questions::counts::expect_true_counts;
use crate::support::moderation::{Hall, id_of};
use crate::support::*;

#[apply(on_both_databases!)]
fn a_merged_question_is_in_no_list_but_its_authors(app: &App) {
    let hall = Hall::open(app);
    let Hall {
        session,
        mina,
        noah,
        zoe,
        stranger,
        ..
    } = &hall;
    let label = mina.labels(session, &["Budget"]).remove(0);
    let [one, other] = [noah.asks(session, "One?"), zoe.asks(session, "Other?")];
    mina.puts_under(&one, &[&label]);
    mina.put(&format!("{one}/pin")).expect(200);
    mina.merges(&one, &other);
    for person in [noah, zoe, mina, stranger] {
        for query in ["", "sort=new", "sort=old&state=closed", "search=one"] {
            let listed = person.lists(session, query);
            assert!(!listed.contains(&"One?".to_owned()), "{query}");
        }
        assert!(person.lists(session, &format!("label={label}")).is_empty());
        expect_merged(person, &one, &other);
    }
    for review in ["pending", "dismissed"] {
        assert!(mina.lists(session, &format!("review={review}")).is_empty());
    }
    assert_eq!(stranger.counts(session, "questionCount"), 1);
    let mine = noah
        .get(&format!("{session}/questions?mine=true"))
        .expect(200)
        .json();
    assert_eq!(mine["questions"][0]["mergedInto"], id_of(&other));
    assert!(mine["questions"][0]["labelIds"] == json!([label]), "{mine}");
}

#[apply(on_both_databases!)]
fn a_merged_question_takes_nothing_any_more(app: &App) {
    let hall = Hall::open(app);
    let Hall {
        session,
        mina,
        noah,
        zoe,
        ..
    } = &hall;
    let words = ["One?", "Other?", "Third?"];
    let [one, other, third] = words.map(|it| noah.asks(session, it));
    mina.merges(&one, &other);
    let part = |name: &str| format!("{one}/{name}");
    for person in [noah, zoe, mina] {
        for answer in [
            person.put(&part("like")),
            person.delete(&part("like")),
            person.post(&part("replies"), json!({ "body": "x" })),
        ] {
            answer.expect_problem(409, "conflict");
        }
    }
    for answer in [
        mina.put(&part("pin")),
        mina.delete(&part("pin")),
        mina.put(&part("close")),
        mina.delete(&part("close")),
        mina.approve(&one, 0),
        mina.act(&part("dismiss")),
        mina.put_json(&part("labels"), json!({ "labelIds": [] })),
        mina.choose(session, &one),
        mina.merge(&one, &third),
        mina.merge(&third, &one),
        mina.merge(&other, &one),
    ] {
        answer.expect_problem(409, "conflict");
    }
    // It is closed.
    noah.patch(&one, json!({ "body": "x" }))
        .expect_problem(403, "question_locked");
    noah.delete(&one).expect_problem(403, "question_locked");
    assert_eq!(app.database.count("question_likes"), 0);
    expect_true_counts(app);
}

#[apply(on_both_databases!)]
fn its_author_neither_edits_nor_deletes_what_others_were_merged_into(app: &App) {
    let hall = Hall::open(app);
    let Hall {
        session,
        mina,
        noah,
        zoe,
        ..
    } = &hall;
    let [one, other] = [zoe.asks(session, "One?"), noah.asks(session, "Other?")];
    mina.merges(&one, &other);
    let told = get(noah, &other);
    assert_eq!([&told["canEdit"], &told["canDelete"]], [false, false]);
    let edit = || noah.patch(&other, json!({ "body": "Edited" }));
    edit().expect_problem(403, "question_locked");
    noah.delete(&other).expect_problem(403, "question_locked");
    // Others react to it as ever.
    zoe.likes(&other);
    mina.delete(&zoe.replies(&other, "So.")).expect(204);
    zoe.delete(&format!("{other}/like")).expect(200);
    // Without the other one it is its author's again.
    mina.delete(&one).expect(204);
    edit().expect(200);
    noah.delete(&other).expect(204);
    expect_true_counts(app);
}

#[apply(on_both_databases!)]
fn all_that_was_merged_further_points_to_the_last_and_goes_with_it(app: &App) {
    let hall = Hall::open(app);
    let Hall {
        session,
        mina,
        noah,
        stranger,
        ..
    } = &hall;
    let words = ["1?", "2?", "3?", "4?", "5?"];
    let questions = words.map(|it| noah.asks(session, it));
    let [first, second, third, fourth, beside] = &questions;
    for (number, question) in questions.iter().enumerate().take(4) {
        noah.replies(question, &format!("Reply {number}"));
    }
    mina.merges(first, second);
    mina.merges(third, fourth);
    mina.merges(second, fourth);
    for question in [first, second, third] {
        expect_merged(stranger, question, fourth);
    }
    assert_eq!(get(stranger, fourth)["repliesCount"], 4);
    assert_eq!(stranger.counts(session, "questionCount"), 2);
    expect_true_counts(app);
    mina.dismisses(fourth);
    assert_eq!(stranger.counts(session, "questionCount"), 1);
    mina.approves(fourth);
    mina.delete(fourth).expect(204);
    for question in [first, second, third, fourth] {
        mina.get(question).expect_problem(404, "not_found");
    }
    assert_eq!(noah.lists(session, "mine=true"), ["5?"]);
    assert_eq!(get(noah, beside)["canDelete"], true);
    assert_eq!(app.database.count("replies"), 0);
    expect_true_counts(app);
}

/// What whoever was away is told of questions, up to now: each name of an event with the id.
fn told(client: &Client, session: &str, after: &str) -> BTreeMap<String, Value> {
    let now = client.change_of(session);
    let mut stream = client.follow(&format!("{session}/events?after={after}"));
    let mut told = BTreeMap::new();
    loop {
        let event = stream.event();
        let is_last = event.id.is_some_and(|it| it.text == now);
        let id = event.data["questionId"].as_str().unwrap_or_default();
        if event.name.starts_with("question") {
            let into = event.data.get("mergedInto").cloned();
            told.insert(id.to_owned(), into.unwrap_or(json!(event.name)));
        }
        if is_last {
            return told;
        }
    }
}

#[apply(on_both_databases!)]
fn whoever_was_away_is_told_where_each_has_gone_and_that_all_are_gone(app: &App) {
    let Hall {
        session,
        mina,
        noah,
        stranger,
        ..
    } = &Hall::open(app);
    let questions = ["First", "Second", "Last"].map(|it| noah.asks(session, it));
    let [first, second, last] = &questions;
    let [of_host, of_all] = [mina, stranger].map(|it| it.change_of(session));
    mina.merges(first, second);
    let between = mina.change_of(session);
    mina.merges(second, last);
    let into_last = json!(id_of(last));
    let moved = told(mina, session, &of_host);
    assert_eq!(moved[id_of(first)], into_last, "{moved:?}");
    assert_eq!(moved[id_of(second)], into_last, "{moved:?}");
    mina.delete(last).expect(204);
    for (client, after) in [(mina, &of_host), (mina, &between), (stranger, &of_all)] {
        let told = told(client, session, after);
        for question in &questions {
            assert_eq!(told[id_of(question)], "question_removed", "{told:?}");
        }
    }
}

#[apply(on_both_databases!)]
fn what_was_merged_is_out_of_sight_while_the_question_is_that_has_it(app: &App) {
    let Hall {
        session,
        mina,
        noah,
        zoe,
        stranger,
        ..
    } = &Hall::open(app);
    let [merged, into] = ["Merged", "Into"].map(|it| noah.asks(session, it));
    mina.merges(&merged, &into);
    mina.dismisses(&into);
    let nowhere = format!("/api/questions/{}", "A".repeat(22));
    for other in [zoe, stranger] {
        for question in [&merged, &nowhere] {
            other.get(question).expect_problem(404, "not_found");
        }
    }
    for question in [&merged, &nowhere] {
        zoe.put(&format!("{question}/like"))
            .expect_problem(404, "not_found");
    }
    for insider in [mina, noah] {
        expect_merged(insider, &merged, &into);
    }
    let exported = mina
        .get(&format!("{session}/export?format=csv"))
        .expect(200);
    assert!(!exported.text.contains("Merged"), "{}", exported.text);
    mina.approves(&into);
    expect_merged(stranger, &merged, &into);
    let exported = mina
        .get(&format!("{session}/export?format=csv"))
        .expect(200);
    assert!(exported.text.contains("Merged"), "{}", exported.text);
}
