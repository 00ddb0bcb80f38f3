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
    let log = LOG.lock().unwrap();
    let words = AhoCorasick::new([word]).unwrap();
    let mut lines = Vec::new();
    // No copy of it: all tests log here, and it is long.
    let mut rest = &log[position..];
    while let Some(found) = words.find(rest) {
        let is_end = |it: &u8| *it == b'\n';
        let begin = rest[..found.start()].iter().rposition(is_end);
        let begin = begin.map_or(0, |it| it + 1);
        let end = found.end() + rest[found.end()..].iter().position(is_end).unwrap();
        lines.push(serde_json::from_slice(&rest[begin..end]).unwrap());
        rest = &rest[end..];
    }
    lines
}
