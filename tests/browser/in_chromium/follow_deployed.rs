//! Pages that follow a session at two instances, behind the nginx of deploy/ with HTTP/2.

use std::thread;

use crate::browser::{Browser, browse};
use crate::follower::Follower;
use crate::scene::Scene;
use crate::support::eventually;

/// Pages that follow until both instances have some.
async fn at_both<'a>(scene: &Scene, browser: &'a Browser, session: &str) -> Vec<Follower<'a>> {
    let mut pages = Vec::new();
    // nginx gives requests to both in turn.
    for _ in 0..4 {
        let page = Follower::open(browser, &scene.page).await;
        page.follow(scene, &format!("{session}/events"), false)
            .await;
        page.is_ready().await;
        pages.push(page);
    }
    let instances = "SELECT count(*) AS number FROM session_listeners WHERE listeners > 0";
    eventually("both instances have listeners", || {
        scene.app.database.number(instances) == 2
    });
    pages
}

#[test]
fn pages_go_on_at_the_other_instance_on_postgres() {
    browse(Scene::deployed, async |scene, browser| {
        let mina = scene.app.user("mina");
        let session = mina.opens("Lecture 7");
        let pages = at_both(scene, browser, &session).await;
        let tab = browser.open(&scene.room(&session)).await;
        tab.until("isLive()", &[]).await;
        let other = scene.other.lock().unwrap().take().unwrap();
        mina.asks(&session, "At the one?");
        mina.at(&other).asks(&session, "At the other?");
        for body in ["At the one?", "At the other?"] {
            let is_it = format!("data.body === {body:?}");
            for page in &pages {
                page.hears("question", &is_it).await;
            }
            tab.until("bodies().includes(arguments[0])", &[body.into()])
                .await;
        }

        thread::spawn(move || drop(other)).join().unwrap();
        mina.asks(&session, "While some are away?");
        for page in &pages {
            page.hears("question", "data.body === 'While some are away?'")
                .await;
        }
        tab.until("bodies().length === 3", &[]).await;
        let came_back = "told.filter(({ type }) => type === 'ready').length > 1";
        let mut moved = 0;
        for page in &pages {
            let again = page.0.run(&format!("return {came_back}"), &[]).await;
            moved += usize::from(again == true);
        }
        assert!((1..4).contains(&moved), "{moved} of four pages came back");
    });
}

#[test]
fn over_http_2_eight_streams_leave_room_for_calls_on_postgres() {
    browse(Scene::deployed, async |scene, browser| {
        let session = scene.app.user("mina").opens("Lecture 7");
        let mut pages = at_both(scene, browser, &session).await;
        pages.extend(at_both(scene, browser, &session).await);
        let protocol = "return performance.getEntriesByType('navigation')[0].nextHopProtocol";
        for page in &pages {
            assert_eq!(page.0.run(protocol, &[]).await, "h2");
            page.0
                .get(&scene.api(&session.replace("/api", "")))
                .await
                .expect(200);
        }
    });
}
