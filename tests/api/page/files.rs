//! What the folders hold, and what must not stand in them.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use askit::page::FILES;
use regex_lite::Regex;

use crate::support::*;

/// Of what a phone loads that comes by a QR code, compressed.
const MOST_BYTES: usize = 70 * 1024;
/// Of all files, with what few people need: hosts' tools, the account, the other language.
const MOST_BYTES_OF_ALL: usize = 135 * 1024;

/// What phones load beside what the document names: how they come in, and what they need soon.
const LATER: [&str; 3] = [
    "app/views/join.js",
    "app/views/looking.js",
    "app/views/own.js",
];

/// Whether a phone loads this module of the page without the words of hosts' views.
pub fn is_of_phones(path: &str) -> bool {
    let (_, index) = FILES.iter().find(|it| it.0 == "app/index.html").unwrap();
    let named = format!("\"/{path}\"");
    LATER.contains(&path) || str::from_utf8(index).unwrap().contains(&named)
}

pub fn web() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("web")
}

/// What a browser may load. Types, licences and what is said about them lie beside it.
fn is_loaded(path: &Path) -> bool {
    let name = path.to_string_lossy();
    let is_of_tools = [
        "package",
        "tsconfig",
        ".test.js",
        "/tests/",
        "/node_modules/",
    ];
    let endings = [".css", ".html", ".js", ".json", ".svg"];
    endings.iter().any(|it| name.ends_with(it)) && !is_of_tools.iter().any(|it| name.contains(it))
}

fn files_in(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap();
    entries.map(|entry| entry.unwrap().path()).collect()
}

fn all_files_in(folder: &Path) -> Vec<PathBuf> {
    let (folders, mut files): (Vec<_>, Vec<_>) =
        files_in(folder).into_iter().partition(|it| it.is_dir());
    files.extend(folders.iter().flat_map(|it| all_files_in(it)));
    files
}

/// The files of `web/app` whose names end so, but those of others: their paths, and what they say.
pub fn own_texts(endings: &[&str]) -> Vec<(String, String)> {
    let files = all_files_in(&web().join("app")).into_iter();
    let named = files.map(|it| (it.strip_prefix(web()).unwrap().display().to_string(), it));
    let own = named.filter(|(name, _)| {
        endings.iter().any(|it| name.ends_with(it)) && !name.contains("/vendor/")
    });
    own.map(|(name, path)| (name, fs::read_to_string(path).unwrap()))
        .collect()
}

#[test]
fn the_table_has_every_file_of_the_folders_and_no_other() {
    let app = all_files_in(&web().join("app")).into_iter();
    let client = files_in(&web().join("client")).into_iter();
    let client = client.filter(|it| it.extension().is_some_and(|it| it == "js"));
    let found = app.chain(client).filter(|it| is_loaded(it));
    let found: BTreeSet<_> = found
        .map(|it| it.strip_prefix(web()).unwrap().display().to_string())
        .collect();
    let listed: BTreeSet<_> = FILES.iter().map(|(path, _)| (*path).to_owned()).collect();
    let lines = |names: Vec<&String>| -> String {
        names.iter().map(|it| format!("    \"{it}\"\n")).collect()
    };
    let missing = lines(found.difference(&listed).collect());
    let too_many = lines(listed.difference(&found).collect());
    assert!(
        found == listed,
        "in `files!` of src/page/mod.rs are missing:\n{missing}too many:\n{too_many}"
    );
    let sorted: Vec<_> = listed.iter().collect();
    let order: Vec<_> = FILES.iter().map(|(path, _)| *path).collect();
    assert_eq!(order, sorted, "sorted, and each once");
}

