//! The kiosk's port: headers, files, the package, and enrolment for demonstrations.

#![allow(clippy::unwrap_used, reason = "a test may panic, in its helpers too")]

mod support;

use std::path::Path;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, Response};
use support::{AUTHORITY, campaign_of, election, key};
use tower::ServiceExt;
use urna_collector::http::{App, Settings, VerifyPage, router};
use urna_collector::kiosk::{self, DemoAuthority, Kiosk};
use urna_core::seal::{Digest, Enrolment, EnrolmentRequest, Signer};

const INDEX: &str = "<!doctype html><script type=\"module\">start()</script>";

fn dist() -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (name, content) in [
        ("index.html", INDEX),
        ("urna-kiosk-3f9c2a41b0d7e8f6_bg.wasm", "\0asm"),
        ("manifest.sha256", "1"),
        ("authority.key", &key(AUTHORITY).to_pem().unwrap()),
    ] {
        std::fs::write(dir.path().join(name), content).unwrap();
    }
    dir
}

fn routes(dist: &Path, with_demo: bool) -> Router {
    let campaign = Arc::new(campaign_of(&election()));
    let demo = with_demo.then(|| DemoAuthority::load(dist, &campaign).unwrap());
    kiosk::router(Kiosk::load(dist, campaign, demo).unwrap())
}

async fn get(routes: &Router, path: &str) -> Response<Body> {
    routes.clone().oneshot(Request::get(path).body(Body::empty()).unwrap()).await.unwrap()
}

#[tokio::test]
async fn the_page_is_locked_down() {
    let dist = dist();
    let routes = routes(dist.path(), false);
    let page = get(&routes, "/").await;
    let header = |name| page.headers().get(name).unwrap().to_str().unwrap();
    let policy = header("content-security-policy");
    let hash = &kiosk::inline_script_hashes(INDEX)[0];
    assert!(policy.contains(&format!("script-src 'self' 'wasm-unsafe-eval' {hash};")));
    assert!(policy.contains("connect-src 'self' http://127.0.0.1:8080;"));
    for part in
        ["default-src 'none'", "style-src 'self';", "frame-ancestors 'none'", "worker-src blob:"]
    {
        assert!(policy.contains(part));
    }
    assert_eq!(header("cross-origin-opener-policy"), "same-origin");
    assert_eq!(header("cross-origin-embedder-policy"), "require-corp");
    assert_eq!(header("cache-control"), "no-cache");
    let wasm = get(&routes, "/urna-kiosk-3f9c2a41b0d7e8f6_bg.wasm").await;
    assert_eq!(wasm.headers()["content-type"], "application/wasm");
    assert!(wasm.headers()["cache-control"].to_str().unwrap().contains("immutable"));
    assert_eq!(get(&routes, "/manifest.sha256").await.headers()["cache-control"], "no-cache");
    assert_eq!(get(&routes, "/../Cargo.toml").await.status(), 404);
    assert_eq!(get(&routes, "/missing.js").await.status(), 404);
}

#[tokio::test]
async fn the_package_is_offered() {
    let dist = dist();
    let routes = routes(dist.path(), false);
    let campaign = campaign_of(&election());
    for (path, content) in [
        ("/campaign/authority.pem", campaign.root_pem.as_bytes()),
        ("/campaign/package.urna", campaign.sealed_package.as_slice()),
    ] {
        let answer = get(&routes, path).await;
        assert_eq!(to_bytes(answer.into_body(), 1 << 20).await.unwrap(), content);
    }
}

#[tokio::test]
async fn only_a_demonstration_enrols_by_return() {
    let dist = dist();
    let campaign = campaign_of(&election());
    let request = EnrolmentRequest::seal(campaign.package_digest(), &key(7)).unwrap();
    let stale = EnrolmentRequest::seal(Digest::of(b"other"), &key(7)).unwrap();
    let ask = |query: &str, body: Vec<u8>| {
        Request::post(format!("/demo/enrol?{query}")).body(Body::from(body)).unwrap()
    };
    let closed = routes(dist.path(), false);
    let answer = closed.oneshot(ask("precinct=1&device=d-1", request.clone())).await.unwrap();
    assert!(answer.status().is_client_error());
    let open = routes(dist.path(), true);
    let answer = open.clone().oneshot(ask("precinct=1&device=d-1", request.clone())).await.unwrap();
    assert_eq!(answer.status(), 200);
    let sealed = to_bytes(answer.into_body(), 1 << 20).await.unwrap();
    let enrolment = Enrolment::open(&sealed, &campaign.root).unwrap();
    assert_eq!(enrolment.key().unwrap(), key(7).public_key());
    enrolment.check_package(&campaign.package).unwrap();
    for (query, body) in [
        ("precinct=99&device=d-1", request.clone()),
        ("precinct=1&device=%22", request.clone()),
        ("precinct=1&device=d-1", stale),
        ("precinct=1&device=d-1", b"rubbish".to_vec()),
        ("precinct=1&device=d-1", vec![0; 100_000]),
        ("precinct=1", request),
    ] {
        let answer = open.clone().oneshot(ask(query, body)).await.unwrap();
        assert!(answer.status().is_client_error(), "{query}");
    }
}

#[tokio::test]
async fn the_verification_page_runs_its_own_scripts_only() {
    let dist = dist();
    let verify_page = Some(VerifyPage::load(&dist.path().join("index.html")).unwrap());
    let collector = support::Collector::new().await;
    let settings = Settings { verify_page, ..Settings::default() };
    let routes = router(App::new(collector.board.clone(), settings));
    let page = get(&routes, "/verify").await;
    let policy = page.headers()["content-security-policy"].to_str().unwrap();
    assert!(policy.contains(&kiosk::inline_script_hashes(INDEX)[0]) && policy.contains("'none'"));
    assert_eq!(to_bytes(page.into_body(), 1 << 20).await.unwrap(), INDEX.as_bytes());
}
