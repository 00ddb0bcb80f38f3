//! Several tabs of one browser that follow one session.

use serde_json::json;

use crate::browser::browse;
use crate::follower::Follower;
use crate::scene::Scene;
use crate::support::Client;
use crate::tab::Tab;

#[test]
fn six_streams_leave_a_browser_no_connection_over_http_1() {
    browse(Scene::http, async |scene, browser| {
        let session = scene.app.user("mina").opens("Lecture 7");
        let mut pages = Vec::new();
        for _ in 0..6 {
            let page = Follower::open(browser, &scene.page).await;
            page.follow(scene, &format!("{session}/events"), true).await;
            page.is_ready().await;
            pages.push(page);
        }
        let seventh = browser.open(&format!("{}/page.html", scene.page)).await;
        let call =
            "window.order = []; call('GET', arguments[0]).then(() => order.push('answered'))";
        let url = scene.api(&session.replace("/api", ""));
        seventh
            .run(&format!("{call}; return 0"), &[url.into()])
            .await;
        let wait =
            "return new Promise((done) => setTimeout(done, 1000)).then(() => order.push('closed'))";
        seventh.run(wait, &[]).await;
        pages[0].0.run("events.close()", &[]).await;
        seventh.until("order.length === 2", &[]).await;
        let order = seventh.run("return order", &[]).await;
        assert_eq!(
            order,
            json!(["closed", "answered"]),
            "docs/frontend.md says so"
        );
    });
}

#[test]
fn six_tabs_follow_a_session_by_one_connection() {
    browse(Scene::http, async |scene, browser| {
        let mina = scene.app.user("mina");
        let session = mina.opens("Lecture 7");
        browser.signed_in(scene, &mina).await;
        let mut tabs = Vec::new();
        for _ in 0..6 {
            tabs.push(browser.open(&scene.room(&session)).await);
        }
        // As a browser that begins where it was.
        for tab in &tabs {
            tab.run("location.reload()", &[]).await;
        }
        for number in 1..=6 {
            let body = format!("Question {number}?");
            all_are_told(scene, &tabs, &mina, &session, &body).await;
            let ready = mina.follow(&format!("{session}/events")).event();
            assert_eq!(
                ready.data["listeners"], 2,
                "all tabs, and the one that asks"
            );
            // Whichever has the connection, it is left, at the latest when it is the last one.
            if tabs.len() > 1 {
                tabs.remove(0).go("about:blank").await;
            }
        }
        // The browser has kept the page as it was.
        tabs[0].go("about:blank").await;
        tabs[0].back().await;
        all_are_told(scene, &tabs, &mina, &session, "Back?").await;
    });
}

/// Something is asked and liked, and each tab shows it, and what GET says.
async fn all_are_told(scene: &Scene, tabs: &[Tab<'_>], asks: &Client, session: &str, body: &str) {
    for tab in tabs {
        tab.until("isLive()", &[]).await;
    }
    asks.likes(&asks.asks(session, body));
    for tab in tabs {
        tab.until("bodies().includes(arguments[0])", &[body.into()])
            .await;
        shows_what_get_says(scene, tab, session).await;
    }
}

/// The page shows each question as GET does, soon.
async fn shows_what_get_says(scene: &Scene, tab: &Tab<'_>, session: &str) {
    let list = format!("{}/questions?limit=100", session.replace("/api", ""));
    let said = tab.get(&scene.api(&list)).await.expect(200).json();
    tab.until(
        "shown() === told(arguments[0])",
        &[said["questions"].clone()],
    )
    .await;
}

#[test]
fn a_tab_that_was_offline_ends_with_what_get_says() {
    browse(Scene::http_over_network, async |scene, browser| {
        let (mina, noah) = (scene.app.user("mina"), scene.app.user("noah"));
        let session = mina.opens("Lecture 7");
        let question = noah.asks(&session, "First?");
        browser.signed_in(scene, &mina).await;
        let tab = browser.open(&scene.room(&session)).await;
        tab.until("isLive()", &[]).await;

        scene.network.as_ref().unwrap().cut();
        noah.put(&format!("{question}/like")).expect(200);
        mina.asks(&session, "Second?");
        noah.patch("/api/users/me", json!({ "nickname": "ark" }))
            .expect(200);
        let third = mina.asks(&session, "Third?");
        mina.send("DELETE", &third, None).expect(204);
        scene.network.as_ref().unwrap().mend();
        tab.until("bodies().includes('Second?')", &[]).await;
        shows_what_get_says(scene, &tab, &session).await;
        let name = "all().some((it) => it.author.nickname === 'ark')";
        tab.until(name, &[]).await;
    });
}
