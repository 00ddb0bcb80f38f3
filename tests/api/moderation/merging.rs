//! POST …/merge: one question of two, with the likes and the replies of both.

use serde_json::{Value, json};

use crate::auth::claim_room::claims;
use crate::questions::counts::expect_true_counts;
use crate::support::moderation::{Hall, id_of};
use crate::support::*;

pub fn get(client: &Client, question: &str) -> Value {
    client.get(question).expect(200).json()
}

/// What a merged one is to everybody who has its id.
#[track_caller]
pub fn expect_merged(client: &Client, question: &str, into: &str) {
    let told = get(client, question);
    assert_eq!(told["mergedInto"], id_of(into));
    let state = ["closed", "pinned", "likesCount", "repliesCount"].map(|it| &told[it]);
    assert_eq!(state, [&json!(true), &json!(false), &json!(0), &json!(0)]);
    assert_eq!(told["replies"], json!([]));
}

#[apply(on_both_databases!)]
fn the_other_question_has_one_like_of_each_who_likes_one_of_them(app: &App) {
    let hall = Hall::open(app);
    let Hall {
        session,
        mina,
        noah,
        zoe,
        guest,
        ..
    } = &hall;
    let [one, other] = ["One?", "Other?"].map(|it| noah.asks(session, it));
    for (person, question) in [
        (noah, &one),
        (noah, &other),
        (guest, &one),
        (guest, &other),
        (zoe, &one),
        (mina, &other),
    ] {
        person.likes(question);
    }
    let merged = mina.merges(&one, &other);
    assert_eq!(
        (&merged["questionId"], &merged["likesCount"]),
        (&json!(id_of(&other)), &json!(4))
    );
    for person in [noah, zoe, guest, mina] {
        assert_eq!(get(person, &other)["liked"], true);
        expect_merged(person, &one, &other);
    }
    assert_eq!(get(&hall.subin, &other)["liked"], false);
    assert_eq!(app.database.count("question_likes"), 4);
    expect_true_counts(app);
    let like = format!("{other}/like");
    assert_eq!(
        zoe.delete(&like).expect(200).json()["likesCount"],
        3,
        "it is taken back"
    );
    assert_eq!(zoe.likes(&other), 4);
}

#[apply(on_both_databases!)]
fn the_replies_of_both_stand_in_their_order(app: &App) {
    let hall = Hall::open(app);
    let Hall {
        session,
        mina,
        noah,
        zoe,
        guest,
        ..
    } = &hall;
    let [one, other] = ["One?", "Other?"].map(|it| noah.asks(session, it));
    let replies: Vec<String> = (0..6)
        .map(|number| {
            let question = if number % 2 == 0 { &one } else { &other };
            zoe.replies(question, &format!("Reply {number}"))
        })
        .collect();
    guest.likes(&replies[0]);
    mina.put(&format!("{}/pin", replies[4])).expect(200);
    zoe.delete(&replies[2]).expect(204);
    mina.dismisses(&guest.replies(&one, "Dismissed"));
    mina.sets(session, json!({ "replies": "review" }));
    let waiting = guest.replies(&one, "Waiting");
    let merged = mina.merges(&one, &other);
    assert_eq!(merged["repliesCount"], 5);
    let shown = [
        "Reply 4",
        "Reply 0",
        "Reply 1",
        "(deleted)",
        "Reply 3",
        "Reply 5",
    ];
    assert_eq!(hall.stranger.reads_replies(&other), shown);
    let all = [&shown[..], &["Dismissed", "Waiting"]].concat();
    assert_eq!(mina.reads_replies(&other), all);
    assert_eq!(guest.reads_replies(&other), all, "with its own");
    for reply in get(mina, &other)["replies"].as_array().unwrap() {
        assert_eq!(reply["questionId"], id_of(&other));
    }
    expect_true_counts(app);
    // They go on in their new place.
    mina.approves(&waiting);
    assert_eq!(get(noah, &other)["repliesCount"], 6);
    assert_eq!(guest.likes(&replies[1]), 1);
    zoe.delete(&replies[0]).expect(204);
    mina.delete(&one).expect(204);
    assert_eq!(
        get(noah, &other)["repliesCount"],
        5,
        "they do not go with it"
    );
    expect_true_counts(app);
}

