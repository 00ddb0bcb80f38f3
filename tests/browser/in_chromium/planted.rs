//! Cookies that someone else puts into the browser.

use serde_json::json;

use crate::browser::browse;
use crate::scene::Scene;
use crate::support::Client;
use crate::tab::Tab;

/// Lines that would sign a browser in as Mallory.
fn lines(mallory: &Client, prefix: &str, attributes: &str) -> Vec<String> {
    let access = mallory.access_token.as_ref().unwrap();
    let refresh = mallory.refresh_token.as_ref().unwrap();
    let cookies = [
        ("Authentication", access.as_str()),
        ("refreshToken", refresh),
        ("device", "junk"),
    ];
    let line = |(name, value)| format!("{prefix}{name}={value}; {attributes}");
    cookies.map(line).into()
}

/// Each cookie is still Mina's.
async fn is_minas(scene: &Scene, tab: &Tab<'_>, what: &str) {
    let me = tab.get(&scene.api("/users/me")).await.expect(200);
    assert_eq!(me.field("nickname"), "mina", "{what}");
    let refreshed = tab.post(&scene.api("/auth/token"), json!({})).await;
    assert_eq!(refreshed.expect(200).field("nickname"), "mina", "{what}");
}

#[test]
fn over_https_no_other_host_can_plant_a_cookie_that_is_read() {
    browse(Scene::https, async |scene, browser| {
        let (mina, mallory) = (scene.app.registered("mina"), scene.app.user("mallory"));
        let (own, _) = browser.signed_in(scene, &mina).await;
        let sibling = browser.open("about:blank").await;
        // To a browser a name that begins with a space of Unicode's is like any other: it keeps the
        // cookie for all hosts of the site. A server that takes off the space would read its own
        // name.
        let spaces = ["\u{85}", "\u{a0}", "\u{2000}", "\u{2028}", "\u{3000}"];
        let spaced = spaces.map(|space| format!("{space}__Host-"));
        let plain = ["", "__Host-", "__host-", "__Secure-", "=__Host-"].map(str::to_owned);
        let attributes = [
            "Domain=ask.localhost; Path=/; Secure",
            "Domain=ask.localhost; Path=/api; Secure",
            "Domain=api.ask.localhost; Path=/; Secure",
            "Path=/; Secure",
        ];
        for prefix in plain.iter().chain(&spaced) {
            let lines = attributes.map(|it| lines(&mallory, prefix, it)).concat();
            sibling.go(&scene.planting(&scene.sibling, &lines)).await;
            sibling.reads("planted").await;
            is_minas(scene, &own, &format!("{prefix:?}")).await;
            // Else the planted ones together would be too long for a request.
            let gone: Vec<_> = lines
                .iter()
                .map(|line| format!("{line}; Max-Age=0"))
                .collect();
            sibling.go(&scene.planting(&scene.sibling, &gone)).await;
        }
        let refreshed = mallory.refresh().expect(200);
        assert_eq!(refreshed.field("nickname"), "mallory");
    });
}

/// Cookies know no ports: without `__Host-`, which wants https, whoever serves a page on another
/// port of the host, or of a host above it, can sign the browser out or in as themself. SECURITY.md
/// says so. What is kept all the same is the login, which its owner has again when the planted
/// cookie is gone.
#[test]
fn over_http_a_planted_cookie_ends_no_login_and_gives_none_away() {
    browse(Scene::http, async |scene, browser| {
        let (mina, mallory) = (scene.app.registered("mina"), scene.app.user("mallory"));
        let (own, _) = browser.signed_in(scene, &mina).await;
        let before = scene.state();
        let junk = ["Authentication", "refreshToken", "device"];
        let junk = junk.map(|name| format!("{name}=junk; Path=/api")).to_vec();
        let planted = browser.open(&scene.planting(&scene.sibling, &junk)).await;
        own.get(&scene.api("/users/me"))
            .await
            .expect_problem(401, "invalid_token");
        let refreshed = own.post(&scene.api("/auth/token"), json!({})).await;
        refreshed.expect_problem(401, "invalid_refresh_token");

        let hers = lines(&mallory, "", "Path=/api");
        planted.go(&scene.planting(&scene.sibling, &hers)).await;
        let me = own.get(&scene.api("/users/me")).await.expect(200);
        assert_eq!(me.field("nickname"), "mallory");
        assert_eq!(scene.state(), before);

        let gone: Vec<_> = hers
            .iter()
            .map(|line| format!("{line}; Max-Age=0"))
            .collect();
        planted.go(&scene.planting(&scene.sibling, &gone)).await;
        is_minas(scene, &own, "afterwards").await;
    });
}
