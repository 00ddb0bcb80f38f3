//! POST …/approve and …/dismiss of questions and replies: who sees what, and what it takes.

use serde_json::{Value, json};

use crate::questions::counts::expect_true_counts;
use crate::support::moderation::{Hall, id_of};
use crate::support::*;

fn review_of(client: &Client, entry: &str) -> Value {
    client.get(entry).expect(200).json()["review"].take()
}

/// What this one is told of a reply to a question, if anything.
fn reply_in(client: &Client, question: &str, reply: &str) -> Option<Value> {
    let found = client.get(question).expect(200).json();
    let replies = found["replies"].as_array().unwrap().iter();
    let mut own = replies.filter(|it| it["replyId"] == id_of(reply));
    own.next().cloned()
}

#[apply(on_both_databases!)]
fn with_review_a_question_waits_until_a_host_approves_it(app: &App) {
    let hall = Hall::reviewed(app);
    let Hall { session, mina, .. } = &hall;
    for author in [&hall.noah, &hall.guest] {
        let question = author.asks(session, "Why?");
        for other in [&hall.zoe, &hall.stranger] {
            other.get(&question).expect_problem(404, "not_found");
            assert!(other.lists(session, "").is_empty());
        }
        assert!(hall.zoe.lists(session, "mine=true").is_empty());
        // A page whose cookie has expired learns that it has to refresh.
        for client in [
            hall.stranger.clone(),
            hall.stranger.with("cookie", "Authentication=expired"),
        ] {
            for query in ["mine=true", "review=pending", "review=dismissed"] {
                client
                    .get(&format!("{session}/questions?{query}"))
                    .expect_problem(401, "missing_token");
            }
        }
        assert_eq!(hall.stranger.counts(session, "questionCount"), 0);
        for one in [author, mina, &hall.subin] {
            assert_eq!(review_of(one, &question), "pending");
            assert!(one.lists(session, "").is_empty(), "lists have what all see");
        }
        assert_eq!(author.lists(session, "mine=true"), ["Why?"]);
        for host in [mina, &hall.subin] {
            assert_eq!(host.lists(session, "review=pending"), ["Why?"]);
            assert_eq!(host.counts(session, "pendingCount"), 1);
        }
        let told = author.get(session).expect(200).json();
        assert_eq!(told["pendingCount"], Value::Null);
        for _ in 0..2 {
            assert_eq!(mina.approves(&question)["review"], "approved", "repeatable");
        }
        assert_eq!(review_of(&hall.stranger, &question), "approved");
        assert_eq!(hall.zoe.lists(session, ""), ["Why?"]);
        assert_eq!(hall.stranger.counts(session, "questionCount"), 1);
        assert_eq!(mina.counts(session, "pendingCount"), 0);
        expect_true_counts(app);
        mina.delete(&question).expect(204);
    }
}

#[apply(on_both_databases!)]
fn with_review_a_reply_waits_until_a_host_approves_it(app: &App) {
    let hall = Hall::reviewed(app);
    let Hall { session, mina, .. } = &hall;
    let question = mina.asks(session, "Why?");
    for author in [&hall.noah, &hall.guest] {
        let reply = author.replies(&question, "Because.");
        for other in [&hall.zoe, &hall.stranger] {
            assert!(other.reads_replies(&question).is_empty());
        }
        for one in [author, mina, &hall.subin] {
            let told = reply_in(one, &question, &reply).expect("it is theirs to see");
            assert_eq!(told["review"], "pending");
        }
        let count = |one: &Client| one.get(&question).expect(200).json()["repliesCount"].take();
        assert_eq!([count(mina), count(author)], [json!(0), json!(0)]);
        assert_eq!(mina.counts(session, "pendingCount"), 1);
        assert_eq!(mina.lists_replies(session, ""), ["Because."]);
        for _ in 0..2 {
            assert_eq!(mina.approves(&reply)["review"], "approved", "repeatable");
        }
        assert_eq!(hall.stranger.reads_replies(&question), ["Because."]);
        assert_eq!(count(&hall.stranger), 1);
        assert_eq!(mina.counts(session, "pendingCount"), 0);
        assert!(mina.lists_replies(session, "review=pending").is_empty());
        expect_true_counts(app);
        mina.delete(&reply).expect(204);
    }
}

