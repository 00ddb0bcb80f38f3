//! How the page is looked at: the size of the window, light or dark, the language.

use serde_json::json;

use super::Person;

pub const PHONE: (u32, u32) = (360, 740);
pub const LAPTOP: (u32, u32) = (1440, 900);

impl Person<'_> {
    /// A laptop, as a window that has the focus, where nothing moves.
    pub(super) async fn begins(&self) {
        self.devtools(
            "Emulation.setFocusEmulationEnabled",
            json!({ "enabled": true }),
        )
        .await;
        self.devtools("Emulation.setScrollbarsHidden", json!({ "hidden": true }))
            .await;
        self.looks_at(LAPTOP).await;
        self.likes_it("light").await;
    }

    /// Has a window of this width and height.
    pub async fn looks_at(&self, (width, height): (u32, u32)) {
        let size = json!({
            "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false
        });
        self.devtools("Emulation.setDeviceMetricsOverride", size)
            .await;
    }

    /// Has set the system to `light` or `dark`, and to move less.
    pub async fn likes_it(&self, scheme: &str) {
        let features = json!([
            { "name": "prefers-color-scheme", "value": scheme },
            { "name": "prefers-reduced-motion", "value": "reduce" },
        ]);
        self.devtools(
            "Emulation.setEmulatedMedia",
            json!({ "features": features }),
        )
        .await;
    }

    /// Has chosen a language before. The next page is in it.
    pub async fn speaks(&self, language: &str) {
        if !self.is_at_the_page().await {
            self.opens("/sign-in").await;
        }
        let choose = "localStorage.setItem('askit.language', arguments[0])";
        self.tab.run(choose, &[language.into()]).await;
    }

    async fn is_at_the_page(&self) -> bool {
        let at = self.tab.run("return location.origin", &[]).await;
        at == self.origin.as_str()
    }

    /// Has a browser that prefers these languages.
    pub async fn has_languages(&self, languages: &str) {
        let agent = self.tab.run("return navigator.userAgent", &[]).await;
        let languages = json!({ "userAgent": agent, "acceptLanguage": languages });
        self.devtools("Emulation.setUserAgentOverride", languages)
            .await;
    }

    /// Runs this before anything of the pages that come.
    pub async fn runs_first(&self, script: &str) {
        let source = json!({ "source": script });
        self.devtools("Page.addScriptToEvaluateOnNewDocument", source)
            .await;
    }
}
