//! POST …/approve-all and …/dismiss-all, the list of replies that wait, and how much may wait.

use serde_json::{Value, json};

use crate::questions::counts::expect_true_counts;
use crate::support::moderation::{Hall, id_of};
use crate::support::stream::Position;
use crate::support::*;

/// Judges all up to some place and tells how much that was.
#[track_caller]
fn judges_all(host: &Client, session: &str, verdict: &str, up_to: &str) -> i64 {
    let judged = host.judge_all(session, verdict, up_to).expect(200).json();
    judged["count"].as_i64().unwrap()
}

#[apply(on_both_databases!)]
fn all_that_was_seen_is_judged_and_the_rest_goes_on_waiting(app: &App) {
    let hall = Hall::reviewed(app);
    let Hall {
        session,
        mina,
        noah,
        guest,
        ..
    } = &hall;
    let shown = mina.asks(session, "Another?");
    for (verdict, state) in [("approve", "approved"), ("dismiss", "dismissed")] {
        let seen = [noah.asks(session, "Seen"), guest.asks(session, "Seen, too")];
        let reply = guest.replies(&shown, "Seen");
        let [edited, other] = ["Edited", "And this"].map(|it| noah.asks(session, it));
        let edited_reply = noah.replies(&shown, "Edited");
        let seen_at = mina.get(&format!("{session}/questions?review=pending"));
        let seen_at = seen_at.expect(200).field("change");
        for entry in [&edited, &edited_reply] {
            noah.patch(entry, json!({ "body": "Not seen" })).expect(200);
        }
        let late = guest.asks(session, "Late");
        mina.delete(&other).expect(204);
        assert_eq!(judges_all(mina, session, verdict, &seen_at), 3);
        for question in &seen {
            assert_eq!(mina.get(question).expect(200).field("review"), state);
        }
        let waiting = ["Not seen", "Late"];
        assert_eq!(mina.lists(session, "review=pending&sort=old"), waiting);
        assert_eq!(mina.lists_replies(session, ""), ["Not seen"]);
        assert_eq!(
            judges_all(mina, session, verdict, &seen_at),
            0,
            "repeatable"
        );
        expect_true_counts(app);
        assert_eq!(hall.subin.counts(session, "pendingCount"), 3);
        let now = hall.subin.change_of(session);
        assert_eq!(judges_all(&hall.subin, session, verdict, &now), 3);
        assert_eq!(hall.subin.counts(session, "pendingCount"), 0);
        let told = guest.get(&format!("{session}/questions?mine=true"));
        assert_eq!(told.expect(200).json()["questions"][0]["review"], state);
        for entry in seen.iter().chain([&reply, &edited, &edited_reply, &late]) {
            mina.delete(entry).expect(204);
        }
        expect_true_counts(app);
    }
}

/// A `change` of the questions' list, of the replies' list and of the session; with what has been
/// labelled, pinned or liked since, nothing has changed in what waits.
#[apply(on_both_databases!)]
fn every_change_that_a_host_is_told_will_do(app: &App) {
    let hall = Hall::reviewed(app);
    let Hall {
        session,
        mina,
        noah,
        ..
    } = &hall;
    let shown = mina.asks(session, "Another?");
    let changes: [&dyn Fn() -> String; 3] = [
        &|| mina.change_of(session),
        &|| {
            mina.get(&format!("{session}/questions"))
                .expect(200)
                .field("change")
        },
        &|| {
            mina.get(&format!("{session}/replies"))
                .expect(200)
                .field("change")
        },
    ];
    for (number, change) in changes.into_iter().enumerate() {
        noah.asks(session, "Why?");
        noah.replies(&shown, "So.");
        let change = change();
        mina.put(&format!("{shown}/pin")).expect(200);
        hall.zoe.likes(&shown);
        mina.labels(session, &[&format!("Label {number}")]);
        assert_eq!(judges_all(mina, session, "approve", &change), 2);
    }
    expect_true_counts(app);
}

#[apply(on_both_databases!)]
fn a_change_that_is_none_of_the_hosts_judges_nothing(app: &App) {
    let hall = Hall::reviewed(app);
    let Hall { session, mina, .. } = &hall;
    hall.noah.asks(session, "Why?");
    let now = mina.change_of(session);
    let Position { epoch, number, .. } = Position::parse(&now);
    let others = [
        hall.noah.change_of(session),
        format!("{epoch}-{number}"),
        format!("{epoch}-h{}", number + 1),
        format!("zzzzzz-h{number}"),
    ];
    let malformed = [
        json!(null),
        json!(""),
        json!("h1"),
        json!(format!("{epoch}-h")),
        json!(number),
        json!([now]),
        json!(format!("{epoch}-h99999999999999999999")),
        json!(format!(" {now}")),
    ];
    for verdict in ["approve", "dismiss"] {
        for other in &others {
            mina.judge_all(session, verdict, other)
                .expect_problem(409, "conflict");
        }
        let path = format!("{session}/{verdict}-all");
        for bad in &malformed {
            let refused = mina.post(&path, json!({ "upTo": bad }));
            let refused = refused.expect_problem(400, "validation_failed").json();
            assert_eq!(refused["errors"][0]["field"], "upTo", "{bad}");
        }
        mina.post(&path, json!({}))
            .expect_problem(400, "validation_failed");
        mina.act(&path)
            .expect_problem(415, "unsupported_media_type");
        let nowhere = format!("/api/sessions/{}/{verdict}-all", "A".repeat(22));
        mina.post(&nowhere, json!({ "upTo": now }))
            .expect_problem(404, "not_found");
    }
    assert_eq!(mina.counts(session, "pendingCount"), 1);
    assert_eq!(judges_all(mina, session, "approve", &now), 1);
}

