//! The documents name files and tests that exist.

use std::fs;
use std::path::Path;

const FOLDERS: [&str; 6] = ["src/", "tests/", ".ci/", "docs/", "config/", "askit-bench/"];

/// What stands between backticks and begins like a path of this repository, but for patterns.
fn named_paths(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2).filter(|name| {
        let is_path = FOLDERS.iter().any(|folder| name.starts_with(folder));
        is_path && !name.contains(['<', '{', '*', '…', ' ', '\n'])
    })
}

/// What a name should stand for: `file`, or `file::function`.
fn exists(root: &Path, name: &str) -> bool {
    let (file, function) = name.split_once("::").unwrap_or((name, ""));
    match fs::read_to_string(root.join(file)) {
        Ok(text) => function.is_empty() || text.contains(&format!("fn {function}(")),
        Err(_) => function.is_empty() && root.join(file).is_dir(),
    }
}

#[test]
fn the_documents_name_files_and_tests_that_exist() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut named = 0;
    for folder in [".", "docs", "docs/performance"] {
        for entry in fs::read_dir(root.join(folder)).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.extension().is_none_or(|it| it != "md") {
                continue;
            }
            let text = fs::read_to_string(&path).expect("text");
            for name in named_paths(&text) {
                assert!(exists(root, name), "{}: `{name}`", path.display());
                named += 1;
            }
        }
    }
    assert!(named > 20, "{named} names were found");
}

#[test]
fn what_does_not_exist_is_seen() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = "`src/nowhere.rs` and `src/lib.rs`, `tests/{a}.rs`, `cargo test`";
    let names: Vec<_> = named_paths(text).collect();
    assert_eq!(names, ["src/nowhere.rs", "src/lib.rs"]);
    assert!(!exists(root, "src/nowhere.rs") && exists(root, "src/lib.rs"));
    assert!(
        exists(root, "src/bin/askit/main.rs::main")
            && !exists(root, "src/bin/askit/main.rs::nothing")
    );
}