#[apply(on_both_databases!)]
fn only_two_that_everybody_sees_are_merged_by_a_host(app: &App) {
    let hall = Hall::open(app);
    let Hall {
        session,
        mina,
        noah,
        zoe,
        ..
    } = &hall;
    let [one, other] = ["One?", "Other?"].map(|it| noah.asks(session, it));
    let elsewhere = mina.asks(&mina.opens("Lecture 8"), "Why?");
    mina.merge(&one, &one).expect_problem(409, "conflict");
    mina.merge(&one, &elsewhere)
        .expect_problem(404, "not_found");
    let nowhere = format!("/api/questions/{}", "A".repeat(22));
    mina.merge(&one, &nowhere).expect_problem(404, "not_found");
    mina.merge(&nowhere, &one).expect_problem(404, "not_found");
    for person in [noah, zoe, &hall.guest] {
        person.merge(&one, &other).expect_problem(403, "forbidden");
    }
    hall.stranger
        .merge(&one, &other)
        .expect_problem(401, "missing_token");
    noah.patch(&other, json!({ "body": "Edited" })).expect(200);
    let merge = |into: Value, revision: Value| {
        let body = json!({ "into": into, "revision": revision });
        mina.post(&format!("{one}/merge"), body)
    };
    let into = json!(id_of(&other));
    merge(into.clone(), json!(0)).expect_problem(409, "conflict");
    for (into, revision) in [
        (json!("x"), json!(1)),
        (json!(1), json!(1)),
        (Value::Null, json!(1)),
        (into.clone(), json!(-1)),
        (into.clone(), json!("1")),
        (into.clone(), json!(1.5)),
    ] {
        merge(into, revision).expect_problem(400, "validation_failed");
    }
    assert_eq!(get(mina, &one)["mergedInto"], Value::Null);
    merge(into, json!(1)).expect(200);
}

/// SQL: so many replies to the one, and to the other, places of deleted ones among them.
fn replies_to(questions: [(i64, u32); 2]) -> String {
    let replies = |(question, count): (i64, u32)| {
        format!(
            "INSERT INTO replies (public_id, question_id, session_id, anonymous, body, pinned, \
             likes_count, created_at, updated_at) \
             WITH RECURSIVE number(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM number WHERE i < {count}) \
             SELECT NEW_ID, question_id, session_id, TRUE, CASE WHEN i > 9 THEN 'many' END, FALSE, \
             0, created_at, created_at FROM number, questions WHERE question_id = {question}; \
             UPDATE questions SET replies_count = {count} - 9 WHERE question_id = {question};"
        )
    };
    questions.map(replies).concat()
}

#[apply(on_both_databases!)]
fn together_they_have_a_thousand_replies(app: &App) {
    let hall = Hall::open(app);
    let Hall {
        session,
        mina,
        noah,
        ..
    } = &hall;
    let [one, other] = ["One?", "Other?"].map(|it| noah.asks(session, it));
    let more = noah.replies(&one, "One more");
    let numbers = [&one, &other].map(|it| app.database.row_number(it));
    let many = replies_to([(numbers[0], 400), (numbers[1], 600)]);
    app.database.execute(&many);
    app.database
        .execute("UPDATE questions SET replies_count = replies_count + 1 WHERE body = 'One?'");
    mina.merge(&one, &other).expect_problem(409, "conflict");
    assert_eq!(get(mina, &other)["repliesCount"], 591);
    mina.dismisses(&more);
    assert_eq!(mina.merges(&one, &other)["repliesCount"], 982);
    expect_true_counts(app);
    mina.approve(&more, 0).expect_problem(409, "conflict");
    let refused = noah.post(&format!("{other}/replies"), json!({ "body": "x" }));
    refused.expect_problem(409, "conflict");
    mina.replies(&other, "A host's");
}

