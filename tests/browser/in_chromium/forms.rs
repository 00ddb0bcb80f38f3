//! Forms of other pages that post to the API: what browsers send without asking anyone.

use std::slice;

use serde_json::{Value, json};
use url::form_urlencoded;

use crate::browser::browse;
use crate::scene::Scene;
use crate::support::Client;
use crate::tab::Tab;

#[test]
fn a_form_of_another_origin_does_nothing() {
    browse(Scene::http, async |scene, browser| {
        let (mina, mallory) = (
            scene.app.registered("mina"),
            scene.app.registered("mallory"),
        );
        let session = mina.signed_in().opens("Lecture 7");
        let (own, _) = browser.signed_in(scene, &mina).await;
        let before = (scene.state(), browser.cookies().await);

        let victim = browser.open("about:blank").await;
        let forms = forms(scene, &mallory, &session);
        let pages = [
            (&scene.sibling, "same-site"),
            (&scene.stranger, "cross-site"),
        ];
        for (origin, site) in pages {
            let page = address(origin, &forms, "&frames");
            expect_all_refused(&victim, &page, &scene.api(""), forms.len(), site).await;
            for form in &forms {
                println!("In place of the page: {form}");
                victim.go(&address(origin, slice::from_ref(form), "")).await;
                victim.click("button").await;
                victim.reads("csrf_rejected").await;
            }
            let after = (scene.state(), browser.cookies().await);
            assert_eq!(after, before, "{origin}");
        }
        let me = own.get(&scene.api("/users/me")).await.expect(200);
        assert_eq!(me.field("nickname"), "mina");
        let refresh = scene.api("/auth/token");
        own.post(&refresh, json!({})).await.expect(200);
    });
}

/// Opens this page and clicks each of its forms, which must all be sent from this site and refused.
/// Chromedriver may miss what a new frame's process sends first: what it did not tell whole is sent
/// again.
async fn expect_all_refused(tab: &Tab<'_>, page: &str, api: &str, forms: usize, site: &str) {
    let mut sent = Vec::new();
    for _ in 0..3 {
        tab.browser.forget_traffic().await;
        tab.go(page).await;
        for number in 1..=forms {
            tab.click(&format!("form:nth-of-type({number}) button"))
                .await;
        }
        tab.run("return Promise.all(answered).then(() => 0)", &[])
            .await;
        sent = tab.browser.traffic_until(api, forms).await;
        let answered: Vec<_> = sent.iter().filter(|it| it.status.is_some()).collect();
        for it in &answered {
            let seen = (it.method.as_str(), it.site.as_str(), it.status);
            assert_eq!(seen, ("POST", site, Some(403)), "{it}");
        }
        if (sent.len(), answered.len()) == (forms, forms) {
            return;
        }
    }
    panic!("not every form was sent once and answered: {sent:#?}");
}

fn address(origin: &str, forms: &[Value], more: &str) -> String {
    let forms = Value::from(forms).to_string();
    let mut query = form_urlencoded::Serializer::new(String::new());
    let query = query.append_pair("forms", &forms).finish();
    format!("{origin}/form.html?{query}{more}")
}

/// Address, encoding and fields of forms that would do what a page of ours does, if nobody looked
/// at their origin. As plain text, a field's name and value make JSON around the sign between them.
fn forms(scene: &Scene, mallory: &Client, session: &str) -> Vec<Value> {
    let (email, password) = (mallory.email.as_str(), mallory.password.as_str());
    let sign_in = [("email", email), ("password", password)];
    let register = |name| {
        [
            ("email", "new@example.com"),
            (name, "newcomer"),
            ("password", "long enough"),
        ]
    };
    let post = [("title", "You have won"), ("content", "Send it to me")];
    let questions = format!("{session}/questions").replacen("/api", "", 1);
    let with_fields: [(&str, &[(&str, &str)]); 7] = [
        ("/auth/login", &sign_in),
        ("/users", &register("nickname")),
        ("/authentication/log-in", &sign_in),
        ("/authentication/register", &register("name")),
        ("/posts", &post),
        ("/sessions", &[("title", "You have won")]),
        (&questions, &[("body", "Have you won?")]),
    ];
    let (plain, encoded) = ("text/plain", "application/x-www-form-urlencoded");
    let mut forms = Vec::new();
    for (path, fields) in with_fields {
        let text = fields
            .iter()
            .map(|(name, value)| format!(r#""{name}": "{value}""#));
        let text = format!("{{{}, \"x", text.collect::<Vec<_>>().join(", "));
        forms.push(json!([scene.api(path), plain, [[text, "\": 1}"]]]));
        forms.push(json!([scene.api(path), encoded, fields]));
    }
    let end = format!("{session}/terminate").replacen("/api", "", 1);
    let reopen = format!("{session}/reopen").replacen("/api", "", 1);
    let without = [
        end.as_str(),
        reopen.as_str(),
        "/auth/guest",
        "/auth/token",
        "/auth/logout",
        "/authentication/refresh",
        "/authentication/log-out",
    ];
    for path in without {
        forms.push(json!([scene.api(path), plain, []]));
        forms.push(json!([scene.api(path), encoded, []]));
    }
    forms
}
