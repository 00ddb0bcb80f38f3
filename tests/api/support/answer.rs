//! What the server answered.

use serde_json::Value;
use ureq::http::{HeaderMap, Response};

use super::log;

/// An answer, read whole; of a stream of events, which has no end, the head alone.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
    /// The same as text.
    pub text: String,
}

impl Answer {
    pub fn read(response: Response<ureq::Body>) -> Self {
        Self::try_read(response).expect("a whole answer")
    }

    /// Fails when the connection breaks off.
    pub fn try_read(mut response: Response<ureq::Body>) -> Result<Self, ureq::Error> {
        let kind = response.headers().get("content-type");
        let is_stream = kind.is_some_and(|it| it == "text/event-stream");
        let bytes = if is_stream {
            Vec::new()
        } else {
            response.body_mut().read_to_vec()?
        };
        Ok(Self {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            text: String::from_utf8_lossy(&bytes).into_owned(),
            bytes,
        })
    }

    /// Goes on if the status is this one.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}{}", self.text, self.trouble());
        self
    }

    /// Goes on if this is a problem with this status and code.
    #[track_caller]
    pub fn expect_problem(self, status: u16, code: &str) -> Self {
        assert_eq!(
            (self.status, self.code().as_str()),
            (status, code),
            "{}{}",
            self.text,
            self.trouble()
        );
        assert_eq!(
            self.header("content-type"),
            Some("application/problem+json")
        );
        self
    }

    /// A session without how far it has come.
    #[track_caller]
    pub fn session(&self) -> Value {
        let mut session = self.json();
        let change = session.as_object_mut().unwrap().remove("change");
        assert!(change.is_some(), "no change in {session}");
        session
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("no JSON: {}", self.text))
    }

    /// A text field of the JSON.
    #[track_caller]
    pub fn field(&self, name: &str) -> String {
        let json = self.json();
        let text = json[name].as_str();
        text.unwrap_or_else(|| panic!("no text {name:?} in {json}"))
            .to_owned()
    }

    pub fn code(&self) -> String {
        self.json()["code"].as_str().unwrap_or_default().to_owned()
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    pub fn request_id(&self) -> &str {
        self.header("x-request-id").expect("every answer has an id")
    }

    /// What was logged for a request that failed.
    fn trouble(&self) -> String {
        if self.status < 500 {
            return String::new();
        }
        let lines = log::lines_with(self.request_id(), 0).into_iter();
        lines.map(|line| format!("\n{line}")).collect()
    }

    /// The whole `Set-Cookie` line of a cookie.
    pub fn set_cookie(&self, name: &str) -> Option<&str> {
        let mut lines = self
            .headers
            .get_all("set-cookie")
            .iter()
            .map(|it| it.to_str().unwrap());
        lines.find(|line| line.starts_with(&format!("{name}=")))
    }

    /// The value of a cookie that was set; `Some("")` when it was removed.
    pub fn cookie(&self, name: &str) -> Option<String> {
        let (_, rest) = self.set_cookie(name)?.split_once('=')?;
        rest.split(';').next().map(str::to_owned)
    }

    /// Status, body and the headers that matter, with what differs in each run made equal.
    pub fn snapshot(&self) -> String {
        let mut text = format!("{}\n", self.status);
        for name in [
            "content-type",
            "cache-control",
            "www-authenticate",
            "allow",
            "retry-after",
            "content-language",
        ] {
            if let Some(value) = self.header(name) {
                text += &format!("{name}: {value}\n");
            }
        }
        for line in self.headers.get_all("set-cookie") {
            let line = line.to_str().unwrap();
            let (name, rest) = line.split_once('=').unwrap();
            let (value, attributes) = rest.split_once(';').unwrap_or((rest, ""));
            let value = if value.is_empty() { "" } else { "[value]" };
            text += &format!("set-cookie: {name}={value};{attributes}\n");
        }
        let mut json = self.json();
        for name in [
            "requestId",
            "accessToken",
            "refreshToken",
            "userId",
            "id",
            "createdAt",
            "updatedAt",
            "kid",
            "x",
        ] {
            hide(&mut json, name);
        }
        text + &serde_json::to_string_pretty(&json).unwrap()
    }
}

fn hide(json: &mut Value, name: &str) {
    match json {
        Value::Object(fields) => {
            for (key, value) in fields {
                if key == name {
                    *value = format!("[{name}]").into()
                } else {
                    hide(value, name)
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| hide(item, name)),
        _ => {}
    }
}