#[apply(on_both_databases!)]
fn a_claim_leaves_one_like_and_takes_merged_questions_along(app: &App) {
    let hall = Hall::open(app);
    let Hall {
        session,
        mina,
        noah,
        zoe,
        guest,
        ..
    } = &hall;
    let [one, other] = [guest.asks(session, "One?"), noah.asks(session, "Other?")];
    guest.likes(&one);
    zoe.likes(&other);
    guest.likes(&other);
    mina.merges(&one, &other);
    let [third, fourth] = [noah.asks(session, "Third?"), guest.asks(session, "Fourth?")];
    guest.likes(&third);
    zoe.likes(&fourth);
    mina.merges(&third, &fourth);
    assert_eq!(
        [get(mina, &other), get(mina, &fourth)].map(|it| it["likesCount"].clone()),
        [2, 2]
    );
    let guest_id = guest.user_id();
    let zoe = claims(zoe, guest);
    for question in [&other, &fourth] {
        let told = get(&zoe, question);
        assert_eq!(
            (&told["likesCount"], &told["liked"]),
            (&json!(1), &json!(true))
        );
    }
    assert_eq!(
        zoe.lists(session, "mine=true&sort=old"),
        ["One?", "Fourth?"]
    );
    expect_merged(&zoe, &one, &other);
    let told = get(&zoe, &fourth);
    assert_eq!(
        [&told["isOwner"], &told["canEdit"], &told["canDelete"]],
        [true, false, false]
    );
    let left = format!("questions WHERE author_id = {guest_id}");
    assert_eq!(app.database.count(&left), 0);
    expect_true_counts(app);
    zoe.delete_account().expect(204);
    app.purge().unwrap();
    assert_eq!(get(mina, &other)["likesCount"], 0);
    expect_merged(mina, &one, &other);
    expect_true_counts(app);
}

#[apply(on_both_databases!)]
fn an_export_has_both_questions(app: &App) {
    let hall = Hall::open(app);
    let Hall {
        session,
        mina,
        noah,
        guest,
        ..
    } = &hall;
    let label = mina.labels(session, &["Budget"]).remove(0);
    let [one, other] = [guest.asks(session, "One?"), noah.asks(session, "Other?")];
    mina.puts_under(&one, &[&label]);
    noah.replies(&one, "So.");
    noah.likes(&one);
    mina.dismisses(&noah.asks(session, "Dismissed?"));
    mina.merges(&one, &other);
    let export = mina.get(&format!("{session}/export")).expect(200).json();
    let questions = export["questions"].as_array().unwrap();
    let bodies: Vec<_> = questions.iter().map(|it| &it["body"]).collect();
    assert_eq!(bodies, ["One?", "Other?"]);
    assert_eq!(questions[0]["mergedInto"], id_of(&other));
    assert_eq!(questions[1]["mergedInto"], Value::Null);
    assert_eq!(questions[0]["labels"], json!(["Budget"]));
    assert_eq!(
        (&questions[1]["likesCount"], &questions[0]["likesCount"]),
        (&json!(1), &json!(0))
    );
    assert_eq!(questions[1]["replies"][0]["body"], "So.");
    assert_eq!(questions[0]["replies"], json!([]));
    let csv = mina
        .get(&format!("{session}/export?format=csv"))
        .expect(200)
        .text;
    let head = csv.lines().next().unwrap().to_owned();
    assert!(
        head.contains("labels") && head.contains("mergedInto"),
        "{head}"
    );
    assert!(csv.contains("Budget") && csv.contains(id_of(&other)) && !csv.contains("Dismissed"));
    for person in [noah, guest] {
        let mine = person.get("/api/users/me/export").expect(200).text;
        assert!(mine.contains(if person.nickname == "noah" {
            "Other?"
        } else {
            "One?"
        }));
    }
}

#[apply(on_both_databases!)]
fn likes_that_race_a_merge_count_once(app: &App) {
    let hall = Hall::open(app);
    let Hall { session, mina, .. } = &hall;
    let people: Vec<Client> = (0..8).map(|_| app.guest()).collect();
    for _ in 0..5 {
        let [one, other] = ["One?", "Other?"].map(|it| hall.noah.asks(session, it));
        people[0].likes(&other);
        let answers = race(1 + people.len(), |number| match number {
            8 => mina.merge(&one, &other),
            _ => people[number].put(&format!("{one}/like")),
        });
        answers[8].clone().expect(200);
        let liked = answers[..8].iter().enumerate().filter(|(number, answer)| {
            let is_in_time = answer.status == 200;
            assert!(is_in_time || answer.code() == "conflict", "{}", answer.text);
            is_in_time && *number > 0
        });
        let likes = 1 + liked.count();
        assert_eq!(get(mina, &other)["likesCount"], likes);
        assert_eq!(get(mina, &one)["likesCount"], 0);
        expect_true_counts(app);
    }
}
