//! A server, and the pages that call it.

use std::net::TcpListener;
use std::sync::{Arc, LazyLock, Mutex};

use serde_json::{Value, json};
use url::form_urlencoded;

use crate::network::Network;
use crate::program::Program;
use crate::support::app::Secrets;
use crate::support::{App, Client, Kind, Setup};
use crate::{pages, proxy};

static PAGES: LazyLock<u16> = LazyLock::new(pages::start);
static OTHER_PAGES: LazyLock<u16> = LazyLock::new(pages::start);

/// Origins: `http://localhost:1234` and the like.
pub struct Scene {
    pub app: App,
    pub api: String,
    /// Whose pages may call the API.
    pub page: String,
    /// Of the same site as the API, so that cookies travel, but not allowed to call it.
    pub sibling: String,
    /// Of another site.
    pub stranger: String,
    /// Between the browser and the API, where it can be cut.
    pub network: Option<Network>,
    _proxy: Option<Program>,
}

impl Scene {
    /// As in development: by http on several ports of `localhost`.
    pub fn http() -> Self {
        let page = format!("http://localhost:{}", *PAGES);
        let setup = Setup::default().set("SERVER__ALLOWED_ORIGINS", &page);
        let app = setup.start(Kind::Sqlite);
        Self {
            api: format!("http://localhost:{}", app.address.port()),
            page,
            sibling: format!("http://localhost:{}", *OTHER_PAGES),
            stranger: format!("http://127.0.0.1:{}", *PAGES),
            app,
            network: None,
            _proxy: None,
        }
    }

    /// The same over a network that can be cut.
    pub fn http_over_network() -> Self {
        let scene = Self::http();
        let network = Network::to(scene.app.address.port());
        Self {
            api: format!("http://localhost:{}", network.port),
            network: Some(network),
            ..scene
        }
    }

    /// As in production: by https, behind a proxy, with names of their own.
    pub fn https() -> Self {
        // Between its choice and its use, a port may become somebody else's.
        let mut scenes = (0..5).filter_map(|_| Self::https_at(free_port()));
        scenes.next().expect("a port for nginx")
    }

    fn https_at(port: u16) -> Option<Self> {
        let origin = |name: &str| format!("https://{name}:{port}");
        let (api, page) = (origin(proxy::API), origin("app.ask.localhost"));
        let setup = Setup::default()
            .set("SERVER__PUBLIC_URL", &api)
            .set("SERVER__ALLOWED_ORIGINS", &page)
            .set("SERVER__TRUSTED_PROXIES", "127.0.0.1");
        let app = setup.start(Kind::Sqlite);
        let proxy = proxy::start(port, app.address.port(), *PAGES)?;
        Some(Self {
            app,
            api,
            page,
            sibling: origin("blog.ask.localhost"),
            stranger: origin("strange.localhost"),
            network: None,
            _proxy: Some(proxy),
        })
    }

    /// The address of a route.
    pub fn api(&self, path: &str) -> String {
        format!("{}/api{path}", self.api)
    }

    /// A page that sets these cookies, as its server wishes.
    pub fn planting(&self, origin: &str, lines: &[String]) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(lines.iter().map(|line| ("cookie", line)));
        format!("{origin}/plant?{}", query.finish())
    }

    /// Everything that a request might change, counted.
    pub fn state(&self) -> String {
        let counted = "SELECT 'users: ' || (SELECT group_concat(nickname) FROM users WHERE active)
            || ', all: ' || (SELECT count(*) FROM users)
            || ', logins: ' || (SELECT count(*) FROM refresh_tokens)
            || ', alive: ' || (SELECT count(*) FROM refresh_tokens WHERE ended_at IS NULL)
            || ', rotations: ' || (SELECT sum(generation) FROM refresh_tokens)
            || ', posts: ' || (SELECT count(*) FROM posts)
            || ', sessions: ' || (SELECT count(*) FROM sessions WHERE ended_at IS NULL)
            || ', participants: ' || (SELECT count(*) FROM participants)
            || ', questions: ' || (SELECT count(*) FROM questions)
            || ', attempts: ' || (SELECT count(*) FROM attempts)
            || ', audited: ' || (SELECT count(*) FROM audit_events) AS text";
        self.app.database.text(counted)
    }

    pub fn secrets(&self) -> Arc<Mutex<Secrets>> {
        self.app.anonymous().secrets
    }
}

/// A port on which nobody listens any more when this returns.
fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

/// What a person types to sign in.
pub fn credentials(person: &Client) -> Value {
    json!({ "email": person.email, "password": person.password })
}
