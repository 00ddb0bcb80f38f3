//! What is refused of what is not approved, to whom, what its author may, and what the end changes.

use serde_json::json;

use crate::questions::counts::expect_true_counts;
use crate::support::moderation::Hall;
use crate::support::*;

#[track_caller]
fn expect_all(answers: impl IntoIterator<Item = Answer>, status: u16, code: &str) {
    for answer in answers {
        answer.expect_problem(status, code);
    }
}

/// Likes and replies, which anybody may try.
fn tries(person: &Client, entry: &str) -> Vec<Answer> {
    let like = format!("{entry}/like");
    let mut answers = vec![person.put(&like), person.delete(&like)];
    if entry.contains("/questions/") {
        answers.push(person.post(&format!("{entry}/replies"), json!({ "body": "x" })));
    }
    answers
}

/// What hosts may try.
fn tries_as_host(host: &Client, session: &str, entry: &str, other: &str) -> Vec<Answer> {
    let pin = format!("{entry}/pin");
    let mut answers = vec![host.put(&pin), host.delete(&pin)];
    if entry.contains("/questions/") {
        answers.push(host.merge(entry, other));
        answers.push(host.merge(other, entry));
        answers.push(host.choose(session, entry));
    }
    answers
}

#[apply(on_both_databases!)]
fn what_is_not_approved_takes_no_like_reply_pin_merge_or_current(app: &App) {
    let hall = Hall::reviewed(app);
    let Hall {
        session,
        mina,
        subin,
        ..
    } = &hall;
    let other = mina.asks(session, "Another?");
    for author in [&hall.noah, &hall.guest] {
        for is_dismissed in [false, true] {
            for entry in &hall.words_of(author) {
                if is_dismissed {
                    mina.dismisses(entry);
                }
                expect_all(tries(&hall.zoe, entry), 404, "not_found");
                expect_all(tries(author, entry), 409, "conflict");
                for host in [mina, subin] {
                    expect_all(tries(host, entry), 409, "conflict");
                    let tried = tries_as_host(host, session, entry, &other);
                    expect_all(tried, 409, "conflict");
                }
                expect_all([hall.zoe.put(&format!("{entry}/pin"))], 404, "not_found");
                expect_all([author.put(&format!("{entry}/pin"))], 403, "forbidden");
            }
        }
    }
    for table in ["question_likes", "reply_likes", "questions WHERE pinned"] {
        assert_eq!(app.database.count(table), 0, "{table}");
    }
    expect_true_counts(app);
}

/// Approved ones: they wait for their question.
#[apply(on_both_databases!)]
fn replies_to_what_is_not_approved_take_nothing(app: &App) {
    let hall = Hall::open(app);
    let Hall {
        session,
        mina,
        noah,
        ..
    } = &hall;
    let question = noah.asks(session, "Why?");
    let reply = hall.guest.replies(&question, "Because.");
    hall.zoe.likes(&reply);
    mina.dismisses(&question);
    expect_all(tries(&hall.zoe, &reply), 404, "not_found");
    for one in [noah, &hall.guest, mina] {
        expect_all(tries(one, &reply), 409, "conflict");
    }
    let tried = tries_as_host(mina, session, &reply, &question);
    expect_all(tried, 409, "conflict");
    let edit = |body: &str| hall.guest.patch(&reply, json!({ "body": body }));
    assert_eq!(edit("Edited").expect(200).field("review"), "approved");
    mina.approve(&reply, 1).expect(200);
    let back = mina.approves(&question);
    assert_eq!(back["repliesCount"], 1);
    // Once it was dismissed itself, it stays so.
    mina.dismisses(&reply);
    mina.dismisses(&question);
    mina.approves(&question);
    assert!(hall.stranger.reads_replies(&question).is_empty());
    expect_true_counts(app);
}

#[apply(on_both_databases!)]
fn hosts_alone_judge_and_see_what_waits(app: &App) {
    let hall = Hall::reviewed(app);
    let Hall {
        session,
        mina,
        noah,
        ..
    } = &hall;
    let entries = hall.words_of(noah);
    let shown = mina.asks(session, "Another?");
    let change = noah.change_of(session);
    for entry in &entries {
        expect_all(
            [hall.zoe.approve(entry, 0), hall.guest.approve(entry, 0)],
            404,
            "not_found",
        );
        expect_all(
            [hall.zoe.act(&format!("{entry}/dismiss"))],
            404,
            "not_found",
        );
        expect_all([noah.approve(entry, 0)], 403, "forbidden");
        expect_all([noah.act(&format!("{entry}/dismiss"))], 403, "forbidden");
        expect_all([hall.stranger.approve(entry, 0)], 401, "missing_token");
    }
    for one in [noah, &hall.guest] {
        expect_all([one.approve(&shown, 0)], 403, "forbidden");
        expect_all([one.act(&format!("{shown}/dismiss"))], 403, "forbidden");
        for review in ["pending", "dismissed"] {
            let lists = [
                one.get(&format!("{session}/questions?review={review}")),
                one.get(&format!("{session}/replies?review={review}")),
            ];
            expect_all(lists, 403, "forbidden");
        }
        for verdict in ["approve", "dismiss"] {
            expect_all([one.judge_all(session, verdict, &change)], 403, "forbidden");
        }
    }
    hall.stranger
        .get(&format!("{session}/questions?review=pending"))
        .expect_problem(401, "missing_token");
    let wrong = mina.get(&format!("{session}/questions?review=waiting"));
    wrong.expect_problem(400, "validation_failed");
    assert_eq!(mina.counts(session, "pendingCount"), 2);
}

