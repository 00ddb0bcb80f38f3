//! What keeps a crowd of strangers civil: review, muting, merging, and what a session allows.

use serde_json::{Value, json};

use super::visit;
use crate::browser::Browser;
use crate::page::look::PHONE;
use crate::page::{Person, guest, path_of};
use crate::scene::Scene;
use crate::support::*;

const QUESTION: &str = "When do we move?";

/// A host's account, and a session of it with these settings.
fn session_with(scene: &Scene, settings: Value) -> (Client, String) {
    let account = scene.app.user("mina");
    let session = account.opens("Lecture 7");
    let settings = json!({ "settings": settings });
    account.patch(&session, settings).expect(200);
    (account, session)
}

/// A host at a tab of this session.
async fn host_at<'a>(
    scene: &Scene,
    browser: &'a Browser,
    account: &Client,
    path: &str,
) -> Person<'a> {
    let mina = Person::host(scene, browser, "mina").await;
    mina.holds_login_of(account).await;
    mina.opens(path).await;
    mina.finds("Code and QR").await;
    mina
}

/// A host at the tab of a session with these settings, and a guest.
async fn hall<'a>(
    scene: &Scene,
    browser: &'a Browser,
    settings: Value,
    tab: &str,
) -> (Person<'a>, Person<'a>) {
    let (account, session) = session_with(scene, settings);
    let path = format!("{}?tab={tab}", path_of(&session));
    let mina = host_at(scene, browser, &account, &path).await;
    let jun = guest(scene, browser, &account, &session).await;
    (mina, jun)
}

/// Nothing lies over a control that these selectors find on the screen.
async fn reaches(person: &Person<'_>, selectors: &str) {
    let is_free = format!(
        "[...document.querySelectorAll({})].filter(isSeen).every((it) => {{
            const {{ left, top, width, height }} = it.getBoundingClientRect();
            const [x, y] = [left + width / 2, top + height / 2];
            return y < 0 || y > innerHeight || it.contains(document.elementFromPoint(x, y));
        }})",
        Value::from(selectors)
    );
    person
        .expects(&format!("reach {selectors}"), &is_free)
        .await;
}

async fn asks(person: &Person<'_>, question: &str) {
    person.types("Ask", question).await;
    person.clicks("Ask").await;
}

#[apply(on_both_databases!)]
fn what_waits_is_seen_by_all_once_a_host_approves_it(kind: Kind) {
    visit(kind, async |scene, browser| {
        let review = json!({ "questions": "review" });
        let (mina, jun) = hall(scene, browser, review, "review").await;
        mina.sees("Nothing waits").await;
        jun.sees("Everybody sees it once a host approves").await;
        asks(&jun, QUESTION).await;
        jun.sees("In review").await;
        mina.clicks_at(QUESTION, "Approve").await;
        mina.sees("Approved. Everybody sees it now.").await;
        mina.sees("Nothing waits").await;
        jun.sees_of(QUESTION, "My question").await;
        jun.sees_no_more("In review").await;

        asks(&jun, "Who pays?").await;
        mina.clicks_at("Who pays?", "Hide").await;
        mina.sees_no_more("Who pays?").await;
        mina.clicks("See what is hidden").await;
        mina.clicks_at("Who pays?", "Show again").await;
        jun.sees_of("Who pays?", "My question").await;
    });
}

#[apply(on_both_databases!)]
fn what_a_host_hides_its_author_still_sees(kind: Kind) {
    visit(kind, async |scene, browser| {
        let (mina, jun) = hall(scene, browser, json!({}), "questions").await;
        asks(&jun, QUESTION).await;
        mina.sees(QUESTION).await;
        asks(&jun, "Who pays?").await;
        jun.sees_of("Who pays?", "My question").await;
        mina.clicks_at(QUESTION, "More").await;
        mina.clicks_at(QUESTION, "Hide").await;
        jun.sees("Hidden by a host").await;
        // It can be undone for ten seconds.
        mina.clicks("Undo").await;
        mina.sees_of(QUESTION, "Anonymous").await;
        jun.sees_of(QUESTION, "My question").await;
        jun.sees_no_more("Hidden by a host").await;

        mina.clicks_at(QUESTION, "More").await;
        mina.clicks_at(QUESTION, "Hide").await;
        mina.sees_no_more(QUESTION).await;
        jun.clicks_at("Hidden by a host", "Close").await;
        jun.sees_no_more("Hidden by a host").await;
        let is_below = "document.querySelector('.tools')
            .compareDocumentPosition(document.querySelector('#list')) === 4";
        jun.expects("see the list where it was", is_below).await;
        jun.reloads().await;
        jun.sees_of("Who pays?", "My question").await;
        jun.sees_no_more("Hidden by a host").await;
    });
}

