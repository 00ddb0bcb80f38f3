//! The files that the rules are about.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::{FEATURES, SPEAKS_HTTP};

/// The width of `rustfmt.toml`, which rustfmt holds for code alone.
const WIDTH: usize = 100;

/// A file of `src/`, without comments and without its tests.
pub struct Source {
    pub path: String,
    pub code: String,
    pub lines: usize,
    /// The number of the first comment that is wider than code may be.
    pub wide_comment: Option<usize>,
}

impl Source {
    pub fn new(path: &str, text: &str) -> Self {
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        let is_code = |line: &&str| !line.trim_start().starts_with("//");
        let is_wide = |line: &str| !is_code(&line) && line.chars().count() > WIDTH;
        Self {
            path: path.into(),
            code: code.lines().filter(is_code).collect::<Vec<_>>().join("\n"),
            lines: text.lines().count(),
            wide_comment: text.lines().position(is_wide).map(|index| index + 1),
        }
    }

    /// The folder or file directly under `src/`.
    pub fn module(&self) -> &str {
        let first = self.path.split('/').next().unwrap_or_default();
        first.trim_end_matches(".rs")
    }

    pub fn file(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or_default()
    }

    /// Whether it is a file of a feature that speaks HTTP, or one in a folder of that name.
    pub fn speaks_http(&self) -> bool {
        let mut folders = SPEAKS_HTTP.iter().map(|it| it.trim_end_matches(".rs"));
        let in_folder = folders.any(|it| self.path.contains(&format!("/{it}/")));
        in_folder || SPEAKS_HTTP.contains(&self.file())
    }

    /// Whether it holds statements: `repository.rs`, or a file in the folder `repository`.
    pub fn is_repository(&self) -> bool {
        self.file() == "repository.rs" || self.path.contains("/repository/")
    }

    pub fn is_feature(&self) -> bool {
        FEATURES.iter().any(|(name, _)| *name == self.module())
    }

    /// The modules of this crate that the code names, in a list of braces too.
    pub fn uses(&self) -> BTreeSet<&str> {
        let ends = |it: char| !(it.is_alphanumeric() || it == '_');
        let mentions = self.code.split("crate::").skip(1);
        let names = mentions.flat_map(|rest| match rest.strip_prefix('{') {
            Some(list) => list
                .split('}')
                .next()
                .unwrap_or_default()
                .split(',')
                .collect(),
            None => vec![rest],
        });
        names
            .filter_map(|rest| rest.trim_start().split(ends).next())
            .filter(|name| !name.is_empty())
            .collect()
    }

    /// Whether the code names an external crate or a module: `name::` or `use name`.
    pub fn mentions(&self, name: &str) -> bool {
        let boundary = |it: Option<char>| !it.is_some_and(|it| it.is_alphanumeric() || it == '_');
        self.code
            .match_indices(&format!("{name}::"))
            .any(|(at, _)| boundary(self.code[..at].chars().next_back()))
    }
}

/// Every file of `src/`.
pub fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut folders = vec![root.clone()];
    let mut sources = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|it| it == "rs") && !path.ends_with("tests.rs") {
                let text = fs::read_to_string(&path).expect("text");
                let name = path
                    .strip_prefix(&root)
                    .expect("under src")
                    .display()
                    .to_string();
                sources.push(Source::new(&name, &text));
            }
        }
    }
    sources
}
