//! Which document a URL gives.

use std::sync::atomic::{AtomicBool, Ordering};

use bytes::Bytes;

use super::{Content, INDEX};
use crate::config::ServerSettings;
use crate::users::UsersService;

/// The documents of a server.
pub struct Page {
    users: UsersService,
    /// Whether an account was ever seen: then nothing is asked any more.
    has_account: AtomicBool,
    plain: Content,
    first_start: Content,
    of_session: Content,
}

impl Page {
    /// For a server with these settings. Each document says under which address others reach it.
    pub fn new(users: UsersService, settings: &ServerSettings) -> Self {
        let tag = format!(
            "<html lang=\"en\" data-public-url=\"{}\"",
            settings.public_url.origin()
        );
        let document = |attribute: &str| {
            let tag = format!("{tag}{attribute}>");
            Bytes::from(INDEX.replacen("<html lang=\"en\">", &tag, 1))
        };
        let index = document("");
        let framing = match settings.frame_ancestors.as_slice() {
            [] => "'none'".to_owned(),
            origins => format!("'self' {}", origins.join(" ")),
        };
        Self {
            users,
            has_account: AtomicBool::new(false),
            plain: Content::document(index.clone(), "'none'"),
            first_start: Content::document(document(FIRST_START), "'none'"),
            of_session: Content::document(index, &framing),
        }
    }

    /// Of every URL but those below.
    pub fn plain(&self) -> &Content {
        &self.plain
    }

    /// Of the URLs of sessions, which pages of other origins may frame.
    pub fn of_session(&self) -> &Content {
        &self.of_session
    }

    /// Of the first URL: it says when nobody has an account yet. A database that is away says no
    /// such thing.
    pub async fn home(&self) -> &Content {
        if self.has_account.load(Ordering::Relaxed) {
            return &self.plain;
        }
        match self.users.named_account_exists().await {
            Ok(false) => &self.first_start,
            Ok(true) => {
                self.has_account.store(true, Ordering::Relaxed);
                &self.plain
            }
            Err(error) => {
                tracing::warn!(%error, "cannot read whether there is an account");
                &self.plain
            }
        }
    }
}

/// An attribute of the document where there is no account yet.
const FIRST_START: &str = " data-first-start";
