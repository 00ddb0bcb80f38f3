//! What the browser sent and was answered, as it says itself: pages see less.

use serde_json::{Value, json};

use crate::browser::Browser;

/// A request to anyone, in any tab or frame.
#[derive(Debug, Default)]
pub struct Sent {
    id: String,
    pub method: String,
    pub url: String,
    /// The header `Sec-Fetch-Site`.
    pub site: String,
    /// The header `Cookie`.
    pub cookies: String,
    pub status: Option<u64>,
}

impl Browser {
    /// What was sent since this was asked last, in its order; not what a preflight has stopped.
    pub async fn traffic(&self) -> Vec<Sent> {
        let events = self
            .command("se/log", json!({ "type": "performance" }))
            .await;
        let mut all: Vec<Sent> = Vec::new();
        for event in events.as_array().unwrap() {
            let event: Value = serde_json::from_str(event["message"].as_str().unwrap()).unwrap();
            let (event, data) = (&event["message"]["method"], &event["message"]["params"]);
            let Some(id) = data["requestId"].as_str() else {
                continue;
            };
            let index = all.iter().position(|it| it.id == id).unwrap_or(all.len());
            if index == all.len() {
                let id = id.to_owned();
                all.push(Sent {
                    id,
                    ..Sent::default()
                });
            }
            all[index].learn(event.as_str().unwrap(), data);
        }
        all.retain(|it| !it.site.is_empty());
        all
    }
}

impl Sent {
    fn learn(&mut self, event: &str, data: &Value) {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        match event {
            "Network.requestWillBeSent" => {
                self.method = text(&data["request"]["method"]);
                self.url = text(&data["request"]["url"]);
            }
            "Network.requestWillBeSentExtraInfo" => {
                self.site = text(&data["headers"]["Sec-Fetch-Site"]);
                self.cookies = text(&data["headers"]["Cookie"]);
            }
            "Network.responseReceivedExtraInfo" => self.status = data["statusCode"].as_u64(),
            _ => {}
        }
    }
}
