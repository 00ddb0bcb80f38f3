//! Wiring: the database, the services, the actors and the server.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use actix::{Actor, Addr};
use actix_web::dev::{Server, ServerHandle};
use actix_web::middleware::from_fn;
use actix_web::rt::spawn;
use actix_web::web::{Data, ServiceConfig};
use actix_web::{App, HttpServer, web};
use anyhow::Context;
use tracing_actix_web::TracingLogger;

use crate::audit;
use crate::auth;
use crate::auth::cookies::Cookies;
use crate::auth::middleware::limits::check_everything;
use crate::auth::service::cache_refresh;
use crate::auth::service::cache_refresh::Caches;
use crate::clock::SharedClock;
use crate::config::{DatabaseUrl, MasterSecrets, PublicUrl, Settings};
use crate::db::migrations::{self, Applied};
use crate::db::{BUSY_TIMEOUT, DataStep, Db, Marks, Notices, OwnConnection};
use crate::http::Cursors;
use crate::http::client_address::TrustedProxies;
use crate::http::connections::ClientTimeout;
use crate::http::origin::TrustedOrigins;
use crate::http::rate_limits::Limits;
use crate::http::{capacity, connections, head, header_limits, origin, problem, security_headers};
use crate::keys;
use crate::live::{self, Follower, Live};
use crate::openapi::handlers::Docs;
use crate::page::Page;
use crate::password;
use crate::purge::{Purge, PurgeActor, Purger};
use crate::questions;
use crate::random::Random;
use crate::retries;
use crate::routes;
use crate::services::{self, ACCOUNT_DATA, Services};
use crate::sessions;
use crate::telemetry::{self, RequestSpan};
use crate::users::remove_deleted;

/// What features remove once it is over, in this order: what is in a session goes before its
/// participants, a guest after its logins and contributions.
const PURGES: &[Purge] = &[
    Purge {
        name: "traces of deleted accounts",
        remove: |conn, times, batch| remove_deleted(conn, ACCOUNT_DATA, times, batch),
    },
    sessions::PURGE_SESSIONS,
    questions::PURGE_CONTENTS,
    sessions::PURGE_PARTICIPANTS,
    auth::PURGE_LOGINS,
    questions::PURGE_GUESTS,
    auth::PURGE_GUESTS,
    audit::PURGE,
    keys::PURGE,
    auth::PURGE_ATTEMPTS,
    sessions::PURGE_KNOWN_CODES,
    live::PURGE,
    retries::PURGE,
];

/// The Rust steps of migrations, in the order in which they run. A new one comes last.
const DATA_STEPS: &[DataStep] = &[];

/// How long the first head of a connection may take.
const HEAD_TIMEOUT: Duration = Duration::from_secs(5);
/// A server that is running once [`Self::server`] is awaited. Signals are its owner's affair.
pub struct Running {
    /// Where it listens; the real port where 0 was asked for.
    pub address: SocketAddr,
    /// Runs while it is awaited.
    pub server: Server,
    /// Stops it.
    pub handle: Stopper,
    /// Takes the message that asks for a purge now.
    pub purge: Addr<PurgeActor>,
}

/// Stops a server.
#[derive(Clone)]
pub struct Stopper {
    server: ServerHandle,
    live: Live,
}

impl Stopper {
    /// Ends the streams, which would never end by themselves, then the server: if `graceful`, after
    /// the requests that are in flight.
    pub async fn stop(&self, graceful: bool) {
        self.live.stop();
        self.server.stop(graceful).await;
    }
}

/// What each worker of the server needs.
#[derive(Clone)]
struct WorkerState {
    db: Db,
    services: Services,
    live: Live,
    page: Data<Page>,
    docs: Docs,
    cookies: Cookies,
    cursors: Cursors,
    proxies: TrustedProxies,
    origins: TrustedOrigins,
    public_url: PublicUrl,
}

/// Brings the database up to date and starts everything.
///
/// # Errors
/// When the database, the secret or the address cannot be had; the text says which.
pub async fn start(
    mut settings: Settings,
    clock: SharedClock,
    random: Random,
) -> anyhow::Result<Running> {
    migrate(&settings.database.url, clock.clone()).await?;
    settings.server.max_connections = capacity::possible(settings.server.max_connections);
    let listener = TcpListener::bind(settings.server.listen)
        .with_context(|| format!("cannot listen on {}", settings.server.listen))?;
    let address = listener.local_addr()?;

    let db = Db::open(&settings.database, BUSY_TIMEOUT)?;
    let limits = Limits::new(&settings.limits, &clock, &random);
    let marks = Arc::new(Marks::new(settings.database.url.has_instances()));
    let shared = build(&settings, db.clone(), &clock, random, &marks).await?;
    let auth = shared.services.auth.clone();
    let caches = Caches {
        db: db.clone(),
        ended_logins: auth.ended_logins,
        signing_keys: auth.signing_keys,
        decoys: auth.passwords.decoys,
    };
    let notices = Notices::listen(&settings.database.url, marks)?;
    // No request is served before this process knows which logins have ended.
    let ended = caches.ended_logins.reload(true).await;
    ended.context("cannot read which logins have ended")?;
    let schemes = password::service::reload(&db, &caches.decoys).await;
    schemes.context("cannot read which password hashes there are")?;
    spawn(cache_refresh::run(caches, notices));
    let swept = limits.clone();
    let sweep = Box::new(move |now| swept.sweep(now));
    let (purger, interval) = (purger(db, &settings), settings.auth.purge_interval);
    let purge_actor = PurgeActor::new(purger, sweep, clock, interval, auth.purge_soon).start();
    let live = shared.live.clone();
    let server = serve(&settings, shared, limits, listener)?;
    let handle = Stopper {
        server: server.handle(),
        live,
    };
    Ok(Running {
        address,
        handle,
        server,
        purge: purge_actor,
    })
}

