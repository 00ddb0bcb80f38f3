//! `removeAll`: what the same person wrote in the same way in the last hour goes, and the item.

use chrono::TimeDelta;
use serde_json::json;

use crate::auth::claim_room::registers_claiming;
use crate::questions::counts::expect_true_counts;
use crate::support::*;

/// The words of a session that somebody who only reads sees: questions, and replies to one.
fn words(app: &App, session: &str, question: &str) -> [Vec<String>; 2] {
    let stranger = app.anonymous();
    let asked = stranger.lists(session, "sort=old&limit=100");
    [asked, stranger.reads_replies(question)]
}

/// Writes a question and a reply under the nickname, and the same without it.
fn writes(person: &Client, session: &str, question: &str, words: &str) -> [String; 4] {
    [
        person.asks(session, &format!("{words} named?")),
        person.asks_anonymously(session, &format!("{words} hidden?")),
        person.replies(question, &format!("{words} named.")),
        person.replies_anonymously(question, &format!("{words} hidden.")),
    ]
}

#[apply(on_both_databases!)]
fn what_was_written_in_the_same_way_goes_and_all_else_stays(app: &App) {
    for (item, left, left_replies) in [
        (0, "n hidden?", "n hidden."),
        (1, "n named?", "n named."),
        (2, "n hidden?", "n hidden."),
        (3, "n named?", "n named."),
    ] {
        let (mina, noah) = (
            app.user(&format!("mina-{item}")),
            app.user(&format!("n-{item}")),
        );
        let [session, other] = ["One", "Two"].map(|it| mina.opens(it));
        let question = mina.asks(&session, "What?");
        let wrote = writes(&noah, &session, &question, "n");
        let elsewhere = writes(&noah, &other, &mina.asks(&other, "What?"), "n");
        let guest = app.guest();
        guest.asks(&session, "guest?");
        guest.replies(&question, "guest.");
        noah.likes(&question);
        mina.remove_all(&wrote[item]).expect(204);
        let expected = [vec!["What?", left, "guest?"], vec![left_replies, "guest."]];
        // The questions of the two kinds stand before the guest's.
        assert_eq!(words(app, &session, &question), expected, "by {item}");
        let like = mina.get(&question).expect(200).json()["likesCount"].clone();
        assert_eq!(like, 1, "likes stay");
        for entry in &elsewhere[..2] {
            app.anonymous().get(entry).expect(200);
        }
        assert_eq!(mina.lists_mutes(&session).len(), 1);
        let is_by_name = item % 2 == 0;
        let asked = noah.ask(&session, "again", false);
        assert_eq!(asked.status, if is_by_name { 403 } else { 201 });
        noah.ask(&session, "again", true)
            .expect_problem(403, "muted");
        expect_true_counts(app);
    }
}

#[apply(on_both_databases!)]
fn it_reaches_back_an_hour_and_to_the_item(app: &App) {
    let mina = app.user("mina");
    let session = mina.opens("Lecture 7");
    let question = mina.asks(&session, "What?");
    let noah = app.user("noah");
    let old = noah.asks_anonymously(&session, "old?");
    noah.replies_anonymously(&question, "old.");
    noah.asks_anonymously(&session, "older?");
    app.advance(TimeDelta::seconds(1));
    noah.asks_anonymously(&session, "new?");
    noah.replies_anonymously(&question, "new.");
    app.advance(TimeDelta::minutes(60) - TimeDelta::milliseconds(1));
    let (mina, noah) = (mina.signed_in(), noah.signed_in());
    noah.asks_anonymously(&session, "newest?");
    mina.remove_all(&old).expect(204);
    let left = [vec!["What?", "older?"], vec!["old."]];
    assert_eq!(words(app, &session, &question), left);
    expect_true_counts(app);
}

/// Replies and likes of others go with a question.
#[apply(on_both_databases!)]
fn what_others_said_to_a_removed_question_goes_with_it(app: &App) {
    let (mina, zoe, guest) = (app.user("mina"), app.user("zoe"), app.guest());
    let session = mina.opens("Lecture 7");
    let [first, second] = ["One?", "Two?"].map(|it| guest.asks(&session, it));
    let replies = [&first, &second].map(|it| zoe.replies(it, "So."));
    zoe.likes(&first);
    guest.likes(&replies[1]);
    mina.chooses(&session, &second);
    mina.put(&format!("{first}/pin")).expect(200);
    mina.remove_all(&first).expect(204);
    for entry in [&first, &second] {
        mina.get(entry).expect_problem(404, "not_found");
    }
    for reply in &replies {
        zoe.delete(reply).expect_problem(404, "not_found");
    }
    let seen = mina.get(&session).expect(200).json();
    assert_eq!(
        (&seen["questionCount"], &seen["currentQuestionId"]),
        (&json!(0), &json!(null))
    );
    for table in ["questions", "replies", "question_likes", "reply_likes"] {
        assert_eq!(app.database.count(table), 0, "{table}");
    }
    expect_true_counts(app);
}

#[apply(on_both_databases!)]
fn what_waits_and_what_was_dismissed_goes_too(app: &App) {
    let (mina, guest) = (app.user("mina"), app.guest());
    let session = mina.opens_with(json!({ "questions": "review", "replies": "review" }));
    let question = mina.asks(&session, "What?");
    let [waits, dismissed, shown] = ["One?", "Two?", "Three?"].map(|it| guest.asks(&session, it));
    let replies = ["One.", "Two.", "Three."].map(|it| guest.replies(&question, it));
    mina.dismisses(&dismissed);
    mina.dismisses(&replies[0]);
    mina.approves(&shown);
    mina.approves(&replies[1]);
    app.guest().asks(&session, "Other?");
    assert_eq!(mina.counts(&session, "pendingCount"), 3);
    mina.remove_all(&waits).expect(204);
    assert_eq!(mina.counts(&session, "pendingCount"), 1);
    assert_eq!(mina.lists(&session, "review=pending"), ["Other?"]);
    assert_eq!(
        mina.lists(&session, "review=dismissed"),
        Vec::<String>::new()
    );
    assert_eq!(words(app, &session, &question), [vec!["What?"], vec![]]);
    assert_eq!(app.database.count("replies"), 0);
    expect_true_counts(app);
}

