//! GET /api/users/me/export

use crate::support::*;

#[apply(on_both_databases!)]
fn an_export_has_everything_but_secrets(app: &App) {
    let mina = app
        .registered("mina")
        .with("user-agent", "Desk")
        .signed_in();
    mina.signed_in().log_out().expect(200);
    app.user("noah");
    let export = mina.get("/api/users/me/export").expect(200);
    let json = export.json();
    assert_eq!(json["account"]["email"], "mina@example.com");
    assert_eq!(json["account"]["admin"], false);
    let logins = json["logins"].as_array().unwrap();
    assert_eq!(logins.len(), 2);
    assert!(
        logins
            .iter()
            .any(|it| it["endedAt"] == "2026-03-01T12:00:00.000Z")
    );
    let events: Vec<_> = json["auditEvents"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["action"].as_str().unwrap())
        .collect();
    assert_eq!(
        events,
        ["registered", "signed_in", "signed_in", "signed_out"]
    );
    assert!(!export.text.contains("$argon2id$") && !export.text.contains("noah"));
}

#[apply(on_both_databases!)]
fn a_guest_may_see_what_is_stored_too(app: &App) {
    let json = app.guest().get("/api/users/me/export").expect(200).json();
    assert_eq!(json["account"]["kind"], "guest");
    assert_eq!(json["logins"].as_array().unwrap().len(), 1);
}
