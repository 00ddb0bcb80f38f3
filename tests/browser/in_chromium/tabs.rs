//! Several tabs of one browser: they share the cookies, and nothing else.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::browser::browse;
use crate::scene::Scene;

fn generation(scene: &Scene) -> i64 {
    let generation = "SELECT generation AS number FROM refresh_tokens";
    scene.app.database.number(generation)
}

fn reuses(scene: &Scene) -> i64 {
    let reuses =
        "SELECT count(*) AS number FROM audit_events WHERE action = 'refresh_token_reused'";
    scene.app.database.number(reuses)
}

#[test]
fn tabs_that_reload_and_refresh_at_the_same_time_stay_signed_in() {
    browse(Scene::http, async |scene, browser| {
        let mina = scene.app.registered("mina");
        let (leader, _) = browser.signed_in(scene, &mina).await;
        let tab = format!("{}/tab.html?api={}", scene.page, scene.api(""));
        let _one = browser.open(&tab).await;
        let _other = browser.open(&tab).await;
        leader.go(&format!("{tab}#leader")).await;
        let first = generation(scene);
        for round in 1..=6 {
            // Always past the grace, now and then past the access token's end.
            let pause = if round % 3 == 0 { 660 } else { 31 };
            scene.app.advance(TimeDelta::seconds(pause));
            let answers = leader.run("return round(2, 3)", &[]).await;
            let all = vec![Value::from("mina"); 2 * 3 * 4];
            assert_eq!(answers, Value::from(all), "round {round}");
            assert_eq!(
                generation(scene),
                first + round,
                "a rotation for each pause"
            );
        }
        assert_eq!(reuses(scene), 0);
    });
}

#[test]
fn signing_out_in_one_tab_signs_the_other_out_at_once() {
    browse(Scene::http, async |scene, browser| {
        let mina = scene.app.registered("mina");
        let (one, token) = browser.signed_in(scene, &mina).await;
        let other = browser.open(&format!("{}/page.html", scene.page)).await;
        let me = scene.api("/users/me");
        other.get_as_bearer(&me, &token).await.expect(200);
        other.get(&me).await.expect(200);

        one.post(&scene.api("/auth/logout"), json!({}))
            .await
            .expect(200);
        let by_bearer = other.get_as_bearer(&me, &token).await;
        by_bearer.expect_problem(401, "login_ended");
        other.get(&me).await.expect_problem(401, "missing_token");
        let refreshed = other.post(&scene.api("/auth/token"), json!({})).await;
        refreshed.expect_problem(401, "missing_token");
    });
}

#[test]
fn a_tab_that_slept_while_another_went_on_wakes_signed_in() {
    browse(Scene::http, async |scene, browser| {
        let mina = scene.app.registered("mina");
        let (sleeper, token) = browser.signed_in(scene, &mina).await;
        let other = browser.open(&format!("{}/page.html", scene.page)).await;
        let refresh = scene.api("/auth/token");
        let first = generation(scene);
        for hours in [1, 5, 30, 200] {
            scene.app.advance(TimeDelta::hours(hours));
            other.post(&refresh, json!({})).await.expect(200);
        }
        assert_eq!(generation(scene), first + 4, "the other tab rotated");
        scene.app.advance(TimeDelta::days(13));

        let me = scene.api("/users/me");
        let late = sleeper.get_as_bearer(&me, &token).await;
        late.expect_problem(401, "token_expired");
        let refreshed = sleeper.post(&refresh, json!({})).await.expect(200);
        let token = refreshed.field("accessToken");
        sleeper.get_as_bearer(&me, &token).await.expect(200);
        other.get(&me).await.expect(200);
        assert_eq!(reuses(scene), 0);
    });
}
