//! The command line.

mod healthcheck;

use std::future::Future;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use actix_web::dev::ServerHandle;
use actix_web::rt::signal::unix::{SignalKind, signal};
use actix_web::rt::{System, spawn};
use anyhow::Context;
use askit::auth::purge::Purge;
use askit::clock::{Clock, SystemClock};
use askit::config::{Loaded, Settings, Sources, TelemetrySettings};
use askit::db::{BUSY_TIMEOUT, Db, checkpoint};
use askit::random::Random;
use askit::{app, telemetry};
use clap::{Parser, Subcommand};

/// Accounts, sign-in and live Q&A sessions over REST.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// A TOML file with settings that win over config/*.toml
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand, Clone, Copy)]
enum Command {
    /// Migrate the database if needed and serve (the default)
    Serve,
    /// Apply pending migrations and stop
    Migrate,
    /// Print the settings in force, where each comes from, and every problem
    Config,
    /// Remove what is over, now
    Purge,
    /// Ask the server of these settings whether it is ready: exit code 0, else 1
    Health,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let command = arguments.command.unwrap_or(Command::Serve);
    let mut sources = Sources {
        file: arguments.config,
        ..Sources::default()
    };
    for (name, value) in std::env::vars_os() {
        let name = name.to_string_lossy().into_owned();
        match value.into_string() {
            Ok(value) => drop(sources.environment.insert(name, value)),
            Err(_not_utf8) => sources.unreadable.push(name),
        }
    }
    let loaded = Settings::load(&sources);
    if let Command::Config = command {
        print_settings(&loaded).ok();
    }
    let settings = match loaded.settings {
        Ok(settings) => settings,
        Err(problems) => {
            eprintln!("{problems}");
            return ExitCode::from(2);
        }
    };
    match run(command, settings) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("askit: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Whoever reads may stop early (`askit config | head`), which is no failure.
fn print_settings(loaded: &Loaded) -> io::Result<()> {
    let mut output = io::stdout().lock();
    for line in &loaded.effective {
        writeln!(output, "{} = {:?}  ({})", line.key, line.value, line.origin)?;
    }
    Ok(())
}

fn run(command: Command, settings: Settings) -> anyhow::Result<()> {
    let telemetry = settings.telemetry.clone();
    match command {
        Command::Serve => logged(&telemetry, serve(settings)),
        Command::Migrate => logged(&telemetry, migrate(settings)),
        Command::Config => Ok(()),
        Command::Purge => logged(&telemetry, purge(settings)),
        Command::Health => Ok(healthcheck::ask(settings.server.listen)?),
    }
}

fn logged(
    telemetry: &TelemetrySettings,
    work: impl Future<Output = anyhow::Result<()>>,
) -> anyhow::Result<()> {
    telemetry::init(telemetry, io::stderr)?;
    System::new().block_on(work)
}

async fn serve(settings: Settings) -> anyhow::Result<()> {
    let database = settings.database.url.clone();
    let running = app::start(settings, Arc::new(SystemClock), Random::from_system()).await?;
    tracing::info!("listening on http://{}", running.address);
    tracing::info!("try: curl -i http://{}/health/ready", running.address);
    spawn(stop_when_told(running.handle));
    running.server.await.context("the server failed")?;
    checkpoint(&database)?;
    tracing::info!("stopped");
    Ok(())
}

/// SIGTERM and Ctrl-C let requests in flight end; told twice, the process ends at once.
async fn stop_when_told(server: ServerHandle) {
    let (terminate, interrupt) = (SignalKind::terminate(), SignalKind::interrupt());
    let (Ok(mut terminate), Ok(mut interrupt)) = (signal(terminate), signal(interrupt)) else {
        tracing::warn!("signals cannot be heard; they will end the process at once");
        return;
    };
    let mut told = async || {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    };
    told().await;
    tracing::info!("stopping; requests in flight may end");
    spawn(server.stop(true));
    told().await;
    std::process::exit(1);
}

async fn migrate(settings: Settings) -> anyhow::Result<()> {
    let applied = app::migrate(&settings.database.url).await?;
    println!("{applied} migration(s) applied");
    Ok(())
}

async fn purge(settings: Settings) -> anyhow::Result<()> {
    app::migrate(&settings.database.url).await?;
    let db = Db::open(&settings.database, BUSY_TIMEOUT)?;
    let purge = Purge::new(db, &settings.auth).in_small_batches();
    let purged = purge.run(SystemClock.now()).await?;
    println!(
        "removed {} login(s), {} audit event(s) and {} count(s) of attempts",
        purged.logins, purged.audit_events, purged.attempts
    );
    Ok(())
}
