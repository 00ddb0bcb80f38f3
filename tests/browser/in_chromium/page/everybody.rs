//! Every view in its main states is for everybody: axe-core finds nothing, fingers hit what they aim
//! at, narrow windows and large letters lose nothing, and there is one language.

use std::cell::RefCell;

use super::visit;
use crate::browser::Browser;
use crate::page::Person;
use crate::page::tour::Tour;
use crate::scene::Scene;
use crate::support::Kind;

#[test]
fn in_english_on_a_phone() {
    visit(Kind::Sqlite, async |scene, browser| {
        everything_is_well(scene, browser, "en").await;
    });
}

#[test]
fn in_korean_on_a_laptop() {
    visit(Kind::Sqlite, async |scene, browser| {
        everything_is_well(scene, browser, "ko").await;
    });
}

async fn everything_is_well(scene: &Scene, browser: &Browser, language: &'static str) {
    let faults = RefCell::new(Vec::new());
    let visit = async |person: &Person<'_>, stop: &str| {
        let is_wall = stop.starts_with("the screen");
        let found = person.faults(language, is_wall).await;
        let found = found.into_iter().map(|it| format!("{stop}: {it}"));
        let found: Vec<_> = found.inspect(|it| eprintln!("{it}")).collect();
        faults.borrow_mut().extend(found);
    };
    let tour = Tour {
        scene,
        browser,
        language,
        visit,
    };
    tour.walk().await;
    let refused = browser.refusals().await;
    let mut faults = faults.into_inner();
    faults.extend(refused);
    assert!(
        faults.is_empty(),
        "{} faults:\n{}",
        faults.len(),
        faults.join("\n")
    );
}
