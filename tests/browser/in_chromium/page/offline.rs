//! Nothing that was typed is lost, and nothing is sent twice or as somebody else.

use chrono::TimeDelta;

use super::{asked, visit};
use crate::page::{Person, guest, member};
use crate::scene::Scene;
use crate::support::*;

const OFFLINE: &str = "You are offline. What you wrote is kept on this device.";

#[apply(on_both_databases!)]
fn what_is_sent_without_a_network_arrives_once_when_it_is_back(kind: Kind) {
    visit(kind, async |scene, browser| {
        let mina = scene.app.user("mina");
        let session = mina.opens("Lecture 7");
        let jun = guest(scene, browser, &mina, &session).await;
        scene.cut();
        jun.sees(OFFLINE).await;
        jun.types("Ask", "When do we move?").await;
        jun.clicks("Ask").await;
        jun.sees("Not sent yet").await;
        jun.sees("Goes out without a name once you are back.").await;
        jun.has_typed("Ask", "").await;
        jun.types("Ask", "And where to?").await;
        scene.mend();
        jun.sees_of("When do we move?", "My question").await;
        jun.sees_no_more("Not sent yet").await;
        jun.sees_no_more(OFFLINE).await;
        jun.has_typed("Ask", "And where to?").await;
        assert_eq!(asked(&scene.app), 1, "it was sent once");

        jun.is_online(false).await;
        jun.clicks("Ask").await;
        jun.sees("Not sent yet").await;
        jun.clicks_at("Not sent yet", "Edit").await;
        jun.has_typed("Ask", "And where to?").await;
        jun.types_anew("Ask", "To which house?").await;
        jun.clicks("Ask").await;
        jun.sees("Not sent yet").await;
        jun.is_online(true).await;
        jun.sees_of("To which house?", "My question").await;
        jun.sees_no_more("Not sent yet").await;
        assert_eq!(
            jun.questions().await,
            ["To which house?", "When do we move?"]
        );
        assert_eq!(asked(&scene.app), 2, "each was sent once");
    });
}

#[apply(on_both_databases!)]
fn what_could_not_be_sent_is_there_after_a_reload_and_may_be_deleted(kind: Kind) {
    visit(kind, async |scene, browser| {
        let mina = scene.app.user("mina");
        let session = mina.opens("Lecture 7");
        let jun = guest(scene, browser, &mina, &session).await;
        scene.cut();
        for question in ["First?", "Second?"] {
            jun.types("Ask", question).await;
            jun.clicks("Ask").await;
        }
        jun.sees("Not sent yet").await;
        jun.throws_away("Second?", "Delete").await;
        scene.mend();
        jun.reloads().await;
        jun.sees_of("First?", "My question").await;
        jun.sees_no_more("Not sent yet").await;
        assert_eq!(jun.questions().await, ["First?"]);
        assert_eq!(asked(&scene.app), 1, "it was sent once");
    });
}

#[apply(on_both_databases!)]
fn a_token_that_expires_meanwhile_is_no_matter(kind: Kind) {
    visit(kind, async |scene, browser| {
        let mina = scene.app.user("mina");
        let session = mina.opens("Lecture 7");
        let (sora, _) = member(scene, browser, "sora", &session).await;
        sora.clicks("sora").await;
        sora.types("Ask", "Who pays?").await;
        scene.app.advance(TimeDelta::minutes(11));
        sora.clicks("Ask").await;
        sora.sees_of("Who pays?", "sora").await;
        sora.clicks_at("Who pays?", "Like").await;
        sora.sees_of("Who pays?", "1 like").await;
        assert_eq!(asked(&scene.app), 1, "it was sent once");
    });
}

/// Sends a question into the void; meanwhile the login is ended from elsewhere.
async fn loses_the_login_with(
    scene: &Scene,
    person: &Person<'_>,
    account: &Client,
    question: &str,
) {
    scene.cut();
    person.types("Ask", question).await;
    person.clicks("Ask").await;
    person.sees("Not sent yet").await;
    account.delete("/api/users/me/logins").expect(204);
    scene.mend();
}