#[apply(on_both_databases!)]
fn after_the_end_dismissing_goes_on_and_nothing_is_approved(app: &App) {
    let hall = Hall::reviewed(app);
    let Hall {
        session,
        mina,
        noah,
        ..
    } = &hall;
    let waiting = hall.words_of(noah);
    let shown = [mina.asks(session, "Mine?"), mina.asks(session, "And this?")];
    let reply = mina.replies(&shown[0], "So.");
    mina.act(&format!("{session}/terminate")).expect(200);
    let now = mina.change_of(session);
    for entry in waiting.iter().chain(&shown).chain([&reply]) {
        expect_all([mina.approve(entry, 0)], 403, "session_ended");
        expect_all([mina.put(&format!("{entry}/pin"))], 403, "session_ended");
    }
    let question = &shown[0];
    let labels = json!({ "labels": [{ "name": "x", "color": "red" }] });
    let refused = [
        mina.judge_all(session, "approve", &now),
        mina.choose(session, question),
        mina.delete(&format!("{session}/current")),
        mina.put_json(&format!("{session}/labels"), labels),
        mina.put_json(&format!("{question}/labels"), json!({ "labelIds": [] })),
        mina.merge(question, &shown[1]),
        mina.patch(session, json!({ "settings": { "likes": false } })),
    ];
    expect_all(refused, 403, "session_ended");
    for entry in waiting.iter().chain([&reply, question]) {
        assert_eq!(mina.dismisses(entry)["review"], "dismissed");
    }
    assert_eq!(
        mina.lists(session, "review=dismissed&sort=old"),
        ["Why?", "Mine?"]
    );
    let judged = mina.judge_all(session, "dismiss", &mina.change_of(session));
    assert_eq!(judged.expect(200).json(), json!({ "count": 0 }));
    noah.delete(&waiting[0]).expect(204);
    expect_true_counts(app);
}

#[apply(on_both_databases!)]
fn what_was_dismissed_its_author_deletes_and_does_not_edit(app: &App) {
    let hall = Hall::open(app);
    for author in [&hall.noah, &hall.guest, &hall.subin] {
        for entry in hall.words_of(author) {
            let dismissed = hall.mina.dismisses(&entry);
            assert_eq!(dismissed["canDelete"], true);
            author
                .patch(&entry, json!({ "body": "x" }))
                .expect_problem(403, "question_locked");
            author.delete(&entry).expect(204);
            hall.mina
                .approve(&entry, 0)
                .expect_problem(404, "not_found");
        }
    }
    let dismissed = hall.mina.lists_replies(&hall.session, "review=dismissed");
    assert!(
        dismissed.is_empty(),
        "nothing stays of what nobody else has seen"
    );
    expect_true_counts(app);
}

#[apply(on_both_databases!)]
fn what_waits_is_edited_and_deleted_by_its_author(app: &App) {
    let hall = Hall::reviewed(app);
    for author in [&hall.noah, &hall.guest] {
        for entry in hall.words_of(author) {
            let edited = author.patch(&entry, json!({ "body": "Edited" }));
            let edited = edited.expect(200).json();
            assert_eq!([&edited["canEdit"], &edited["canDelete"]], [true, true]);
            hall.zoe
                .patch(&entry, json!({ "body": "x" }))
                .expect_problem(404, "not_found");
            hall.zoe.delete(&entry).expect_problem(404, "not_found");
            hall.mina
                .patch(&entry, json!({ "body": "x" }))
                .expect_problem(403, "forbidden");
            author.delete(&entry).expect(204);
            expect_true_counts(app);
        }
    }
    assert_eq!(hall.mina.counts(&hall.session, "pendingCount"), 0);
    assert!(hall.mina.lists_replies(&hall.session, "").is_empty());
    for entry in hall.words_of(&hall.noah) {
        hall.mina.delete(&entry).expect(204);
    }
    assert_eq!(hall.mina.counts(&hall.session, "pendingCount"), 0);
    expect_true_counts(app);
}
