//! People at the page: they read what it says, press what they find by its name, and type.

pub mod axe;
pub mod checks;
pub mod look;
pub mod tour;

use std::time::Duration;

use actix_web::rt::time::sleep;
use askit::clock::Stopwatch;
use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use fantoccini::elements::Element;
use serde_json::{Value, json};

use crate::browser::Browser;
use crate::scene::Scene;
use crate::support::Client;
use crate::tab::Tab;

const FIND: &str = include_str!("find.js");
/// How long something may take that a person sees soon.
const LONG: Duration = Duration::from_secs(40);

/// Somebody with a window. Chromium keeps cookies and storage by host, and every name that ends in
/// `.localhost` is this machine: by a name of their own somebody has a browser of their own.
pub struct Person<'a> {
    pub name: String,
    pub origin: String,
    pub tab: Tab<'a>,
    browser: &'a Browser,
}

impl<'a> Person<'a> {
    /// Somebody who comes by the server's own address.
    pub async fn host(scene: &Scene, browser: &'a Browser, name: &str) -> Self {
        Self::at(browser, name, &scene.page).await
    }

    /// Somebody with another browser.
    pub async fn other(scene: &Scene, browser: &'a Browser, name: &str) -> Self {
        let own = format!("//{name}.localhost");
        let origin = scene.page.replacen("//localhost", &own, 1);
        Self::at(browser, name, &origin).await
    }

    async fn at(browser: &'a Browser, name: &str, origin: &str) -> Self {
        let window = browser.client.new_window(false).await.unwrap().handle;
        let person = Self {
            name: name.to_owned(),
            origin: origin.to_owned(),
            tab: Tab::new(browser, window),
            browser,
        };
        person.begins().await;
        person
    }

    /// Another window of the same browser.
    pub async fn opens_another(&self) -> Self {
        Self::at(self.browser, &self.name, &self.origin).await
    }

    /// Goes to a path of the page.
    pub async fn opens(&self, path: &str) {
        self.tab.go(&format!("{}{path}", self.origin)).await;
        self.is_shown().await;
    }

    pub async fn reloads(&self) {
        self.tab.show().await;
        self.browser.client.refresh().await.unwrap();
        self.is_shown().await;
    }

    async fn is_shown(&self) {
        let is_shown = "return document.querySelector('main, header') !== null";
        self.tries("see the page", async || {
            let shown = self.tab.run(is_shown, &[]).await == true;
            shown.then_some(()).ok_or("nothing is there".into())
        })
        .await;
    }

    /// Holds a login of this account from now on, as after signing in.
    pub async fn holds_login_of(&self, client: &Client) {
        let answer = client.log_in("cookie").expect(200);
        for line in answer.headers.get_all("set-cookie") {
            let (pair, _) = line.to_str().unwrap().split_once(';').unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            let cookie = json!({
                "url": self.origin, "name": name, "value": value, "path": "/",
                "httpOnly": true, "sameSite": "Lax"
            });
            self.devtools("Network.setCookie", cookie).await;
        }
    }

    /// A command of Chromium's developer tools, for this window.
    pub async fn devtools(&self, command: &str, parameters: Value) -> Value {
        self.tab.show().await;
        let body = json!({ "cmd": command, "params": parameters });
        self.browser.command("goog/cdp/execute", body).await
    }

    /// Runs the body of a function that knows what `find.js` defines.
    pub async fn run(&self, script: &str, arguments: &[Value]) -> Value {
        self.tab.run(&format!("{FIND}\n{script}"), arguments).await
    }

    /// Presses what is called so.
    pub async fn clicks(&self, name: &str) {
        self.clicks_at("", name).await;
    }

    /// Presses what is called so in the smallest part of the page that says `text`.
    pub async fn clicks_at(&self, text: &str, name: &str) {
        self.tries(&format!("press {name:?} at {text:?}"), async || {
            let found = self.find("CONTROLS", name, text).await?;
            found.click().await.map_err(|error| error.to_string())
        })
        .await;
    }

    /// Presses what is called so beside unsent words until they are gone: what is being sent again
    /// has no buttons meanwhile.
    pub async fn throws_away(&self, words: &str, name: &str) {
        let [said, called] = [words, name].map(Value::from);
        let script = format!(
            "const it = [...document.querySelectorAll('section.mine')].find((it) => saysOf(it).includes({said}));
            if (it) called(it, CONTROLS, {called})[0]?.click();
            return !it"
        );
        self.tries(&format!("get rid of {words:?}"), async || {
            let is_gone = self.run(&script, &[]).await == true;
            is_gone.then_some(()).ok_or("it is there".into())
        })
        .await;
    }

    /// Types into the field that is called so.
    pub async fn types(&self, field: &str, text: &str) {
        self.types_at("", field, text).await;
    }

    /// The same in the smallest part of the page that says `place`.
    pub async fn types_at(&self, place: &str, field: &str, text: &str) {
        self.tries(&format!("type into {field:?} at {place:?}"), async || {
            let found = self.find("FIELDS", field, place).await?;
            found.click().await.map_err(|error| error.to_string())
        })
        .await;
        // WebDriver has no keys for what is beyond 16 bits.
        if text.chars().all(|it| u32::from(it) < 0x1_0000) {
            let focused = self.browser.client.active_element().await.unwrap();
            focused.send_keys(text).await.unwrap();
        } else {
            self.pastes(text).await;
        }
    }

    /// Puts a text where the cursor is.
    pub async fn pastes(&self, text: &str) {
        self.devtools("Input.insertText", json!({ "text": text }))
            .await;
    }

