//! Signing in with a password.

use std::net::IpAddr;

use chrono::{DateTime, Utc};

use super::ended_logins::Ending;
use super::guesses::{Guesses, Reservation};
use super::{AuthService, Credentials, SignedIn, claim, entry};
use crate::audit::{self, AuditAction};
use crate::auth::error::AuthError;
use crate::auth::login::{Device, Login};
use crate::auth::repository::logins;
use crate::client_network::Network;
use crate::db::{DbConn, DbError};
use crate::keys::access_token::AccessTokenText;
use crate::password::Slot;
use crate::users::{self, AccountKind, CurrentUser, FoldedEmail, PasswordHash, StoredCredentials};

/// How often a password is compared whose hash changes meanwhile.
const TRIES: u32 = 3;

impl AuthService {
    /// Signs in with a password, and lets the account take over what the guest of `claimed` owns.
    ///
    /// # Errors
    /// [`AuthError::InvalidCredentials`] whatever was wrong, [`AuthError::TooManyAttempts`],
    /// [`AuthError::InvalidAccessToken`] for what is no living guest's token, or when hashing or
    /// the database fails. Nothing is done then.
    pub async fn sign_in(
        &self,
        credentials: Credentials,
        claimed: Option<AccessTokenText>,
        device: Device,
    ) -> Result<SignedIn, AuthError> {
        let guest = self.claimed_guest(claimed).await?;
        // Where there is no slot, nothing is counted, and no connection taken.
        let mut slot = self.passwords.enter(Network::of(device.ip))?;
        let guess = self.guesses.of(&credentials.email, &device);
        let attempt = SignInAttempt {
            reserved: self.guesses.reserve(guess).await?,
            credentials,
            guest,
            device,
        };
        let outcome = self.verify(&mut slot, &attempt).await;
        let signed_in = self.guesses.settle(&attempt.reserved, outcome).await?;
        signed_in.ok_or(AuthError::InvalidCredentials)
    }

    /// `None` when anything was wrong. A hash that changes meanwhile is compared anew: two sign-ins
    /// at once with the right password both may want to replace a hash that has grown old.
    async fn verify(
        &self,
        slot: &mut Slot,
        attempt: &SignInAttempt,
    ) -> Result<Option<SignedIn>, AuthError> {
        for tries_left in (0..TRIES).rev() {
            let verified = self.compare(slot, &attempt.credentials).await?;
            let login = verified.as_ref().map(|it| it.login.clone());
            match self.settle(verified, attempt.clone(), tries_left).await? {
                Settled::SignedIn => {
                    return Ok(login.map(|login| {
                        let began = login.rotated_at;
                        self.tokens(login, began)
                    }));
                }
                Settled::Failed => break,
                Settled::Changed => {}
            }
        }
        Ok(None)
    }

    /// The end of an attempt, in one transaction.
    async fn settle(
        &self,
        verified: Option<Verified>,
        attempt: SignInAttempt,
        tries_left: u32,
    ) -> Result<Settled, AuthError> {
        let (guesses, account_data) = (self.guesses.clone(), self.account_data);
        let settle = move |conn: &mut DbConn, now| {
            let device = &attempt.device;
            if let Some(verified) = &verified {
                if verified.insert_if_unchanged(conn, device, now)? {
                    guesses.clear(conn, &attempt.reserved)?;
                    let id = verified.account.user_id;
                    let ended = match attempt.guest {
                        Some(guest) => claim::claim(conn, account_data, guest, id, device, now)?,
                        None => Vec::new(),
                    };
                    return Ok(Ending {
                        outcome: Settled::SignedIn,
                        ended,
                    });
                }
                if tries_left > 0 {
                    return Ok(Ending::nothing(Settled::Changed));
                }
            }
            let email = &attempt.credentials.email;
            let failed = failed(conn, &guesses, email, device.ip, now)?;
            audit::repository::insert(conn, &failed)?;
            Ok::<_, AuthError>(Ending::nothing(Settled::Failed))
        };
        self.ended_logins.write(settle).await
    }

    async fn compare(
        &self,
        slot: &mut Slot,
        credentials: &Credentials,
    ) -> Result<Option<Verified>, AuthError> {
        let Credentials { email, password } = credentials.clone();
        let wanted = email.clone();
        let find = move |conn: &mut _| users::repository::find_credentials(conn, &wanted);
        let account: Option<StoredCredentials> = self.db.read::<_, DbError, _>(find).await?;
        let stored = account.as_ref().map(|it| &it.password_hash);
        let is_right = self.passwords.compare(slot, &password, &email, stored);
        let is_right = is_right.await?;
        // No password is a disabled account's. Comparing it costs what it did.
        let Some(account) = account.filter(|it| is_right && it.active) else {
            return Ok(None);
        };
        let kept = self
            .passwords
            .renew(slot, &password, &account.password_hash);
        let kept = kept.await?;
        let nickname = Some(account.nickname.clone());
        let now = self.clock.now();
        Ok(Some(Verified {
            login: self.new_login(account.user_id, AccountKind::Named, nickname, now),
            account,
            kept,
        }))
    }
}

/// What someone wants to sign in with.
#[derive(Clone)]
struct SignInAttempt {
    credentials: Credentials,
    /// Who is to become the account.
    guest: Option<CurrentUser>,
    device: Device,
    reserved: Reservation,
}

/// What an attempt came to.
enum Settled {
    SignedIn,
    Failed,
    /// The password was right, and its hash has changed since it was read. Nothing is written.
    Changed,
}

/// An account whose password was right.
struct Verified {
    account: StoredCredentials,
    /// What is stored from now on.
    kept: PasswordHash,
    login: Login,
}

impl Verified {
    /// The end of a sign-in: only if the verified hash still stands, so that a password change,
    /// disabling or deletion that came between wins. False: one did.
    fn insert_if_unchanged(
        &self,
        conn: &mut DbConn,
        device: &Device,
        now: DateTime<Utc>,
    ) -> Result<bool, DbError> {
        let (id, verified) = (self.account.user_id, &self.account.password_hash);
        if !users::repository::update_verified_hash(conn, id, verified, &self.kept)? {
            return Ok(false);
        }
        logins::insert_login(conn, &self.login, device, now)?;
        let entry = entry(AuditAction::SignedIn, id, self.login.login_id, device, now);
        audit::repository::insert(conn, &entry)?;
        Ok(true)
    }
}

/// The entry of a failed sign-in: of the account, or of the hash of an address without one.
fn failed(
    conn: &mut DbConn,
    guesses: &Guesses,
    email: &FoldedEmail,
    ip: Option<IpAddr>,
    at: DateTime<Utc>,
) -> Result<audit::AuditEntry, DbError> {
    let user_id = users::repository::find_id(conn, email)?;
    let address_hash = user_id.is_none().then(|| guesses.address_hash(email));
    Ok(audit::AuditEntry {
        address_hash,
        ip,
        ..audit::AuditEntry::new(AuditAction::SignInFailed, user_id, at)
    })
}
