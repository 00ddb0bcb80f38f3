//! Askit in a real browser: Chromium with a profile of its own for each test, pages of several
//! origins, nginx before the server where https matters. On SQLite alone, unless there are two
//! instances or people act at the page that the server has: what a database does to the answers is
//! shown by `tests/api`, whose server and people are used here.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::too_many_lines,
    reason = "a test that cannot go on stops and says where; a table of cases may be long"
)]

#[path = "../api/support/mod.rs"]
#[expect(
    dead_code,
    unused_imports,
    reason = "shared with tests/api, which uses all of it"
)]
mod support;

mod browser;
mod follower;
mod network;
mod page;
mod pages;
mod program;
mod proxy;
mod scene;
mod tab;
mod traffic;

/// The tests; `--skip in_chromium` leaves them out.
mod in_chromium {
    mod cookie_flow;
    mod follow;
    mod follow_deployed;
    mod follow_in_tabs;
    mod forms;
    mod page;
    mod planted;
    mod sign_in;
    mod strangers;
    mod tabs;
}
