//! A tab that follows a session with an `EventSource` alone.

use serde_json::Value;

use crate::browser::Browser;
use crate::scene::Scene;
use crate::support::contract::{self, DOCUMENT};
use crate::tab::Tab;

/// A page whose stream has begun, or was refused.
pub struct Follower<'a>(pub Tab<'a>);

impl<'a> Follower<'a> {
    /// At a page of this origin.
    pub async fn open(browser: &'a Browser, origin: &str) -> Self {
        Self(browser.open(&format!("{origin}/events.html")).await)
    }

    /// Follows `path` of the API, with cookies or without.
    pub async fn follow(&self, scene: &Scene, path: &str, with_cookies: bool) {
        let operation = &DOCUMENT["paths"]["/api/sessions/{sessionId}/events"]["get"];
        let names = operation["x-events"].as_object().unwrap().keys();
        let names: Vec<Value> = names.map(|name| name.as_str().into()).collect();
        let url = format!("{}{path}", scene.api);
        let arguments = [url.into(), with_cookies.into(), names.into()];
        self.0.run("follow(...arguments)", &arguments).await;
    }

    /// Waits for an event of this name for which the expression is true of its `data`, and tells the
    /// last such one.
    pub async fn hears(&self, name: &str, expression: &str) -> Value {
        let is_it = format!("({{ type, data }}) => type === arguments[0] && ({expression})");
        let find = format!("told.findLast({is_it})");
        self.0.until(&find, &[name.into()]).await;
        let found = self.0.run(&format!("return {find}"), &[name.into()]).await;
        contract::check_event(name, &found["data"]);
        found
    }

    /// Waits for `ready` and tells as whom the page is told.
    pub async fn is_ready(&self) -> String {
        let ready = self.hears("ready", "true").await;
        ready["data"]["as"].as_str().unwrap().to_owned()
    }

    /// Waits until the stream has ended for good.
    pub async fn is_closed(&self) {
        let closed = "events.readyState === EventSource.CLOSED";
        self.0.until(closed, &[]).await;
    }
}
