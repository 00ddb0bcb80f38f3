//! Pages of origins that are not allowed: they read nothing, and what they send has no effect.

use serde_json::{Value, json};

use crate::browser::{Browser, browse};
use crate::scene::{Scene, credentials};
use crate::tab::Tab;

#[test]
fn a_page_of_another_origin_gets_nowhere() {
    browse(Scene::http, a_page_gets_nowhere);
}

#[test]
fn a_page_of_another_origin_gets_nowhere_over_https() {
    browse(Scene::https, a_page_gets_nowhere);
}

async fn a_page_gets_nowhere(scene: &Scene, browser: &Browser) {
    let (mina, mallory) = (
        scene.app.registered("mina"),
        scene.app.registered("mallory"),
    );
    let (own, _) = browser.signed_in(scene, &mina).await;
    let before = (scene.state(), browser.cookies().await);

    for (origin, site) in [
        (&scene.sibling, "same-site"),
        (&scene.stranger, "cross-site"),
    ] {
        let page = browser.open(&format!("{origin}/page.html")).await;
        browser.forget_traffic().await;
        let tried = try_everything(scene, &page, &credentials(&mallory)).await;

        let sent = browser.answered(&scene.api, tried).await;
        assert_eq!(sent.len(), tried, "the browser sent every one: {sent:#?}");
        for it in sent {
            let read = if site == "same-site" { 200 } else { 401 };
            let status = if it.method == "GET" { read } else { 403 };
            assert_eq!(
                (it.site.as_str(), it.status),
                (site, Some(status)),
                "{it:?}"
            );
            let bears_cookies = it.cookies.contains("refreshToken=");
            let may = site == "same-site" && it.method != "OPTIONS";
            assert_eq!(bears_cookies, may, "{it:?}");
        }
        assert_eq!((scene.state(), browser.cookies().await), before, "{origin}");
    }
    let me = own.get(&scene.api("/users/me")).await.expect(200);
    assert_eq!(me.field("nickname"), "mina");
    own.post(&scene.api("/auth/token"), json!({}))
        .await
        .expect(200);
}

/// Sends what a page can send, with and without a preflight, and tells how much that was.
async fn try_everything(scene: &Scene, page: &Tab<'_>, credentials: &Value) -> usize {
    let body = credentials.to_string();
    let json = json!({ "body": body });
    let text = json!({ "body": body, "type": "text/plain" });
    let quiet = json!({ "body": body, "type": "text/plain", "mode": "no-cors" });
    let nothing = json!({});
    let unseen = json!({ "mode": "no-cors" });
    let bearer = json!({ "bearer": "a.b.c" });
    let session = "/sessions/AAAAAAAAAAAAAAAAAAAAAA";
    let (enter, reopen) = (
        format!("{session}/participants/me"),
        format!("{session}/reopen"),
    );
    let (enter, reopen) = (enter.as_str(), reopen.as_str());
    let attempts: [(&str, &str, &[&Value]); 20] = [
        ("POST", "/auth/login", &[&json, &text, &quiet]),
        ("POST", "/users", &[&json, &text, &quiet]),
        ("POST", "/auth/guest", &[&json, &nothing, &unseen]),
        ("POST", "/auth/token", &[&json, &nothing, &unseen]),
        ("POST", "/auth/logout", &[&json, &nothing, &unseen, &bearer]),
        ("POST", "/authentication/log-in", &[&json, &text]),
        ("POST", "/authentication/refresh", &[&nothing, &unseen]),
        (
            "POST",
            "/authentication/log-out",
            &[&nothing, &unseen, &bearer],
        ),
        ("POST", "/posts", &[&json, &text]),
        ("POST", "/sessions", &[&json, &text]),
        ("PUT", enter, &[&nothing]),
        ("DELETE", enter, &[&nothing]),
        ("DELETE", session, &[&nothing]),
        ("POST", reopen, &[&nothing, &unseen]),
        ("GET", "/sessions", &[&nothing, &unseen]),
        ("GET", "/users/me", &[&nothing, &unseen]),
        ("GET", "/users/me/export", &[&nothing, &unseen]),
        ("PATCH", "/users/me", &[&json]),
        ("DELETE", "/users/me", &[&json]),
        ("DELETE", "/users/me/logins", &[&nothing]),
    ];
    let mut count = 0;
    for (method, path, ways) in attempts {
        for way in ways {
            let reply = page.send(method, &scene.api(path), (*way).clone()).await;
            reply.expect_nothing();
            count += 1;
        }
    }
    let beacon = "return navigator.sendBeacon(arguments[0])";
    assert_eq!(
        page.run(beacon, &[scene.api("/auth/logout").into()]).await,
        true
    );
    count + 1
}
