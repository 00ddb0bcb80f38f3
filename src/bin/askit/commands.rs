//! Commands that work on the database, beside a server or without one.

use std::fs::File;
use std::io::{self, BufRead, BufReader, IsTerminal, Write};
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context, anyhow, ensure};
use askit::auth::NewAccount;
use askit::auth::service::administration::Administration;
use askit::auth::service::import::{Batch, Import, Reason};
use askit::changes::Epochs;
use askit::clock::{Clock, ManualClock, SharedClock, SystemClock};
use askit::config::{Profile, Settings};
use askit::db::{BUSY_TIMEOUT, Db, Marks};
use askit::password::{NewPassword, Passwords};
use askit::random::Random;
use askit::users::{Email, FoldedEmail, Nickname};
use askit::{app, demo, keys, services};
use chrono::SecondsFormat;
use indicatif::{HumanCount, ProgressBar, ProgressStyle};

/// Applies pending migrations.
pub async fn migrate(settings: Settings) -> anyhow::Result<()> {
    let applied = app::migrate(&settings.database.url, Arc::new(SystemClock)).await?;
    let (migrations, data_steps) = (applied.migrations, applied.data_steps);
    println!("{migrations} migration(s) and {data_steps} data step(s) applied");
    Ok(())
}

/// Removes what is over.
pub async fn purge(settings: Settings) -> anyhow::Result<()> {
    let db = open(&settings).await?;
    let purged = app::purger(db, &settings)
        .in_small_batches()
        .run(SystemClock.now())
        .await;
    println!("removed {purged}");
    if purged.failed.is_empty() {
        Ok(())
    } else {
        Err(anyhow!("cannot purge {}", purged.failed.join(", ")))
    }
}

/// Fills an empty database with a session that looks alive, and says how to come in.
pub async fn demo(settings: Settings) -> anyhow::Result<()> {
    ensure!(
        settings.profile == Profile::Development,
        "a demonstration is for development alone: its hosts' passwords are printed"
    );
    let db = open(&settings).await?;
    let random = Random::from_system();
    let clock = Arc::new(ManualClock::new(SystemClock.now() - demo::LENGTH));
    let shared: SharedClock = clock.clone();
    let secrets = app::load_secrets(&settings, &random)?;
    let marks = Arc::new(Marks::new(settings.database.url.has_instances()));
    let services = services::start(&settings, &secrets, &db, &shared, &random, &marks).await?;
    let made = demo::fill(&services, &clock, &random).await?;
    let url = settings.server.public_url.origin();
    println!("the page       {url} (askit serve)");
    println!("join code      {}", made.join_code);
    for host in made.hosts {
        println!("sign in as     {}: {}", host.nickname, host.email);
        println!("with password  {}", host.password);
    }
    Ok(())
}

/// Makes an account. Its password comes from the terminal or, where there is none, from the first
/// line of the standard input.
pub async fn create_user(
    settings: Settings,
    email: &str,
    nickname: &str,
    admin: bool,
) -> anyhow::Result<()> {
    let email = Email::parse(email).map_err(|why| anyhow!("the e-mail address {why}"))?;
    let nickname = Nickname::parse(nickname).map_err(|why| anyhow!("the nickname {why}"))?;
    let password = read_password()?;
    let password = NewPassword::parse(&password).map_err(|why| anyhow!("the password {why}"))?;
    let random = Random::from_system();
    let public_url = &settings.server.public_url;
    let passwords = Passwords::start(
        &settings.password,
        public_url,
        random.bytes(),
        random.clone(),
    )?;
    let account = NewAccount {
        email,
        nickname,
        password,
        admin,
    };
    let administration = administration(&settings).await?;
    let made = administration.create_account(account, &passwords, &random);
    println!("created account {}", made.await?.get());
    Ok(())
}