/// Removes what is over.
pub fn purger(db: Db, settings: &Settings) -> Purger {
    let token_window = settings.auth.access_token_window();
    Purger::new(db, PURGES, token_window, settings.sessions.retention)
}

/// Applies pending migrations and logs which.
///
/// # Errors
/// When the database cannot be reached or a migration fails.
pub async fn migrate(url: &DatabaseUrl, clock: SharedClock) -> anyhow::Result<Applied> {
    let owned = url.clone();
    web::block(move || migrations::run(&owned, BUSY_TIMEOUT, DATA_STEPS, &*clock))
        .await?
        .with_context(|| format!("cannot prepare the database {url}"))
}

/// The master secret; in development the first start makes it.
///
/// # Errors
/// When its file cannot be read or written.
pub fn load_secrets(settings: &Settings, random: &Random) -> anyhow::Result<MasterSecrets> {
    let secrets = settings.secret.load(random.bytes());
    secrets.context("cannot read or keep the secret")
}

async fn build(
    settings: &Settings,
    db: Db,
    clock: &SharedClock,
    random: Random,
    marks: &Arc<Marks>,
) -> anyhow::Result<WorkerState> {
    let secrets = load_secrets(settings, &random)?;
    let services = services::start(settings, &secrets, &db, clock, &random, marks).await?;
    let public_url = settings.server.public_url.clone();
    let cookies = Cookies::new(&public_url);
    Ok(WorkerState {
        live: build_live(settings, &services, clock, &random)?,
        page: Data::new(Page::new(services.users.clone(), &settings.server)),
        db,
        services,
        docs: Docs::new(cookies),
        cookies,
        cursors: Cursors::new(&secrets),
        proxies: TrustedProxies(settings.server.trusted_proxies.clone()),
        origins: TrustedOrigins::new(&settings.server),
        public_url,
    })
}

/// What is followed, and the thread that tells what has changed.
fn build_live(
    settings: &Settings,
    services: &Services,
    clock: &SharedClock,
    random: &Random,
) -> anyhow::Result<Live> {
    let (auth, changes) = (&services.auth, &services.changes);
    let most = settings.server.max_connections as usize / 4 * 3;
    let (own_clock, ended_logins) = (clock.clone(), auth.ended_logins.clone());
    let live = Live::new(
        changes.woken().clone(),
        own_clock,
        random.clone(),
        ended_logins,
        most,
    );
    let url = &settings.database.url;
    let connection = OwnConnection::new(url);
    let server_id = i64::from_be_bytes(random.bytes());
    let server_id = url.has_instances().then_some(server_id);
    let follower = Follower::new(
        live.clone(),
        connection,
        changes.epochs().clone(),
        server_id,
    );
    follower.spawn().context("no thread for live events")?;
    Ok(live)
}

/// Gives handlers and middleware what they take from the app.
fn provide(config: &mut ServiceConfig, shared: WorkerState) {
    config
        .app_data(Data::new(shared.db))
        .app_data(Data::new(shared.services.auth.signing_keys.clone()))
        .app_data(Data::new(shared.services.auth))
        .app_data(Data::new(shared.services.users))
        .app_data(Data::new(shared.services.posts))
        .app_data(Data::new(shared.services.sessions))
        .app_data(Data::new(shared.services.questions))
        .app_data(Data::new(shared.live))
        .app_data(shared.page)
        .app_data(Data::new(shared.docs))
        .app_data(Data::new(shared.cookies))
        .app_data(Data::new(shared.cursors))
        .app_data(Data::new(shared.proxies))
        .app_data(Data::new(shared.origins))
        .app_data(Data::new(shared.public_url));
}

fn serve(
    settings: &Settings,
    shared: WorkerState,
    limits: Limits,
    listener: TcpListener,
) -> anyhow::Result<Server> {
    let client_timeout = settings.server.client_timeout;
    let has_page = settings.server.page;
    let (workers, connections) = capacity::of_workers(settings.server.max_connections);
    let server = HttpServer::new(move || {
        let shared = shared.clone();
        let cors = shared.origins.cors();
        App::new()
            .configure(|config| provide(config, shared))
            .app_data(Data::new(limits.clone()))
            .app_data(Data::new(ClientTimeout(client_timeout)))
            .configure(routes::register)
            .configure(|routes| {
                if has_page {
                    routes::register_page(routes);
                }
            })
            // The last one wrapped is the first to see a request.
            .wrap(from_fn(origin::reject_forgeries))
            .wrap(from_fn(header_limits::check))
            .wrap(from_fn(check_everything))
            .wrap(cors)
            .wrap(from_fn(problem::render))
            .wrap(from_fn(head::answer))
            .wrap(from_fn(security_headers::add))
            .wrap(TracingLogger::<RequestSpan>::new())
            .wrap(from_fn(telemetry::log_answers))
            .wrap(from_fn(connections::take_turns))
    })
    .workers(workers)
    .max_connections(connections)
    .on_connect(move |stream, data| connections::open(stream, data, ClientTimeout(client_timeout)))
    .client_request_timeout(client_timeout.min(HEAD_TIMEOUT))
    .keep_alive(client_timeout)
    .shutdown_timeout(settings.server.shutdown_timeout.as_secs())
    .disable_signals()
    .h1_allow_half_closed(false)
    .tcp_nodelay(true)
    .listen(listener)?;
    Ok(server.run())
}
