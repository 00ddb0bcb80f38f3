//! The rules of ARCHITECTURE.md, executed. Each is proved by an example that breaks it.
#![expect(
    clippy::expect_used,
    reason = "a test that cannot go on stops and says where"
)]

mod documents;
mod migrations;
mod source;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use source::{Source, sources};

/// Features, and those that each of them may use. An arrow stands here only if an import makes it.
const FEATURES: [(&str, &[&str]); 12] = [
    ("audit", &["users"]),
    ("users", &[]),
    ("password", &["users"]),
    ("keys", &["users"]),
    ("auth", &["keys", "password", "users", "audit"]),
    ("page", &["users"]),
    ("retries", &["users"]),
    ("posts", &["users", "retries"]),
    ("changes", &["users"]),
    ("sessions", &["users", "audit", "retries", "changes"]),
    (
        "questions",
        &["sessions", "auth", "audit", "users", "retries", "changes"],
    ),
    (
        "live",
        &["questions", "sessions", "changes", "auth", "users"],
    ),
];

/// What is below every feature, and what each of them may use.
const FOUNDATION: [(&str, &[&str]); 16] = [
    ("clock", &[]),
    ("random", &[]),
    ("client_network", &[]),
    ("validation", &[]),
    ("paging", &[]),
    ("ids", &["random"]),
    ("characters", &[]),
    ("normalize", &["characters"]),
    ("text", &["characters", "validation"]),
    (
        "blocked_words",
        &["characters", "normalize", "text", "validation"],
    ),
    ("config", &["blocked_words"]),
    ("mac", &["config"]),
    ("db", &["config", "clock"]),
    ("purge", &["clock", "db"]),
    (
        "http",
        &[
            "characters",
            "config",
            "clock",
            "client_network",
            "db",
            "mac",
            "random",
            "text",
            "validation",
        ],
    ),
    ("telemetry", &["clock", "config"]),
];

/// What is above every feature.
const UPPER: [&str; 5] = ["app", "demo", "openapi", "routes", "services"];

/// Files of features that speak HTTP.
const SPEAKS_HTTP: [&str; 5] = [
    "handlers.rs",
    "dto.rs",
    "middleware.rs",
    "cookies.rs",
    "current_user.rs",
];

/// What is above a repository: use cases, which are in a folder `service` or in `service.rs`, the
/// table that they ask, and the hooks of accounts.
const ABOVE_REPOSITORIES: [&str; 3] = ["service", "permissions", "account_data"];

const LONGEST_FILE: usize = 400;

type Rule = fn(&Source) -> Option<String>;

fn modules_are_used_downwards(source: &Source) -> Option<String> {
    let module = source.module();
    let all = FOUNDATION.iter().chain(&FEATURES);
    let (_, allowed) = all.clone().find(|(name, _)| *name == module)?;
    let foundation = FOUNDATION.map(|(name, _)| name);
    let wrong = source.uses().into_iter().find(|used| {
        let below = source.is_feature() && foundation.contains(used);
        let is_module = all.clone().any(|(name, _)| name == used);
        let upper = UPPER.contains(used);
        *used != module && !below && !allowed.contains(used) && (is_module || upper)
    });
    wrong.map(|used| format!("{module} must not use {used}"))
}

fn actix_web_stays_out_of_services_and_repositories(source: &Source) -> Option<String> {
    let runs_by_itself = source.file() == "cache_refresh.rs";
    let may = !source.is_feature() || source.speaks_http() || runs_by_itself;
    (!may && (source.mentions("actix_web") || source.mentions("actix")))
        .then(|| "actix belongs to handlers and middleware".into())
}

fn http_stays_above_services(source: &Source) -> Option<String> {
    let is_list_of_modules = source.path == format!("{}/mod.rs", source.module());
    let may = !source.is_feature() || source.speaks_http() || is_list_of_modules;
    let stems = SPEAKS_HTTP.map(|file| file.trim_end_matches(".rs"));
    let wrong = stems.into_iter().find(|stem| source.mentions(stem));
    let wrong = wrong.or(source.uses().contains("http").then_some("http"));
    wrong
        .filter(|_| !may)
        .map(|it| format!("{it} is above the services"))
}

