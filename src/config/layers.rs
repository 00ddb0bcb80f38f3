//! Collects the layers of settings and remembers where each value came from.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs;
use std::path::{Path, PathBuf};

use config::{Environment, File, FileFormat, Source, Value, ValueKind};

use super::problem::SettingProblem;

const DEFAULT_TOML: &str = include_str!("../../config/default.toml");
const PRODUCTION_TOML: &str = include_str!("../../config/production.toml");
const ENVIRONMENT_PREFIX: &str = "ASKIT";

/// One setting as it was written, and where.
#[derive(Debug, Clone)]
pub struct SettingEntry {
    pub value: Value,
    pub origin: String,
}

/// Every setting that some layer names; the last layer that names it wins.
#[derive(Debug, Default)]
pub struct Layers {
    pub entries: BTreeMap<String, SettingEntry>,
    pub problems: Vec<SettingProblem>,
}

/// Where settings come from. A parameter, so that tests need no process-wide environment.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    /// The file named by `--config`.
    pub file: Option<PathBuf>,
    /// The environment variables.
    pub environment: HashMap<String, String>,
    /// The names of those that are not UTF-8.
    pub unreadable: Vec<String>,
    /// The folder that holds `config/` and `data/`: the working directory.
    pub directory: PathBuf,
}

impl Layers {
    /// Reads all layers. What cannot be read is a problem, not a stop: all are told at once.
    pub fn collect(sources: &Sources) -> Self {
        let mut layers = Self::default();
        let mut later = Self::default();
        if let Some(path) = &sources.file {
            later.add_named_file(path);
        }
        later.add_environment(&sources.environment);
        later.refuse_misspelled(sources);

        layers.add_toml(DEFAULT_TOML, "built-in default.toml");
        layers.add_local(sources, "default");
        let profile = later.text("profile").or_else(|| layers.text("profile"));
        match profile.as_deref() {
            Some("production") => {
                layers.add_toml(PRODUCTION_TOML, "built-in production.toml");
                layers.add_local(sources, "production");
            }
            Some("development") => layers.add_local(sources, "development"),
            // Reported once the settings are read.
            _ => {}
        }
        layers.entries.extend(later.entries);
        layers.problems.extend(later.problems);
        layers
    }

    fn text(&self, key: &str) -> Option<String> {
        let entry = self.entries.get(key)?;
        entry.value.clone().into_string().ok()
    }

    /// `config/<name>.toml` of the working directory, if there is one.
    fn add_local(&mut self, sources: &Sources, name: &str) {
        let path = sources.directory.join(format!("config/{name}.toml"));
        if path.exists() {
            self.add_named_file(&path);
        }
    }

    fn add_named_file(&mut self, path: &Path) {
        let origin = path.display().to_string();
        match fs::read_to_string(path) {
            Ok(text) => self.add_toml(&text, &origin),
            Err(error) => self.problems.push(SettingProblem {
                key: "--config".into(),
                origin,
                message: format!("cannot be read: {error}"),
            }),
        }
    }

    fn add_toml(&mut self, text: &str, origin: &str) {
        match File::from_str(text, FileFormat::Toml).collect() {
            Ok(table) => {
                for (key, value) in table {
                    self.add(key, value, origin);
                }
            }
            Err(error) => self.problems.push(SettingProblem {
                key: "(whole file)".into(),
                origin: origin.into(),
                message: format!("is not valid TOML: {}", without_source(&error.to_string())),
            }),
        }
    }

    fn add_environment(&mut self, environment: &HashMap<String, String>) {
        if let Some(url) = environment.get("DATABASE_URL") {
            self.insert("database.url", Value::from(url.as_str()), "DATABASE_URL");
        }
        let source = Environment::with_prefix(ENVIRONMENT_PREFIX)
            .prefix_separator("__")
            .separator("__")
            .source(Some(environment.clone()));
        // `collect` fails only on variables that are not Unicode; `source` gives none.
        for (key, value) in source.collect().unwrap_or_default() {
            let variable = key.replace('.', "__").to_uppercase();
            self.insert(&key, value, &format!("{ENVIRONMENT_PREFIX}__{variable}"));
        }
    }

    /// Refuses variables that were meant for us and would be ignored: those that are not UTF-8, and
    /// those with one underscore instead of two.
    fn refuse_misspelled(&mut self, sources: &Sources) {
        let is_ours = |name: &str| name.starts_with("ASKIT_") || name == "DATABASE_URL";
        for name in sources.unreadable.iter().filter(|name| is_ours(name)) {
            self.refuse_variable(name, "is not UTF-8");
        }
        let names: BTreeSet<_> = sources.environment.keys().collect();
        for name in names {
            let short = name.starts_with("ASKIT_") && !name.starts_with("ASKIT__");
            if short {
                let message = "is not a known setting: names begin with ASKIT__ (two underscores)";
                self.refuse_variable(name, message);
            }
        }
    }

    fn refuse_variable(&mut self, name: &str, message: &str) {
        self.problems.push(SettingProblem {
            key: name.into(),
            origin: "environment".into(),
            message: message.into(),
        });
    }

    fn add(&mut self, key: String, value: Value, origin: &str) {
        match value.kind {
            ValueKind::Table(table) => {
                for (name, value) in table {
                    self.add(format!("{key}.{name}"), value, origin);
                }
            }
            _ => self.insert(&key, value, origin),
        }
    }

    fn insert(&mut self, key: &str, value: Value, origin: &str) {
        let origin = origin.to_owned();
        self.entries
            .insert(key.to_owned(), SettingEntry { value, origin });
    }
}

/// The parser's message without the lines that it quotes: they may hold a secret.
fn without_source(message: &str) -> String {
    let is_quoted = |line: &&str| line.contains(" |");
    let told: Vec<_> = message.lines().filter(|line| !is_quoted(line)).collect();
    told.join("; ")
}
