//! Words that wait for review wherever they stand: those of a session, and those of the server
//! (`sessions.blocked_words_file`). What is one word is tested in `src/blocked_words`.

use serde_json::json;

use crate::support::mutes::url_of;
use crate::support::*;

/// A server that holds `spam` and `광고` back.
fn app_with_words(kind: Kind) -> App {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("words.txt");
    std::fs::write(&file, "# ours\nspam\n광고\n").unwrap();
    let setup = Setup::default().set("SESSIONS__BLOCKED_WORDS_FILE", file.to_str().unwrap());
    // It is read at the start.
    setup.start(kind)
}

/// Whether what somebody asks waits for review.
#[track_caller]
fn waits(person: &Client, session: &str, body: &str) -> bool {
    let asked = person.ask(session, body, false).expect(201);
    let review = asked.field("review");
    assert!(matches!(review.as_str(), "pending" | "approved"));
    review == "pending"
}

#[apply(on_both_databases!)]
fn a_word_of_the_session_waits_however_it_is_spelled(app: &App) {
    let (mina, noah) = (app.user("mina"), app.user("noah"));
    let words = json!(["bad", "바보", "two words", "ass"]);
    let session = mina.opens_with(json!({ "blockedWords": words }));
    for body in [
        "bad",
        "How BAD is it?",
        "ｂａｄ",
        "b\u{200b}a\u{ad}d",
        "b\u{301}ád\u{336}",
        "이바보야",
        "\u{1107}\u{1161}\u{1107}\u{1169}",
        "바\u{200d}보",
        "Two\n\tWORDS.",
        "an ass!",
        "바 보",
    ] {
        assert!(waits(&noah, &session, body), "{body:?}");
    }
    for body in ["badly", "a class", "바다 보", "two, words", "good"] {
        assert!(!waits(&noah, &session, body), "{body:?}");
    }
    assert_eq!(mina.counts(&session, "pendingCount"), 11);
    assert_eq!(app.anonymous().lists(&session, "limit=100").len(), 5);
}

#[apply(on_both_databases!)]
fn words_wait_in_replies_and_in_edits(app: &App) {
    let (mina, guest) = (app.user("mina"), app.guest());
    let session = mina.opens_with(json!({ "blockedWords": ["bad"] }));
    let question = mina.asks(&session, "Why?");
    let stranger = app.anonymous();
    let replied = guest.reply(&question, "So bad.", false).expect(201);
    assert_eq!(replied.field("review"), "pending");
    assert_eq!(stranger.reads_replies(&question), Vec::<String>::new());

    let reply = guest.replies(&question, "So good.");
    assert_eq!(stranger.reads_replies(&question), ["So good."]);
    let edited = guest.edit(&reply, "So bad, too.").expect(200);
    assert_eq!(edited.field("review"), "pending");
    assert_eq!(stranger.reads_replies(&question), Vec::<String>::new());
    // Good words alone bring nothing back that waits.
    let edited = guest.edit(&reply, "So good.").expect(200);
    assert_eq!(edited.field("review"), "pending");

    let asked = guest.asks(&session, "Good?");
    let edited = guest.edit(&asked, "Bad?").expect(200);
    assert_eq!(edited.field("review"), "pending");
    stranger.get(&asked).expect_problem(404, "not_found");
    assert_eq!(mina.counts(&session, "pendingCount"), 3);
    mina.approve(&asked, 1).expect(200);
    assert_eq!(stranger.get(&asked).expect(200).field("body"), "Bad?");
}

