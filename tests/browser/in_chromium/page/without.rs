//! A browser in which something is switched off or wrong.

use serde_json::json;

use super::visit;
use crate::browser::browse_with;
use crate::page::{Person, code_of, guest, path_of};
use crate::scene::Scene;
use crate::support::Kind;

#[test]
fn without_javascript_the_page_says_what_it_needs() {
    visit(Kind::Sqlite, async |scene, browser| {
        let stranger = Person::other(scene, browser, "stranger").await;
        let off = json!({ "value": true });
        stranger
            .devtools("Emulation.setScriptExecutionDisabled", off)
            .await;
        for path in ["/", "/join/K7M4QX", "/s/AAAAAAAAAAAAAAAAAAAAAA"] {
            stranger.opens(path).await;
            for sentence in ["Askit needs JavaScript.", "자바스크립트를 켜 주세요."] {
                stranger.sees(sentence).await;
            }
        }
    });
}

/// As a browser does that keeps nothing: whoever reads what is stored gets an error.
#[test]
fn without_storage_one_reads_asks_and_keeps_a_draft_as_long_as_the_page_is_open() {
    visit(Kind::Sqlite, async |scene, browser| {
        let mina = scene.app.user("mina");
        let session = mina.opens("Lecture 7");
        mina.asks(&session, "When do we move?");
        let jun = Person::other(scene, browser, "jun").await;
        let refuse = "for (const name of ['localStorage', 'sessionStorage'])
            Object.defineProperty(window, name, { get() { throw new DOMException('', 'SecurityError') } });";
        jun.runs_first(refuse).await;
        jun.opens(&format!("/join/{}", code_of(&mina, &session)))
            .await;
        jun.sees("When do we move?").await;
        jun.types("Ask", "Who pays?").await;
        scene.cut();
        jun.clicks("Ask").await;
        jun.sees("Not sent yet").await;
        scene.mend();
        jun.sees_of("Who pays?", "My question").await;
        jun.clicks("Menu").await;
        jun.clicks("한국어").await;
        jun.finds("질문하기").await;
    });
}

#[test]
fn without_cookies_the_page_says_so_and_one_takes_part_all_the_same() {
    let none = json!({ "profile.default_content_setting_values.cookies": 2 });
    let scene = || Scene::page(Kind::Sqlite);
    browse_with(none, scene, async |scene, browser| {
        let mina = scene.app.user("mina");
        let session = mina.opens("Lecture 7");
        mina.asks(&session, "When do we move?");
        let jun = Person::other(scene, browser, "jun").await;
        jun.opens("/").await;
        jun.sees("Cookies are switched off.").await;
        jun.opens("/sign-in").await;
        jun.sees("Cookies are switched off.").await;
        jun.opens(&path_of(&session)).await;
        jun.sees("When do we move?").await;
        jun.opens(&format!("/join/{}", code_of(&mina, &session)))
            .await;
        jun.sees("Cookies are switched off").await;
        jun.clicks("Join all the same").await;
        jun.types("Ask", "Who pays?").await;
        jun.clicks("Ask").await;
        jun.sees_of("Who pays?", "My question").await;
        assert_eq!(browser.cookies().await, [], "no cookie was kept");
    });
}

#[test]
fn a_clock_that_is_an_hour_wrong_is_no_matter() {
    visit(Kind::Sqlite, async |scene, browser| {
        let mina = scene.app.user("mina");
        let session = mina.opens("Lecture 7");
        mina.asks(&session, "When do we move?");
        for (name, hours) in [("early", -1), ("late", 1)] {
            let person = Person::other(scene, browser, name).await;
            let wrong = format!(
                "const right = Date.now; Date.now = () => right() + {hours} * 3_600_000;
                const Right = Date;
                globalThis.Date = class extends Right {{
                    constructor(...given) {{ super(...(given.length ? given : [Date.now()])) }}
                }};"
            );
            person.runs_first(&wrong).await;
            person.opens(&path_of(&session)).await;
            person.sees_of("When do we move?", "just now").await;
            let question = format!("Is it {name}?");
            person.types("Ask", &question).await;
            person.clicks("Ask").await;
            person.sees_of(&question, "just now").await;
            person.types("Ask", "A draft").await;
            person.reloads().await;
            person.has_typed("Ask", "A draft").await;
            let says = person.says().await;
            assert!(!says.contains("ended"), "{name}: {says}");
        }
    });
}

#[test]
fn the_language_is_the_browsers_until_another_one_is_chosen() {
    visit(Kind::Sqlite, async |scene, browser| {
        let mina = scene.app.user("mina");
        let session = mina.opens("2026");
        let jun = guest(scene, browser, &mina, &session).await;
        let language = "document.documentElement.lang === 'ko'";
        jun.has_languages("ko-KR,en").await;
        jun.reloads().await;
        jun.expects("have the page in Korean", language).await;
        jun.finds("질문하기").await;
        jun.clicks("메뉴").await;
        jun.clicks("English").await;
        jun.finds("Ask").await;
        jun.expects(
            "have it said that it is English",
            "document.documentElement.lang === 'en'",
        )
        .await;
        jun.reloads().await;
        jun.finds("Ask").await;
        jun.clicks("Menu").await;
        jun.clicks("한국어").await;
        jun.finds("질문하기").await;
        // What the server says, too.
        jun.types("질문하기", "1 + 1?").await;
        mina.post(&format!("{session}/terminate"), json!({}))
            .expect(200);
        jun.expects("have the page in Korean", language).await;
        jun.has_languages("fr-FR").await;
        let other = Person::other(scene, browser, "claire").await;
        other.has_languages("fr-FR").await;
        other.opens(&path_of(&session)).await;
        other.sees("The session has ended").await;
    });
}

/// In several windows, so that none hides what another one loads.
#[test]
fn nothing_comes_from_elsewhere() {
    visit(Kind::Sqlite, async |scene, browser| {
        let mina = scene.app.user("mina");
        let session = mina.opens("Lecture 7");
        mina.asks(&session, "https://example.com/x.png");
        browser.forget_traffic().await;
        let host = Person::host(scene, browser, "mina").await;
        host.holds_login_of(&mina).await;
        for path in ["", "?tab=people", "?tab=settings", "?tab=export", "/screen"] {
            host.opens(&format!("{}{path}", path_of(&session))).await;
            host.finds_no("Loading").await;
        }
        for path in ["/", "/account", "/sign-in", "/register", "/join/AAAAAA"] {
            host.opens(path).await;
        }
        host.sees("Look at the code on the screen again.").await;
        let sent = browser.traffic("http").await;
        assert!(sent.len() > 40, "it loads itself: {}", sent.len());
        for it in sent {
            assert!(it.url.starts_with(&host.origin), "from elsewhere: {it}");
        }
        assert_eq!(
            browser.refusals().await,
            [""; 0],
            "the policy refuses nothing"
        );
    });
}
