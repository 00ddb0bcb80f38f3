//! What is counted is what is there, whoever writes at the same time.

use serde_json::{Value, json};

use crate::support::*;

const PEOPLE: usize = 12;

/// A session, its only question, and those who race.
fn room(app: &App) -> (Client, String, String, Vec<Client>) {
    let mina = app.user("mina");
    let session = mina.opens("Lecture 7");
    let question = mina.asks(&session, "Why?");
    let people = (0..PEOPLE).map(|number| match number % 3 {
        0 => app.guest(),
        _ => app.user(&format!("user-{number}")),
    });
    let people = people.collect();
    (mina, session, question, people)
}

/// What is counted, and the rows that it counts. What a deleted session showed is told to nobody,
/// while its rows go.
const COUNTED: [(&str, &str, &str); 9] = [
    (
        "sessions",
        "question_count",
        "questions WHERE questions.session_id = sessions.session_id",
    ),
    (
        "(SELECT * FROM sessions WHERE deleted_at IS NULL) AS sessions",
        "shown_count",
        "questions WHERE questions.session_id = sessions.session_id AND shown",
    ),
    (
        "sessions",
        "listed_count",
        "participants WHERE participants.session_id = sessions.session_id AND listed",
    ),
    (
        "questions",
        "replies_count",
        "replies WHERE replies.question_id = questions.question_id AND replies.body IS NOT NULL \
         AND replies.review = 'approved'",
    ),
    (
        "questions",
        "likes_count",
        "question_likes WHERE question_likes.question_id = questions.question_id",
    ),
    (
        "questions",
        "merged_count",
        "questions AS merged WHERE merged.merged_into = questions.question_id",
    ),
    (
        "replies",
        "likes_count",
        "reply_likes WHERE reply_likes.reply_id = replies.reply_id",
    ),
    (
        "participants",
        "CASE WHEN muted_by_name THEN 1 ELSE 0 END",
        "(SELECT DISTINCT session_id, user_id FROM mutes WHERE NOT anonymous) AS muted \
         WHERE muted.session_id = participants.session_id AND muted.user_id = participants.user_id",
    ),
    (
        "participants",
        "CASE WHEN muted_anonymously THEN 1 ELSE 0 END",
        "(SELECT DISTINCT session_id, user_id FROM mutes WHERE anonymous) AS muted \
         WHERE muted.session_id = participants.session_id AND muted.user_id = participants.user_id",
    ),
];

/// What waits for review in a session: questions and replies.
const PENDING: &str = "(SELECT count(*) FROM questions WHERE questions.session_id = sessions.session_id \
    AND questions.review = 'pending') + (SELECT count(*) FROM replies \
    WHERE replies.session_id = sessions.session_id AND replies.review = 'pending')";

/// Every count equals the rows that it counts.
#[track_caller]
pub fn expect_true_counts(app: &App) {
    let expect_none = |wrong: &str| assert_eq!(app.database.count(wrong), 0, "{wrong}");
    for (table, count, rows) in COUNTED {
        expect_none(&format!(
            "{table} WHERE {count} <> (SELECT count(*) FROM {rows})"
        ));
    }
    expect_none(&format!(
        "sessions WHERE deleted_at IS NULL AND pending_count <> {PENDING}"
    ));
}

fn counts(answers: Vec<Answer>) -> Vec<i64> {
    let counts = answers.into_iter().map(|it| it.expect(200).json());
    let mut counts: Vec<_> = counts
        .map(|it| it["likesCount"].as_i64().unwrap())
        .collect();
    counts.sort_unstable();
    counts
}

#[apply(on_both_databases!)]
fn twelve_people_who_like_at_once_are_counted_one_by_one(app: &App) {
    let (mina, _, question, people) = room(app);
    let reply = mina.replies(&question, "Because.");
    for entry in [&question, &reply] {
        let like = format!("{entry}/like");
        let answers = race(PEOPLE, |number| people[number].put(&like));
        assert_eq!(counts(answers), (1..=12).collect::<Vec<_>>());
        expect_true_counts(app);
        let answers = race(PEOPLE, |number| people[number].delete(&like));
        assert_eq!(counts(answers), (0..12).collect::<Vec<_>>());
        expect_true_counts(app);
    }
    let seen = mina.get(&question).expect(200).json();
    assert_eq!(
        (&seen["likesCount"], &seen["replies"][0]["likesCount"]),
        (&json!(0), &json!(0))
    );
}

