//! The programs that stand beside these tests.

use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::{env, fs};

const NEEDED: [&str; 4] = ["chromium", "chromedriver", "nginx", "openssl"];

/// Fails the test where one of them is missing.
pub fn expect_all() {
    let missing: Vec<_> = NEEDED
        .into_iter()
        .filter(|name| find(name).is_none())
        .collect();
    assert!(
        missing.is_empty(),
        "these programs are missing: {missing:?}. Install them (Debian: apt install chromium \
         chromium-driver nginx-light openssl), or leave their tests out: cargo test -- --skip in_chromium"
    );
}

/// The whole path of a program that is there.
pub fn path(name: &str) -> String {
    let path = find(name).expect("program::expect_all was asked");
    path.to_str().unwrap().to_owned()
}

fn find(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let folders = env::split_paths(&path).chain(["/usr/sbin".into()]);
    folders.map(|it| it.join(name)).find(|it| it.exists())
}

/// A program with a folder of its own. Both are gone when this process has ended, however that
/// ended.
pub struct Program {
    pub folder: PathBuf,
    guardian: Child,
}

impl Program {
    /// Starts it in `folder`, which has to be its home, and which keeps what it prints in `log`.
    pub fn start(folder: PathBuf, command: &[&str]) -> Self {
        // The end of the guardian's input means that this process has ended. What Chromium left
        // behind is in the same process group; it may write once more before it ends.
        let script = r#""$@" >log 2>&1 & read -r _; trap '' TERM; kill 0; wait
            rm -rf "$HOME" || { sleep 1; rm -rf "$HOME"; }"#;
        let guardian = Command::new("/bin/sh")
            .args(["-c", script, "guardian"])
            .args(command)
            .current_dir(&folder)
            .env("HOME", &folder)
            .env("TMPDIR", &folder)
            .process_group(0)
            .stdin(Stdio::piped())
            .spawn()
            .expect("a shell starts");
        Self { folder, guardian }
    }

    /// What it has printed.
    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.join("log")).unwrap_or_default()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        drop(self.guardian.stdin.take());
        self.guardian.wait().unwrap();
    }
}

/// A folder that its [`Program`] removes.
pub fn folder(name: &str) -> PathBuf {
    let prefix = format!("askit-{name}-");
    let folder = tempfile::Builder::new().prefix(&prefix).tempdir();
    folder.unwrap().keep()
}

/// Runs a program to its end.
pub fn run(folder: &Path, name: &str, arguments: &[&str]) {
    let done = Command::new(path(name))
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{name}: {told}");
}
