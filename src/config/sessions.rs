//! How long Q&A sessions are kept.

use std::time::Duration;

use chrono::TimeDelta;

use super::reader::Reader;

const DAY: u64 = 24 * 60 * 60;

/// How long Q&A sessions are kept.
#[derive(Debug, Clone)]
pub struct SessionSettings {
    /// How long after its end a session is deleted; 1 day to 10 years, or never.
    pub retention: Option<TimeDelta>,
}

impl SessionSettings {
    pub(super) fn read(reader: &mut Reader) -> Self {
        let bounds = Duration::from_secs(DAY)..=Duration::from_secs(3_650 * DAY);
        let retention = reader.duration_or_never("sessions.retention", bounds);
        Self {
            retention: retention.and_then(|it| TimeDelta::from_std(it).ok()),
        }
    }
}
