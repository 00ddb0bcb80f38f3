//! Forms of other pages that post to the API: what browsers send without asking anyone.

use serde_json::{Value, json};
use url::form_urlencoded;

use crate::browser::{Browser, browse};
use crate::scene::{Scene, credentials};
use crate::support::Client;
use crate::tab::Tab;

/// A form's address, encoding and fields.
type Form = (&'static str, &'static str, Value);

#[test]
fn a_form_of_another_origin_does_nothing() {
    browse(Scene::http, a_form_does_nothing);
}

#[test]
fn a_form_of_another_origin_does_nothing_over_https() {
    browse(Scene::https, a_form_does_nothing);
}

async fn a_form_does_nothing(scene: &Scene, browser: &Browser) {
    let (mina, mallory) = (
        scene.app.registered("mina"),
        scene.app.registered("mallory"),
    );
    let own = browser.open(&format!("{}/page.html", scene.page)).await;
    let signed_in = own
        .post(&scene.api("/auth/login"), credentials(&mina))
        .await;
    signed_in.expect(200);
    let before = (scene.state(), browser.cookies().await);

    let victim = browser.open("about:blank").await;
    for (origin, site) in [
        (&scene.sibling, "same-site"),
        (&scene.stranger, "cross-site"),
    ] {
        for form in forms(&mallory) {
            for target in ["_self", "frame"] {
                browser.forget_traffic().await;
                submit(scene, &victim, origin, &form, target).await;
                let sent = browser.answered(&scene.api(""), 1).await.remove(0);
                let seen = (sent.method.as_str(), sent.site.as_str(), sent.status);
                assert_eq!(seen, ("POST", site, Some(403)), "{form:?}");
                if target == "_self" {
                    let text = victim.text().await;
                    assert!(text.contains("csrf_rejected"), "{form:?}: {text}");
                }
                let after = (scene.state(), browser.cookies().await);
                assert_eq!(after, before, "{origin} {form:?} {target}");
            }
        }
    }
    let me = own.get(&scene.api("/users/me")).await.expect(200);
    assert_eq!(me.field("nickname"), "mina");
    own.post(&scene.api("/auth/token"), json!({}))
        .await
        .expect(200);
}

/// Forms that would do what a page of ours does, if only their origin were looked at by nobody. As
/// plain text, a field's name and value make JSON around the sign between them.
fn forms(mallory: &Client) -> Vec<Form> {
    let (email, password) = (&mallory.email, &mallory.password);
    let pairs = json!([["email", email], ["password", password]]);
    let new = json!([
        ["email", "new@example.com"],
        ["nickname", "new"],
        ["password", "long enough"]
    ]);
    let text = json!([[
        format!(r#"{{"email": "{email}", "password": "{password}", "mode": "cookie", "x"#),
        r#"": ""}"#
    ]]);
    let new_text = json!([[
        r#"{"email": "new@example.com", "nickname": "new", "password": "long"#,
        r#"enough"}"#
    ]]);
    let (plain, encoded) = ("text/plain", "application/x-www-form-urlencoded");
    let mut forms = vec![
        ("/auth/login", plain, text),
        ("/auth/login", encoded, pairs),
        ("/users", plain, new_text),
        ("/users", encoded, new),
    ];
    for path in ["/auth/guest", "/auth/token", "/auth/logout"] {
        forms.push((path, plain, json!([])));
        forms.push((path, encoded, json!([])));
    }
    forms
}

/// Clicks the button of a form on a page of this origin; the answer comes into `target`.
async fn submit(scene: &Scene, victim: &Tab<'_>, origin: &str, form: &Form, target: &str) {
    let (path, enctype, fields) = form;
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("action", &scene.api(path));
    query.append_pair("enctype", enctype);
    query.append_pair("target", target);
    query.append_pair("fields", &fields.to_string());
    let query = query.finish();
    victim.go(&format!("{origin}/form.html?{query}")).await;
    victim.click("button").await;
}
