//! What the features have in an export of an account, as `app.rs` lists them.

use utoipa::ToSchema;

use crate::posts::ContributedPost;
use crate::questions::QuestionContributions;
use crate::sessions::ContributedSession;

/// What an account has said and done, by feature.
#[derive(ToSchema)]
pub struct Contributions {
    /// In which it takes part, the newest first.
    pub sessions: Vec<ContributedSession>,
    /// In the sessions.
    pub questions: QuestionContributions,
    /// The oldest first.
    pub posts: Vec<ContributedPost>,
}
