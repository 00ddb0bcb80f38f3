//! A host with a laptop, a projector, a phone without a name and one with a name.

use std::fs;

use fantoccini::key::Key;
use serde_json::json;

use super::visit;
use crate::browser::Browser;
use crate::page::Person;
use crate::page::look::PHONE;
use crate::scene::Scene;
use crate::support::*;

#[apply(on_both_databases!)]
fn from_the_first_account_to_the_file_with_everything(kind: Kind) {
    visit(kind, async |scene, browser| {
        let mina = Person::host(scene, browser, "mina").await;
        let code = opens_the_first_session(scene, &mina).await;
        let screen = shows_the_screen(browser, &mina).await;
        let jun = joins_as_a_guest(scene, browser, &code).await;
        let sora = joins_with_a_name(scene, browser, &code).await;
        ask_and_like(&mina, &jun, &sora, &screen).await;
        reply_and_pin(&mina, &jun, &sora, &screen).await;
        edit_and_delete(&mina, &jun, &sora).await;
        is_the_same_after_a_reload(&jun, &sora).await;
        end_and_reopen(&mina, &jun, &screen).await;
        gets_the_file(scene, &mina).await;
        the_screen_is_a_stranger(browser, &screen).await;
    });
}

/// Tells the code.
async fn opens_the_first_session(scene: &Scene, mina: &Person<'_>) -> String {
    let account = scene.app.stranger("mina");
    mina.opens("/").await;
    mina.sees("Welcome to your new Askit").await;
    mina.clicks("Make the first account").await;
    mina.types("Email", &account.email).await;
    mina.types("Nickname", "mina").await;
    mina.types("Password", &account.password).await;
    mina.clicks("Make an account").await;
    mina.types("Title", "Lecture 7").await;
    mina.clicks("Open").await;
    mina.sees("No questions yet").await;
    let text = "SELECT join_code AS text FROM sessions";
    let code = scene.app.database.text(text);
    mina.sees(&format!("{} {}", &code[..3], &code[3..])).await;
    code
}

/// In the browser of the host, who is signed in there.
async fn shows_the_screen<'a>(browser: &Browser, mina: &Person<'a>) -> Person<'a> {
    let mut screen = mina.opens_another().await;
    screen.name = "the screen".to_owned();
    let path = mina.tab.run("return location.pathname", &[]).await;
    browser.forget_traffic().await;
    screen
        .opens(&format!("{}/screen", path.as_str().unwrap()))
        .await;
    screen.sees("Scan it with your phone").await;
    screen.sees("Lecture 7").await;
    screen
}

async fn joins_as_a_guest<'a>(scene: &Scene, browser: &'a Browser, code: &str) -> Person<'a> {
    let jun = Person::other(scene, browser, "jun").await;
    jun.looks_at(PHONE).await;
    jun.opens(&format!("/join/{code}")).await;
    jun.sees("Ask the first question").await;
    jun.finds("Use a name").await;
    jun
}

async fn joins_with_a_name<'a>(scene: &Scene, browser: &'a Browser, code: &str) -> Person<'a> {
    let account = scene.app.registered("sora");
    let sora = Person::other(scene, browser, "sora").await;
    sora.looks_at(PHONE).await;
    sora.opens("/sign-in").await;
    sora.types("Email", &account.email).await;
    sora.types("Password", &account.password).await;
    sora.clicks("Sign in").await;
    sora.types("Six characters of the code", code).await;
    sora.clicks("Join").await;
    sora.sees("Ask the first question").await;
    sora
}

async fn ask_and_like(mina: &Person<'_>, jun: &Person<'_>, sora: &Person<'_>, screen: &Person<'_>) {
    jun.types("Ask", "When do we move?").await;
    jun.clicks("Ask").await;
    jun.sees_of("When do we move?", "My question").await;
    for person in [mina, sora] {
        person.sees_of("When do we move?", "Anonymous").await;
    }
    screen.sees("Most wanted").await;

    sora.clicks("sora").await;
    sora.sees("Your name is shown").await;
    sora.types("Ask", "Who pays?").await;
    sora.clicks("Ask").await;
    for person in [mina, jun] {
        person.clicks("1 new").await;
        person.sees_of("Who pays?", "sora").await;
    }
    screen.sees("Who pays?").await;

    jun.clicks_at("Who pays?", "Like").await;
    for person in [mina, jun, sora] {
        person.sees_of("Who pays?", "1 like").await;
    }
    let is_liked = "called(question('Who pays?'), CONTROLS, 'Like')[0].ariaPressed === 'true'";
    jun.expects("see what they like", is_liked).await;
}

async fn reply_and_pin(
    mina: &Person<'_>,
    jun: &Person<'_>,
    sora: &Person<'_>,
    screen: &Person<'_>,
) {
    mina.clicks_at("When do we move?", "Reply").await;
    mina.clicks_at("When do we move?", "mina").await;
    mina.types_at("When do we move?", "Reply", "In March.")
        .await;
    mina.presses(&[Key::Control.into(), Key::Enter.into()])
        .await;
    jun.clicks_at("When do we move?", "1 reply").await;
    jun.sees_of("When do we move?", "In March.").await;
    jun.sees_of("When do we move?", "mina").await;
    jun.sees_of("When do we move?", "Host").await;

    mina.clicks_at("When do we move?", "Pin").await;
    for person in [mina, jun, sora] {
        person.sees_of("When do we move?", "Pinned").await;
    }
    mina.clicks_at("When do we move?", "Answer now").await;
    for person in [mina, jun, sora, screen] {
        person.sees("Being answered now").await;
    }
    mina.clicks("Take down").await;
    for person in [mina, jun, sora, screen] {
        person.sees_no_more("Being answered now").await;
    }
    mina.clicks_at("Who pays?", "Answered").await;
    sora.sees_of("Who pays?", "Answered").await;
    screen.sees_no_more("Who pays?").await;
}