/// Who writes, whether anonymously, and whether that waits with review of everything, and with
/// review of what is anonymous.
#[apply(on_both_databases!)]
fn hosts_are_exempt_under_their_nickname_and_not_anonymously(app: &App) {
    let hall = Hall::open(app);
    let Hall { session, mina, .. } = &hall;
    let question = mina.asks(session, "Another?");
    let table = [
        (mina, false, [false, false]),
        (&hall.subin, false, [false, false]),
        (mina, true, [true, true]),
        (&hall.subin, true, [true, true]),
        (&hall.noah, false, [true, false]),
        (&hall.noah, true, [true, true]),
        (&hall.guest, false, [true, true]),
    ];
    for (number, setting) in ["review", "review_anonymous"].into_iter().enumerate() {
        for (person, anonymous, waits) in table {
            let what = format!("{setting}: {}, {anonymous}", person.nickname);
            let body = || json!({ "body": "Why?", "anonymous": anonymous });
            let expected = if waits[number] { "pending" } else { "approved" };
            let ask = || person.post(&format!("{session}/questions"), body());
            let reply = || person.post(&format!("{question}/replies"), body());
            let review = |answer: Answer| answer.expect(201).field("review");
            mina.sets(session, json!({ "questions": setting, "replies": "open" }));
            assert_eq!(
                [review(ask()), review(reply())],
                [expected, "approved"],
                "{what}"
            );
            mina.sets(session, json!({ "questions": "open", "replies": setting }));
            assert_eq!(
                [review(ask()), review(reply())],
                ["approved", expected],
                "{what}"
            );
        }
    }
    expect_true_counts(app);
}

#[apply(on_both_databases!)]
fn who_was_a_host_is_reviewed_like_anybody(app: &App) {
    let hall = Hall::reviewed(app);
    let Hall {
        session,
        mina,
        subin,
        ..
    } = &hall;
    let question = subin.asks(session, "Why?");
    assert_eq!(review_of(&hall.stranger, &question), "approved");
    let edit = |body: &str| subin.patch(&question, json!({ "body": body })).expect(200);
    assert_eq!(edit("Why so?").field("review"), "approved");
    mina.delete(&format!("{session}/hosts/{}", subin.user_id()))
        .expect(200);
    assert_eq!(edit("Why not?").field("review"), "pending");
    hall.stranger
        .get(&question)
        .expect_problem(404, "not_found");
    expect_true_counts(app);
}

#[apply(on_both_databases!)]
fn a_host_approves_the_words_that_were_seen(app: &App) {
    let hall = Hall::reviewed(app);
    for author in [&hall.noah, &hall.guest] {
        for entry in hall.words_of(author) {
            author
                .patch(&entry, json!({ "body": "Never seen" }))
                .expect(200);
            for revision in [0, 2, 1_000_000] {
                hall.mina
                    .approve(&entry, revision)
                    .expect_problem(409, "conflict");
            }
            let path = format!("{entry}/approve");
            for bad in [
                json!({}),
                json!({ "revision": null }),
                json!({ "revision": -1 }),
                json!({ "revision": "1" }),
                json!({ "revision": 1.5 }),
                json!({ "revision": [1] }),
            ] {
                let refused = hall.mina.post(&path, bad);
                let refused = refused.expect_problem(400, "validation_failed").json();
                assert_eq!(refused["errors"][0]["field"], "revision");
            }
            hall.mina
                .act(&path)
                .expect_problem(415, "unsupported_media_type");
            assert_eq!(
                hall.subin.approve(&entry, 1).expect(200).field("body"),
                "Never seen"
            );
            hall.mina.approve(&entry, 0).expect_problem(409, "conflict");
            hall.mina.approve(&entry, 1).expect(200);
        }
    }
}

#[apply(on_both_databases!)]
fn what_is_edited_is_reviewed_again(app: &App) {
    let hall = Hall::reviewed(app);
    let Hall { session, mina, .. } = &hall;
    for author in [&hall.noah, &hall.guest] {
        let entries = hall.words_of(author);
        for entry in &entries {
            mina.approves(entry);
        }
        for entry in entries {
            // A like that does not lock yet is taken back with the words.
            hall.zoe.likes(&entry);
            let edited = author.patch(&entry, json!({ "body": "Edited" }));
            let edited = edited.expect(200).json();
            assert_eq!(
                (&edited["review"], &edited["likesCount"]),
                (&json!("pending"), &json!(0))
            );
            hall.zoe
                .put(&format!("{entry}/like"))
                .expect_problem(404, "not_found");
            assert_eq!(mina.counts(session, "pendingCount"), 1);
            expect_true_counts(app);
            let again = author.patch(&entry, json!({ "body": "Edited twice" }));
            assert_eq!(again.expect(200).field("review"), "pending");
            assert_eq!(mina.counts(session, "pendingCount"), 1);
            assert_eq!(
                mina.approve(&entry, 2).expect(200).field("review"),
                "approved"
            );
            let same = author.patch(&entry, json!({ "body": "Edited twice" }));
            assert_eq!(same.expect(200).field("review"), "approved", "no edit");
            assert_eq!(hall.zoe.likes(&entry), 1);
        }
    }
    expect_true_counts(app);
}

