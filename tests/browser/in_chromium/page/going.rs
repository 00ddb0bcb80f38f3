//! Going from view to view, and from one person to the next.

use super::visit;
use crate::page::{guest, member, path_of};
use crate::support::*;

#[test]
fn back_and_forward_show_the_view_of_the_address() {
    visit(Kind::Sqlite, async |scene, browser| {
        let mina = scene.app.user("mina");
        let session = mina.opens("Lecture 7");
        mina.asks(&session, "When do we move?");
        let jun = guest(scene, browser, &mina, &session).await;
        jun.sees("When do we move?").await;
        jun.clicks("Askit home page").await;
        jun.sees("Enter the code").await;
        jun.clicks("Sign in").await;
        jun.sees("Password").await;
        jun.tab.back().await;
        jun.sees("Enter the code").await;
        jun.tab.back().await;
        jun.sees("When do we move?").await;
        jun.run("history.forward()", &[]).await;
        jun.sees("Enter the code").await;
    });
}

#[test]
fn the_name_that_one_has_chosen_is_not_chosen_for_the_next_one() {
    visit(Kind::Sqlite, async |scene, browser| {
        let mina = scene.app.user("mina");
        let session = mina.opens("Lecture 7");
        let (sora, account) = member(scene, browser, "sora", &session).await;
        sora.clicks("sora").await;
        sora.types("Ask", "Who pays?").await;
        sora.clicks("Ask").await;
        sora.sees_of("Who pays?", "sora").await;
        account.delete("/api/users/me/logins").expect(204);
        let next = scene.app.user("jun");
        sora.opens("/").await;
        sora.holds_login_of(&next).await;
        sora.opens(&path_of(&session)).await;
        sora.sees("Not even hosts see who").await;
        sora.types("Ask", "And when?").await;
        sora.clicks("Ask").await;
        sora.sees_of("And when?", "Anonymous").await;
    });
}

#[test]
fn what_is_not_sent_is_edited_beside_what_is_being_typed() {
    visit(Kind::Sqlite, async |scene, browser| {
        let mina = scene.app.user("mina");
        let session = mina.opens("Lecture 7");
        let jun = guest(scene, browser, &mina, &session).await;
        jun.is_online(false).await;
        jun.types("Ask", "Who pays?").await;
        jun.clicks("Ask").await;
        jun.sees("Some words are not sent").await;
        jun.types("Ask", "And when?").await;
        jun.clicks_at("Not sent yet", "Edit").await;
        jun.has_typed("Ask", "Who pays?\nAnd when?").await;
    });
}

#[test]
fn a_reply_to_a_question_that_goes_is_not_lost() {
    visit(Kind::Sqlite, async |scene, browser| {
        let mina = scene.app.user("mina");
        let session = mina.opens("Lecture 7");
        let question = mina.asks(&session, "When do we move?");
        let jun = guest(scene, browser, &mina, &session).await;
        jun.clicks_at("When do we move?", "Reply").await;
        jun.types_at("When do we move?", "Reply", "In March, says")
            .await;
        mina.delete(&question).expect(204);
        jun.sees("What you were writing").await;
        jun.sees("In March, says").await;
    });
}

#[test]
fn whoever_types_an_address_is_told_that_of_the_qr_code() {
    visit(Kind::Sqlite, async |scene, browser| {
        let mina = scene.app.user("mina");
        let session = mina.opens("Lecture 7");
        let jun = guest(scene, browser, &mina, &session).await;
        jun.clicks("Code and QR").await;
        jun.sees(scene.page.trim_start_matches("http://")).await;
        jun.sees_no_more("jun.localhost").await;
        jun.sees("This address (localhost)").await;
    });
}