/// Takes over accounts of another program. A line that is refused is told by its number and the
/// reason.
pub async fn import_users(settings: Settings, path: &Path, is_dry_run: bool) -> anyhow::Result<()> {
    let file = File::open(path).with_context(|| format!("cannot open {}", path.display()))?;
    let bar = progress_bar(&file)?;
    let db = if is_dry_run {
        open_as_it_is(&settings).await?
    } else {
        open(&settings).await?
    };
    let import = Import::new(db, Arc::new(SystemClock), Random::from_system(), is_dry_run);
    let (mut imported, mut already_there, mut refused) = (0, 0, 0);
    let tell = |batch: Batch| {
        imported += batch.imported;
        already_there += batch.already_there;
        refused += batch.refused.len();
        bar.set_position(batch.position);
        bar.suspend(|| tell_refused(&batch.refused));
    };
    let outcome = import.run(BufReader::new(file), tell).await;
    bar.finish_and_clear();
    let done = if is_dry_run {
        "would import"
    } else {
        "imported"
    };
    let [imported, already_there, told] =
        [imported, already_there, refused].map(|it| HumanCount(it as u64));
    println!("{done} {imported} account(s), {already_there} already there, {told} refused");
    outcome?;
    ensure!(refused == 0, "some lines were refused");
    Ok(())
}

/// By the bytes of the file, if it is one; on a terminal alone.
fn progress_bar(file: &File) -> anyhow::Result<ProgressBar> {
    let file = file.metadata()?;
    let bar = if file.is_file() {
        ProgressBar::new(file.len())
    } else {
        ProgressBar::no_length()
    };
    let style = ProgressStyle::with_template("{wide_bar} {bytes} of {total_bytes}, {eta} left")?;
    Ok(bar.with_style(style))
}

/// Whoever reads them may stop early, which stops no import.
fn tell_refused(refused: &[(u64, Reason)]) {
    let mut output = io::stderr().lock();
    for (line, reason) in refused {
        writeln!(output, "line {line}: {reason}").ok();
    }
}

/// Lets an account sign in, or not.
pub async fn set_active(settings: Settings, email: &str, active: bool) -> anyhow::Result<()> {
    let administration = administration(&settings).await?;
    let set = administration.set_active(FoldedEmail::of(email), active);
    let ended = set.await?.context("no account has this e-mail address")?;
    if active {
        println!("enabled")
    } else {
        println!("disabled; {ended} login(s) ended")
    }
    Ok(())
}

/// Ends every login there is. Numbers of changes from before mean nothing any more: after a
/// restore, the database lacks commits.
pub async fn end_all_logins(settings: Settings) -> anyhow::Result<()> {
    Epochs::draw_anew(&open(&settings).await?, &Random::from_system()).await?;
    let ended = administration(&settings).await?.end_all_logins().await?;
    println!("{ended} login(s) ended");
    Ok(())
}

/// Makes a new signing key; `compromised`: in place of all others.
pub async fn rotate_keys(settings: Settings, compromised: bool) -> anyhow::Result<()> {
    let db = open(&settings).await?;
    let random = Random::from_system();
    let secrets = app::load_secrets(&settings, &random)?;
    let (auth, now) = (&settings.auth, SystemClock.now());
    let made = keys::rotate(&db, &secrets, auth, &random, now, compromised).await?;
    let signs_from = made.signs_from.to_rfc3339_opts(SecondsFormat::Secs, true);
    println!("created key {}; it signs from {signs_from}", made.key_id);
    Ok(())
}

async fn administration(settings: &Settings) -> anyhow::Result<Administration> {
    let db = open(settings).await?;
    Ok(Administration::new(
        db,
        Arc::new(SystemClock),
        &settings.auth,
    ))
}

/// Opens the database, migrated.
async fn open(settings: &Settings) -> anyhow::Result<Db> {
    app::migrate(&settings.database.url, Arc::new(SystemClock)).await?;
    Ok(Db::open(&settings.database, BUSY_TIMEOUT)?)
}

/// Opens the database and migrates nothing.
async fn open_as_it_is(settings: &Settings) -> anyhow::Result<Db> {
    let db = Db::open(&settings.database, BUSY_TIMEOUT)?;
    let asked = db.ping().await;
    asked.context("a dry run needs an existing database: create it with askit migrate")?;
    Ok(db)
}

fn read_password() -> anyhow::Result<String> {
    if !io::stdin().is_terminal() {
        let mut line = String::new();
        io::stdin().lock().read_line(&mut line)?;
        return Ok(line.trim_end_matches(['\r', '\n']).to_owned());
    }
    let password = rpassword::prompt_password("Password: ")?;
    let again = rpassword::prompt_password("Repeat the password: ")?;
    ensure!(password == again, "the two passwords differ");
    Ok(password)
}
