//! Texts that want to be more than text, wherever a text is shown.

use serde_json::{Value, json};

use super::visit;
use crate::page::{Person, guest, path_of};
use crate::support::*;

/// What would tell if any of it ran.
const SCRIPTS: &str = "<script>window.ran = 1</script><img src=x onerror=\"window.ran = 2\">\
    <svg onload='window.ran = 3'></svg><a href=\"javascript:window.ran = 4\">here</a> \
    https://example.com/x javascript:window.ran=5 {{7*7}} ${window.ran=6} &lt;b&gt;";
/// Turns what follows around, and never turns back.
const REVERSED: &str = "\u{202e}Who pays?\u{2067} 누가 내나요? \u{05e9}\u{05dc}\u{05d5}\u{05dd}";
const WORD: &str =
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft";

/// Each a whole text of as many characters as a text may have.
fn texts(most: usize) -> Vec<String> {
    let cut = |text: &str| text.chars().take(most).collect::<String>();
    let whole = |piece: &str| cut(&piece.repeat(most));
    vec![cut(SCRIPTS), cut(REVERSED), whole("🙋"), whole(WORD)]
}

#[apply(on_both_databases!)]
fn a_text_is_a_text_wherever_it_is_shown(kind: Kind) {
    visit(kind, async |scene, browser| {
        let mina = scene.app.user("mina");
        let jun = guest(scene, browser, &mina, &mina.opens("First")).await;
        jun.looks_at((320, 640)).await;
        let screen = jun.opens_another().await;
        let host = Person::host(scene, browser, "mina").await;
        host.holds_login_of(&mina).await;
        host.looks_at((320, 640)).await;
        for (title, text) in texts(100).into_iter().zip(texts(500)) {
            let session = mina.opens(&title);
            let description = json!({ "description": text });
            mina.patch(&session, description).expect(200);
            let question = mina.asks(&session, &text);
            mina.replies(&question, &text);
            jun.opens(&path_of(&session)).await;
            jun.clicks("1 reply").await;
            is_shown(&jun, "h1", &title, 1).await;
            is_shown(&jun, "main .said", &text, 3).await;
            is_harmless(&jun, "the room").await;

            mina.chooses(&session, &question);
            screen.opens(&format!("{}/screen", path_of(&session))).await;
            is_shown(&screen, "h1", &title, 1).await;
            is_shown(&screen, ".stage .said", &text, 1).await;
            is_harmless(&screen, "the screen").await;

            host.opens(&format!("{}?tab=settings", path_of(&session)))
                .await;
            host.has_typed("Title", &title).await;
            is_harmless(&host, "the settings").await;
            host.opens("/").await;
            is_shown(&host, ".rows a", &title, 1).await;
            is_harmless(&host, "the home page").await;
        }
    });
}

/// That the text itself is there so often, character for character.
async fn is_shown(person: &Person<'_>, selector: &str, text: &str, count: usize) {
    let [selector, text] = [selector, text].map(Value::from);
    let expression = format!(
        "[...document.querySelectorAll({selector})].filter((it) => it.textContent.trim() === {text}).length === {count}"
    );
    let what = format!("read {text:.80} {count} times in {selector}");
    person.expects(&what, &expression).await;
}

/// That nothing ran, nothing became an element or a link, and nothing is wider than the window.
async fn is_harmless(person: &Person<'_>, place: &str) {
    let look = "const foreign = (it) => !/^(\\/|#)/.test(it.getAttribute('href') ?? '#');
        return {
            ran: window.ran ?? null,
            links: [...document.querySelectorAll('a')].filter(foreign).map(it => it.outerHTML),
            elements: [...document.querySelectorAll('body script, body img:not(.qr), .said *')].map(it => it.outerHTML),
            beyond: document.documentElement.scrollWidth - document.documentElement.clientWidth,
        }";
    let seen = person.tab.run(look, &[]).await;
    let harmless = json!({ "ran": null, "links": [], "elements": [], "beyond": 0 });
    assert_eq!(seen, harmless, "{place} shows {}", person.says().await);
}

/// Letters are of several widths.
#[test]
fn the_widest_code_fits_on_the_screen() {
    visit(Kind::Sqlite, async |scene, browser| {
        let mina = scene.app.user("mina");
        let session = mina.opens("Lecture 7");
        scene
            .app
            .database
            .execute("UPDATE sessions SET join_code = 'WWWWWW'");
        let screen = Person::other(scene, browser, "screen").await;
        for (width, height) in [(1280, 720), (1920, 1080), (1024, 768)] {
            screen.looks_at((width, height)).await;
            for _ in ["the lobby", "the hall"] {
                screen.opens(&format!("{}/screen", path_of(&session))).await;
                screen.sees("WWW").await;
                let fits = "(code => code.scrollWidth <= code.clientWidth + 1
                    && code.getBoundingClientRect().right <= innerWidth
                    )(document.querySelector('.bigcode'))";
                let what = format!("see the whole code in {width} pixels");
                screen.expects(&what, fits).await;
                mina.asks(&session, "When do we move?");
            }
        }
    });
}