#[apply(on_both_databases!)]
fn the_question_that_is_being_answered_is_on_top_of_every_phone(kind: Kind) {
    visit(kind, async |scene, browser| {
        let (mina, jun) = hall(scene, browser, json!({}), "questions").await;
        asks(&jun, QUESTION).await;
        mina.clicks_at(QUESTION, "Answer now").await;
        jun.sees("Being answered now").await;
        let is_above = "document.querySelector('.stage .said').innerText === 'When do we move?'";
        jun.expects("see the question on the stage", is_above).await;
        mina.clicks_at("Being answered now", "Answered").await;
        mina.sees("Marked as answered and taken down.").await;
        mina.clicks("Undo").await;
        mina.sees("Being answered now").await;
        mina.clicks_at("Being answered now", "Answered").await;
        jun.sees_of(QUESTION, "Answered").await;
        jun.sees_no_more("Being answered now").await;
    });
}

#[apply(on_both_databases!)]
fn who_spoils_it_writes_no_more_until_a_host_lifts_it(kind: Kind) {
    visit(kind, async |scene, browser| {
        let (mina, jun) = hall(scene, browser, json!({}), "questions").await;
        asks(&jun, "Buy now!").await;
        mina.clicks_at("Buy now!", "More").await;
        mina.clicks_at("Buy now!", "Mute the author").await;
        mina.sees("What vanishes together was one person’s").await;
        mina.run("document.querySelector('#remove-all').click()", &[])
            .await;
        mina.clicks("Mute").await;
        mina.sees("Muted. What they wrote in the last hour is deleted.")
            .await;
        for person in [&mina, &jun] {
            person.sees_no_more("Buy now!").await;
        }
        asks(&jun, "Buy now, again!").await;
        jun.sees("You cannot write in this session").await;
        jun.reloads().await;
        jun.sees("A host has muted you.").await;
        jun.finds_no("Ask").await;
        mina.clicks("Muted").await;
        mina.sees("Anonymous · muted ").await;
        mina.sees_no_more("muted by").await;
        mina.clicks("Lift").await;
        mina.sees("Nobody is muted.").await;
        jun.reloads().await;
        jun.finds("Ask").await;
    });
}

#[apply(on_both_databases!)]
fn a_question_that_is_merged_says_where_it_went(kind: Kind) {
    visit(kind, async |scene, browser| {
        let (mina, jun) = hall(scene, browser, json!({}), "questions").await;
        asks(&jun, QUESTION).await;
        mina.sees_of(QUESTION, "Anonymous").await;
        asks(&jun, "When exactly?").await;
        mina.clicks("1 new").await;
        mina.clicks_at("When exactly?", "More").await;
        mina.clicks_at("When exactly?", "Merge into another").await;
        mina.sees("This cannot be undone.").await;
        mina.run("document.querySelector('.picks input').click()", &[])
            .await;
        mina.clicks("Merge").await;
        jun.sees("It went into another question").await;
        let is_one = "String(questions()) === 'When do we move?'";
        for person in [&mina, &jun] {
            person.expects("see one of both", is_one).await;
        }
    });
}

#[apply(on_both_databases!)]
fn what_a_host_allows_holds_at_once(kind: Kind) {
    visit(kind, async |scene, browser| {
        let (mina, jun) = hall(scene, browser, json!({}), "settings").await;
        jun.finds("Ask").await;
        mina.clicks_at("Anybody asks", "Closed").await;
        jun.sees("No questions at the moment").await;
        mina.clicks_at("No new questions.", "Open").await;
        mina.clicks_at("People choose", "Required").await;
        jun.sees("Names are needed here").await;
        mina.clicks_at("Only who is signed in", "Hidden").await;
        jun.sees("Names are not shown in this session").await;
        mina.clicks("Add a label").await;
        mina.types("Name of label 1", "Money").await;
        mina.clicks_at("Labels", "Save").await;
        mina.sees("Saved").await;
        asks(&jun, QUESTION).await;
        mina.clicks("Questions").await;
        mina.clicks_at(QUESTION, "More").await;
        mina.clicks_at(QUESTION, "Labels").await;
        mina.clicks("Money").await;
        mina.clicks("Save").await;
        jun.sees_of(QUESTION, "Money").await;
        jun.clicks("Filter").await;
        jun.clicks("Money").await;
        jun.sees_of(QUESTION, "My question").await;
    });
}

