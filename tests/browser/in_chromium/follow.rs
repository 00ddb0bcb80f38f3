//! A page that follows a session with an `EventSource`.

use chrono::TimeDelta;
use serde_json::json;

use crate::browser::{Browser, browse};
use crate::follower::Follower;
use crate::scene::Scene;

#[test]
fn a_page_follows_a_session_with_its_cookies() {
    browse(Scene::http, a_page_follows);
}

/// nginx speaks HTTP/1.0 to the server here, as it does unless it is told otherwise.
#[test]
fn a_page_follows_a_session_with_its_cookies_over_https() {
    browse(Scene::https, a_page_follows);
}

async fn a_page_follows(scene: &Scene, browser: &Browser) {
    let (mina, guest) = (scene.app.user("mina"), scene.app.guest());
    let session = mina.opens("Lecture 7");
    let events = format!("{session}/events");
    browser.signed_in(scene, &mina).await;
    let host = Follower::open(browser, &scene.page).await;
    host.follow(scene, &events, true).await;
    assert_eq!(host.is_ready().await, "host");
    let stranger = Follower::open(browser, &scene.page).await;
    stranger.follow(scene, &events, false).await;
    assert_eq!(stranger.is_ready().await, "all", "without cookies");

    let question = guest.asks(&session, "When do we move?");
    guest.likes(&question);
    let id = question.rsplit('/').next().unwrap();
    for page in [&host, &stranger] {
        let asked = page.hears("question", "true").await;
        assert_eq!(asked["data"]["questionId"], id);
        let likes = format!("data.questions?.[{id:?}]?.likesCount === 1");
        page.hears("counts", &likes).await;
    }

    scene.app.advance(TimeDelta::minutes(11));
    let late = Follower::open(browser, &scene.page).await;
    late.follow(scene, &events, true).await;
    assert_eq!(late.is_ready().await, "all", "the token has expired");
    guest.refreshed().asks(&session, "Does it go on?");
    let is_new = "data.body === 'Does it go on?'";
    for page in [&host, &stranger, &late] {
        page.hears("question", is_new).await;
    }
}

#[test]
fn a_cookie_that_is_no_token_follows_like_none() {
    browse(Scene::http, async |scene, browser| {
        let session = scene.app.user("mina").opens("Lecture 7");
        let junk = ["Authentication=junk; Path=/".to_owned()];
        browser.open(&scene.planting(&scene.page, &junk)).await;
        let page = Follower::open(browser, &scene.page).await;
        page.follow(scene, &format!("{session}/events"), true).await;
        assert_eq!(page.is_ready().await, "all");
        let sent = browser.answered(&scene.api, 1).await;
        assert!(sent[0].cookies.contains("=junk"), "{sent:?}");
    });
}

#[test]
fn a_page_of_another_origin_is_told_nothing() {
    browse(Scene::http, a_page_is_told_nothing);
}

#[test]
fn a_page_of_another_origin_is_told_nothing_over_https() {
    browse(Scene::https, a_page_is_told_nothing);
}

async fn a_page_is_told_nothing(scene: &Scene, browser: &Browser) {
    let mina = scene.app.user("mina");
    let session = mina.opens("Lecture 7");
    let events = format!("{session}/events");
    browser.signed_in(scene, &mina).await;
    for origin in [&scene.sibling, &scene.stranger] {
        for with_cookies in [false, true] {
            let page = Follower::open(browser, origin).await;
            page.follow(scene, &events, with_cookies).await;
            page.is_closed().await;
            mina.asks(&session, "Who hears it?");
            assert_eq!(page.0.run("return told", &[]).await, json!([]), "{origin}");
        }
    }
    // The streams that the browser refused are gone.
    let own = Follower::open(browser, &scene.page).await;
    own.follow(scene, &events, true).await;
    let alone = "told.at(-1)?.data.listeners === 1 || told.at(-1)?.data.count === 1";
    own.0.until(alone, &[]).await;
}

#[test]
fn a_page_that_was_offline_comes_back_where_it_was() {
    browse(Scene::http_over_network, async |scene, browser| {
        let mina = scene.app.user("mina");
        let session = mina.opens("Lecture 7");
        let page = Follower::open(browser, &scene.page).await;
        page.follow(scene, &format!("{session}/events"), false)
            .await;
        page.is_ready().await;
        let (first, second) = (
            mina.asks(&session, "First?"),
            mina.asks(&session, "Second?"),
        );
        let both = "Object.keys(data.questions ?? {}).length === 2";
        let last = page.hears("counts", both).await["id"].clone();

        scene.network.as_ref().unwrap().cut();
        let away = "events.readyState === EventSource.CONNECTING";
        page.0.until(away, &[]).await;
        browser.forget_traffic().await;
        mina.send("DELETE", &first, None).expect(204);
        mina.replies(&second, "In March.");
        mina.asks(&session, "Third?");
        scene.network.as_ref().unwrap().mend();

        page.hears("question_removed", "true").await;
        page.hears("reply", "data.body === 'In March.'").await;
        page.hears("question", "data.body === 'Third?'").await;
        page.hears("counts", "data.session?.questionCount === 2")
            .await;
        let sent = browser
            .traffic(&format!("{}{session}/events", scene.api))
            .await;
        let answered: Vec<_> = sent.iter().filter(|it| it.status == Some(200)).collect();
        assert_eq!(answered.len(), 1, "{sent:?}");
        assert_eq!(last, answered[0].last_event_id.as_str());
    });
}

#[test]
fn a_browser_does_not_come_back_to_a_session_that_has_ended() {
    browse(Scene::http_over_network, async |scene, browser| {
        let mina = scene.app.user("mina");
        let session = mina.opens("Lecture 7");
        let page = Follower::open(browser, &scene.page).await;
        page.follow(scene, &format!("{session}/events"), false)
            .await;
        page.is_ready().await;
        mina.post(&format!("{session}/terminate"), json!({}))
            .expect(200);
        page.hears("session", "data.endedAt !== null").await;

        browser.forget_traffic().await;
        scene.network.as_ref().unwrap().cut();
        page.0
            .until("events.readyState === EventSource.CONNECTING", &[])
            .await;
        scene.network.as_ref().unwrap().mend();
        page.is_closed().await;
        let sent = browser
            .traffic(&format!("{}{session}/events", scene.api))
            .await;
        let statuses: Vec<_> = sent.iter().filter_map(|it| it.status).collect();
        assert_eq!(statuses, [204]);
    });
}
