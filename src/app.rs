//! Wiring: the database, the services, the actors and the server.

use std::net::{SocketAddr, TcpListener};

use actix::{Actor, Addr};
use actix_web::dev::{Server, ServerHandle};
use actix_web::middleware::from_fn;
use actix_web::web::Data;
use actix_web::{App, HttpServer, web};
use anyhow::Context;
use tracing_actix_web::TracingLogger;

use crate::auth::access_token::AccessTokens;
use crate::auth::attempts::Attempts;
use crate::auth::cookies::Cookies;
use crate::auth::password::Passwords;
use crate::auth::purge::{Purge, PurgeActor};
use crate::auth::signing_keys::SigningKey;
use crate::auth::{AuthService, Jwks, RefreshTokenKey, RegisterService};
use crate::clock::SharedClock;
use crate::config::{DatabaseUrl, PublicUrl, Settings};
use crate::db::{BUSY_TIMEOUT, Db, migrations};
use crate::http::client_address::TrustedProxies;
use crate::http::limits::{self, Limits};
use crate::http::origin::{self, TrustedOrigins};
use crate::http::{bounds, problem, security_headers};
use crate::openapi::handlers::Docs;
use crate::random::Random;
use crate::routes;
use crate::telemetry::{self, RequestSpan};
use crate::users::UsersService;

/// A server that is running once [`Self::server`] is awaited. Signals are its owner's affair.
pub struct Running {
    /// Where it listens; the real port where 0 was asked for.
    pub address: SocketAddr,
    /// Runs while it is awaited.
    pub server: Server,
    /// Stops it.
    pub handle: ServerHandle,
    /// Takes the message that asks for a purge now.
    pub purge: Addr<PurgeActor>,
}

/// What each worker of the server needs.
#[derive(Clone)]
struct Shared {
    db: Db,
    auth: AuthService,
    register: RegisterService,
    users: UsersService,
    jwks: Jwks,
    docs: Docs,
    cookies: Cookies,
    proxies: TrustedProxies,
    origins: TrustedOrigins,
    public_url: PublicUrl,
}

/// Brings the database up to date and starts everything.
///
/// # Errors
/// When the database, the secret or the address cannot be had; the text says which.
pub async fn start(
    settings: Settings,
    clock: SharedClock,
    random: Random,
) -> anyhow::Result<Running> {
    migrate(&settings.database.url).await?;
    let listener = TcpListener::bind(settings.server.listen)
        .with_context(|| format!("cannot listen on {}", settings.server.listen))?;
    let address = listener.local_addr()?;

    let db = Db::open(&settings.database, BUSY_TIMEOUT)?;
    let shared = build(&settings, db.clone(), &clock, random).await?;
    let purge = Purge::new(db, &settings.auth);
    let limits = Limits::new(&settings, &clock);
    let swept = limits.clone();
    let sweep = Box::new(move |now| swept.sweep(now));
    let purge = PurgeActor::new(purge, sweep, clock, settings.auth.purge_interval).start();
    let server = serve(&settings, shared, limits, listener)?;
    Ok(Running {
        address,
        handle: server.handle(),
        server,
        purge,
    })
}

/// Applies pending migrations and logs which.
///
/// # Errors
/// When the database cannot be reached or a migration fails.
pub async fn migrate(url: &DatabaseUrl) -> anyhow::Result<usize> {
    let owned = url.clone();
    let applied = web::block(move || migrations::run(&owned, BUSY_TIMEOUT))
        .await?
        .with_context(|| format!("cannot prepare the database {url}"))?;
    for migration in &applied {
        tracing::info!(migration, "applied");
    }
    Ok(applied.len())
}

async fn build(
    settings: &Settings,
    db: Db,
    clock: &SharedClock,
    random: Random,
) -> anyhow::Result<Shared> {
    let secret = settings
        .secret
        .load(random.bytes())
        .context("cannot read or keep the secret")?;
    let key = SigningKey::load_or_create(&db, &secret, &random, clock.now()).await?;
    let jwks = Jwks::from(&key);
    let passwords = Passwords::start(&settings.password, random.clone())?;
    let public_url = settings.server.public_url.clone();
    let cookies = Cookies::new(&public_url);
    let lifetime = settings.auth.access_token_lifetime;
    let access_tokens = AccessTokens::new(key, &public_url, lifetime, random.clone());
    let attempts = Attempts::new(&db, clock, &random, &settings.limits, &secret);
    Ok(Shared {
        db: db.clone(),
        auth: AuthService {
            db: db.clone(),
            clock: clock.clone(),
            random: random.clone(),
            settings: settings.auth.clone(),
            attempts,
            passwords: passwords.clone(),
            access_tokens,
            refresh_tokens: RefreshTokenKey::new(&secret),
        },
        register: RegisterService {
            db: db.clone(),
            clock: clock.clone(),
            random,
            passwords,
        },
        users: UsersService::new(db),
        jwks,
        docs: Docs::new(cookies)?,
        cookies,
        proxies: TrustedProxies(settings.server.trusted_proxies.clone()),
        origins: TrustedOrigins::new(&settings.server),
        public_url,
    })
}

fn serve(
    settings: &Settings,
    shared: Shared,
    limits: Limits,
    listener: TcpListener,
) -> anyhow::Result<Server> {
    let shutdown = settings.server.shutdown_timeout.as_secs();
    let server = HttpServer::new(move || {
        let shared = shared.clone();
        let cors = shared.origins.cors();
        App::new()
            .app_data(Data::new(shared.db))
            .app_data(Data::new(shared.auth))
            .app_data(Data::new(shared.register))
            .app_data(Data::new(shared.users))
            .app_data(Data::new(shared.jwks))
            .app_data(Data::new(shared.docs))
            .app_data(Data::new(shared.cookies))
            .app_data(Data::new(shared.proxies))
            .app_data(Data::new(limits.clone()))
            .app_data(Data::new(shared.origins))
            .app_data(Data::new(shared.public_url))
            .configure(routes::register)
            // The last one wrapped is the first to see a request.
            .wrap(from_fn(origin::reject_forgeries))
            .wrap(from_fn(bounds::check))
            .wrap(from_fn(limits::check_everything))
            .wrap(cors)
            .wrap(from_fn(problem::render))
            .wrap(from_fn(security_headers::add))
            .wrap(TracingLogger::<RequestSpan>::new())
            .wrap(from_fn(telemetry::log_answers))
    })
    .shutdown_timeout(shutdown)
    .disable_signals()
    .h1_allow_half_closed(false)
    .listen(listener)?;
    Ok(server.run())
}
