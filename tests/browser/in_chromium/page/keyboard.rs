//! Everything by keyboard alone.

use fantoccini::key::Key;

use super::visit;
use crate::page::{Person, guest, path_of};
use crate::support::Kind;

/// Waits until what has the focus is called so.
async fn is_at(person: &Person<'_>, name: &str) {
    let expression = format!("nameOf(document.activeElement) === {name:?}");
    person
        .expects(&format!("have the focus on {name:?}"), &expression)
        .await;
    let is_visible = "(it => it.matches('textarea, input, h2, article')
        || getComputedStyle(it).outlineStyle !== 'none' || getComputedStyle(it).boxShadow !== 'none'
        )(document.activeElement)";
    person
        .expects(&format!("see the focus on {name:?}"), is_visible)
        .await;
}

/// Presses Tab until something of this name has the focus.
async fn tabs_to(person: &Person<'_>, name: &str) {
    for _ in 0..60 {
        person.presses(&[Key::Tab.into()]).await;
        let at = person
            .run("return nameOf(document.activeElement)", &[])
            .await;
        if at == name {
            return is_at(person, name).await;
        }
    }
    panic!("{} does not come to {name:?} by Tab", person.name);
}

async fn press(person: &Person<'_>, key: Key) {
    person.presses(&[key.into()]).await;
}

#[test]
fn a_guest_asks_likes_and_replies() {
    visit(Kind::Sqlite, async |scene, browser| {
        let mina = scene.app.user("mina");
        let session = mina.opens("Lecture 7");
        mina.asks(&session, "When do we move?");
        let jun = guest(scene, browser, &mina, &session).await;
        jun.opens(&path_of(&session)).await;
        jun.sees("When do we move?").await;
        press(&jun, Key::Tab).await;
        is_at(&jun, "Skip to asking").await;
        press(&jun, Key::Enter).await;
        is_at(&jun, "Ask").await;
        jun.presses(&['h']).await;
        jun.presses(&['i']).await;
        press(&jun, Key::Enter).await;
        jun.presses(&['?']).await;
        jun.presses(&[Key::Control.into(), Key::Enter.into()]).await;
        jun.expects("see both lines", "questions().includes('hi\\n?')")
            .await;
        is_at(&jun, "Ask").await;

        let article = "document.activeElement.closest('article')";
        let in_article = format!("{article} === question('When do we move?')");
        for _ in 0..40 {
            press(&jun, Key::Tab).await;
            if jun.run(&format!("return {in_article}"), &[]).await == true {
                break;
            }
        }
        jun.expects("come to the question by Tab", &in_article)
            .await;
        is_at(&jun, "Reply").await;
        press(&jun, Key::Enter).await;
        tabs_to(&jun, "Like").await;
        press(&jun, Key::Space).await;
        jun.sees_of("When do we move?", "1 like").await;
        tabs_to(&jun, "Reply").await;
        jun.presses(&['4']).await;
        jun.presses(&[Key::Meta.into(), Key::Enter.into()]).await;
        jun.sees_of("When do we move?", "1 reply").await;
    });
}

#[test]
fn menus_and_dialogs_give_the_focus_back() {
    visit(Kind::Sqlite, async |scene, browser| {
        let mina = scene.app.user("mina");
        let session = mina.opens("Lecture 7");
        let jun = guest(scene, browser, &mina, &session).await;
        jun.opens(&path_of(&session)).await;
        jun.finds("Menu").await;
        tabs_to(&jun, "Menu").await;
        press(&jun, Key::Enter).await;
        jun.finds("Participants").await;
        press(&jun, Key::Tab).await;
        is_at(&jun, "Participants").await;
        press(&jun, Key::Escape).await;
        jun.finds_no("Participants").await;
        is_at(&jun, "Menu").await;

        jun.presses(&[Key::Shift.into(), Key::Tab.into()]).await;
        is_at(&jun, "Code and QR").await;
        press(&jun, Key::Enter).await;
        is_at(&jun, "How to join").await;
        let inside = "document.activeElement.closest('dialog') !== null || document.activeElement === document.body";
        for _ in 0..8 {
            press(&jun, Key::Tab).await;
            jun.expects("stay within the dialog", inside).await;
        }
        press(&jun, Key::Escape).await;
        jun.expects("close the dialog", "!document.querySelector('dialog')")
            .await;
        is_at(&jun, "Code and QR").await;
    });
}

#[test]
fn a_host_goes_from_tab_to_tab_by_arrows() {
    visit(Kind::Sqlite, async |scene, browser| {
        let mina = scene.app.user("mina");
        let session = mina.opens("Lecture 7");
        let host = Person::host(scene, browser, "mina").await;
        host.holds_login_of(&mina).await;
        host.opens(&path_of(&session)).await;
        host.finds("Settings").await;
        host.clicks("Questions").await;
        for (key, tab, says) in [
            (Key::Right, "Review", "Nothing waits"),
            (Key::Right, "Participants", "Nobody else shows a name yet."),
            (Key::Right, "Muted", "Nobody is muted."),
            (Key::Right, "Settings", "End the session"),
            (Key::Right, "Export", "Download CSV"),
            (Key::Right, "Questions", "No questions yet"),
            (Key::Left, "Export", "Download CSV"),
            (Key::Home, "Questions", "No questions yet"),
            (Key::End, "Export", "Download CSV"),
        ] {
            press(&host, key).await;
            host.sees(says).await;
            let is_chosen = format!(
                "(it => isCalled(it, {tab:?}) && it.ariaSelected === 'true')(document.activeElement)"
            );
            host.expects(&format!("have the focus on the tab {tab}"), &is_chosen)
                .await;
        }
        host.reloads().await;
        host.sees("Download CSV").await;
    });
}