#[apply(on_both_databases!)]
fn one_person_who_likes_twelve_times_at_once_counts_once(app: &App) {
    let (mina, session, question, people) = room(app);
    for person in &people[..2] {
        let answers = race(PEOPLE, |_| person.put(&format!("{question}/like")));
        let count = mina.get(&question).expect(200).json()["likesCount"]
            .as_i64()
            .unwrap();
        assert_eq!(counts(answers), vec![count; PEOPLE]);
    }
    assert_eq!(app.database.count("question_likes"), 2);
    expect_true_counts(app);
    let session = mina.get(&session).expect(200).json();
    assert_eq!(session["participantCount"], 3, "each came in once");
}

#[apply(on_both_databases!)]
fn likes_and_unlikes_at_once_end_with_as_many_as_there_are(app: &App) {
    let (mina, _, question, people) = room(app);
    let like = format!("{question}/like");
    for round in 0..3 {
        // Each person with two devices, of which one likes and one takes it back.
        let answers = race(PEOPLE, |number| match (number + round) % 2 {
            0 => people[number / 2].put(&like),
            _ => people[number / 2].delete(&like),
        });
        for answer in &answers {
            let count = answer.clone().expect(200).json()["likesCount"]
                .as_i64()
                .unwrap();
            assert!((0..=6).contains(&count), "{count} of six people like it");
        }
        expect_true_counts(app);
    }
    let seen = mina.get(&question).expect(200).json();
    assert_eq!(seen["likesCount"], app.database.count("question_likes"));
}

#[apply(on_both_databases!)]
fn questions_and_their_deletions_at_once_are_counted(app: &App) {
    let (mina, session, question, people) = room(app);
    mina.delete(&question).expect(204);
    let asked = race(PEOPLE, |number| people[number].asks(&session, "Why?"));
    assert_eq!(mina.get(&session).expect(200).json()["questionCount"], 12);
    race(PEOPLE, |number| match number % 3 {
        0 => drop(people[number].asks(&session, "Why not?")),
        _ => drop(people[number].delete(&asked[number]).expect(204)),
    });
    assert_eq!(mina.get(&session).expect(200).json()["questionCount"], 8);
    expect_true_counts(app);
}

#[apply(on_both_databases!)]
fn replies_and_their_deletions_at_once_are_counted(app: &App) {
    let (mina, _, question, people) = room(app);
    let replies = race(PEOPLE, |number| {
        people[number].replies(&question, "Because.")
    });
    assert_eq!(mina.get(&question).expect(200).json()["repliesCount"], 12);
    // The author and a host both delete each of two thirds; others reply.
    let answers = race(PEOPLE, |number| match number % 3 {
        0 => people[number].post(&format!("{question}/replies"), json!({ "body": "So." })),
        1 => people[number].delete(&replies[number]),
        _ => mina.delete(&replies[number - 1]),
    });
    let statuses = |status| answers.iter().filter(|it| it.status == status).count();
    // A host who is second removes the place; an author who is second finds nothing.
    assert_eq!((statuses(201), statuses(204) + statuses(404)), (4, 8));
    assert!(statuses(204) >= 4, "one of two deletions succeeds");
    assert_eq!(mina.get(&question).expect(200).json()["repliesCount"], 12);
    expect_true_counts(app);
}

#[apply(on_both_databases!)]
fn of_eight_deletions_of_a_question_one_succeeds(app: &App) {
    let (mina, session, _, people) = room(app);
    let question = people[0].asks(&session, "Why not?");
    let answers = race(8, |number| match number % 2 {
        0 => people[0].delete(&question),
        _ => mina.delete(&question),
    });
    let statuses = |status| answers.iter().filter(|it| it.status == status).count();
    assert_eq!((statuses(204), statuses(404)), (1, 7));
    assert_eq!(mina.get(&session).expect(200).json()["questionCount"], 1);
    expect_true_counts(app);
}

#[apply(on_both_databases!)]
fn eight_first_contributions_of_one_guest_at_once_enter_once(app: &App) {
    let (mina, session, question, people) = room(app);
    let guest = &people[0];
    let answers = race(8, |number| match number % 4 {
        0 => guest.put(&format!("{question}/like")),
        1 => guest.post(&format!("{session}/questions"), json!({ "body": "Why?" })),
        2 => guest.post(&format!("{question}/replies"), json!({ "body": "So." })),
        _ => guest.put(&format!("{session}/participants/me")),
    });
    assert!(answers.iter().all(|it| it.status < 300), "{answers:?}");
    let seen: Value = mina.get(&session).expect(200).json();
    assert_eq!(
        (&seen["participantCount"], &seen["questionCount"]),
        (&json!(2), &json!(3))
    );
    expect_true_counts(app);
}
