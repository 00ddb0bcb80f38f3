//! Everything that is stored about an account, for its owner.

use serde_json::{Map, Value};

use super::AuthService;
use crate::audit::{self, Event};
use crate::auth::error::AuthError;
use crate::auth::login::OwnLogin;
use crate::auth::repository::logins;
use crate::db::DbConn;
use crate::users::{self, CurrentUser, User};

/// What is stored about an account, but for the hash of its password.
pub struct Export {
    /// The account itself.
    pub user: User,
    /// Its logins, also those that are over and not yet removed.
    pub logins: Vec<OwnLogin>,
    /// What the audit trail says about it.
    pub events: Vec<Event>,
    /// What the features keep, by their names.
    pub features: Map<String, Value>,
}

impl AuthService {
    /// Gathers everything.
    ///
    /// # Errors
    /// [`AuthError::LoginEnded`] when the account is gone or disabled, or when the database fails.
    pub async fn export(&self, me: CurrentUser) -> Result<Export, AuthError> {
        let account_data = self.account_data;
        let gather = move |conn: &mut DbConn| {
            let user = users::repository::find_active(conn, me.user_id)?;
            let user = user.ok_or(AuthError::LoginEnded)?;
            let logins = logins::list_logins(conn, me.user_id)?;
            let events = audit::repository::list_of(conn, me.user_id)?;
            let mut features = Map::new();
            for feature in account_data {
                let kept = (feature.export)(conn, me.user_id)?;
                features.insert(feature.name.into(), kept);
            }
            Ok(Export {
                user,
                logins,
                events,
                features,
            })
        };
        self.db.read(gather).await
    }
}
