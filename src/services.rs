//! The use cases of all features, and what each of them is given.

use std::sync::Arc;

use crate::auth::service::ended_logins::EndedLogins;
use crate::auth::service::guesses::Guesses;
use crate::auth::{AuthService, RefreshTokenKey};
use crate::changes::{Changes, Epochs, Woken};
use crate::clock::SharedClock;
use crate::config::{KeyPurpose, MasterSecrets, Settings};
use crate::db::{Db, Marks};
use crate::keys::SigningKeys;
use crate::keys::access_token::AccessTokens;
use crate::password::Passwords;
use crate::posts::{self, PostsService};
use crate::purge::PurgeSoon;
use crate::questions::{self, QuestionsService};
use crate::random::Random;
use crate::retries;
use crate::sessions::{self, KnownCodes, SessionsService};
use crate::users::UsersService;
use crate::users::account_data::AccountData;

/// What features keep for accounts: it moves with a claimed guest, goes with a deleted account,
/// follows a new nickname, and is part of an export. Sessions come first: they are locked before
/// anything that belongs to them.
pub const ACCOUNT_DATA: &[AccountData] = &[
    sessions::ACCOUNT_DATA,
    questions::ACCOUNT_DATA,
    posts::ACCOUNT_DATA,
    retries::ACCOUNT_DATA,
];

/// The use cases of all features, on one database.
#[derive(Clone)]
pub struct Services {
    /// Signs in and out.
    pub auth: AuthService,
    /// Answers questions about accounts.
    pub users: UsersService,
    /// Writes and reads posts.
    pub posts: PostsService,
    /// Opens sessions and lets people in.
    pub sessions: SessionsService,
    /// Writes questions, replies and likes.
    pub questions: QuestionsService,
    /// Counts what has changed in sessions.
    pub changes: Changes,
}

/// Starts the use cases: what they change is marked in `marks`.
///
/// # Errors
/// When the database fails, or was used under another secret.
pub async fn start(
    settings: &Settings,
    secrets: &MasterSecrets,
    db: &Db,
    clock: &SharedClock,
    random: &Random,
    marks: &Arc<Marks>,
) -> anyhow::Result<Services> {
    let auth = build_auth(settings, secrets, db, clock, random).await?;
    let epochs = Epochs::open(db, random.clone()).await?;
    let changes = Changes::new(db.clone(), Woken::new(Arc::clone(marks)), epochs);
    let guest_lifetime = settings.auth.refresh_idle_lifetime;
    Ok(Services {
        users: UsersService::new(db.clone(), ACCOUNT_DATA),
        posts: PostsService::new(db.clone(), clock.clone()),
        sessions: SessionsService::new(
            db.clone(),
            clock.clone(),
            random.clone(),
            auth.purge_soon.clone(),
            KnownCodes::new(db, clock, secrets),
            changes.clone(),
        ),
        questions: QuestionsService::new(
            db.clone(),
            clock.clone(),
            random.clone(),
            guest_lifetime,
            settings.sessions.blocked_words.clone(),
            changes.clone(),
        ),
        auth,
        changes,
    })
}

async fn build_auth(
    settings: &Settings,
    secrets: &MasterSecrets,
    db: &Db,
    clock: &SharedClock,
    random: &Random,
) -> anyhow::Result<AuthService> {
    let (own_clock, own_random) = (clock.clone(), random.clone());
    let signing_keys =
        SigningKeys::open(db.clone(), secrets, &settings.auth, own_clock, own_random).await?;
    let public_url = &settings.server.public_url;
    let decoy_key = secrets.current.derive(KeyPurpose::Decoys);
    let lifetime = settings.auth.access_token_lifetime;
    let keys = signing_keys.present().clone();
    Ok(AuthService {
        db: db.clone(),
        clock: clock.clone(),
        random: random.clone(),
        settings: settings.auth.clone(),
        guesses: Guesses::new(db, clock, random, &settings.limits, secrets),
        passwords: Passwords::start(&settings.password, public_url, decoy_key, random.clone())?,
        signing_keys,
        access_tokens: AccessTokens::new(keys, public_url, lifetime, random.clone()),
        refresh_tokens: RefreshTokenKey::new(secrets),
        account_data: ACCOUNT_DATA,
        purge_soon: PurgeSoon::default(),
        ended_logins: EndedLogins::new(db.clone(), clock.clone(), &settings.auth),
    })
}