#[apply(on_both_databases!)]
fn what_was_written_under_a_login_that_ended_is_sent_as_nobody_else_by_itself(kind: Kind) {
    visit(kind, async |scene, browser| {
        let mina = scene.app.user("mina");
        let session = mina.opens("Lecture 7");
        let (sora, account) = member(scene, browser, "sora", &session).await;
        sora.clicks("sora").await;
        loses_the_login_with(scene, &sora, &account, "Who pays?").await;
        let choose = "You wrote this as sora. Choose as whom to send it.";
        sora.sees(choose).await;
        sora.reloads().await;
        sora.sees(choose).await;
        assert_eq!(asked(&scene.app), 0, "the page asks first");

        sora.clicks("Use a name").await;
        sora.types("Email", &account.email).await;
        sora.types("Password", &account.password).await;
        sora.clicks("Sign in").await;
        sora.sees_of("Who pays?", "sora").await;
        sora.sees_no_more("Not sent yet").await;
        assert_eq!(asked(&scene.app), 1, "sora has sent it herself");

        loses_the_login_with(scene, &sora, &account, "And when?").await;
        sora.sees(choose).await;
        assert_eq!(asked(&scene.app), 1, "the page asks again");
        sora.clicks("Send without a name").await;
        sora.sees_of("And when?", "Anonymous").await;
        sora.sees_no_more("Not sent yet").await;
        assert_eq!(asked(&scene.app), 2, "it was sent once");
    });
}

#[apply(on_both_databases!)]
fn a_server_that_is_restarted_gets_once_what_was_sent_meanwhile(kind: Kind) {
    visit(kind, async |scene, browser| {
        let mina = scene.app.user("mina");
        let session = mina.opens("Lecture 7");
        let jun = guest(scene, browser, &mina, &session).await;
        let send = async || {
            jun.types("Ask", "When do we move?").await;
            jun.clicks("Ask").await;
            jun.sees("Not sent yet").await;
        };
        scene.restart(send).await;
        jun.sees_of("When do we move?", "My question").await;
        jun.sees_no_more("Not sent yet").await;
        assert_eq!(asked(&scene.app), 1, "it was sent once");
        // It follows the new server.
        mina.at(&scene.app).asks(&session, "Are you back?");
        jun.clicks("1 new").await;
        jun.sees_of("Are you back?", "mina").await;
    });
}

/// How many texts this browser keeps for its person.
async fn kept(person: &Person<'_>) -> i64 {
    let count = "return Object.keys(localStorage).filter((it) => /^askit\\.(draft|unsent)\\./.test(it)).length";
    person.tab.run(count, &[]).await.as_i64().unwrap()
}

#[apply(on_both_databases!)]
fn a_draft_lasts_until_its_writer_signs_out_and_a_day_at_most(kind: Kind) {
    visit(kind, async |scene, browser| {
        let mina = scene.app.user("mina");
        let session = mina.opens("Lecture 7");
        let (sora, _) = member(scene, browser, "sora", &session).await;
        mina.asks(&session, "When do we move?");
        sora.sees("When do we move?").await;
        sora.types("Ask", "Who pays?").await;
        sora.clicks_at("When do we move?", "Reply").await;
        sora.types_at("When do we move?", "Reply", "In March.")
            .await;
        sora.reloads().await;
        sora.has_typed("Ask", "Who pays?").await;
        sora.clicks_at("When do we move?", "Reply").await;
        sora.has_typed("Reply", "In March.").await;

        let older = "for (const name of Object.keys(localStorage)) {
            if (!/^askit\\.draft\\..*ask$/.test(name)) continue;
            const draft = JSON.parse(localStorage[name]);
            localStorage[name] = JSON.stringify({ ...draft, at: draft.at - 86_400_000 });
        }";
        sora.tab.run(older, &[]).await;
        sora.reloads().await;
        sora.has_typed("Ask", "").await;
        assert_eq!(kept(&sora).await, 1, "the draft of the reply is younger");

        sora.clicks("Menu").await;
        sora.clicks("Sign out").await;
        sora.sees("Enter the code").await;
        assert_eq!(kept(&sora).await, 0, "drafts end with signing out");
        assert_eq!(asked(&scene.app), 1);
    });
}