    /// Types into a field in place of what is in it.
    pub async fn types_anew(&self, field: &str, text: &str) {
        self.types(field, "").await;
        let select = "document.activeElement.select()";
        self.tab.run(select, &[]).await;
        self.pastes(text).await;
    }

    /// Presses keys together, and lets go of them.
    pub async fn presses(&self, keys: &[char]) {
        self.tab.show().await;
        let mut chord = KeyActions::new("keyboard".to_owned());
        for value in keys {
            chord = chord.then(KeyAction::Down { value: *value });
        }
        for value in keys.iter().rev() {
            chord = chord.then(KeyAction::Up { value: *value });
        }
        self.browser.client.perform_actions(chord).await.unwrap();
    }

    /// Waits until a field has this in it.
    pub async fn has_typed(&self, field: &str, text: &str) {
        let [name, value] = [field, text].map(Value::from);
        let expression = format!("called(inReach(), FIELDS, {name})[0]?.value === {value}");
        self.expects(&format!("find {text:?} in {field:?}"), &expression)
            .await;
    }

    /// Whether the machine has a network.
    pub async fn is_online(&self, online: bool) {
        let conditions = json!({
            "offline": !online, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1
        });
        self.devtools("Network.emulateNetworkConditions", conditions)
            .await;
    }

    async fn find(&self, kinds: &str, name: &str, text: &str) -> Result<Element, String> {
        let script = format!("return target({kinds}, arguments[0], arguments[1])");
        let found = self.run(&script, &[name.into(), text.into()]).await;
        let (_, id) = found
            .as_object()
            .and_then(|it| it.iter().next())
            .ok_or("there is none")?;
        let id = id.as_str().unwrap().to_owned();
        Ok(Element::from_element_id(
            self.browser.client.clone(),
            id.into(),
        ))
    }

    /// Waits until the page says this.
    pub async fn sees(&self, text: &str) {
        let expression = format!("saysOf(document.body).includes({})", Value::from(text));
        self.expects(&format!("see {text:?}"), &expression).await;
    }

    /// Waits until the page does not say this any more.
    pub async fn sees_no_more(&self, text: &str) {
        let expression = format!("!saysOf(document.body).includes({})", Value::from(text));
        self.expects(&format!("get rid of {text:?}"), &expression)
            .await;
    }

    /// Waits until something says this of the question with these words.
    pub async fn sees_of(&self, question: &str, text: &str) {
        let [question, text] = [question, text].map(Value::from);
        let expression = format!("saysOf(question({question}) ?? document.head).includes({text})");
        self.expects(&format!("see {text} at {question}"), &expression)
            .await;
    }

    /// Waits until something of this name is there to be pressed.
    pub async fn finds(&self, name: &str) {
        let expression = format!("called(inReach(), CONTROLS, {}).length", Value::from(name));
        self.expects(&format!("find {name:?}"), &expression).await;
    }

    /// Waits until nothing of this name is there any more.
    pub async fn finds_no(&self, name: &str) {
        let expression = format!("!called(inReach(), CONTROLS, {}).length", Value::from(name));
        self.expects(&format!("be without {name:?}"), &expression)
            .await;
    }

    /// Waits until this is true; `what` says what the person cannot do meanwhile.
    pub async fn expects(&self, what: &str, expression: &str) {
        let script = format!("return Boolean({expression})");
        self.tries(what, async || {
            let holds = self.run(&script, &[]).await == true;
            holds.then_some(()).ok_or("it does not come".into())
        })
        .await;
    }

    /// The questions as they stand there.
    pub async fn questions(&self) -> Vec<String> {
        let found = self.run("return questions()", &[]).await;
        serde_json::from_value(found).unwrap()
    }

    /// Everything that can be read.
    pub async fn says(&self) -> String {
        let text = self.run("return saysOf(document.body)", &[]).await;
        text.as_str().unwrap().to_owned()
    }

    async fn tries<T>(&self, what: &str, act: impl AsyncFn() -> Result<T, String>) -> T {
        let waiting = Stopwatch::start();
        loop {
            let why = match act().await {
                Ok(done) => return done,
                Err(why) => why,
            };
            if waiting.elapsed() > LONG {
                let page = self.says().await;
                panic!("{} cannot {what}: {why}. The page says:\n{page}", self.name);
            }
            sleep(Duration::from_millis(60)).await;
        }
    }
}

/// A guest who has joined.
pub async fn guest<'a>(
    scene: &Scene,
    browser: &'a Browser,
    host: &Client,
    session: &str,
) -> Person<'a> {
    let jun = Person::other(scene, browser, "jun").await;
    jun.opens(&format!("/join/{}", code_of(host, session)))
        .await;
    jun.finds("Use a name").await;
    jun
}

/// Somebody signed in who has joined, and their account.
pub async fn member<'a>(
    scene: &Scene,
    browser: &'a Browser,
    name: &str,
    session: &str,
) -> (Person<'a>, Client) {
    let account = scene.app.user(name);
    let person = Person::other(scene, browser, name).await;
    person.holds_login_of(&account).await;
    person.opens(&path_of(session)).await;
    person.finds("Code and QR").await;
    (person, account)
}

/// The code of a session, as it is typed.
pub fn code_of(client: &Client, session: &str) -> String {
    client.get(session).expect(200).field("joinCode")
}

/// The path of a session's page.
pub fn path_of(session: &str) -> String {
    session.replacen("/api/sessions/", "/s/", 1)
}