fn repositories_stay_below_services(source: &Source) -> Option<String> {
    let above: &[&str] = match source.file() {
        _ if source.is_repository() => &[],
        "rows.rs" => &["repository"],
        _ => return None,
    };
    let mut above = above.iter().chain(&ABOVE_REPOSITORIES);
    let wrong = above.find(|name| source.mentions(name));
    wrong.map(|name| format!("{name} is above this layer"))
}

fn routes_name_handlers_only(source: &Source) -> Option<String> {
    let wrong = ["app", "db", "config"];
    let wrong = wrong.into_iter().find(|name| source.uses().contains(name));
    let is_routes = source.path == "routes.rs";
    wrong
        .filter(|_| is_routes)
        .map(|name| format!("routes need no {name}"))
}

fn diesel_stays_in_repositories(source: &Source) -> Option<String> {
    let may = source.module() == "db" || source.file() == "rows.rs" || source.is_repository();
    (!may && source.mentions("diesel")).then(|| "diesel belongs to rows and repositories".into())
}

fn handlers_have_no_connection(source: &Source) -> Option<String> {
    let is_handler = source.speaks_http();
    let wrong = ["repository", "DbConn", "Db>"]
        .into_iter()
        .find(|it| source.code.contains(it));
    wrong
        .filter(|_| is_handler)
        .map(|it| format!("handlers call services, not {it}"))
}

fn repositories_are_private(source: &Source) -> Option<String> {
    let open = source.module() == "users" || source.module() == "audit";
    let wrong = source.code.contains("pub mod rows")
        || (source.code.contains("pub mod repository") && !open);
    wrong.then(|| "`mod repository` and `mod rows` are private to their feature".into())
}

fn repositories_write_no_sql(source: &Source) -> Option<String> {
    let may = source.path == "db/dialect.rs";
    (!may && source.code.contains("sql_query")).then(|| "raw SQL belongs to db/dialect.rs".into())
}

fn anyhow_stays_at_the_top(source: &Source) -> Option<String> {
    let may = source.module() == "bin" || ["app.rs", "services.rs"].contains(&&*source.path);
    (!may && source.mentions("anyhow")).then(|| "errors below services.rs have types".into())
}

fn files_are_short(source: &Source) -> Option<String> {
    let too_long = source.lines > LONGEST_FILE && source.path != "db/schema.rs";
    too_long.then(|| format!("{} lines: split it", source.lines))
}

fn comments_are_no_wider_than_code(source: &Source) -> Option<String> {
    source
        .wide_comment
        .map(|line| format!("the comment in line {line} is wider than 100 characters"))
}

fn names_say_the_thing(source: &Source) -> Option<String> {
    let vague = ["utils", "helpers", "common"];
    let mut parts = source.path.split('/').map(|it| it.trim_end_matches(".rs"));
    let found = parts.find(|part| vague.contains(part));
    found.map(|name| format!("{name:?} says nothing"))
}

