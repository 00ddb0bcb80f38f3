//! A tab, and what a page in it may do.

use std::cell::Cell;
use std::time::Duration;

use actix_web::rt::time::sleep;
use askit::clock::Stopwatch;
use fantoccini::Locator;
use fantoccini::error::CmdError;
use fantoccini::wd::WindowHandle;
use serde_json::{Value, json};

use crate::browser::Browser;

pub struct Tab<'a> {
    pub browser: &'a Browser,
    window: WindowHandle,
    /// Whether it is about the first frame of the page.
    pub is_in_frame: Cell<bool>,
}

/// What a page could read of an answer.
#[derive(Debug)]
pub struct Reply(Value);

impl<'a> Tab<'a> {
    pub fn new(browser: &'a Browser, window: WindowHandle) -> Self {
        Self {
            browser,
            window,
            is_in_frame: Cell::new(false),
        }
    }

    /// Leaves the page for another one, and waits until it is loaded.
    pub async fn go(&self, url: &str) {
        self.show().await;
        self.browser.client.goto(url).await.unwrap();
    }

    /// Goes back to the page before.
    pub async fn back(&self) {
        self.show().await;
        self.browser.client.back().await.unwrap();
    }

    /// Runs the body of a function in the page; where it returns a promise, what that becomes.
    pub async fn run(&self, script: &str, arguments: &[Value]) -> Value {
        self.show().await;
        let ran = self.browser.client.execute(script, arguments.into()).await;
        ran.unwrap()
    }

    /// Waits until this expression is true in the page.
    pub async fn until(&self, expression: &str, arguments: &[Value]) {
        let waiting = Stopwatch::start();
        let script = format!("return Boolean({expression})");
        while self.run(&script, arguments).await != true {
            let is_late = waiting.elapsed() > Duration::from_secs(30);
            assert!(!is_late, "waited in vain for {expression} of {arguments:?}");
            sleep(Duration::from_millis(20)).await;
        }
    }

    /// Lets the page call the API with its cookies.
    pub async fn send(&self, method: &str, url: &str, options: Value) -> Reply {
        let call = "return call(...arguments)";
        let reply = Reply(self.run(call, &[method.into(), url.into(), options]).await);
        for name in ["accessToken", "refreshToken"] {
            if let Some(token) = reply.json()[name].as_str() {
                self.browser.secrets.lock().unwrap().add(token);
            }
        }
        reply
    }

    pub async fn get(&self, url: &str) -> Reply {
        self.send("GET", url, json!({})).await
    }

    pub async fn get_as_bearer(&self, url: &str, token: &str) -> Reply {
        let options = json!({ "bearer": token, "credentials": "omit" });
        self.send("GET", url, options).await
    }

    pub async fn post(&self, url: &str, body: Value) -> Reply {
        let options = json!({ "body": body.to_string() });
        self.send("POST", url, options).await
    }

    pub async fn click(&self, selector: &str) {
        self.show().await;
        let found = self.browser.client.find(Locator::Css(selector)).await;
        found.unwrap().click().await.unwrap();
    }

    /// Waits until the page says this.
    pub async fn reads(&self, text: &str) {
        self.show().await;
        let place = format!("//*[contains(text(), '{text}')]");
        loop {
            let wait = self.browser.client.wait().at_most(Duration::from_secs(20));
            let found = wait.for_element(Locator::XPath(&place)).await;
            // A page that goes away while it is looked at is no answer.
            let is_going = |error: &CmdError| error.to_string().contains("aborted by navigation");
            if !found.as_ref().is_err_and(is_going) {
                found.expect(text);
                return;
            }
        }
    }

    /// The cookies that scripts see.
    pub async fn script_cookies(&self) -> String {
        let cookies = self.run("return document.cookie", &[]).await;
        cookies.as_str().unwrap().to_owned()
    }

    /// Makes it the one that commands of the browser are for.
    pub async fn show(&self) {
        let window = self.window.clone();
        self.browser.client.switch_to_window(window).await.unwrap();
        if self.is_in_frame.get() {
            self.browser.client.enter_frame(0).await.unwrap();
        }
    }
}

impl Reply {
    pub fn json(&self) -> Value {
        let text = self.0["text"].as_str().unwrap_or_default();
        serde_json::from_str(text).unwrap_or_default()
    }

    /// A text field of the JSON.
    #[track_caller]
    pub fn field(&self, name: &str) -> String {
        let json = self.json();
        let text = json[name].as_str();
        text.unwrap_or_else(|| panic!("no text {name:?} in {self:?}"))
            .to_owned()
    }

    /// Goes on if the status is this one.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.0["status"], status, "{self:?}");
        self
    }

    /// Goes on if this is a problem with this status and code.
    #[track_caller]
    pub fn expect_problem(self, status: u16, code: &str) {
        assert_eq!(self.expect(status).field("code"), code);
    }

    /// Goes on if the page has learnt nothing.
    #[track_caller]
    pub fn expect_nothing(self) {
        let opaque = json!({ "status": 0, "text": "" });
        let failed = json!({ "error": "TypeError: Failed to fetch" });
        assert!([opaque, failed].contains(&self.0), "{self:?}");
    }
}
