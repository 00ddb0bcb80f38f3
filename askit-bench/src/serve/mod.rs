//! The servers that are built here, from askit's own parts: children of the bench.

mod no_decoy;

use std::net::TcpListener;
use std::sync::Arc;

use actix_web::middleware::from_fn;
use actix_web::rt::System;
use actix_web::web::{self, Data, ServiceConfig, get, resource};
use actix_web::{App, HttpResponse, HttpServer, error};
use actix_web_httpauth::middleware::HttpAuthentication;
use anyhow::Context;
use askit::auth::middleware::require_user;
use askit::auth::service::ended_logins::EndedLogins;
use askit::auth::service::guesses::Guesses;
use askit::auth::{AuthService, RefreshTokenKey};
use askit::clock::{SharedClock, SystemClock};
use askit::config::{LimitSettings, Settings, Sources};
use askit::db::{BUSY_TIMEOUT, Db, UtcTime};
use askit::http::rate_limits::Limits;
use askit::keys::SigningKeys;
use askit::keys::access_token::AccessTokens;
use askit::password::Passwords;
use askit::purge::PurgeSoon;
use askit::random::Random;
use askit::telemetry::{self, RequestSpan};
use askit::users::{AccountKind, LoginId, User, UserId, UsersService};
use chrono::TimeDelta;
use clap::Subcommand;
use serde::Serialize;
use tracing_actix_web::TracingLogger;

use crate::rows::CONNECTIONS;

/// Which server.
#[derive(Debug, Clone, Copy, Subcommand)]
pub enum Serve {
    /// `/open` and `/guarded`: one handler, without and behind the bearer check
    #[command(name = "serve-bearer", hide = true)]
    Bearer,
    /// `/users/{id}`: the account, and nothing around it
    #[command(name = "serve-bare", hide = true)]
    Bare,
    /// `/api/auth/login`, which hashes nothing where there is no account
    #[command(name = "serve-no-decoy", hide = true)]
    NoDecoy,
}

/// The file with the access tokens that [`Serve::Bearer`] takes, a line each.
pub const TOKENS: &str = "tokens";

impl Serve {
    /// Serves until it is killed.
    ///
    /// # Errors
    /// When it cannot.
    pub fn run(self) -> anyhow::Result<()> {
        let environment = std::env::vars().collect();
        let sources = Sources {
            environment,
            ..Sources::default()
        };
        let settings = Settings::load(&sources).settings?;
        telemetry::init(&settings.telemetry, std::io::stderr)?;
        System::new().block_on(async {
            match self {
                Self::Bearer => bearer(&settings).await,
                Self::Bare => bare(&settings).await,
                Self::NoDecoy => no_decoy::serve(&settings).await,
            }
        })
    }
}

async fn bearer(settings: &Settings) -> anyhow::Result<()> {
    let auth = auth_service(settings).await?;
    let now = auth.clock.now();
    let mut tokens = String::new();
    for number in 1..=CONNECTIONS {
        let login_id = LoginId::generate(&auth.random);
        let user_id = UserId::new(i64::try_from(number)?).context("a number of an account")?;
        let ends = now + TimeDelta::days(1);
        let issue = &auth.access_tokens;
        let token = issue.issue(user_id, AccountKind::Named, login_id, ends, now);
        tokens = tokens + token.text.expose() + "\n";
    }
    std::fs::write(TOKENS, tokens)?;
    let routes = |routes: &mut ServiceConfig| {
        let user = HttpAuthentication::with_fn(require_user);
        routes.service(resource("/open").route(get().to(fixed)));
        routes.service(resource("/guarded").route(get().to(fixed).wrap(user)));
    };
    let limits = LimitSettings {
        enabled: false,
        ..settings.limits.clone()
    };
    let limits = Limits::new(&limits, &auth.clock, &auth.random);
    let listener = listen(settings)?;
    let server = HttpServer::new(move || {
        App::new()
            .app_data(Data::new(auth.clone()))
            .app_data(Data::new(limits.clone()))
            .configure(routes)
            .wrap(TracingLogger::<RequestSpan>::new())
            .wrap(from_fn(telemetry::log_answers))
    });
    let server = server.h1_allow_half_closed(false);
    Ok(server.listen(listener)?.run().await?)
}

async fn auth_service(settings: &Settings) -> anyhow::Result<AuthService> {
    let clock: SharedClock = Arc::new(SystemClock);
    let random = Random::from_system();
    askit::app::migrate(&settings.database.url, clock.clone()).await?;
    let db = Db::open(&settings.database, BUSY_TIMEOUT)?;
    let secrets = settings.secret.load(random.bytes())?;
    let (keys_clock, keys_random) = (clock.clone(), random.clone());
    let signing_keys = SigningKeys::open(
        db.clone(),
        &secrets,
        &settings.auth,
        keys_clock,
        keys_random,
    )
    .await?;
    Ok(AuthService {
        guesses: Guesses::new(&db, &clock, &random, &settings.limits, &secrets),
        ended_logins: EndedLogins::new(db.clone(), clock.clone(), &settings.auth),
        account_data: &[],
        purge_soon: PurgeSoon::default(),
        db,
        signing_keys: signing_keys.clone(),
        access_tokens: AccessTokens::new(
            signing_keys.present().clone(),
            &settings.server.public_url,
            settings.auth.access_token_lifetime,
            random.clone(),
        ),
        passwords: Passwords::start(
            &settings.password,
            &settings.server.public_url,
            random.bytes(),
            random.clone(),
        )?,
        refresh_tokens: RefreshTokenKey::new(&secrets),
        settings: settings.auth.clone(),
        clock,
        random,
    })
}

#[derive(Serialize)]
struct Fixed {
    status: &'static str,
}

async fn fixed() -> HttpResponse {
    HttpResponse::Ok().json(Fixed { status: "live" })
}

async fn bare(settings: &Settings) -> anyhow::Result<()> {
    let db = Db::open(&settings.database, BUSY_TIMEOUT)?;
    let users = UsersService::new(db, &[]);
    let listener = listen(settings)?;
    let server = HttpServer::new(move || {
        App::new()
            .app_data(Data::new(users.clone()))
            .route("/users/{id}", get().to(account))
    });
    let server = server.h1_allow_half_closed(false);
    Ok(server.listen(listener)?.run().await?)
}

/// The same answer as that of GET `/api/users/me`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Account {
    user_id: UserId,
    kind: AccountKind,
    email: Option<String>,
    nickname: Option<String>,
    created_at: UtcTime,
}

impl From<User> for Account {
    fn from(user: User) -> Self {
        Self {
            user_id: user.user_id,
            kind: user.kind,
            email: user.email,
            nickname: user.nickname,
            created_at: user.created_at.into(),
        }
    }
}

async fn account(
    users: Data<UsersService>,
    number: web::Path<i64>,
) -> Result<HttpResponse, actix_web::Error> {
    let number = UserId::new(*number).ok_or_else(|| error::ErrorNotFound(""))?;
    let found = users.find_active(number).await;
    let user = found.map_err(error::ErrorInternalServerError)?;
    let user = user.ok_or_else(|| error::ErrorNotFound(""))?;
    Ok(HttpResponse::Ok().json(Account::from(user)))
}

fn listen(settings: &Settings) -> anyhow::Result<TcpListener> {
    let listener = TcpListener::bind(settings.server.listen).context("no port")?;
    tracing::info!("listening on http://{}", listener.local_addr()?);
    Ok(listener)
}
