//! What is wrong with a setting, said to the person who set it.

use std::fmt;

/// One setting that stops the start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingProblem {
    /// The setting's name, like `auth.refresh_grace`.
    pub key: String,
    /// The file or environment variable that said it.
    pub origin: String,
    /// What is wrong and what is allowed.
    pub message: String,
}

impl fmt::Display for SettingProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}): {}", self.key, self.origin, self.message)
    }
}

/// Every problem that was found, so that one start tells them all.
#[derive(Debug, thiserror::Error)]
#[error("{} problem(s) with the settings:\n{}", .0.len(), .0.iter().map(|p| format!("  - {p}")).collect::<Vec<_>>().join("\n"))]
pub struct Problems(pub Vec<SettingProblem>);