/// Each rule with a file that breaks it.
const RULES: [(Rule, &str, &str); 24] = [
    (
        modules_are_used_downwards,
        "users/service.rs",
        "use crate::auth::LoginId;",
    ),
    (
        modules_are_used_downwards,
        "posts/service.rs",
        "use crate::auth::keep_guest;",
    ),
    (
        modules_are_used_downwards,
        "password/service.rs",
        "use crate::{audit, auth};",
    ),
    (
        modules_are_used_downwards,
        "db/mod.rs",
        "fn f(_: crate::http::ApiError) {}",
    ),
    (
        modules_are_used_downwards,
        "auth/handlers/mod.rs",
        "use crate::routes::register;",
    ),
    (
        actix_web_stays_out_of_services_and_repositories,
        "auth/service/mod.rs",
        "use actix_web::web;",
    ),
    (
        http_stays_above_services,
        "auth/service/mod.rs",
        "use crate::http::ApiError;",
    ),
    (
        http_stays_above_services,
        "auth/service/guesses.rs",
        "use crate::http::ErrorCode;",
    ),
    (
        http_stays_above_services,
        "auth/repository/logins.rs",
        "use crate::auth::handlers::register_account;",
    ),
    (
        repositories_stay_below_services,
        "auth/repository/logins.rs",
        "use super::super::service::refresh;",
    ),
    (
        repositories_stay_below_services,
        "auth/repository/ending.rs",
        "use crate::auth::service::refresh::RefreshAttempt;",
    ),
    (
        repositories_stay_below_services,
        "auth/repository/guesses.rs",
        "use crate::auth::service::{guesses, refresh};",
    ),
    (
        repositories_stay_below_services,
        "sessions/repository/mod.rs",
        "use super::permissions::decide;",
    ),
    (
        repositories_stay_below_services,
        "users/rows.rs",
        "use super::repository::insert;",
    ),
    (
        repositories_stay_below_services,
        "users/rows.rs",
        "use super::service::UsersService;",
    ),
    (routes_name_handlers_only, "routes.rs", "use crate::db::Db;"),
    (
        diesel_stays_in_repositories,
        "auth/service/mod.rs",
        "use diesel::prelude::*;",
    ),
    (
        handlers_have_no_connection,
        "auth/handlers/mod.rs",
        "use crate::db::{Db, DbConn};",
    ),
    (
        repositories_are_private,
        "auth/mod.rs",
        "pub mod repository;",
    ),
    (repositories_are_private, "users/mod.rs", "pub mod rows;"),
    (
        repositories_write_no_sql,
        "auth/repository/logins.rs",
        "diesel::sql_query(\"SELECT 1\")",
    ),
    (
        anyhow_stays_at_the_top,
        "auth/service/mod.rs",
        "use anyhow::Context;",
    ),
    (names_say_the_thing, "auth/utils.rs", ""),
    (names_say_the_thing, "helpers/mod.rs", ""),
];

#[test]
fn every_file_keeps_every_rule() {
    let sources = sources();
    assert!(sources.len() > 40, "the sources are found");
    let rules = RULES
        .map(|(rule, _, _)| rule)
        .into_iter()
        .chain([files_are_short as Rule, comments_are_no_wider_than_code]);
    let mut broken = BTreeSet::new();
    for rule in rules {
        for source in &sources {
            broken.extend(rule(source).map(|what| format!("src/{}: {what}", source.path)));
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
}

#[test]
fn every_rule_sees_what_breaks_it() {
    for (rule, path, text) in RULES {
        assert!(rule(&Source::new(path, text)).is_some(), "{path}: {text}");
        let comment = format!("// {text}\n#[cfg(test)]\nmod tests {{ {text} }}");
        let harmless = Source::new("app.rs", &comment);
        assert!(rule(&harmless).is_none(), "{text} in a comment");
    }
    assert!(files_are_short(&Source::new("app.rs", &"\n".repeat(401))).is_some());
    assert!(files_are_short(&Source::new("app.rs", &"\n".repeat(400))).is_none());
    let comment = |width: usize| Source::new("app.rs", &format!("    //{}", "x".repeat(width - 6)));
    assert!(comments_are_no_wider_than_code(&comment(101)).is_some());
    assert!(comments_are_no_wider_than_code(&comment(100)).is_none());
}

#[test]
fn every_arrow_between_features_is_an_import() {
    let sources = sources();
    for (feature, allowed) in FEATURES {
        let own = sources.iter().filter(|it| it.module() == feature);
        let used: BTreeSet<&str> = own.flat_map(Source::uses).collect();
        for name in allowed {
            assert!(used.contains(name), "{feature} does not use {name}");
        }
    }
}

#[test]
fn every_module_has_its_place() {
    let known: BTreeSet<&str> = FEATURES
        .iter()
        .chain(&FOUNDATION)
        .map(|(name, _)| *name)
        .chain(["bin", "lib"])
        .chain(UPPER)
        .collect();
    for source in sources() {
        assert!(
            known.contains(source.module()),
            "where does src/{} belong?",
            source.path
        );
    }
}

#[test]
fn both_databases_have_the_same_migrations() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    let names = |database: &str| -> BTreeSet<String> {
        let mut names = BTreeSet::new();
        for entry in fs::read_dir(root.join(database)).expect("a folder") {
            let path = entry.expect("an entry").path();
            for file in ["up.sql", "down.sql"] {
                assert!(path.join(file).exists(), "{} has no {file}", path.display());
            }
            names.insert(
                path.file_name()
                    .expect("a name")
                    .to_string_lossy()
                    .into_owned(),
            );
        }
        names
    };
    assert_eq!(names("sqlite"), names("postgres"));
}
