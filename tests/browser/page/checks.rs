//! What must hold wherever somebody is on the page.

use serde_json::Value;

use super::Person;
use super::look::{LAPTOP, PHONE};

const CHECKS: &str = include_str!("checks.js");
/// The narrowest window.
const NARROW: (u32, u32) = (320, 640);

impl Person<'_> {
    /// What is wrong with what this person sees, whatever they look at it with.
    pub async fn faults(&self, language: &str, is_wall: bool) -> Vec<String> {
        let is_phone = language == "en" && !is_wall;
        // Colours and words have nothing to do with each other: each tour has one of both.
        let scheme = if language == "en" { "light" } else { "dark" };
        self.looks_at(if is_phone { PHONE } else { LAPTOP }).await;
        self.likes_it(scheme).await;
        let mut faults = self.barriers().await;
        let foreign = format!("return foreignWords({})", Value::from(language));
        faults.extend(self.check(&foreign).await);
        if is_phone {
            faults.extend(self.check("return smallTargets()").await);
        }
        if !is_wall {
            faults.extend(self.narrow().await);
        }
        self.looks_at(if is_phone { PHONE } else { LAPTOP }).await;
        faults
    }

    /// On the narrowest phone, also with letters of twice the size.
    async fn narrow(&self) -> Vec<String> {
        self.looks_at(NARROW).await;
        let mut faults = self.check("return sideways()").await;
        let sized = "document.documentElement.style.fontSize = arguments[0]";
        self.tab.run(sized, &["200%".into()]).await;
        let doubled = self.check("return sideways()").await.into_iter();
        faults.extend(doubled.map(|it| format!("with text of twice the size {it}")));
        self.tab.run(sized, &["".into()]).await;
        faults
    }

    async fn check(&self, script: &str) -> Vec<String> {
        let found = self.tab.run(&format!("{CHECKS}\n{script}"), &[]).await;
        serde_json::from_value(found).unwrap()
    }
}