async fn edit_and_delete(mina: &Person<'_>, jun: &Person<'_>, sora: &Person<'_>) {
    sora.types("Ask", "When is lunsh?").await;
    sora.clicks("Ask").await;
    mina.clicks("1 new").await;
    mina.sees_of("When is lunsh?", "sora").await;
    sora.clicks_at("When is lunsh?", "More").await;
    sora.clicks_at("When is lunsh?", "Edit").await;
    sora.types_anew("Edit", "When is lunch?").await;
    sora.clicks("Save").await;
    for person in [mina, sora] {
        person.sees_of("When is lunch?", "sora").await;
    }

    jun.types("Ask", "Never mind?").await;
    jun.clicks("Ask").await;
    jun.clicks_at("Never mind?", "More").await;
    jun.clicks_at("Never mind?", "Delete").await;
    jun.sees("Delete this question?").await;
    jun.clicks("Delete").await;
    for person in [mina, jun, sora] {
        let is_gone = "!questions().includes('Never mind?') && !document.querySelector('dialog')";
        person
            .expects("get rid of a deleted question", is_gone)
            .await;
    }
}

async fn is_the_same_after_a_reload(jun: &Person<'_>, sora: &Person<'_>) {
    jun.reloads().await;
    jun.sees_of("When do we move?", "My question").await;
    let is_liked = "called(question('Who pays?'), CONTROLS, 'Like')[0].ariaPressed === 'true'";
    jun.expects("see what they like after a reload", is_liked)
        .await;
    let expected = ["When do we move?", "Who pays?", "When is lunch?"];
    jun.expects(
        "see all three questions",
        &format!("String(questions()) === {:?}", expected.join(",")),
    )
    .await;

    let path = sora.tab.run("return location.pathname", &[]).await;
    let second = sora.opens_another().await;
    second.opens(path.as_str().unwrap()).await;
    second.sees_of("When is lunch?", "My question").await;
    second.types("Ask", "From the other tab?").await;
    second.clicks("Ask").await;
    second.sees_of("From the other tab?", "sora").await;
    sora.clicks("1 new").await;
    sora.sees_of("From the other tab?", "sora").await;
    let once = "questions().filter((it) => it === 'From the other tab?').length === 1";
    for tab in [sora, &second] {
        tab.expects("see it once in each tab", once).await;
    }
}

async fn end_and_reopen(mina: &Person<'_>, jun: &Person<'_>, screen: &Person<'_>) {
    mina.clicks("Settings").await;
    mina.clicks("End the session").await;
    mina.sees("End the session?").await;
    mina.clicks("End").await;
    mina.sees("Reopen the session").await;
    jun.sees("You can still delete what you wrote.").await;
    jun.finds_no("Ask").await;
    screen.sees("The session has ended").await;

    mina.clicks("Reopen").await;
    mina.sees("End the session").await;
    // As when one comes back to the page.
    for person in [jun, screen] {
        let comes_back = "document.dispatchEvent(new Event('visibilitychange'))";
        person.tab.run(comes_back, &[]).await;
    }
    jun.finds("Ask").await;
    screen.sees_no_more("The session has ended").await;
    jun.types("Ask", "Does it go on?").await;
    jun.clicks("Ask").await;
    jun.sees_of("Does it go on?", "My question").await;
}

async fn gets_the_file(scene: &Scene, mina: &Person<'_>) {
    let folder = scene.app.database.folder.path().join("downloads");
    let way = json!({ "behavior": "allow", "downloadPath": folder });
    mina.devtools("Browser.setDownloadBehavior", way).await;
    mina.clicks("Export").await;
    mina.clicks("Download CSV").await;
    mina.sees("Downloaded: Lecture-7-").await;
    let file = || {
        let mut files = fs::read_dir(&folder).ok()?;
        let is_whole = |it: &fs::DirEntry| it.path().extension().is_some_and(|it| it == "csv");
        let path = files.find_map(|it| it.ok().filter(is_whole))?.path();
        fs::read_to_string(path).ok().filter(|it| !it.is_empty())
    };
    eventually("the file has arrived", || file().is_some());
    let file = file().unwrap();
    for words in ["When do we move?", "In March.", "Does it go on?"] {
        assert!(file.contains(words), "no {words:?} in the file: {file}");
    }
}

/// Whoever is signed in in its browser, it reads and listens as nobody. A picture bears cookies, and
/// is the same for everybody.
async fn the_screen_is_a_stranger(browser: &Browser, screen: &Person<'_>) {
    let sent = browser.traffic(&format!("{}/api/", screen.origin)).await;
    let of_screen = sent.iter().filter(|it| it.document.ends_with("/screen"));
    let of_screen: Vec<_> = of_screen.filter(|it| !it.url.contains("/qr.svg")).collect();
    assert!(
        of_screen.iter().any(|it| it.url.contains("/events")),
        "the screen follows: {of_screen:#?}"
    );
    for it in of_screen {
        let bears = (it.authorization.as_str(), it.cookies.as_str());
        assert_eq!(bears, ("", ""), "the screen shows who it is: {it}");
    }
}
