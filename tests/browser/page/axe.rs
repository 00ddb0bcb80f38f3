//! axe-core, which finds what keeps people out of a page.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::LazyLock;

use serde_json::{Value, json};

use super::Person;

/// The script, as npm has installed it; it is not part of this repository.
static AXE: LazyLock<String> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/browser/axe");
    let file = folder.join("node_modules/axe-core/axe.min.js");
    if !file.exists() {
        // Without npm, or without a registry, the file is still missing.
        drop(
            Command::new("npm")
                .args(["ci", "--silent"])
                .current_dir(&folder)
                .status(),
        );
    }
    fs::read_to_string(&file).expect(
        "axe-core is missing. Install it: (cd tests/browser/axe && npm ci), which needs npm \
         (Debian: apt install npm), or leave its tests out: cargo test -- --skip in_chromium",
    )
});

impl Person<'_> {
    /// What axe-core finds, all of it or by these rules alone.
    pub async fn barriers(&self, rules: &[&str]) -> Vec<String> {
        let has_axe = self.tab.run("return 'axe' in window", &[]).await;
        if has_axe != true {
            self.tab.run(&AXE, &[]).await;
        }
        let only = (!rules.is_empty()).then(|| json!({ "type": "rule", "values": rules }));
        let options = json!({ "resultTypes": ["violations"], "runOnly": only });
        let run = "const [{ runOnly, ...options }] = arguments;
            const found = await axe.run(document, runOnly ? { ...options, runOnly } : options);
            return found.violations.flatMap(({ id, nodes }) =>
                nodes.map((it) => `${id} of ${it.target}: ${it.failureSummary.replace(/\\s+/g, ' ')}`))";
        let run = format!(
            "return (async () => {{ {} }})()",
            run.replace("arguments", "given")
        );
        let run = format!("const given = arguments; {run}");
        let found: Value = self.tab.run(&run, &[options]).await;
        serde_json::from_value(found).unwrap()
    }
}
