//! A process that is killed while it removes what a deleted account has left behind.

use serde_json::json;

use super::deletion_steps::{contributions, expect_nothing_of};
use crate::failures::Process;
use crate::support::database::Database;
use crate::support::*;

#[apply(on_both_databases!)]
fn killed_in_the_middle_the_rest_goes_with_the_next_start(kind: Kind) {
    let mut rests = Vec::new();
    for _ in 0..2 {
        let database = Database::new(kind);
        let process = Process::start(&database);
        let [mina, noah] = ["mina", "noah"].map(|name| {
            let person = Client::new(&process.base, name, Default::default());
            person.register().expect(201);
            person.signed_in()
        });
        let session = mina.opens("Lecture 7");
        noah.enters(&session);
        let noah_id = noah.user_id();
        database.execute(&contributions(noah_id, 2_500));
        noah.delete_account().expect(204);
        let left = || database.count(&format!("questions WHERE author_id = {noah_id}"));
        eventually("the purge has begun", || left() < 2_500);
        process.kill();
        rests.push(left());
        let log_in = json!({ "email": noah.email, "password": noah.password });
        let process = Process::start(&database);
        let client = |person: &Client| Client {
            base: process.base.clone(),
            ..person.clone()
        };
        let (mina, noah) = (client(&mina), client(&noah).signed_out());
        noah.post("/api/auth/login", log_in)
            .expect_problem(401, "invalid_credentials");
        eventually("the rest is gone", || {
            database.count(&format!("users WHERE user_id = {noah_id}")) == 0
        });
        expect_nothing_of(&database, noah_id);
        let session = mina.get(&session).expect(200).json();
        assert_eq!(session["listedCount"], 1);
        assert_eq!(database.count("questions WHERE likes_count = 0"), 2_500);
        assert_eq!(
            database.count("replies WHERE likes_count = 0 AND anonymous"),
            2_500
        );
        process.kill();
    }
    println!("questions that were left: {rests:?}");
}