#[test]
fn a_phone_loads_little_before_it_takes_part() {
    let app = App::start(Kind::Sqlite);
    let client = app.anonymous().with("accept-encoding", "gzip");
    let size = |path: &str| client.get(path).expect(200).bytes.len();
    let (_, index) = FILES.iter().find(|it| it.0 == "app/index.html").unwrap();
    let named = Regex::new(r#"(?:href|src)="(/[^"]+)""#).unwrap();
    let named = named.captures_iter(str::from_utf8(index).unwrap());
    let named: BTreeSet<_> = named.map(|it| it.get(1).unwrap().as_str()).collect();
    // Korean is the larger language.
    let others = ["/join/K7M4QX", "/app/views/join.js", "/app/texts/ko.json"];
    let loaded = named.into_iter().chain(others);
    let mut sizes: Vec<_> = loaded.map(|path| (size(path), path)).collect();
    sizes.sort_unstable_by(|one, other| other.cmp(one));
    let all: usize = sizes.iter().map(|(size, _)| size).sum();
    println!("{all} of {MOST_BYTES} bytes: {sizes:?}");
    assert!(all <= MOST_BYTES, "{all} of {MOST_BYTES} bytes: {sizes:?}");
}

#[test]
fn all_of_the_page_is_small() {
    let app = App::start(Kind::Sqlite);
    let client = app.anonymous().with("accept-encoding", "gzip");
    let sizes = FILES.iter().map(|(path, _)| {
        let file = client.get(&format!("/{path}")).expect(200);
        file.bytes.len()
    });
    let all: usize = sizes.sum();
    println!("{all} of {MOST_BYTES_OF_ALL} bytes");
    assert!(
        all <= MOST_BYTES_OF_ALL,
        "{all} of {MOST_BYTES_OF_ALL} bytes"
    );
}

/// What loads something from another server, by its first characters.
const ELSEWHERE: &str = r#"(?x)
    (?: \b(?:src|srcset|href|action|poster) \s* = \s* ["'`]? \s*
      | \bimport \s* \(? \s* ["'`]
      | \bfrom \s* ["'`]
      | \burl\( \s* ["']?
      | @import \s* ["']?
      | \b(?:fetch|EventSource|WebSocket|Worker|URL) \s* \( \s* ["'`] )
    (?:[a-z]+:)?//"#;

#[test]
fn nothing_is_loaded_from_elsewhere() {
    let elsewhere = Regex::new(ELSEWHERE).unwrap();
    for bad in [
        "<img src=https://cdn.example/a.png>",
        "import { x } from \"//cdn.example/x.js\"",
        "await import('https://cdn.example/x.js')",
        "background: url( 'http://cdn.example/a.png')",
        "@import \"https://cdn.example/a.css\"",
        "<a href=\"http://cdn.example\">",
        "fetch(`https://cdn.example`)",
    ] {
        assert!(elsewhere.is_match(bad), "{bad}");
    }
    for (path, bytes) in FILES {
        let text = str::from_utf8(bytes).unwrap();
        let found = elsewhere.find(text).map(|it| it.as_str());
        assert_eq!(found, None, "{path}");
    }
}

#[test]
fn the_policy_forbids_nothing_that_the_page_has() {
    let index = fs::read_to_string(web().join("app/index.html")).unwrap();
    let inline =
        Regex::new(r#"<style|\sstyle\s*=|\son\w+\s*=|javascript:|<script[^>]*>[^<]"#).unwrap();
    for bad in [
        "<script>go()</script>",
        "<style>",
        "<p style=\"color: red\">",
        "<body onload=go()>",
    ] {
        assert!(inline.is_match(bad), "{bad}");
    }
    assert_eq!(inline.find(&index).map(|it| it.as_str()), None);
    assert_eq!(
        index.matches("<html lang=\"en\">").count(),
        1,
        "the first start is told in this tag"
    );
    let style = Regex::new(r"[\s`]style\s*=[^=>]").unwrap();
    assert!(style.is_match("<p style=${wide}>") && !style.is_match("style === wide"));
    for (name, text) in own_texts(&[".js"]) {
        let found = style.find(&text).map(|it| it.as_str());
        assert_eq!(found, None, "{name}: an attribute that the policy forbids");
    }
}

#[test]
fn a_text_is_never_taken_for_html() {
    let all = own_texts(&[".js", ".html"]);
    assert!(all.len() > 10, "{} files", all.len());
    for (name, text) in all {
        for word in [
            "innerHTML",
            "outerHTML",
            "insertAdjacentHTML",
            "dangerouslySetInnerHTML",
            "document.write",
            "srcdoc",
            "eval(",
            "new Function",
        ] {
            assert!(!text.contains(word), "{name} has {word}");
        }
    }
}