#[apply(on_both_databases!)]
fn switching_review_off_approves_nothing(app: &App) {
    let hall = Hall::reviewed(app);
    let Hall { session, mina, .. } = &hall;
    let [question, reply] = hall.words_of(&hall.noah);
    mina.sets(session, json!({ "questions": "open", "replies": "open" }));
    assert_eq!(review_of(mina, &question), "pending");
    assert_eq!(mina.counts(session, "pendingCount"), 2);
    // What waits goes on waiting with other words.
    for entry in [&question, &reply] {
        let edited = hall.noah.patch(entry, json!({ "body": "Edited" }));
        assert_eq!(edited.expect(200).field("review"), "pending");
    }
    assert_eq!(
        hall.noah
            .post(&format!("{session}/questions"), json!({ "body": "New" }))
            .expect(201)
            .field("review"),
        "approved"
    );
    expect_true_counts(app);
}

#[apply(on_both_databases!)]
fn a_dismissed_question_comes_back_with_its_replies_and_likes(app: &App) {
    let hall = Hall::open(app);
    let Hall {
        session,
        mina,
        noah,
        ..
    } = &hall;
    let label = mina.labels(session, &["Budget"]).remove(0);
    let question = noah.asks(session, "Why?");
    let reply = hall.guest.replies(&question, "Because.");
    hall.zoe.likes(&question);
    hall.zoe.likes(&reply);
    mina.puts_under(&question, &[&label]);
    mina.put(&format!("{question}/pin")).expect(200);
    assert_eq!(
        mina.chooses(session, &question)["currentQuestionId"],
        id_of(&question)
    );
    let dismissed = mina.dismisses(&question);
    assert_eq!(mina.dismisses(&question), dismissed, "repeatable");
    let state = ["review", "pinned", "labelIds"].map(|it| &dismissed[it]);
    assert_eq!(state, [&json!("dismissed"), &json!(false), &json!([label])]);
    let told = hall.stranger.get(session).expect(200).json();
    assert_eq!(
        (&told["currentQuestionId"], &told["questionCount"]),
        (&Value::Null, &json!(0))
    );
    for other in [&hall.zoe, &hall.guest, &hall.stranger] {
        other.get(&question).expect_problem(404, "not_found");
        assert!(other.lists(session, &format!("label={label}")).is_empty());
    }
    for one in [noah, mina] {
        assert_eq!(review_of(one, &question), "dismissed");
        assert_eq!(
            one.reads_replies(&question),
            ["Because."],
            "who sees it sees its replies"
        );
    }
    assert_eq!(mina.lists(session, "review=dismissed"), ["Why?"]);
    assert_eq!(mina.counts(session, "pendingCount"), 0);
    expect_true_counts(app);
    mina.approves(&question);
    let back = hall.zoe.get(&question).expect(200).json();
    let state = ["liked", "likesCount", "repliesCount", "pinned", "labelIds"].map(|it| &back[it]);
    assert_eq!(
        state,
        [
            &json!(true),
            &json!(1),
            &json!(1),
            &json!(false),
            &json!([label])
        ]
    );
    assert_eq!(back["replies"][0]["likesCount"], 1);
    assert_eq!(
        hall.stranger.get(session).expect(200).json()["currentQuestionId"],
        Value::Null
    );
    expect_true_counts(app);
}

#[apply(on_both_databases!)]
fn a_dismissed_reply_comes_back_with_its_likes(app: &App) {
    let hall = Hall::open(app);
    let Hall { session, mina, .. } = &hall;
    let question = hall.noah.asks(session, "Why?");
    let reply = hall.guest.replies(&question, "Because.");
    hall.zoe.likes(&reply);
    mina.put(&format!("{reply}/pin")).expect(200);
    let dismissed = mina.dismisses(&reply);
    assert_eq!(mina.dismisses(&reply), dismissed, "repeatable");
    assert_eq!(
        (&dismissed["review"], &dismissed["pinned"]),
        (&json!("dismissed"), &json!(false))
    );
    for other in [&hall.noah, &hall.zoe, &hall.stranger] {
        assert!(other.reads_replies(&question).is_empty());
    }
    for one in [&hall.guest, mina] {
        assert_eq!(one.reads_replies(&question), ["Because."]);
    }
    let told = hall.noah.get(&question).expect(200).json();
    assert_eq!(
        (&told["repliesCount"], &told["canEdit"]),
        (&json!(0), &json!(true))
    );
    assert_eq!(
        mina.lists_replies(session, "review=dismissed"),
        ["Because."]
    );
    expect_true_counts(app);
    mina.approves(&reply);
    let back = reply_in(&hall.zoe, &question, &reply).expect("everybody sees it");
    assert_eq!(
        (&back["liked"], &back["likesCount"]),
        (&json!(true), &json!(1))
    );
    hall.noah
        .patch(&question, json!({ "body": "x" }))
        .expect_problem(403, "question_locked");
    expect_true_counts(app);
}
