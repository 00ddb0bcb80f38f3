//! The command line.

mod commands;
mod healthcheck;
mod lan;

use std::future::Future;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use actix_web::rt::signal::unix::{SignalKind, signal};
use actix_web::rt::{System, spawn};
use anyhow::Context;
use askit::app::Stopper;
use askit::clock::SystemClock;
use askit::config::{Loaded, Settings, Sources, TelemetrySettings};
use askit::db::checkpoint;
use askit::random::Random;
use askit::{app, telemetry};
use clap::{Parser, Subcommand};

/// Accounts, sign-in and live Q&A sessions over REST.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// A TOML file whose settings override config/*.toml
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand, Clone)]
enum Command {
    /// Apply pending migrations, then run the server (the default)
    Serve {
        /// Let phones of the same network in, for development: listen on every address, and lead
        /// links and QR codes to this machine
        #[arg(long)]
        lan: bool,
    },
    /// Fill an empty development database with a session that looks alive
    Demo,
    /// Apply pending migrations and exit
    Migrate,
    /// Print every setting in effect with its source, and every problem
    Config,
    /// Remove expired data now
    Purge,
    /// Create, import, disable and enable accounts
    #[command(subcommand)]
    Users(UsersCommand),
    /// End logins
    #[command(subcommand)]
    Logins(LoginsCommand),
    /// Manage the keys that sign access tokens
    #[command(subcommand)]
    Keys(KeysCommand),
    /// Check whether the server is ready: exit code 0 if it is, else 1
    Health,
}

#[derive(Subcommand, Clone)]
enum UsersCommand {
    /// Create an account; its password is read from the terminal or standard input
    Create {
        #[arg(long)]
        email: String,
        #[arg(long)]
        nickname: String,
        /// Make the account an administrator
        #[arg(long)]
        admin: bool,
    },
    /// Import accounts and password hashes from another program
    Import {
        /// A file with one JSON object per line: {"email", "nickname", "passwordHash"}
        file: PathBuf,
        /// Report what would be done and write nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// Disable an account: end all its logins and refuse new ones
    Disable {
        #[arg(long)]
        email: String,
    },
    /// Let a disabled account sign in again
    Enable {
        #[arg(long)]
        email: String,
    },
}

#[derive(Subcommand, Clone)]
enum LoginsCommand {
    /// End every login, for example after a compromise or a restored backup
    End {
        /// Confirm that every login of every account and guest ends
        #[arg(long, required = true)]
        all: bool,
    },
}

#[derive(Subcommand, Clone)]
enum KeysCommand {
    /// Create a new key; running servers use it without a restart
    Rotate {
        /// Remove all earlier keys at once: clients must refresh every access token
        #[arg(long)]
        compromised: bool,
    },
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let command = arguments.command.unwrap_or(Command::Serve { lan: false });
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
        Command::Serve { lan } => logged(&telemetry, serve(settings, lan)),
        Command::Demo => logged(&telemetry, commands::demo(settings)),
        Command::Migrate => logged(&telemetry, commands::migrate(settings)),
        Command::Config => Ok(()),
        Command::Purge => logged(&telemetry, commands::purge(settings)),
        Command::Users(command) => logged(&telemetry, run_users(command, settings)),
        Command::Logins(LoginsCommand::End { all: _ }) => {
            logged(&telemetry, commands::end_all_logins(settings))
        }
        Command::Keys(KeysCommand::Rotate { compromised }) => {
            logged(&telemetry, commands::rotate_keys(settings, compromised))
        }
        Command::Health => Ok(healthcheck::ask(settings.server.listen)?),
    }
}

async fn run_users(command: UsersCommand, settings: Settings) -> anyhow::Result<()> {
    match command {
        UsersCommand::Create {
            email,
            nickname,
            admin,
        } => commands::create_user(settings, &email, &nickname, admin).await,
        UsersCommand::Import { file, dry_run } => {
            commands::import_users(settings, &file, dry_run).await
        }
        UsersCommand::Disable { email } => commands::set_active(settings, &email, false).await,
        UsersCommand::Enable { email } => commands::set_active(settings, &email, true).await,
    }
}

fn logged(
    telemetry: &TelemetrySettings,
    work: impl Future<Output = anyhow::Result<()>>,
) -> anyhow::Result<()> {
    telemetry::init(telemetry, io::stderr)?;
    System::new().block_on(work)
}

async fn serve(mut settings: Settings, lan: bool) -> anyhow::Result<()> {
    if lan {
        lan::open(&mut settings)?;
    }
    let database = settings.database.url.clone();
    let server = settings.server.clone();
    let running = app::start(settings, Arc::new(SystemClock), Random::from_system()).await?;
    tracing::info!("listening on http://{}", running.address);
    let url = server.public_url.origin();
    if lan {
        let port = running.address.port();
        tracing::info!("open http://localhost:{port} on this machine");
        tracing::info!(
            "phones open {url}: --lan lets every device of this network reach this server, without \
             encryption, and links and QR codes lead there"
        );
    } else if server.page {
        tracing::info!("open {url}");
    } else {
        tracing::info!("try: curl -i http://{}/health/ready", running.address);
    }
    spawn(stop_when_told(running.handle));
    running.server.await.context("the server failed")?;
    checkpoint(&database)?;
    tracing::info!("stopped");
    Ok(())
}

/// SIGTERM and Ctrl-C let requests in flight end; told twice, the process ends at once.
async fn stop_when_told(server: Stopper) {
    let (terminate, interrupt) = (SignalKind::terminate(), SignalKind::interrupt());
    let (Ok(mut terminate), Ok(mut interrupt)) = (signal(terminate), signal(interrupt)) else {
        tracing::warn!("cannot listen for signals: the first one will end the process at once");
        return;
    };
    let mut told = async || {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    };
    told().await;
    tracing::info!("stopping; waiting for requests in flight");
    spawn(async move { server.stop(true).await });
    told().await;
    std::process::exit(1);
}
