//! What others do with a session and its people while somebody looks at it.

use serde_json::json;

use super::{asked, visit};
use crate::page::{Person, guest, member, path_of};
use crate::support::*;

/// As when one comes back to the page from another one.
async fn comes_back(person: &Person<'_>) {
    let event = "document.dispatchEvent(new Event('visibilitychange'))";
    person.tab.run(event, &[]).await;
}

#[apply(on_both_databases!)]
fn tools_come_and_go_with_a_sub_hosts_role(kind: Kind) {
    visit(kind, async |scene, browser| {
        let mina = scene.app.user("mina");
        let session = mina.opens("Lecture 7");
        let (sora, account) = member(scene, browser, "sora", &session).await;
        account.enters(&session);
        mina.asks(&session, "When do we move?");
        sora.sees("When do we move?").await;
        sora.finds_no("Pin").await;
        mina.makes_host(&session, &account);
        sora.finds("Pin").await;
        sora.finds("Participants").await;
        sora.clicks_at("When do we move?", "Answered").await;
        let answered =
            "called(question('When do we move?'), CONTROLS, 'Answered')[0].ariaPressed === 'true'";
        sora.expects("mark it as answered", answered).await;
        sora.clicks("Settings").await;
        sora.sees("The super host changes title").await;

        let host = format!("{session}/hosts/{}", account.user_id());
        mina.delete(&host).expect(200);
        sora.finds_no("Settings").await;
        sora.finds_no("Pin").await;
        sora.finds("Ask").await;
        sora.sees("When do we move?").await;
    });
}

#[apply(on_both_databases!)]
fn a_session_ends_is_reopened_and_deleted_while_somebody_types(kind: Kind) {
    visit(kind, async |scene, browser| {
        let mina = scene.app.user("mina");
        let session = mina.opens("Lecture 7");
        let jun = guest(scene, browser, &mina, &session).await;
        let screen = jun.opens_another().await;
        screen.opens(&format!("{}/screen", path_of(&session))).await;
        screen.sees("Scan it with your phone").await;
        jun.types("Ask", "Who pays?").await;
        mina.post(&format!("{session}/terminate"), json!({}))
            .expect(200);
        jun.sees("The session has ended").await;
        jun.finds_no("Ask").await;
        screen.sees("The session has ended").await;

        mina.post(&format!("{session}/reopen"), json!({}))
            .expect(200);
        for person in [&jun, &screen] {
            comes_back(person).await;
            person.sees_no_more("The session has ended").await;
        }
        jun.has_typed("Ask", "Who pays?").await;
        jun.clicks("Ask").await;
        jun.sees_of("Who pays?", "My question").await;
        jun.types("Ask", "And when?").await;

        mina.delete(&session).expect(204);
        for person in [&jun, &screen] {
            person
                .sees("There is no such session, or it was deleted")
                .await;
        }
        jun.clicks("To the home page").await;
        jun.sees("Enter the code").await;
    });
}

#[apply(on_both_databases!)]
fn what_is_sent_when_the_session_has_just_ended_is_not_lost(kind: Kind) {
    visit(kind, async |scene, browser| {
        let mina = scene.app.user("mina");
        let session = mina.opens("Lecture 7");
        let jun = guest(scene, browser, &mina, &session).await;
        jun.types("Ask", "Who pays?").await;
        scene.cut();
        jun.clicks("Ask").await;
        jun.sees("Not sent yet").await;
        mina.post(&format!("{session}/terminate"), json!({}))
            .expect(200);
        scene.mend();
        jun.sees("Not accepted").await;
        jun.sees("Who pays?").await;
        jun.sees("The session has ended").await;
        assert_eq!(asked(&scene.app), 0, "it has ended before");
    });
}

#[apply(on_both_databases!)]
fn signing_out_in_one_tab_is_seen_in_the_other(kind: Kind) {
    visit(kind, async |scene, browser| {
        let session = scene.app.user("mina").opens("Lecture 7");
        let (sora, _) = member(scene, browser, "sora", &session).await;
        let other = sora.opens_another().await;
        other.opens(&path_of(&session)).await;
        other.clicks("sora").await;
        other.types("Ask", "Who pays?").await;
        sora.clicks("Menu").await;
        sora.clicks("Sign out").await;
        sora.sees("Enter the code").await;
        other.finds("Use a name").await;
        other.has_typed("Ask", "").await;
        other.clicks("Menu").await;
        other.finds("Sign in").await;
    });
}

/// The login is ended elsewhere, the page learns of it by what it does next; what is being typed
/// was begun under a name.
#[apply(on_both_databases!)]
fn whoever_is_somebody_else_by_now_is_told_as_whom_they_began(kind: Kind) {
    visit(kind, async |scene, browser| {
        let mina = scene.app.user("mina");
        let session = mina.opens("Lecture 7");
        mina.asks(&session, "When do we move?");
        let (sora, account) = member(scene, browser, "sora", &session).await;
        sora.types("Ask", "Who pays?").await;
        account.delete("/api/users/me/logins").expect(204);
        sora.clicks_at("When do we move?", "Like").await;
        sora.sees("You began this as sora. If you send it now, it goes out without a name.")
            .await;
        sora.has_typed("Ask", "Who pays?").await;
        sora.clicks("Ask").await;
        sora.sees_of("Who pays?", "Anonymous").await;
        let asked = mina.get(&session).expect(200);
        assert_eq!(asked.json()["questionCount"], 2);
    });
}
