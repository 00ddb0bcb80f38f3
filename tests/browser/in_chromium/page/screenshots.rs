//! Pictures of the page for people to look at: `bash .ci/screenshots`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use super::visit;
use crate::page::tour::Tour;
use crate::page::{Person, path_of};
use crate::scene::Scene;
use crate::support::app::SECRET;
use crate::support::*;

/// Widths and heights of a phone, a tablet and a laptop.
const SIZES: [(u32, u32); 3] = [(360, 740), (768, 1024), (1440, 900)];
/// What a page of the README may weigh, in bytes.
const LIGHT: usize = 200_000;

#[test]
#[ignore = "makes pictures: bash .ci/screenshots"]
fn every_view_in_english() {
    visit(Kind::Sqlite, async |scene, browser| {
        let visit = async |person: &Person<'_>, stop: &str| photograph(person, "en", stop).await;
        let language = "en";
        let tour = Tour {
            scene,
            browser,
            language,
            visit,
        };
        tour.walk().await;
    });
}

#[test]
#[ignore = "makes pictures: bash .ci/screenshots"]
fn every_view_in_korean() {
    visit(Kind::Sqlite, async |scene, browser| {
        let visit = async |person: &Person<'_>, stop: &str| photograph(person, "ko", stop).await;
        let language = "ko";
        let tour = Tour {
            scene,
            browser,
            language,
            visit,
        };
        tour.walk().await;
    });
}

/// In each size, light and dark, into `target/screenshots/<language>`.
async fn photograph(person: &Person<'_>, language: &str, stop: &str) {
    expect_fonts();
    let folder = root().join("target/screenshots").join(language);
    fs::create_dir_all(&folder).unwrap();
    let name = stop.replace(": ", " ").replace(' ', "-");
    for (width, height) in SIZES {
        person.looks_at((width, height)).await;
        for scheme in ["light", "dark"] {
            person.likes_it(scheme).await;
            let file = folder.join(format!("{name}-{width}-{scheme}.png"));
            fs::write(file, picture(person).await).unwrap();
        }
    }
    person.likes_it("light").await;
}

/// The session of `askit demo` at its host's desk and on the wall, into `docs/pictures`.
#[test]
#[ignore = "makes pictures: bash .ci/screenshots"]
fn the_two_of_the_readme() {
    visit(Kind::Sqlite, async |scene, browser| {
        expect_fonts();
        let host = demonstration(scene);
        let session = host.get("/api/sessions").expect(200).json();
        let session = session["sessions"][0]["sessionId"]
            .as_str()
            .unwrap()
            .to_owned();
        let session = format!("/s/{session}");
        let person = Person::host(scene, browser, "the host").await;
        person.holds_login_of(&host).await;
        let folder = root().join("docs/pictures");
        fs::create_dir_all(&folder).unwrap();
        for (file, path, size) in [
            ("room.png", session.clone(), (1280, 800)),
            ("screen.png", format!("{session}/screen"), (1280, 720)),
        ] {
            person.looks_at(size).await;
            person.opens(&path_of(&path)).await;
            person
                .expects("see questions", "document.querySelector('.said')")
                .await;
            let is_read = "document.querySelector('img.qr').complete";
            person.expects("see the QR code", is_read).await;
            with_an_address_like_others(&person).await;
            let picture = picture(&person).await;
            assert!(picture.len() < LIGHT, "{file} has {} bytes", picture.len());
            fs::write(folder.join(file), picture).unwrap();
        }
    });
}

/// Fills the server's database; tells the first host.
fn demonstration(scene: &Scene) -> Client {
    let made = Command::new(env!("CARGO_BIN_EXE_askit"))
        .arg("demo")
        .current_dir(scene.app.database.folder.path())
        .env("DATABASE_URL", &scene.app.database.url)
        .env("ASKIT__SECRET", SECRET)
        .output()
        .unwrap();
    let told = String::from_utf8(made.stdout).unwrap();
    let trouble = String::from_utf8_lossy(&made.stderr);
    assert!(made.status.success(), "{trouble}");
    let value = |start: &str| {
        let line = told.lines().find_map(|line| line.strip_prefix(start));
        line.unwrap_or_else(|| panic!("no {start:?} in {told}"))
            .trim()
            .to_owned()
    };
    let (nickname, email) = value("sign in as").split_once(": ").map_or_else(
        || panic!("no address in {told}"),
        |(nickname, email)| (nickname.to_owned(), email.to_owned()),
    );
    let password = value("with password");
    let stranger = scene.app.stranger("host");
    Client {
        email,
        nickname,
        password,
        ..stranger
    }
    .signed_in()
}

/// `localhost` and a port are no name to show.
async fn with_an_address_like_others(person: &Person<'_>) {
    let replace = "const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
        while (texts.nextNode()) {
            const it = texts.currentNode;
            it.data = it.data.replace(location.host, 'ask.example.com');
        }";
    person.tab.run(replace, &[]).await;
}

async fn picture(person: &Person<'_>) -> Vec<u8> {
    let shot = person
        .devtools(
            "Page.captureScreenshot",
            json!({ "format": "png", "optimizeForSpeed": false }),
        )
        .await;
    STANDARD.decode(shot["data"].as_str().unwrap()).unwrap()
}

/// Without them Korean and emoji are empty boxes.
fn expect_fonts() {
    let list = Command::new("fc-list").arg(":").arg("family").output();
    let list = list.map(|it| String::from_utf8_lossy(&it.stdout).into_owned());
    let list = list.unwrap_or_default();
    let missing: Vec<_> = [
        ("CJK", "fonts-noto-cjk"),
        ("Emoji", "fonts-noto-color-emoji"),
    ]
    .into_iter()
    .filter(|(name, _)| !list.contains(name))
    .map(|(_, package)| package)
    .collect();
    assert!(
        missing.is_empty(),
        "fonts are missing: {missing:?}. Install them (Debian: apt install fontconfig \
         fonts-noto-cjk fonts-noto-color-emoji)"
    );
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}
