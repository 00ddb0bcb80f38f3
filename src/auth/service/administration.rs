//! What the command line does to accounts and logins, beside a server or without one.

use super::ended_logins::{EndedLogins, Ending};
use super::register::{NewAccount, hash, insert};
use crate::audit::{self, AuditAction, AuditEntry};
use crate::auth::error::AuthError;
use crate::auth::login::Device;
use crate::auth::repository::ending;
use crate::client_network::Network;
use crate::clock::SharedClock;
use crate::config::AuthSettings;
use crate::db::{Db, DbConn, DbError};
use crate::password::Passwords;
use crate::purge::COMMAND_BATCH;
use crate::random::Random;
use crate::users::{self, FoldedEmail, UserId};

/// Acts for whoever runs the service. Running servers see the effect within seconds.
pub struct Administration {
    db: Db,
    clock: SharedClock,
    ended_logins: EndedLogins,
}

impl Administration {
    /// On this database.
    pub fn new(db: Db, clock: SharedClock, settings: &AuthSettings) -> Self {
        Self {
            ended_logins: EndedLogins::new(db.clone(), clock.clone(), settings),
            clock,
            db,
        }
    }

    /// Makes a named account.
    ///
    /// # Errors
    /// [`AuthError::EmailTaken`], [`AuthError::NicknameTaken`], [`AuthError::PasswordRefused`], or
    /// when hashing or the database fails.
    pub async fn create_account(
        &self,
        account: NewAccount,
        passwords: &Passwords,
        random: &Random,
    ) -> Result<UserId, AuthError> {
        let hash = hash(&self.db, passwords, &account, Network::Unknown).await?;
        let user_id = UserId::generate(random);
        let now = self.clock.now();
        let make =
            move |conn: &mut _| insert(conn, user_id, &account, &hash, &Device::default(), now);
        self.db.write(make).await?;
        Ok(user_id)
    }

    /// Lets the account sign in, or not: then its logins end. Tells how many did; `None` where no
    /// account has this address.
    pub async fn set_active(
        &self,
        email: FoldedEmail,
        active: bool,
    ) -> Result<Option<usize>, DbError> {
        let set = move |conn: &mut DbConn, now| {
            let Some(user_id) = users::repository::update_active(conn, &email, active)? else {
                return Ok(Ending::nothing(None));
            };
            let (action, ended) = if active {
                (AuditAction::AccountEnabled, Vec::new())
            } else {
                let ended = ending::end_all_of(conn, user_id, None, now)?;
                (AuditAction::AccountDisabled, ended)
            };
            audit::repository::insert(conn, &AuditEntry::new(action, Some(user_id), now))?;
            let outcome = Some(ended.len());
            Ok(Ending { outcome, ended })
        };
        self.ended_logins.write::<_, DbError, _>(set).await
    }

    /// Ends every login there is, and tells how many.
    ///
    /// # Errors
    /// When the database fails; what ended until then stays ended.
    pub async fn end_all_logins(&self) -> Result<usize, DbError> {
        let mut total = 0;
        loop {
            let end = move |conn: &mut DbConn, now| {
                let ended = ending::end_some(conn, COMMAND_BATCH, now)?;
                if total == 0 {
                    let entry = AuditEntry::new(AuditAction::AllLoginsEnded, None, now);
                    audit::repository::insert(conn, &entry)?;
                }
                // Others may have ended or removed all that were chosen, and left more.
                let is_done = ended.is_empty() && !ending::is_any_running(conn)?;
                let outcome = (ended.len(), is_done);
                Ok(Ending { outcome, ended })
            };
            let (ended, is_done) = self.ended_logins.write::<_, DbError, _>(end).await?;
            total += ended;
            if is_done {
                return Ok(total);
            }
        }
    }
}
