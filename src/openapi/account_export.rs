//! What the features have in an export of an account, as `app.rs` lists them.

use utoipa::ToSchema;

use crate::posts::OwnPost;
use crate::questions::QuestionContributions;
use crate::sessions::ExportedParticipation;

/// What an account has said and done, by feature.
#[derive(ToSchema)]
pub struct Contributions {
    /// In which it takes part, or did, the newest first.
    pub sessions: Vec<ExportedParticipation>,
    /// In the sessions.
    pub questions: QuestionContributions,
    /// The oldest first.
    pub posts: Vec<OwnPost>,
}
