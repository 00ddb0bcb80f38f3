//! Programs that end with this one, however that ends.

use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, Write};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, ensure};

/// Starts the program, names its process and waits for a line. A line asks for an end; the end of
/// the input means that the bench has ended, by whatever means, and nobody needs the folder any
/// more.
const GUARDIAN: &str = r#"folder=$1; signal=$2; shift 2
"$@" </dev/null >/dev/null & program=$!
echo $program
read -r _; ended=$?
kill -"$signal" $program; wait $program
[ $ended = 0 ] || rm -rf "$folder""#;

/// A program and how it runs.
pub struct Program<'a> {
    /// With its arguments.
    pub command: Vec<&'a str>,
    /// The whole environment.
    pub environment: Vec<(&'a str, String)>,
    /// Where it runs; also where its log is.
    pub folder: &'a Path,
    /// User and group to run as.
    pub user: Option<(u32, u32)>,
    /// The signal that ends it.
    pub signal: &'a str,
}

/// A program that runs until this is dropped.
pub struct Process {
    guardian: Child,
    log: PathBuf,
    log_file: File,
    /// The number of its process.
    pub id: u32,
}

impl Process {
    /// # Errors
    /// When the system refuses.
    pub fn start(program: &Program) -> anyhow::Result<Self> {
        let log = program.folder.join("log");
        let log_file = OpenOptions::new().create(true).append(true).open(&log)?;
        let mut command = Command::new("/bin/sh");
        command
            .args(["-c", GUARDIAN, "guardian"])
            .arg(program.folder)
            .arg(program.signal)
            .args(&program.command)
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .envs(
                program
                    .environment
                    .iter()
                    .map(|(name, value)| (name, value)),
            )
            .current_dir(program.folder)
            // Ctrl-C in a terminal is for this process alone; the guardian sees its end.
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(log_file.try_clone()?);
        if let Some((user, group)) = program.user {
            command.uid(user).gid(group);
        }
        let mut guardian = command.spawn().context("/bin/sh does not run")?;
        let mut line = String::new();
        if let Some(output) = guardian.stdout.take() {
            BufReader::new(output).read_line(&mut line)?;
        }
        let id = line.trim().parse().context("the guardian is silent")?;
        Ok(Self {
            guardian,
            log,
            log_file,
            id,
        })
    }

    /// What the program has logged.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub fn log(&self) -> anyhow::Result<String> {
        Ok(std::fs::read_to_string(&self.log)?)
    }

    /// Empties the log: what is dropped before it is written out costs the disk nothing.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn empty_log(&self) -> anyhow::Result<()> {
        Ok(self.log_file.set_len(0)?)
    }

    /// What all its threads have used of the processor.
    ///
    /// # Errors
    /// When it has ended.
    pub fn cpu_time(&self) -> anyhow::Result<Duration> {
        let mut sum = Duration::ZERO;
        for thread in std::fs::read_dir(format!("/proc/{}/task", self.id))? {
            // One that has ended meanwhile is nobody's.
            let text = std::fs::read_to_string(thread?.path().join("schedstat"));
            sum += cpu_time_in(&text.unwrap_or_default()).unwrap_or_default();
        }
        Ok(sum)
    }

    /// # Errors
    /// When the program has ended, with its log.
    pub fn ensure_running(&self) -> anyhow::Result<()> {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.id)).unwrap_or_default();
        let is_running = !stat.is_empty() && !stat.contains(") Z ");
        ensure!(is_running, "a program has ended: {}", self.log()?);
        Ok(())
    }
}

/// What a thread has used of the processor, as its `schedstat` tells.
pub fn cpu_time_in(schedstat: &str) -> Option<Duration> {
    let nanoseconds = schedstat.split(' ').next()?.parse().ok()?;
    Some(Duration::from_nanos(nanoseconds))
}

impl Drop for Process {
    fn drop(&mut self) {
        if let Some(mut input) = self.guardian.stdin.take() {
            input.write_all(b"end\n").ok();
        }
        self.guardian.wait().ok();
    }
}
