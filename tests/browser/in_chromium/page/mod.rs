//! The page that the server has, at `/`.

mod changes;
mod civil;
mod everybody;
mod framed;
mod going;
mod hall;
mod hostile;
mod keyboard;
mod offline;
mod screenshots;
mod whole_session;
mod without;

use serde_json::json;

use crate::browser::{Browser, browse_with};
use crate::scene::Scene;
use crate::support::{App, Kind};

/// Runs a test at the page of a server with this database.
fn visit(kind: Kind, test: impl AsyncFnOnce(&mut Scene, &Browser)) {
    browse_with(json!({}), || Scene::page(kind), test);
}

/// How many questions the database has.
fn asked(app: &App) -> i64 {
    app.database.count("questions")
}
