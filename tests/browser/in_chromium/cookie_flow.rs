//! A page that holds no token: `/authentication/…`.

use chrono::TimeDelta;
use serde_json::json;

use crate::browser::{Browser, browse};
use crate::scene::{Scene, credentials};

#[test]
fn a_page_lives_without_a_token_in_script() {
    browse(Scene::http, a_page_lives_by_cookies);
}

#[test]
fn a_page_lives_without_a_token_in_script_over_https() {
    browse(Scene::https, a_page_lives_by_cookies);
}

async fn a_page_lives_by_cookies(scene: &Scene, browser: &Browser) {
    let api = |path: &str| scene.api(&format!("/authentication{path}"));
    let mina = scene.app.stranger("mina");
    let tab = browser.open(&format!("{}/page.html", scene.page)).await;
    let body = json!({ "email": mina.email, "name": "mina", "password": mina.password });
    let registered = tab.post(&api("/register"), body).await.expect(201).json();
    assert_eq!(registered["name"], "mina");
    tab.get(&api("")).await.expect_problem(401, "missing_token");

    let signed_in = tab.post(&api("/log-in"), credentials(&mina)).await;
    assert_eq!(
        signed_in.expect(200).json(),
        registered,
        "nothing but the account"
    );
    assert_eq!(tab.get(&api("")).await.expect(200).json(), registered);
    assert_eq!(tab.script_cookies().await, "");
    let first = browser.cookies().await;

    scene.app.advance(TimeDelta::minutes(11));
    tab.get(&api("")).await.expect_problem(401, "token_expired");
    let refreshed = tab.send("POST", &api("/refresh"), json!({})).await;
    assert_eq!(refreshed.expect(200).json(), registered);
    assert_eq!(tab.get(&api("")).await.expect(200).json(), registered);
    let second = browser.cookies().await;
    let kept: Vec<_> = second.iter().filter(|it| first.contains(it)).collect();
    assert_eq!(kept.len(), 1, "but for the device, each is new: {kept:?}");
    assert_eq!(tab.script_cookies().await, "");

    tab.send("POST", &api("/log-out"), json!({}))
        .await
        .expect(200);
    let left = browser.cookies().await;
    assert_eq!(left.len(), 1, "but for the device, each is gone: {left:?}");
    tab.get(&api("")).await.expect_problem(401, "missing_token");
    let refreshed = tab.send("POST", &api("/refresh"), json!({})).await;
    refreshed.expect_problem(401, "missing_token");
}
