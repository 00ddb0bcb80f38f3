//! Many sign-ins at once, seen from outside of a process of its own: what they cost, and what they
//! cost others.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::{fs, thread};

use crate::support::app::SECRET;
use crate::support::database::Database;
use crate::support::*;

const CLIENTS: usize = 64;
const THREADS: u64 = 2;
const KIB: u64 = 1;
const MIB: u64 = 1024 * KIB;

/// Of `correct horse battery staple`: 100 MiB of Argon2 in 8 lanes by Django, 64 MiB of scrypt by
/// passlib, 16 MiB of scrypt by Django, 64 MiB of Argon2 by PHP.
const LARGE: [&str; 4] = [
    "argon2$argon2id$v=19$m=102400,t=2,p=8$aGtHUVNYbzJTazVWSW1Ra3lGam1pOA$f074znsLRluuZ4NCmMrzO07UApqp4pBpn6hNGNxinZw",
    "$scrypt$ln=16,r=8,p=1$bK3VOkdI6R0jZAyhlPL+Pw$RJ+gBi4jNjncmy8Io2VOgUF3j30yGrmAQOaj8X5GJI0",
    "scrypt$16384$tKvmoHpNm2QGfIRn9Ye3z3$8$5$SRPwOwlI2RRgmfx9ug/CwI+olj9RKOoaRaDevrofn8MikBum/n/rjLjril8vSriaFfGr44AT1zpSThbkprZ6uQ==",
    "argon2$argon2id$v=19$m=65536,t=4,p=1$eHFma3YxMUhQOWhtLy5vRw$xKjyhQahxJKPZc18jbp1oVmeHABBfluzpf7G29iAyM8",
];

/// A server as people start it, with the default cost of a hash.
struct Server {
    process: Child,
    base: String,
}

impl Server {
    fn start(database: &Database) -> Self {
        let settings = [
            ("DATABASE_URL", database.url.as_str()),
            ("ASKIT__SECRET", SECRET),
            ("ASKIT__SERVER__LISTEN", "127.0.0.1:0"),
            ("ASKIT__SERVER__TRUSTED_PROXIES", "127.0.0.1"),
            ("ASKIT__PASSWORD__THREADS", &THREADS.to_string()),
            ("ASKIT__PASSWORD__QUEUE", "32"),
            ("ASKIT__LIMITS__ENABLED", "false"),
            ("ASKIT__TELEMETRY__FORMAT", "pretty"),
        ];
        let mut process = Command::new(env!("CARGO_BIN_EXE_askit"))
            .current_dir(database.folder.path())
            .env_clear()
            .envs(settings)
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut log = BufReader::new(process.stderr.take().unwrap()).lines();
        let base = log.find_map(|line| {
            let line = line.unwrap();
            let (_, base) = line.split_once("listening on ")?;
            base.split_whitespace().next().map(str::to_owned)
        });
        // Nobody reads on, so the pipe must not fill up.
        thread::spawn(move || log.for_each(drop));
        Self {
            process,
            base: base.expect("the server tells where it listens"),
        }
    }

    /// A field of /proc/PID/status, in KiB.
    fn memory(&self, field: &str) -> u64 {
        let path = format!("/proc/{}/status", self.process.id());
        let status = fs::read_to_string(path).unwrap();
        let line = status.lines().find(|it| it.starts_with(field)).unwrap();
        let number = line.split_whitespace().nth(1).unwrap();
        number.parse().unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

/// People with accounts, each behind an address of their own.
fn people(app: &App, server: &Server, count: usize) -> Vec<Client> {
    let people = (0..count).map(|number| {
        let person = app.registered(&format!("person{number}"));
        let address = format!("203.0.113.{number}");
        let person = person.with("x-forwarded-for", &address);
        Client {
            base: server.base.clone(),
            ..person
        }
    });
    people.collect()
}

/// Signs in, as often as it takes to find a place; tells how often there was none.
fn sign_in(person: &Client) -> usize {
    let mut refused = 0;
    loop {
        let answer = person.log_in("json");
        if answer.status == 200 {
            return refused;
        }
        let answer = answer.expect_problem(503, "overloaded");
        let wait: u64 = answer.header("retry-after").unwrap().parse().unwrap();
        assert!((1..=70).contains(&wait), "{wait}");
        refused += 1;
    }
}

/// Lets everybody sign in again and again, and tells how often someone found no place. Meanwhile
/// someone else is never refused anything.
fn storm(people: &[Client], times: usize) -> usize {
    let is_over = AtomicBool::new(false);
    let reader = people[0].signed_in();
    thread::scope(|scope| {
        let reading = scope.spawn(|| {
            let mut reads = 0;
            while !is_over.load(Ordering::Relaxed) {
                reader.get("/api/users/me").expect(200);
                reads += 1;
            }
            reads
        });
        let refused = race(people.len(), |number| {
            (0..times).map(|_| sign_in(&people[number])).sum::<usize>()
        });
        is_over.store(true, Ordering::Relaxed);
        assert!(reading.join().unwrap() > 0);
        refused.iter().sum()
    })
}

#[test]
fn a_storm_of_sign_ins_stops_nobody_else() {
    // Another process makes the accounts, at no cost.
    let app = App::start(Kind::Sqlite);
    let server = Server::start(&app.database);
    let people = people(&app, &server, CLIENTS);
    let idle = server.memory("VmRSS");
    // The first sign-in replaces a hash that cost nothing.
    let refused = storm(&people, 3);
    assert!(refused > 0, "64 at once found 34 places");
    let most = server.memory("VmHWM");
    let allowed = idle + THREADS * 20 * MIB + 10 * MIB;
    assert!(
        most <= allowed,
        "{most} KiB at most, {idle} before, {allowed} allowed"
    );
}

#[test]
fn large_hashes_of_other_programs_have_one_block_together_and_give_it_back() {
    let app = App::start(Kind::Sqlite);
    let server = Server::start(&app.database);
    let people = people(&app, &server, 12);
    let people = people
        .into_iter()
        .zip(LARGE.iter().cycle())
        .map(|(person, hash)| {
            let Client { nickname, .. } = &person;
            app.database.execute(&format!(
                "UPDATE users SET password_hash = '{hash}' WHERE nickname = '{nickname}'"
            ));
            Client {
                password: "correct horse battery staple".into(),
                ..person
            }
        });
    let people: Vec<_> = people.collect();
    let idle = server.memory("VmRSS");
    storm(&people, 2);
    let most = server.memory("VmHWM");
    let allowed = idle + THREADS * 20 * MIB + 128 * MIB + 10 * MIB;
    assert!(
        most <= allowed,
        "{most} KiB at most, {idle} before, {allowed} allowed"
    );
    let left = server.memory("VmRSS");
    // What glibc keeps of memory that was freed, once.
    let allowed = idle + THREADS * 20 * MIB + 32 * MIB + 10 * MIB;
    assert!(
        left <= allowed,
        "{left} KiB are kept, {idle} before, {allowed} allowed"
    );
}