/// A word adds to what the settings say, and opens nothing.
#[apply(on_both_databases!)]
fn hosts_are_exempt_under_their_nicknames_alone(app: &App) {
    let (mina, subin, noah) = (app.user("mina"), app.user("subin"), app.user("noah"));
    let session = mina.opens_with(json!({ "blockedWords": ["bad"] }));
    for person in [&subin, &noah] {
        person.enters(&session);
    }
    mina.makes_host(&session, &subin);
    for host in [&mina, &subin] {
        assert!(!waits(host, &session, "How bad?"));
        let own = host.asks(&session, "How?");
        let edited = host.edit(&own, "How bad?").expect(200);
        assert_eq!(edited.field("review"), "approved");
        let hidden = host.ask(&session, "How bad?", true).expect(201);
        assert_eq!(hidden.field("review"), "pending");
        let question = host.asks(&session, "What?");
        let replied = host.reply(&question, "Bad.", true).expect(201);
        assert_eq!(replied.field("review"), "pending");
    }
    assert!(waits(&noah, &session, "How bad?"));
    mina.sets(&session, json!({ "questions": "closed" }));
    let refused = noah.ask(&session, "How bad?", false);
    refused.expect_problem(403, "not_open");
    assert!(!waits(&mina, &session, "How bad?"));
}

#[apply(on_both_databases!)]
fn a_change_of_the_words_holds_for_what_comes(app: &App) {
    let (mina, noah) = (app.user("mina"), app.user("noah"));
    let session = mina.opens("Lecture 7");
    let before = noah.asks(&session, "bad");
    mina.sets(&session, json!({ "blockedWords": ["bad"] }));
    assert!(waits(&noah, &session, "bad"));
    assert_eq!(
        app.anonymous().get(&before).expect(200).field("body"),
        "bad"
    );
    mina.sets(&session, json!({ "blockedWords": ["good"] }));
    assert!(!waits(&noah, &session, "bad") && waits(&noah, &session, "good"));
    mina.sets(&session, json!({ "blockedWords": [] }));
    assert!(!waits(&noah, &session, "good"));
    let other = mina.opens_with(json!({ "blockedWords": ["other"] }));
    assert!(waits(&noah, &other, "other") && !waits(&noah, &session, "other"));
    assert_eq!(
        mina.counts(&session, "pendingCount"),
        2,
        "what waits goes on"
    );
}

#[apply(on_both_databases!)]
fn words_of_the_server_hold_in_every_session_that_uses_them(kind: Kind) {
    let app = app_with_words(kind);
    let (mina, noah) = (app.user("mina"), app.user("noah"));
    let session = mina.opens("Lecture 7");
    for body in ["SPAM!", "s\u{301}pam", "광고입니다"] {
        assert!(waits(&noah, &session, body), "{body:?}");
    }
    assert!(!waits(&noah, &session, "spammer") && !waits(&noah, &session, "ours"));
    assert!(!waits(&mina, &session, "spam"), "a host's");
    mina.sets(&session, json!({ "blockedWords": ["bad"] }));
    assert!(waits(&noah, &session, "spam") && waits(&noah, &session, "bad"));
    mina.sets(&session, json!({ "useInstanceWords": false }));
    assert!(!waits(&noah, &session, "spam") && waits(&noah, &session, "bad"));
    let other = mina.opens_with(json!({ "useInstanceWords": false }));
    assert!(!waits(&noah, &other, "spam"));
    mina.sets(&other, json!({ "useInstanceWords": true }));
    assert!(waits(&noah, &other, "spam"));
    // Nobody is told them.
    let seen = mina.get(&session).expect(200).json();
    assert_eq!(seen["settings"]["blockedWords"], json!(["bad"]));
}

/// With review, a word changes nothing; and what a host dismissed is not brought back by it.
#[apply(on_both_databases!)]
fn what_waits_for_a_word_is_reviewed_like_all_else(app: &App) {
    let (mina, noah) = (app.user("mina"), app.user("noah"));
    let session = mina.opens_with(json!({ "blockedWords": ["bad"], "questions": "review" }));
    assert!(waits(&noah, &session, "good") && waits(&noah, &session, "bad"));
    mina.sets(&session, json!({ "questions": "open" }));
    let bad = url_of(&noah.ask(&session, "bad, again", false));
    mina.dismisses(&bad);
    noah.edit(&bad, "good")
        .expect_problem(403, "question_locked");
    noah.delete(&bad).expect(204);
    assert_eq!(mina.counts(&session, "pendingCount"), 2);
}
