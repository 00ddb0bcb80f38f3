//! What the browser sent and was answered, as it says itself: pages see less.

use std::fmt::{self, Display, Formatter};
use std::time::Duration;

use actix_web::rt::time::sleep;
use askit::clock::Stopwatch;
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
    /// The header `Last-Event-ID`.
    pub last_event_id: String,
    /// The header `Authorization`.
    pub authorization: String,
    /// The document that sent it.
    pub document: String,
    pub status: Option<u64>,
}

impl Browser {
    /// What was sent to addresses that begin so since [`Self::forget_traffic`], in its order; not
    /// what a preflight has stopped.
    pub async fn traffic(&self, address: &str) -> Vec<Sent> {
        let mut all: Vec<Sent> = Vec::new();
        for event in self.events().await {
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
        all.retain(|it| it.url.starts_with(address) && !it.site.is_empty());
        all
    }

    /// The same, once `count` requests are answered.
    pub async fn answered(&self, address: &str, count: usize) -> Vec<Sent> {
        let all = self.traffic_until(address, count).await;
        let answered = all.iter().filter(|it| it.status.is_some()).count();
        assert!(
            answered >= count,
            "not {count} answers of {address}: {all:#?}"
        );
        all
    }

    /// The same, once `count` requests are answered or 20 seconds have passed.
    pub async fn traffic_until(&self, address: &str, count: usize) -> Vec<Sent> {
        let waiting = Stopwatch::start();
        loop {
            let all = self.traffic(address).await;
            let is_late = waiting.elapsed() > Duration::from_secs(20);
            if is_late || all.iter().filter(|it| it.status.is_some()).count() >= count {
                return all;
            }
            sleep(Duration::from_millis(10)).await;
        }
    }

    pub async fn forget_traffic(&self) {
        self.events().await;
        self.events.lock().unwrap().clear();
    }

    /// Chromedriver tells each event once.
    async fn events(&self) -> Vec<Value> {
        let new = self
            .command("se/log", json!({ "type": "performance" }))
            .await;
        let new = new.as_array().unwrap().iter();
        let new =
            new.map(|it| serde_json::from_str::<Value>(it["message"].as_str().unwrap()).unwrap());
        let mut events = self.events.lock().unwrap();
        events.extend(new);
        events.clone()
    }
}

/// Without query and cookies, which are long and hold secrets.
impl Display for Sent {
    fn fmt(&self, to: &mut Formatter<'_>) -> fmt::Result {
        let url = self.url.split('?').next().unwrap();
        write!(to, "{} {url} {} {:?}", self.method, self.site, self.status)
    }
}

impl Sent {
    fn learn(&mut self, event: &str, data: &Value) {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        match event {
            "Network.requestWillBeSent" => {
                self.method = text(&data["request"]["method"]);
                self.url = text(&data["request"]["url"]);
                self.authorization = text(&data["request"]["headers"]["Authorization"]);
                self.document = text(&data["documentURL"]);
            }
            "Network.requestWillBeSentExtraInfo" => {
                self.site = text(&data["headers"]["Sec-Fetch-Site"]);
                self.cookies = text(&data["headers"]["Cookie"]);
                self.last_event_id = text(&data["headers"]["Last-Event-ID"]);
            }
            "Network.responseReceivedExtraInfo" => self.status = data["statusCode"].as_u64(),
            _ => {}
        }
    }
}
