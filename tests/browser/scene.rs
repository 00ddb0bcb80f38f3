//! A server, and the pages that call it.

use std::net::TcpListener;
use std::sync::{Arc, LazyLock, Mutex};
use std::thread;

use askit::clock::{Clock, ManualClock, SystemClock};
use serde_json::{Value, json};
use url::form_urlencoded;

use crate::network::Network;
use crate::program::Program;
use crate::support::app::Secrets;
use crate::support::{App, Client, Kind, RunningServer, Setup};
use crate::{pages, proxy};

static PAGES: LazyLock<u16> = LazyLock::new(pages::start);
static OTHER_PAGES: LazyLock<u16> = LazyLock::new(pages::start);

/// An instance, perhaps another one, and what is before them.
type Parts = (App, Option<RunningServer>, Program);

/// Origins: `http://localhost:1234` and the like.
pub struct Scene {
    /// Another instance on the same database. It goes before the one that has the database.
    pub other: Mutex<Option<RunningServer>>,
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
            other: Mutex::default(),
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

    /// The page that the server itself has, over a network that can be cut. Its clock begins where
    /// the browser's is.
    pub fn page(kind: Kind) -> Self {
        Self::page_with(kind, |_| Setup::default())
    }

    /// The same with a setup that is told an origin of the same site.
    pub fn page_with(kind: Kind, setup: impl FnOnce(&str) -> Setup) -> Self {
        let sibling = format!("http://localhost:{}", *OTHER_PAGES);
        let network = Network::new();
        let own = format!("http://localhost:{}", network.port);
        let clock = Arc::new(ManualClock::new(SystemClock.now()));
        let setup = setup(&sibling).set("SERVER__PUBLIC_URL", &own);
        let app = setup.clock(&clock).start(kind);
        network.lead_to(app.address.port());
        Self {
            api: own.clone(),
            page: own,
            sibling,
            stranger: format!("http://127.0.0.1:{}", *PAGES),
            app,
            other: Mutex::default(),
            network: Some(network),
            _proxy: None,
        }
    }

    /// Nobody reaches the server any more.
    pub fn cut(&self) {
        self.network.as_ref().unwrap().cut();
    }

    pub fn mend(&self) {
        self.network.as_ref().unwrap().mend();
    }

    /// Stops the server of a page; `meanwhile` nobody answers; then another one has its database.
    pub async fn restart(&mut self, meanwhile: impl AsyncFnOnce()) {
        self.cut();
        meanwhile().await;
        let setup = Setup::default().set("SERVER__PUBLIC_URL", &self.page);
        let app = &mut self.app;
        // Not within the runtime of the test.
        thread::scope(|scope| scope.spawn(|| app.restart_here(setup)).join()).unwrap();
        let network = self.network.as_ref().unwrap();
        network.lead_to(self.app.address.port());
        network.mend();
    }

    /// As in production: by https, behind a proxy, with names of their own.
    pub fn https() -> Self {
        Self::behind_proxy(|port, setup| {
            let app = setup.start(Kind::Sqlite);
            let proxy = proxy::start(port, app.address.port(), *PAGES)?;
            Some((app, None, proxy))
        })
    }

    /// The same with two instances on PostgreSQL, behind the nginx of deploy/.
    pub fn deployed() -> Self {
        Self::behind_proxy(|port, setup| {
            let app = setup.start(Kind::Postgres);
            let other = Self::setup(port).clock(&app.clock).start_on(&app.database);
            let instances = [app.address.port(), other.address.port()];
            let proxy = proxy::start_deployed(port, instances, *PAGES)?;
            Some((app, Some(other), proxy))
        })
    }

    fn behind_proxy(start: impl Fn(u16, Setup) -> Option<Parts>) -> Self {
        // Between its choice and its use, a port may become somebody else's.
        let ports = (0..5).map(|_| free_port());
        let mut started = ports.filter_map(|port| Some((port, start(port, Self::setup(port))?)));
        let (port, (app, other, proxy)) = started.next().expect("a port for nginx");
        Self {
            app,
            api: origin(proxy::API, port),
            page: origin("app.ask.localhost", port),
            sibling: origin("blog.ask.localhost", port),
            stranger: origin("strange.localhost", port),
            other: Mutex::new(other),
            network: None,
            _proxy: Some(proxy),
        }
    }

    /// That of an instance behind a proxy on this port.
    fn setup(port: u16) -> Setup {
        Setup::default()
            .set("SERVER__PUBLIC_URL", &origin(proxy::API, port))
            .set(
                "SERVER__ALLOWED_ORIGINS",
                &origin("app.ask.localhost", port),
            )
            .set("SERVER__TRUSTED_PROXIES", "127.0.0.1")
    }

    /// The address of a route.
    pub fn api(&self, path: &str) -> String {
        format!("{}/api{path}", self.api)
    }

    /// A page that follows a session with the client.
    pub fn room(&self, session: &str) -> String {
        let id = session.rsplit('/').next().unwrap();
        let (page, api) = (&self.page, self.api(""));
        format!("{page}/room.html?api={api}&session={id}")
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

/// By https.
fn origin(name: &str, port: u16) -> String {
    format!("https://{name}:{port}")
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
