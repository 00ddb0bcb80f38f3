//! Everything that is stored about an account, for its owner, in steps that hold little.

use super::AuthService;
use crate::auth::account_data::document;
use crate::auth::error::AuthError;
use crate::db::DbConn;
use crate::users::account_export::{AccountExport, ExportStep};
use crate::users::{self, CurrentUser};

impl AuthService {
    /// Begins an export.
    ///
    /// # Errors
    /// [`AuthError::LoginEnded`] when the account is gone or disabled, or when the database fails.
    pub async fn begin_export(&self, me: CurrentUser) -> Result<ExportStep, AuthError> {
        let account_data = self.account_data;
        let begin = move |conn: &mut DbConn| {
            let user = users::repository::find_active(conn, me.user_id)?;
            let user = user.ok_or(AuthError::LoginEnded)?;
            let document = document(me.user_id, user, account_data)?;
            Ok(AccountExport::new(document).step(conn)?)
        };
        self.db.read(begin).await
    }

    /// Goes on with an export.
    pub async fn continue_export(&self, export: AccountExport) -> Result<ExportStep, AuthError> {
        let step = move |conn: &mut DbConn| Ok(export.step(conn)?);
        self.db.read(step).await
    }
}
