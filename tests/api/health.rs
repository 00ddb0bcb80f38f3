//! GET /health/live, GET /health/ready

use crate::support::*;

on_both_databases! {
    fn a_running_server_is_live_and_ready(app: &App) {
        let live = app.anonymous().get("/health/live").expect(200);
        assert_eq!(live.field("status"), "live");
        let ready = app.anonymous().get("/health/ready").expect(200);
        assert_eq!(ready.field("status"), "ready");
    }
}