/// Of a reply that its author has deleted there is a place, and nobody knows whose it was.
#[apply(on_both_databases!)]
fn places_of_deleted_replies_stay_and_are_not_counted_twice(app: &App) {
    let (mina, guest) = (app.user("mina"), app.guest());
    let session = mina.opens("Lecture 7");
    let question = mina.asks(&session, "What?");
    let replies = ["One.", "Two.", "Three."].map(|it| guest.replies(&question, it));
    mina.replies(&question, "Mine.");
    guest.delete(&replies[0]).expect(204);
    mina.remove_all(&replies[1]).expect(204);
    let left = app.anonymous().reads_replies(&question);
    assert_eq!(left, ["(deleted)", "Mine."]);
    let seen = mina.get(&question).expect(200).json();
    assert_eq!(seen["repliesCount"], 1);
    expect_true_counts(app);
}

#[apply(on_both_databases!)]
fn what_was_merged_goes_with_what_it_was_merged_into(app: &App) {
    let (mina, guest, zoe) = (app.user("mina"), app.guest(), app.user("zoe"));
    let session = mina.opens("Lecture 7");
    let [one, two, three] = ["One?", "Two?", "Three?"].map(|it| guest.asks(&session, it));
    let [others, kept] = ["Zoe's?", "Zoe's, too?"].map(|it| zoe.asks(&session, it));
    mina.merges(&one, &two);
    mina.merges(&others, &two);
    mina.merges(&three, &kept);
    mina.remove_all(&two).expect(204);
    assert_eq!(app.anonymous().lists(&session, "sort=old"), ["Zoe's, too?"]);
    assert_eq!(app.database.count("questions"), 1);
    expect_true_counts(app);
}

/// The guest's words and those that the account wrote without its name are one person's.
#[apply(on_both_databases!)]
fn after_a_claim_what_both_wrote_without_a_name_goes(app: &App) {
    let (mina, guest) = (app.user("mina"), app.guest());
    let session = mina.opens("Lecture 7");
    let question = mina.asks(&session, "What?");
    let before = guest.asks(&session, "guest?");
    guest.replies(&question, "guest.");
    let kim = registers_claiming(&app.stranger("kim"), &guest);
    writes(&kim, &session, &question, "kim");
    mina.remove_all(&before).expect(204);
    let left = [vec!["What?", "kim named?"], vec!["kim named."]];
    assert_eq!(words(app, &session, &question), left);
    expect_true_counts(app);
}

/// Names that were hidden are none.
#[apply(on_both_databases!)]
fn what_was_hidden_goes_with_what_is_anonymous(app: &App) {
    let (mina, noah) = (app.user("mina"), app.user("noah"));
    let session = mina.opens("Lecture 7");
    noah.asks(&session, "named?");
    let hidden = noah.asks_anonymously(&session, "anonymous?");
    mina.sets(&session, json!({ "names": "hidden" }));
    noah.asks(&session, "hidden?");
    mina.sets(&session, json!({ "names": "optional" }));
    mina.remove_all(&hidden).expect(204);
    assert_eq!(app.anonymous().lists(&session, "sort=old"), ["named?"]);
}

#[apply(on_both_databases!)]
fn hosts_words_go_where_they_bore_no_name(app: &App) {
    let (mina, subin) = (app.user("mina"), app.user("subin"));
    let session = mina.opens("Lecture 7");
    subin.enters(&session);
    mina.makes_host(&session, &subin);
    for host in [&mina, &subin] {
        let question = host.asks(&session, "What?");
        let wrote = writes(host, &session, &question, "host");
        subin.remove_all(&wrote[0]).expect_problem(409, "conflict");
        subin.remove_all(&wrote[1]).expect(204);
        let seen = words(app, &session, &question);
        assert!(seen.iter().flatten().all(|it| !it.contains("hidden")));
        assert_eq!(seen[1], ["host named."]);
    }
    expect_true_counts(app);
}

/// Everybody is told that they have gone, in whatever order.
#[apply(on_both_databases!)]
fn all_who_listen_are_told_what_has_gone(app: &App) {
    let (mina, guest) = (app.user("mina"), app.guest());
    let session = mina.opens("Lecture 7");
    let question = mina.asks(&session, "What?");
    let [asked, again] = ["One?", "Two?"].map(|it| guest.asks(&session, it));
    let reply = guest.replies(&question, "So.");
    let events = format!("{session}/events");
    let mut streams = [&app.anonymous(), &mina].map(|it| it.follow(&events));
    mina.remove_all(&asked).expect(204);
    mina.asks(&session, "over");
    for stream in &mut streams {
        let mut gone = Vec::new();
        loop {
            let event = stream.event();
            if event.data["body"] == "over" {
                break;
            }
            if event.name.ends_with("_removed") {
                let data = event.data;
                let id = data["replyId"].as_str().or(data["questionId"].as_str());
                gone.push(id.unwrap().to_owned());
            }
        }
        gone.sort();
        let mut expected = [&asked, &again, &reply].map(|it| moderation::id_of(it).to_owned());
        expected.sort();
        assert_eq!(gone, expected);
    }
}