#[apply(on_both_databases!)]
fn replies_that_wait_come_in_pages_with_their_questions(app: &App) {
    let hall = Hall::reviewed(app);
    let Hall {
        session,
        mina,
        noah,
        guest,
        ..
    } = &hall;
    let questions = ["One?", "Two?"].map(|it| mina.asks(session, it));
    for number in 0..5 {
        let author = if number % 2 == 0 { noah } else { guest };
        author.replies(&questions[number % 2], &format!("Reply {number}"));
    }
    let pages = |sort: &str| {
        let (mut found, mut cursor) = (Vec::new(), String::new());
        loop {
            let path = format!("{session}/replies?limit=2&sort={sort}{cursor}");
            let page = mina.get(&path).expect(200).json();
            found.extend(page["replies"].as_array().unwrap().clone());
            let Some(next) = page["nextCursor"].as_str() else {
                return found;
            };
            cursor = format!("&cursor={next}");
        }
    };
    let bodies = |found: &[Value]| -> Vec<String> {
        found
            .iter()
            .map(|it| it["body"].as_str().unwrap().into())
            .collect()
    };
    let old = pages("old");
    let expected: Vec<_> = (0..5).map(|it| format!("Reply {it}")).collect();
    assert_eq!(bodies(&old), expected);
    assert_eq!(old[1]["questionId"], id_of(&questions[1]));
    assert_eq!(old[1]["author"]["userId"], Value::Null);
    assert_eq!(old[0]["author"]["nickname"], "noah");
    let mut newest_first = bodies(&pages("new"));
    newest_first.reverse();
    assert_eq!(newest_first, expected);
    // A cursor is for the list that gave it.
    let page = mina.get(&format!("{session}/replies?limit=2")).expect(200);
    let cursor = page.field("nextCursor");
    for other in ["review=dismissed", "sort=new"] {
        let path = format!("{session}/replies?{other}&cursor={cursor}");
        mina.get(&path).expect_problem(400, "invalid_cursor");
    }
    let lists = mina.get(&format!(
        "{session}/questions?review=pending&cursor={cursor}"
    ));
    lists.expect_problem(400, "invalid_cursor");
}

/// SQL: so many questions of nobody in the only session, as the server writes them.
fn questions_of_nobody(count: u32, review: &str) -> String {
    let shown = if review == "approved" {
        "TRUE"
    } else {
        "FALSE"
    };
    let counted = match review {
        "approved" => format!("shown_count = shown_count + {count}"),
        "pending" => format!("pending_count = pending_count + {count}"),
        _ => "title = title".into(),
    };
    format!(
        "INSERT INTO questions (public_id, session_id, anonymous, body, pinned, closed, likes_count, \
         replies_count, created_at, updated_at, review, shown) \
         WITH RECURSIVE number(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM number WHERE i < {count}) \
         SELECT NEW_ID, session_id, TRUE, 'many', FALSE, FALSE, 0, 0, created_at, created_at, \
         '{review}', {shown} FROM number, sessions; \
         UPDATE sessions SET question_count = question_count + {count}, {counted}"
    )
}

/// SQL: so many replies to a question.
fn replies_of_nobody(question: i64, count: u32, review: &str) -> String {
    let counted = match review {
        "approved" => format!(
            "UPDATE questions SET replies_count = replies_count + {count} WHERE question_id = {question}"
        ),
        "pending" => format!("UPDATE sessions SET pending_count = pending_count + {count}"),
        _ => String::new(),
    };
    format!(
        "INSERT INTO replies (public_id, question_id, session_id, anonymous, body, pinned, likes_count, \
         created_at, updated_at, review) \
         WITH RECURSIVE number(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM number WHERE i < {count}) \
         SELECT NEW_ID, question_id, session_id, TRUE, 'many', FALSE, 0, created_at, created_at, \
         '{review}' FROM number, questions WHERE question_id = {question}; {counted}"
    )
}