#[apply(on_both_databases!)]
fn what_another_host_changes_is_shown_in_the_settings(kind: Kind) {
    visit(kind, async |scene, browser| {
        let (account, session) = session_with(scene, json!({}));
        let path = format!("{}?tab=settings", path_of(&session));
        let mina = host_at(scene, browser, &account, &path).await;
        mina.sees("Anybody asks").await;
        let sora = scene.app.user("sora");
        sora.enters(&session);
        account.makes_host(&session, &sora);
        let settings = json!({ "questions": "closed", "slowMode": 30, "blockedWords": ["spam"] });
        sora.patch(&session, json!({ "settings": settings }))
            .expect(200);
        mina.sees("No new questions.").await;
        let is_closed = "document.querySelector('[name=set-questions]:checked')
            .labels[0].innerText === 'Closed'";
        mina.expects("see that questions are closed", is_closed)
            .await;
        mina.has_typed("Slow mode", "30").await;
        mina.has_typed("Blocked words", "spam").await;
    });
}

#[apply(on_both_databases!)]
fn words_that_a_host_types_are_saved_when_the_tab_is_left(kind: Kind) {
    visit(kind, async |scene, browser| {
        let (account, session) = session_with(scene, json!({}));
        let path = format!("{}?tab=settings", path_of(&session));
        let mina = host_at(scene, browser, &account, &path).await;
        mina.types("Blocked words", "spam").await;
        mina.sees("Not saved yet").await;
        let asks = "!dispatchEvent(new Event('beforeunload', { cancelable: true }))";
        mina.expects("be asked before a reload", asks).await;
        mina.clicks("Questions").await;
        mina.sees("What you changed in the settings is saved.")
            .await;
        let saved = account.get(&session).expect(200).json();
        assert_eq!(saved["settings"]["blockedWords"], json!(["spam"]));

        mina.clicks("Settings").await;
        mina.types_anew("Blocked words", &"x".repeat(300)).await;
        mina.clicks("Questions").await;
        mina.sees("Not saved in the settings").await;
        mina.clicks("Settings").await;
        mina.has_typed("Blocked words", &"x".repeat(300)).await;
        mina.finds("Save").await;
    });
}

#[test]
fn on_a_phone_nothing_lies_over_what_a_host_presses() {
    visit(Kind::Sqlite, async |scene, browser| {
        let review = json!({ "questions": "review_anonymous" });
        let (account, session) = session_with(scene, review);
        for question in ["1 + 1?", "2 + 2?", "3 + 3?", "4 + 4?", "5 + 5?", "6 + 6?"] {
            scene.app.guest().asks(&session, question);
        }
        account.asks(&session, QUESTION);
        let mina = host_at(scene, browser, &account, &path_of(&session)).await;
        mina.looks_at(PHONE).await;
        mina.sees(QUESTION).await;
        let sora = scene.app.user("sora");
        sora.enters(&session);
        sora.asks(&session, "Who pays?");
        mina.sees("1 new").await;
        reaches(&mina, "main button, main select").await;

        let is_one_row = "(tabs => new Set(tabs.map((it) => it.getBoundingClientRect().top)).size === 1
            && tabs.every((it) => it.getBoundingClientRect().right <= innerWidth)
            )([...document.querySelectorAll('.tabs > div > .menu > button, [role=tab][aria-selected=true]')])";
        for tab in ["people", "muted", "settings", "export", "review"] {
            mina.opens(&format!("{}?tab={tab}", path_of(&session)))
                .await;
            mina.finds("Code and QR").await;
            mina.expects("see the tabs in one row", is_one_row).await;
        }

        for (question, verb, done) in [
            ("3 + 3?", "Approve", "Approved. Everybody sees it now."),
            (
                "4 + 4?",
                "Hide",
                "Hidden. Only its author and hosts see it.",
            ),
        ] {
            mina.clicks_at(question, verb).await;
            mina.sees(done).await;
            reaches(&mina, "main button").await;
        }
        mina.clicks("Approve it").await;
        mina.sees_no_more("Hidden. Only its author and hosts see it.")
            .await;
        mina.clicks("Approve all 4").await;
        mina.clicks("Approve").await;
        mina.sees("4 approved.").await;
    });
}
