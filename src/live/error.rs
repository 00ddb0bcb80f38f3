//! Why somebody cannot follow a session.

/// Why somebody cannot follow a session now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LiveError {
    /// The account follows as much as one may.
    #[error("the account has too many streams")]
    TooManyOfAccount,
    /// All streams that there may be are open, and nobody has so many that one of them would go.
    #[error("too many streams")]
    Full,
}
