//! A page of an allowed origin, and what it needs from sign-in to sign-out.

use chrono::TimeDelta;
use serde_json::json;

use crate::browser::{Browser, Cookie, browse};
use crate::scene::Scene;

#[test]
fn a_page_on_another_port_signs_in_and_out() {
    browse(Scene::http, a_page_signs_in_and_out);
}

#[test]
fn behind_a_proxy_with_https_a_page_signs_in_and_out() {
    browse(Scene::https, a_page_signs_in_and_out);
}

async fn a_page_signs_in_and_out(scene: &Scene, browser: &Browser) {
    let mina = scene.app.registered("mina");
    let (tab, token) = browser.signed_in(scene, &mina).await;
    assert_eq!(tab.script_cookies().await, "");

    let me = scene.api("/users/me");
    let by_bearer = tab.get_as_bearer(&me, &token).await;
    assert_eq!(by_bearer.expect(200).field("nickname"), "mina");
    let by_cookie = tab.get(&me).await;
    assert_eq!(by_cookie.expect(200).field("nickname"), "mina");

    scene.app.advance(TimeDelta::minutes(11));
    tab.get(&me).await.expect_problem(401, "token_expired");
    let refreshed = tab.post(&scene.api("/auth/token"), json!({})).await;
    let token = refreshed.expect(200).field("accessToken");
    tab.get(&me).await.expect(200);
    assert_eq!(tab.script_cookies().await, "");

    let signed_out = tab.post(&scene.api("/auth/logout"), json!({})).await;
    signed_out.expect(200);
    tab.get(&me).await.expect_problem(401, "missing_token");
    let by_bearer = tab.get_as_bearer(&me, &token).await;
    by_bearer.expect_problem(401, "login_ended");
    let again = tab.post(&scene.api("/auth/token"), json!({})).await;
    again.expect_problem(401, "missing_token");
}

#[test]
fn over_http_the_cookies_are_out_of_reach_of_scripts_and_other_sites() {
    browse(Scene::http, async |scene, browser| {
        let kept = cookies_after_signing_in(scene, browser).await;
        let rest = "localhost / HttpOnly; SameSite=Lax";
        let names = ["Authentication", "device", "refreshToken"];
        assert_eq!(kept, names.map(|name| format!("{name} {rest}")));
    });
}

#[test]
fn over_https_the_cookies_are_bound_to_the_host_as_well() {
    browse(Scene::https, async |scene, browser| {
        let kept = cookies_after_signing_in(scene, browser).await;
        let rest = "api.ask.localhost / HttpOnly; Secure; SameSite=Lax";
        let names = [
            "__Host-Authentication",
            "__Host-device",
            "__Host-refreshToken",
        ];
        assert_eq!(kept, names.map(|name| format!("{name} {rest}")));

        let tab = browser.open(&scene.api("/docs")).await;
        let header = "return fetch('/health/live').then(it => it.headers.get(arguments[0]))";
        let header = tab.run(header, &["Strict-Transport-Security".into()]).await;
        assert_eq!(header, "max-age=63072000");
    });
}

async fn cookies_after_signing_in(scene: &Scene, browser: &Browser) -> Vec<String> {
    let mina = scene.app.registered("mina");
    browser.signed_in(scene, &mina).await;
    let kept = browser.cookies().await.into_iter();
    let told = |it: Cookie| format!("{} {} {} {}", it.name, it.domain, it.path, it.attributes);
    kept.map(told).collect()
}
