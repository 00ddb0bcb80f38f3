//! Settings: layered loading, validation, and one small struct per concern.
//!
//! [`Settings::load`] is the only way in. It reports every problem at once, each with the place
//! that the value came from. Secrets are held in types that cannot be printed.

mod auth;
mod database;
mod layers;
mod limits;
mod problem;
mod reader;
mod secret;
mod server;
mod sessions;
mod site;

pub use auth::{AuthSettings, MAX_LENGTH, MIN_LENGTH, PasswordSettings};
pub use database::{DatabaseSettings, DatabaseUrl};
pub use layers::Sources;
pub use limits::{AttemptSettings, LimitSettings, Rate};
pub use problem::{Problems, SettingProblem};
pub use reader::Effective;
pub use secret::{KeyPurpose, MIN_SECRET_BYTES, MasterSecret, MasterSecrets, SecretSettings};
pub use server::{PublicUrl, ServerSettings};
pub use sessions::SessionSettings;

use layers::Layers;
use reader::Reader;
use strum::{Display, EnumString};

/// Everything that can be set, checked.
#[derive(Debug, Clone)]
pub struct Settings {
    /// How strict the start is.
    pub profile: Profile,
    /// From which every key is derived.
    pub secret: SecretSettings,
    /// Where the data is.
    pub database: DatabaseSettings,
    /// Where to listen and whom to trust.
    pub server: ServerSettings,
    /// How long tokens live.
    pub auth: AuthSettings,
    /// What a password must be and costs.
    pub password: PasswordSettings,
    /// How long sessions are kept.
    pub sessions: SessionSettings,
    /// How often clients may ask and guess.
    pub limits: LimitSettings,
    /// What is logged.
    pub telemetry: TelemetrySettings,
}

/// How strict the start is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Display, EnumString)]
#[strum(serialize_all = "lowercase")]
pub enum Profile {
    /// Runs with no settings at all.
    Development,
    /// Refuses unsafe values.
    Production,
}

/// What is logged, and how.
#[derive(Debug, Clone)]
pub struct TelemetrySettings {
    /// The shape of a line.
    pub format: LogFormat,
    /// A filter in the syntax of `tracing_subscriber::filter::Targets`, like `info,askit=debug`.
    pub level: String,
}

/// The shape of a log line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Display, EnumString)]
#[strum(serialize_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    Pretty,
    /// One JSON object a line, for machines.
    Json,
}

/// What loading gives: the settings in force as lines, and the settings themselves or what is
/// wrong with them.
#[derive(Debug)]
pub struct Loaded {
    /// Every setting that could be read, in the order of reading.
    pub effective: Vec<Effective>,
    /// The settings, or every problem.
    pub settings: Result<Settings, Problems>,
}

impl Settings {
    /// Loads and checks every layer of `sources`.
    pub fn load(sources: &Sources) -> Loaded {
        let mut reader = Reader::new(Layers::collect(sources));
        let profile = reader.parsed(
            "profile",
            Profile::Development,
            "\"development\" or \"production\"",
        );
        let settings = Self {
            profile,
            secret: SecretSettings::read(&mut reader, profile, sources),
            database: DatabaseSettings::read(&mut reader, sources),
            server: ServerSettings::read(&mut reader, profile),
            auth: AuthSettings::read(&mut reader),
            password: PasswordSettings::read(&mut reader, profile),
            sessions: SessionSettings::read(&mut reader),
            limits: LimitSettings::read(&mut reader, profile),
            telemetry: TelemetrySettings::read(&mut reader),
        };
        let (effective, problems) = reader.finish();
        let settings = if problems.is_empty() {
            Ok(settings)
        } else {
            Err(Problems(problems))
        };
        Loaded {
            effective,
            settings,
        }
    }
}

impl TelemetrySettings {
    fn read(reader: &mut Reader) -> Self {
        let format = reader.parsed(
            "telemetry.format",
            LogFormat::Pretty,
            "\"pretty\" or \"json\"",
        );
        let level = reader.parsed("telemetry.level", String::new(), "a log filter");
        if level
            .parse::<tracing_subscriber::filter::Targets>()
            .is_err()
        {
            let origin = reader.origin("telemetry.level");
            reader.problem(
                "telemetry.level",
                &origin,
                format!("{level:?} is not a log filter like \"info\" or \"askit=debug\""),
            );
        }
        Self { format, level }
    }
}

#[cfg(test)]
mod tests;
