//! What can be asked about accounts.

use super::{Nickname, User, UserId, repository};
use crate::db::{Db, DbError};

/// Answers questions about accounts.
#[derive(Clone)]
pub struct UsersService {
    db: Db,
}

impl UsersService {
    /// On this database.
    pub fn new(db: Db) -> Self {
        Self { db }
    }

    /// Whether the nickname is taken, in whatever spelling.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn nickname_exists(&self, nickname: Nickname) -> Result<bool, DbError> {
        let exists = move |conn: &mut _| repository::nickname_exists(conn, &nickname);
        self.db.read(exists).await
    }

    /// The account, unless it is gone or disabled.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn find_active(&self, user_id: UserId) -> Result<Option<User>, DbError> {
        let find = move |conn: &mut _| repository::find_active(conn, user_id);
        self.db.read(find).await
    }
}
