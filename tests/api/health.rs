//! GET /health/live, GET /health/ready

use crate::support::*;

#[apply(on_both_databases!)]
fn a_running_server_is_live_and_ready(app: &App) {
    let live = app.anonymous().get("/health/live").expect(200);
    assert_eq!(live.field("status"), "live");
    let ready = app.anonymous().get("/health/ready").expect(200);
    assert_eq!(ready.field("status"), "ready");
    for path in ["/health/live", "/health/ready"] {
        let answer = app.anonymous().send("HEAD", path, None).expect(200);
        assert_eq!(answer.text, "");
    }
}

#[apply(on_both_databases!)]
fn a_server_without_its_tables_is_live_but_not_ready(app: &App) {
    app.database.execute("ALTER TABLE users RENAME TO lost");
    app.anonymous().get("/health/live").expect(200);
    app.anonymous()
        .get("/health/ready")
        .expect_problem(503, "database_unavailable");
}
