//! What can be asked about accounts.

use super::account_data::AccountData;
use super::{AccountKind, FoldedEmail, Nickname, User, UserId, UsersError, repository};
use crate::db::{Db, DbConn, DbError};

/// For what named accounts alone may do: the account neither goes nor is disabled until the
/// transaction ends.
///
/// # Errors
/// [`UsersError::Gone`], [`UsersError::LoginRequired`] for a guest, or when the database fails.
pub fn lock_named(conn: &mut DbConn, user_id: UserId) -> Result<(), UsersError> {
    repository::lock_shared(conn, user_id)?;
    require_named(repository::find_active(conn, user_id)?)
}

/// Like [`lock_named`], for what is done once at a time by each account, so that it is counted
/// truly.
///
/// # Errors
/// Those of [`lock_named`].
pub fn lock_named_alone(conn: &mut DbConn, user_id: UserId) -> Result<(), UsersError> {
    require_named(repository::lock_active(conn, user_id)?)
}

fn require_named(user: Option<User>) -> Result<(), UsersError> {
    match user.ok_or(UsersError::Gone)?.kind {
        AccountKind::Named => Ok(()),
        AccountKind::Guest => Err(UsersError::LoginRequired),
    }
}

/// Answers questions about accounts.
#[derive(Clone)]
pub struct UsersService {
    db: Db,
    account_data: &'static [AccountData],
}

impl UsersService {
    /// On this database, with what the features keep for accounts.
    pub fn new(db: Db, account_data: &'static [AccountData]) -> Self {
        Self { db, account_data }
    }

    /// Whether the nickname is taken, in whatever spelling.
    pub async fn nickname_exists(&self, nickname: Nickname) -> Result<bool, DbError> {
        let exists = move |conn: &mut _| repository::nickname_exists(conn, &nickname);
        self.db.read(exists).await
    }

    /// Whether anybody has a named account, disabled ones included.
    pub async fn named_account_exists(&self) -> Result<bool, DbError> {
        self.db.read(repository::named_account_exists).await
    }

    /// The account with this address, unless it is gone or disabled.
    pub async fn find_by_email(&self, email: FoldedEmail) -> Result<Option<User>, DbError> {
        let find = move |conn: &mut _| repository::find_active_by_email(conn, &email);
        self.db.read(find).await
    }

    /// The account, unless it is gone or disabled.
    pub async fn find_active(&self, user_id: UserId) -> Result<Option<User>, DbError> {
        let find = move |conn: &mut _| repository::find_active(conn, user_id);
        self.db.read(find).await
    }

    /// Gives the account another nickname, and returns the account. The features follow first:
    /// from the change of a unique column on, foreign keys wait for the account.
    ///
    /// # Errors
    /// [`UsersError::Gone`], [`UsersError::LoginRequired`], [`UsersError::NicknameTaken`], or when
    /// the database fails.
    pub async fn rename(&self, user_id: UserId, nickname: Nickname) -> Result<User, UsersError> {
        let account_data = self.account_data;
        let rename = move |conn: &mut DbConn| {
            let user = repository::lock_active(conn, user_id)?.ok_or(UsersError::Gone)?;
            if user.kind == AccountKind::Guest {
                return Err(UsersError::LoginRequired);
            }
            for follow in account_data.iter().filter_map(|feature| feature.renamed) {
                follow(conn, user_id, &nickname)?;
            }
            repository::update_nickname(conn, user_id, &nickname)?;
            Ok(User {
                nickname: Some(nickname.as_str().into()),
                ..user
            })
        };
        self.db.write(rename).await
    }
}