#[apply(on_both_databases!)]
fn two_thousand_questions_wait_and_not_one_more(app: &App) {
    let hall = Hall::reviewed(app);
    let Hall {
        session,
        mina,
        noah,
        ..
    } = &hall;
    let mine = noah.asks(session, "Mine?");
    app.database.execute(&questions_of_nobody(1_998, "pending"));
    app.database.execute(&questions_of_nobody(500, "dismissed"));
    noah.asks(session, "The 2,000th");
    let refused = || noah.post(&format!("{session}/questions"), json!({ "body": "x" }));
    refused().expect_problem(409, "conflict");
    assert_eq!(mina.lists(session, "limit=1").len(), 0);
    // What needs no review has room, and what waits already is edited.
    let hosts = mina.asks(session, "Mine!");
    noah.patch(&mine, json!({ "body": "Edited" })).expect(200);
    mina.sets(session, json!({ "questions": "open" }));
    let open = noah.asks(session, "Open");
    mina.sets(session, json!({ "questions": "review" }));
    // An edit would let one more wait.
    noah.patch(&open, json!({ "body": "x" }))
        .expect_problem(409, "conflict");
    assert_eq!(mina.get(&open).expect(200).field("body"), "Open");
    mina.dismisses(&mine);
    noah.asks(session, "In its place");
    refused().expect_problem(409, "conflict");
    mina.delete(&hosts).expect(204);
    expect_true_counts(app);
    let now = mina.change_of(session);
    assert_eq!(judges_all(mina, session, "dismiss", &now), 2_000);
    assert_eq!(mina.counts(session, "pendingCount"), 0);
    refused().expect(201);
    expect_true_counts(app);
}

#[apply(on_both_databases!)]
fn ten_thousand_questions_are_approved_merged_ones_too(app: &App) {
    let hall = Hall::open(app);
    let Hall {
        session,
        mina,
        noah,
        ..
    } = &hall;
    let [first, second] = ["One?", "Two?"].map(|it| noah.asks(session, it));
    mina.merges(&second, &first);
    mina.sets(session, json!({ "questions": "review" }));
    let waiting = ["Wait 1", "Wait 2"].map(|it| noah.asks(session, it));
    app.database
        .execute(&questions_of_nobody(9_997, "approved"));
    app.database.execute(&questions_of_nobody(100, "dismissed"));
    let now = mina.change_of(session);
    assert_eq!(
        judges_all(mina, session, "approve", &now),
        1,
        "there is room for one"
    );
    assert_eq!(mina.lists(session, "review=pending"), ["Wait 2"]);
    mina.approve(&waiting[1], 0).expect_problem(409, "conflict");
    let refused = || mina.post(&format!("{session}/questions"), json!({ "body": "x" }));
    refused().expect_problem(409, "conflict");
    let [one, more] = ["Wait 3", "Wait 4"].map(|it| noah.asks(session, it));
    // Deleted, or dismissed, one leaves its place.
    mina.delete(&second).expect(204);
    mina.approves(&waiting[1]);
    mina.approve(&one, 0).expect_problem(409, "conflict");
    mina.dismisses(&waiting[0]);
    mina.approves(&one);
    mina.approve(&more, 0).expect_problem(409, "conflict");
    mina.approve(&waiting[0], 0).expect_problem(409, "conflict");
    expect_true_counts(app);
}

#[apply(on_both_databases!)]
fn a_question_has_a_thousand_replies_whoever_approves_them(app: &App) {
    let hall = Hall::reviewed(app);
    let Hall {
        session,
        mina,
        noah,
        ..
    } = &hall;
    let question = mina.asks(session, "Why?");
    let waiting = ["Wait 1", "Wait 2", "Wait 3"].map(|it| noah.replies(&question, it));
    let number = app.database.row_number(&question);
    app.database
        .execute(&replies_of_nobody(number, 999, "approved"));
    app.database
        .execute(&replies_of_nobody(number, 50, "dismissed"));
    let now = mina.change_of(session);
    assert_eq!(
        judges_all(mina, session, "approve", &now),
        1,
        "there is room for one"
    );
    mina.approve(&waiting[1], 0).expect_problem(409, "conflict");
    // A place counts; what hosts remove or dismiss leaves none.
    noah.delete(&waiting[0]).expect(204);
    mina.approve(&waiting[1], 0).expect_problem(409, "conflict");
    let of_host = mina.replies(&question, "One of a hundred more");
    mina.delete(&of_host).expect(204);
    mina.approve(&waiting[1], 0).expect_problem(409, "conflict");
    for place in [&waiting[0], &of_host] {
        mina.delete(place).expect(204);
    }
    mina.approves(&waiting[1]);
    mina.dismisses(&waiting[1]);
    mina.approves(&waiting[2]);
    expect_true_counts(app);
}

#[apply(on_both_databases!)]
fn a_thousand_replies_to_a_question_wait(app: &App) {
    let hall = Hall::reviewed(app);
    let Hall {
        session,
        mina,
        noah,
        ..
    } = &hall;
    let question = mina.asks(session, "Why?");
    let number = app.database.row_number(&question);
    app.database
        .execute(&replies_of_nobody(number, 999, "pending"));
    let reply = noah.replies(&question, "The 1,000th");
    let refused = noah.post(&format!("{question}/replies"), json!({ "body": "x" }));
    refused.expect_problem(409, "conflict");
    mina.replies(&question, "A host's");
    mina.dismisses(&reply);
    noah.replies(&question, "In its place");
    let now = mina.change_of(session);
    assert_eq!(
        judges_all(mina, session, "approve", &now),
        999,
        "one is the host's"
    );
    expect_true_counts(app);
}
