//! The log of all apps of this process.

use std::io::{self, Write};
use std::sync::{LazyLock, Mutex};

use aho_corasick::AhoCorasick;
use askit::config::{LogFormat, TelemetrySettings};
use askit::telemetry;
use serde_json::Value;

use super::statements;

static LOG: Mutex<Vec<u8>> = Mutex::new(Vec::new());

static STARTED: LazyLock<()> = LazyLock::new(|| {
    let settings = TelemetrySettings {
        format: LogFormat::Json,
        level: "info,askit=debug".into(),
    };
    telemetry::init(&settings, || Writer).expect("the first to log");
    statements::prepare();
});

struct Writer;

impl Write for Writer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        LOG.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Starts logging and tells where the log ends now.
pub fn position() -> usize {
    LazyLock::force(&STARTED);
    LOG.lock().unwrap().len()
}

/// What was logged since `position`.
pub fn since(position: usize) -> String {
    let log = LOG.lock().unwrap();
    String::from_utf8_lossy(&log[position..]).into_owned()
}

/// The lines since `position` that have a word.
pub fn lines_with(word: &str, position: usize) -> Vec<Value> {
    let log = since(position);
    let words = AhoCorasick::new([word]).unwrap();
    let mut lines = Vec::new();
    let mut rest = log.as_str();
    while let Some(found) = words.find(rest) {
        let begin = rest[..found.start()].rfind('\n').map_or(0, |it| it + 1);
        let end = found.end() + rest[found.end()..].find('\n').unwrap();
        lines.push(serde_json::from_str(&rest[begin..end]).unwrap());
        rest = &rest[end..];
    }
    lines
}
