//! The size of the release binary.

use super::{Bench, Limit, Row};

/// As the build leaves it.
pub fn measure(bench: &Bench) -> anyhow::Result<Row> {
    let bytes = std::fs::metadata(&bench.askit)?.len();
    Ok(Row::Limit(Limit {
        name: "binary".into(),
        what: "target/release/askit",
        values: vec![bytes as f64 / 1024.0 / 1024.0],
        unit: "MiB",
        limit: 20.0,
    }))
}
