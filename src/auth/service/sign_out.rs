//! Signing out.

use std::collections::BTreeSet;

use super::ended_logins::Ending;
use super::{AuthService, entry};
use crate::audit;
use crate::audit::AuditAction;
use crate::auth::error::AuthError;
use crate::auth::login::Device;
use crate::auth::refresh_token::RefreshTokenText;
use crate::auth::repository::ending;
use crate::db::{DbConn, DbError};
use crate::keys::access_token::AccessTokenText;

impl AuthService {
    /// Ends the logins of a genuine refresh token, whatever its generation, and of access tokens
    /// that are accepted; mostly they are one. Nothing else has an effect, and none of it is an
    /// error: whoever signs out is signed out.
    pub async fn sign_out(
        &self,
        refresh: Option<RefreshTokenText>,
        access: Vec<AccessTokenText>,
        device: Device,
    ) -> Result<(), AuthError> {
        let genuine = refresh.and_then(|token| self.refresh_tokens.decode(&token));
        let mut login_ids: BTreeSet<_> = genuine.into_iter().map(|it| it.login_id).collect();
        for token in access {
            match self.authenticate(&token).await {
                Ok(user) => login_ids.extend([user.login_id]),
                Err(
                    AuthError::InvalidAccessToken
                    | AuthError::AccessTokenExpired
                    | AuthError::LoginEnded,
                ) => {}
                Err(error) => return Err(error),
            }
        }
        if login_ids.is_empty() {
            return Ok(());
        }
        let end = move |conn: &mut DbConn, now| {
            let mut ended = Vec::new();
            for login_id in login_ids.iter().copied() {
                if let Some(user_id) = ending::end(conn, login_id, now)? {
                    let entry = entry(AuditAction::SignedOut, user_id, login_id, &device, now);
                    audit::repository::insert(conn, &entry)?;
                    ended.push(login_id);
                }
            }
            Ok(Ending { outcome: (), ended })
        };
        Ok(self.ended_logins.write::<_, DbError, _>(end).await?)
    }
}
