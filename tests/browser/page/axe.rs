//! axe-core, which finds what keeps people out of a page.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::LazyLock;

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
    /// What axe-core finds.
    pub async fn barriers(&self) -> Vec<String> {
        let has_axe = self.tab.run("return 'axe' in window", &[]).await;
        if has_axe != true {
            self.tab.run(&AXE, &[]).await;
        }
        let run = "return axe.run(document, { resultTypes: ['violations'] }).then((found) =>
            found.violations.flatMap(({ id, nodes }) => nodes.map((it) =>
                `${id} of ${it.target}: ${it.failureSummary.replace(/\\s+/g, ' ')}`)))";
        let found = self.tab.run(run, &[]).await;
        serde_json::from_value(found).unwrap()
    }
}
