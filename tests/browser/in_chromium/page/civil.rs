//! What keeps a crowd of strangers civil: review, muting, merging, and what a session allows.

use serde_json::{Value, json};

use super::visit;
use crate::browser::Browser;
use crate::page::{Person, guest, path_of};
use crate::scene::Scene;
use crate::support::*;

const QUESTION: &str = "When do we move?";

/// A host at the tab of a session with these settings, and a guest.
async fn hall<'a>(
    scene: &Scene,
    browser: &'a Browser,
    settings: Value,
    tab: &str,
) -> (Person<'a>, Person<'a>) {
    let account = scene.app.user("mina");
    let session = account.opens("Lecture 7");
    let settings = json!({ "settings": settings });
    account.patch(&session, settings).expect(200);
    let mina = Person::host(scene, browser, "mina").await;
    mina.holds_login_of(&account).await;
    let path = path_of(&session);
    mina.opens(&format!("{path}?tab={tab}")).await;
    mina.finds("Code and QR").await;
    let jun = guest(scene, browser, &account, &session).await;
    (mina, jun)
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
        mina.clicks_at(QUESTION, "More").await;
        mina.clicks_at(QUESTION, "Hide").await;
        jun.sees("Hidden by a host").await;
        mina.sees_no_more(QUESTION).await;
        mina.clicks("Undo").await;
        mina.sees_of(QUESTION, "Anonymous").await;
        jun.sees_of(QUESTION, "My question").await;
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
        for person in [&mina, &jun] {
            person.sees_no_more("Buy now!").await;
        }
        asks(&jun, "Buy now, again!").await;
        jun.sees("You cannot write in this session").await;
        mina.clicks("Muted").await;
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
