//! Who takes part in the demonstration.

use std::collections::HashMap;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::script::{Person, Script};
use super::{Demo, DemoError, HostAccount};
use crate::auth::service::guest::Admitted;
use crate::auth::{Credentials, Device, NewAccount, SignedIn};
use crate::client_network::Network;
use crate::password::{NewPassword, TypedPassword};
use crate::random::Random;
use crate::services::Services;
use crate::sessions::{NewSession, SessionDescription, SessionId, SessionTitle};
use crate::users::{CurrentUser, Email, Nickname};

/// Everybody, each with a login.
pub struct Cast {
    /// What they take part in.
    pub session_id: SessionId,
    super_host: CurrentUser,
    named: HashMap<String, CurrentUser>,
    guests: Vec<CurrentUser>,
    /// Of those who have an account.
    logins: Vec<SignedIn>,
}

/// Makes the accounts and the guests, opens the session, and lets those in who have a name. Two
/// hashes for each account are all that takes long.
pub async fn gather(
    services: &Services,
    script: &Script,
    random: &Random,
) -> Result<(Cast, Demo), DemoError> {
    let (mut named, mut logins, mut hosts) = (HashMap::new(), Vec::new(), Vec::new());
    let mut users = Vec::new();
    for person in script.hosts.iter().chain(&script.people) {
        let password = URL_SAFE_NO_PAD.encode(random.bytes::<18>());
        let login = register(services, person, &password).await?;
        let user = user(services, &login).await?;
        named.insert(person.nickname.clone(), user);
        users.push(user);
        logins.push(login);
        hosts.push(HostAccount {
            nickname: person.nickname.clone(),
            email: person.email.clone(),
            password,
        });
    }
    hosts.truncate(script.hosts.len());
    let nobody = || DemoError::Nobody("a host".into());
    let (super_host, others) = users.split_first().ok_or_else(nobody)?;
    let (session_id, join_code) = open(services, script, *super_host).await?;
    let sub_hosts = hosts.len().saturating_sub(1);
    enter(services, session_id, *super_host, others, sub_hosts).await?;
    let cast = Cast {
        session_id,
        super_host: *super_host,
        named,
        guests: admit(services, script.guests).await?,
        logins,
    };
    Ok((cast, Demo { join_code, hosts }))
}

/// Lets them in under their names; the first of them become sub hosts.
async fn enter(
    services: &Services,
    session_id: SessionId,
    super_host: CurrentUser,
    others: &[CurrentUser],
    sub_hosts: usize,
) -> Result<(), DemoError> {
    let sessions = &services.sessions;
    for user in others {
        let network = Network::Unknown;
        sessions.enter(*user, session_id, true, network).await?;
    }
    for user in others.iter().take(sub_hosts) {
        let granted = sessions.change_host(super_host, session_id, user.user_id, true, None);
        granted.await?;
    }
    Ok(())
}

async fn admit(services: &Services, count: usize) -> Result<Vec<CurrentUser>, DemoError> {
    let mut guests = Vec::new();
    for _ in 0..count {
        let (Admitted::Known(login) | Admitted::New(login)) =
            services.auth.admit_guest(None, Device::default()).await?;
        guests.push(user(services, &login).await?);
    }
    Ok(guests)
}

async fn register(
    services: &Services,
    person: &Person,
    password: &str,
) -> Result<SignedIn, DemoError> {
    let email = Email::parse(&person.email)?;
    let credentials = Credentials {
        email: email.folded(),
        password: TypedPassword::new(password),
    };
    let account = NewAccount {
        email,
        nickname: Nickname::parse(&person.nickname)?,
        password: NewPassword::parse(password)?,
        admin: false,
    };
    let auth = &services.auth;
    auth.register(&account, None, Device::default()).await?;
    let login = auth.sign_in(credentials, None, Device::default()).await?;
    Ok(login)
}

async fn user(services: &Services, login: &SignedIn) -> Result<CurrentUser, DemoError> {
    let token = &login.access_token.text;
    Ok(services.auth.authenticate(token).await?)
}

async fn open(
    services: &Services,
    script: &Script,
    super_host: CurrentUser,
) -> Result<(SessionId, String), DemoError> {
    let title = SessionTitle::parse(&script.title)?;
    let new = NewSession::new(title, SessionDescription::parse(&script.description)?);
    let network = Network::Unknown;
    let opened = services.sessions.open(super_host, network, new, None);
    let details = super::created(opened.await?).details;
    Ok((details.session_id, details.join_code))
}

impl Cast {
    /// Who opened the session.
    pub fn super_host(&self) -> CurrentUser {
        self.super_host
    }

    /// Whoever has this nickname; without one, the guest whose turn it is.
    pub fn actor(&self, nickname: Option<&str>, turn: usize) -> Result<CurrentUser, DemoError> {
        let found = match nickname {
            Some(nickname) => self.named.get(nickname).copied(),
            None => {
                let turn = turn.checked_rem(self.guests.len()).unwrap_or_default();
                self.guests.get(turn).copied()
            }
        };
        let name = || DemoError::Nobody(nickname.unwrap_or("a guest").into());
        found.ok_or_else(name)
    }

    /// Everybody who may like something of somebody else, in an order of chance.
    pub fn voters(&self, author: CurrentUser, random: &Random) -> Vec<CurrentUser> {
        let all = self.guests.iter().chain(self.named.values());
        let mut others: Vec<_> = all.filter(|it| **it != author).copied().collect();
        others.sort_by_cached_key(|_| random.bytes::<8>());
        others
    }

    /// Ends the logins of those who have an account: who signs in later is alone there.
    pub async fn leave(self, services: &Services) -> Result<(), DemoError> {
        for login in self.logins {
            let token = Some(login.refresh_token);
            let left = services.auth.sign_out(token, Vec::new(), Device::default());
            left.await?;
        }
        Ok(())
    }
}
