//! The page in a frame of another page.

use serde_json::json;

use super::{asked, visit};
use crate::browser::browse_with;
use crate::page::{Person, path_of};
use crate::scene::Scene;
use crate::support::{Kind, Setup};

/// Goes to a page of `origin` with a frame, and then into the frame.
async fn is_framed(person: &Person<'_>, origin: &str, path: &str) {
    person.tab.go(&format!("{origin}/page.html")).await;
    let frame = "const frame = document.createElement('iframe');
        frame.src = arguments[0]; frame.width = 1200; frame.height = 700;
        return new Promise((done) => { frame.onload = () => done(0); document.body.append(frame) })";
    let source = format!("{}{path}", person.origin);
    person.tab.run(frame, &[source.into()]).await;
    person.tab.is_in_frame.set(true);
}

#[test]
fn in_a_frame_that_is_allowed_there_is_the_room_alone() {
    let scene = || {
        Scene::page_with(Kind::Sqlite, |other| {
            Setup::default().set("SERVER__FRAME_ANCESTORS", other)
        })
    };
    browse_with(json!({}), scene, async |scene, browser| {
        let mina = scene.app.user("mina");
        let session = mina.opens("Lecture 7");
        mina.asks(&session, "When do we move?");
        let host = Person::host(scene, browser, "mina").await;
        host.holds_login_of(&mina).await;
        is_framed(&host, &scene.sibling, &path_of(&session)).await;
        host.sees("When do we move?").await;
        for tool in [
            "Menu",
            "Settings",
            "Pin",
            "Answered",
            "Open the screen",
            "Use a name",
            "mina",
        ] {
            host.finds_no(tool).await;
        }
        host.types("Ask", "Who pays?").await;
        host.clicks("Ask").await;
        host.sees_of("Who pays?", "Anonymous").await;
        assert_eq!(asked(&scene.app), 2, "it was sent once");
    });
}

#[test]
fn a_frame_of_any_other_page_shows_nothing() {
    visit(Kind::Sqlite, async |scene, browser| {
        let mina = scene.app.user("mina");
        let session = mina.opens("Lecture 7");
        let host = Person::host(scene, browser, "mina").await;
        host.holds_login_of(&mina).await;
        for origin in [&scene.sibling, &scene.stranger] {
            for path in ["/", "/account", "/sign-in", &path_of(&session)] {
                is_framed(&host, origin, path).await;
                let shown = "return document.querySelector('main, header') === null";
                assert_eq!(host.run(shown, &[]).await, true, "{path} at {origin}");
                host.tab.is_in_frame.set(false);
            }
        }
        let refused = browser.refusals().await;
        assert!(refused.len() >= 8, "the policy has refused it: {refused:?}");
        mina.post(&format!("{session}/terminate"), json!({}))
            .expect(200);
    });
}
