//! What becomes of someone's posts when something becomes of the account.

use super::repository;
use crate::users::UserId;
use crate::users::account_data::AccountData;
use crate::users::account_export::ExportPart;

/// An account's posts stay behind as nobody's. Guests have none.
pub const ACCOUNT_DATA: AccountData = AccountData {
    name: "posts",
    claim: None,
    erase: |conn, account, _, limit| {
        repository::update_author_to_nobody(conn, account, limit.min(POSTS_LEFT))
    },
    renamed: None,
    export: Some(export),
};

/// Posts that are read at once: the longest takes 80 KB.
const POSTS: usize = 8;
/// Posts out of which a deleted account is taken at once: SQLite writes them anew.
const POSTS_LEFT: i64 = 50;

fn export(author: UserId) -> ExportPart {
    ExportPart::list(POSTS, move |conn, after, limit| {
        let posts = repository::list_by(conn, author, after, limit)?;
        Ok(posts.into_iter().map(|post| (post.post_id, post)).collect())
    })
}
