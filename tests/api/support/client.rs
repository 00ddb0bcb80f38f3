//! Someone who calls the API.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};
use ureq::http::Request;

use super::app::{RunningServer, Secrets};
use super::{Answer, contract};

/// A person with what their device holds: an access token, a refresh token, cookies.
#[derive(Clone)]
pub struct Client {
    pub base: String,
    pub email: String,
    pub nickname: String,
    pub password: String,
    pub access_token: Option<String>,
    pub refresh_token: Option<String>,
    /// Sent with every request.
    pub headers: Vec<(String, String)>,
    pub agent: ureq::Agent,
    pub secrets: Arc<Mutex<Secrets>>,
}

impl Client {
    /// Someone without an account, at the server `base`.
    pub fn new(base: &str, name: &str, secrets: Arc<Mutex<Secrets>>) -> Self {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .allow_non_standard_methods(true)
            .timeout_global(Some(Duration::from_secs(60)))
            .build();
        Self {
            base: base.into(),
            email: format!("{name}@example.com"),
            nickname: name.into(),
            password: format!("the password of {name}"),
            access_token: None,
            refresh_token: None,
            headers: Vec::new(),
            agent: config.into(),
            secrets,
        }
    }

    /// The same person with one header more.
    pub fn with(&self, name: &str, value: &str) -> Self {
        let mut client = self.clone();
        client.headers.push((name.into(), value.into()));
        client
    }

    /// The same person at another address, where a proxy that is trusted says so.
    pub fn calling_from(&self, address: &str) -> Self {
        self.with("x-forwarded-for", address)
    }

    /// The same person without a token.
    pub fn signed_out(&self) -> Self {
        Self {
            access_token: None,
            refresh_token: None,
            ..self.clone()
        }
    }

    pub fn get(&self, path: &str) -> Answer {
        self.send("GET", path, None)
    }

    pub fn post(&self, path: &str, body: Value) -> Answer {
        let client = self.with("content-type", "application/json");
        client.send("POST", path, Some(body.to_string().into_bytes()))
    }

    pub fn patch(&self, path: &str, body: Value) -> Answer {
        let client = self.with("content-type", "application/json");
        client.send("PATCH", path, Some(body.to_string().into_bytes()))
    }

    pub fn delete(&self, path: &str) -> Answer {
        self.send("DELETE", path, None)
    }

    /// The same person at another server.
    pub fn at(&self, server: &RunningServer) -> Self {
        Self {
            base: format!("http://{}", server.address),
            ..self.clone()
        }
    }

    /// Sends anything.
    pub fn send(&self, method: &str, path: &str, body: Option<Vec<u8>>) -> Answer {
        self.try_send(method, path, body).expect("an answer")
    }

    /// Sends anything to a server that may be gone.
    pub fn try_send(
        &self,
        method: &str,
        path: &str,
        body: Option<Vec<u8>>,
    ) -> Result<Answer, ureq::Error> {
        let mut request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.base));
        if let Some(token) = &self.access_token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let response = match body {
            Some(body) => self.agent.run(request.body(body).unwrap()),
            None => self.agent.run(request.body(()).unwrap()),
        };
        let answer = Answer::try_read(response?)?;
        contract::check(method, path, &answer);
        self.secrets.lock().unwrap().remember(&answer);
        Ok(answer)
    }

    /// Posts to a server that may be gone: `None`.
    pub fn try_post(&self, path: &str, body: &Value) -> Option<Answer> {
        let request = Request::post(format!("{}{path}", self.base))
            .header("content-type", "application/json")
            .body(body.to_string())
            .unwrap();
        Answer::try_read(self.agent.run(request).ok()?).ok()
    }

    pub fn register(&self) -> Answer {
        self.secrets.lock().unwrap().add(&self.password);
        self.secrets.lock().unwrap().add(&self.email);
        let body = json!({
            "email": self.email, "nickname": self.nickname, "password": self.password
        });
        self.post("/api/users", body)
    }

    /// Signs in and keeps nothing.
    pub fn log_in(&self, mode: &str) -> Answer {
        let body = json!({ "email": self.email, "password": self.password, "mode": mode });
        self.signed_out().post("/api/auth/login", body)
    }

    /// Signs in and keeps the tokens.
    #[track_caller]
    pub fn signed_in(&self) -> Self {
        self.holding(&self.log_in("json").expect(200))
    }

    /// Keeps the tokens of an answer.
    #[track_caller]
    pub fn holding(&self, answer: &Answer) -> Self {
        Self {
            access_token: Some(answer.field("accessToken")),
            refresh_token: Some(answer.field("refreshToken")),
            ..self.clone()
        }
    }

    /// Keeps the cookies of an answer and sends them from now on, as a browser does; those that it
    /// removes are gone.
    pub fn holding_cookies(&self, answer: &Answer) -> Self {
        let mut client = self.clone();
        let (held, others): (Vec<_>, Vec<_>) =
            client.headers.into_iter().partition(|it| it.0 == "cookie");
        client.headers = others;
        let held = held.iter().flat_map(|(_, pairs)| pairs.split("; "));
        let mut cookies: BTreeMap<_, _> = held.filter_map(|pair| pair.split_once('=')).collect();
        for line in answer.headers.get_all("set-cookie") {
            let pair = line.to_str().unwrap().split(';').next().unwrap();
            match pair.split_once('=').unwrap() {
                (name, "") => drop(cookies.remove(name)),
                (name, value) => drop(cookies.insert(name, value)),
            }
        }
        let pairs = cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"));
        let pairs: Vec<_> = pairs.collect();
        client.with("cookie", &pairs.join("; "))
    }

    /// Changes the password and keeps nothing.
    pub fn change_password(&self, new: &str) -> Answer {
        self.secrets.lock().unwrap().add(new);
        let body = json!({
            "currentPassword": self.password, "newPassword": new, "mode": "json"
        });
        self.post("/api/users/me/password", body)
    }

    pub fn delete_account(&self) -> Answer {
        let body = json!({ "password": self.password });
        let client = self.with("content-type", "application/json");
        client.send(
            "DELETE",
            "/api/users/me",
            Some(body.to_string().into_bytes()),
        )
    }

    /// Presents a refresh token in the body.
    pub fn refresh_with(&self, refresh_token: &str) -> Answer {
        let body = json!({ "refreshToken": refresh_token });
        self.signed_out().post("/api/auth/token", body)
    }

    /// Presents the refresh token that this device holds.
    pub fn refresh(&self) -> Answer {
        self.refresh_with(self.refresh_token.as_ref().expect("signed in"))
    }

    /// Refreshes and keeps what came.
    #[track_caller]
    pub fn refreshed(&self) -> Self {
        self.holding(&self.refresh().expect(200))
    }

    pub fn log_out(&self) -> Answer {
        let body = json!({ "refreshToken": self.refresh_token });
        self.signed_out().post("/api/auth/logout", body)
    }
}
