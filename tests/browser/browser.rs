//! Chromium, driven by chromedriver.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::Path;
use std::sync::{Arc, LazyLock, Mutex};
use std::{fs, thread};

use actix_web::rt::System;
use fantoccini::wd::{Capabilities, WebDriverCompatibleCommand};
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use ureq::http::Method;
use url::{ParseError, Url};

use crate::program::{self, Program};
use crate::scene::{Scene, credentials};
use crate::support::app::Secrets;
use crate::support::{self, eventually};
use crate::tab::Tab;

/// One chromedriver for all tests.
static DRIVER: LazyLock<(Program, String)> = LazyLock::new(|| {
    let command = [&program::path("chromedriver"), "--port=0"];
    let driver = Program::start(program::folder("browser"), &command);
    let port = |log: &str| {
        let (_, rest) = log.split_once("started successfully on port ")?;
        Some(rest.split_once('.')?.0.to_owned())
    };
    eventually("chromedriver starts", || port(&driver.log()).is_some());
    let url = format!("http://127.0.0.1:{}", port(&driver.log()).unwrap());
    (driver, url)
});

/// Runs a test in a new browser. When the test fails, tells what the browser saw.
pub fn browse(scene: impl FnOnce() -> Scene, test: impl AsyncFnOnce(&Scene, &Browser)) {
    browse_with(json!({}), scene, async |scene, browser| {
        test(scene, browser).await
    });
}

/// The same in a browser with these preferences, for a test that changes the scene.
pub fn browse_with(
    preferences: Value,
    scene: impl FnOnce() -> Scene,
    test: impl AsyncFnOnce(&mut Scene, &Browser),
) {
    program::expect_all();
    let mut scene = scene();
    let system = System::new();
    let browser = system.block_on(Browser::start(scene.secrets(), preferences));
    let test = AssertUnwindSafe(|| system.block_on(test(&mut scene, &browser)));
    let outcome = catch_unwind(test);
    if outcome.is_err() {
        system.block_on(browser.tell());
    }
    system.block_on(browser.client.close()).unwrap();
    if let Err(panic) = outcome {
        resume_unwind(panic);
    }
}

/// A browser with a profile of its own.
pub struct Browser {
    pub client: Client,
    pub secrets: Arc<Mutex<Secrets>>,
    /// What it has said of its traffic.
    pub events: Mutex<Vec<Value>>,
}

/// A cookie in the browser's jar, whatever page may see it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cookie {
    pub name: String,
    pub value: String,
    pub domain: String,
    pub path: String,
    /// `HttpOnly`, `Secure` and `SameSite`, as they are written.
    pub attributes: String,
}

impl Browser {
    async fn start(secrets: Arc<Mutex<Secrets>>, preferences: Value) -> Self {
        let arguments = [
            // Where it runs as root it has no sandbox; it sees pages of this folder only.
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--no-proxy-server",
            "--disable-background-networking",
            "--disable-background-timer-throttling",
            "--disable-renderer-backgrounding",
            "--disable-backgrounding-occluded-windows",
            // How an element is called to those who do not see it.
            "--enable-blink-features=ComputedAccessibilityInfo",
        ];
        let capabilities = json!({
            // The proxy's certificate is made by the test.
            "acceptInsecureCerts": true,
            "goog:loggingPrefs": { "performance": "ALL", "browser": "ALL" },
            "goog:chromeOptions": {
                "binary": program::path("chromium"),
                "args": arguments,
                "prefs": preferences,
                "perfLoggingPrefs": { "enablePage": false },
            },
        });
        let capabilities: Capabilities = serde_json::from_value(capabilities).unwrap();
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&DRIVER.1)
            .await
            .expect("Chromium starts");
        Self {
            client,
            secrets,
            events: Mutex::default(),
        }
    }

    /// A tab at this address.
    pub async fn open(&self, url: &str) -> Tab<'_> {
        let window = self.client.new_window(true).await.unwrap().handle;
        let tab = Tab::new(self, window);
        tab.go(url).await;
        tab
    }

    /// A tab with a page of ours in which this person has signed in, and the access token.
    pub async fn signed_in(&self, scene: &Scene, person: &support::Client) -> (Tab<'_>, String) {
        let tab = self.open(&format!("{}/page.html", scene.page)).await;
        let login = scene.api("/auth/login");
        let answer = tab.post(&login, credentials(person)).await.expect(200);
        (tab, answer.field("accessToken"))
    }

    /// Every cookie of the browser, by name.
    pub async fn cookies(&self) -> Vec<Cookie> {
        let body = json!({ "cmd": "Storage.getCookies", "params": {} });
        let jar = self.command("goog/cdp/execute", body).await;
        let jar = jar["cookies"].as_array().unwrap().iter();
        let mut cookies: Vec<_> = jar.map(Cookie::read).collect();
        cookies.sort();
        let mut secrets = self.secrets.lock().unwrap();
        let ours = cookies.iter().filter(|it| it.value.len() > 40);
        ours.for_each(|it| secrets.add(&it.value));
        cookies
    }

    /// What a Content-Security-Policy has refused, as the console says it; each once.
    pub async fn refusals(&self) -> Vec<String> {
        let console = self.command("se/log", json!({ "type": "browser" })).await;
        let lines = console.as_array().unwrap().iter();
        let lines = lines.filter_map(|it| it["message"].as_str().map(str::to_owned));
        lines.filter(|it| it.contains("Security Policy")).collect()
    }

    /// A command of chromedriver's that is not part of WebDriver.
    pub async fn command(&self, endpoint: &'static str, body: Value) -> Value {
        let command = Extension { endpoint, body };
        self.client.issue_cmd(command).await.unwrap()
    }

    /// For a test that failed: where the browser is, what its console says, how it looks.
    async fn tell(&self) {
        for window in self.client.windows().await.unwrap_or_default() {
            self.client.switch_to_window(window).await.unwrap();
            let url = self.client.current_url().await.unwrap();
            eprintln!(
                "A tab is at {}{}",
                url.origin().ascii_serialization(),
                url.path()
            );
        }
        let console = self.command("se/log", json!({ "type": "browser" })).await;
        for line in console.as_array().into_iter().flatten() {
            eprintln!("Its console: {}", line["message"]);
        }
        for request in self.traffic("http").await {
            eprintln!("It sent: {request}");
        }
        if let Ok(picture) = self.client.screenshot().await {
            let test = thread::current().name().unwrap_or("browser").to_owned();
            let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{test}.png"));
            fs::write(&file, picture).unwrap();
            eprintln!("It looks like {}", file.display());
        }
    }
}

impl Cookie {
    fn read(json: &Value) -> Self {
        let text = |name: &str| json[name].as_str().unwrap_or_default().to_owned();
        let is = |name: &str| json[name] == true;
        let mut attributes = Vec::new();
        attributes.extend(is("httpOnly").then(|| "HttpOnly".to_owned()));
        attributes.extend(is("secure").then(|| "Secure".to_owned()));
        attributes.extend(json["sameSite"].as_str().map(|it| format!("SameSite={it}")));
        Self {
            name: text("name"),
            value: text("value"),
            domain: text("domain"),
            path: text("path"),
            attributes: attributes.join("; "),
        }
    }
}

#[derive(Debug)]
struct Extension {
    endpoint: &'static str,
    body: Value,
}

impl WebDriverCompatibleCommand for Extension {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, ParseError> {
        base.join(&format!("session/{}/{}", session.unwrap(), self.endpoint))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        (Method::POST, Some(self.body.to_string()))
    }
}
