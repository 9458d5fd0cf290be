//! Starting, serving and stopping.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use axum::Router;
use jiff::tz::TimeZone;
use tokio::net::TcpListener;
use tokio::sync::watch;
use urna_collector::board::Board;
use urna_collector::campaign::{Campaign, check_distinct};
use urna_collector::clock::Clock;
use urna_collector::http::{self, App, Settings, VerifyPage};
use urna_collector::kiosk::{self, DemoAuthority, Kiosk};
use urna_collector::store::Store;
use urna_core::definition::ElectionMode;
use urna_core::seal::Digest;

use crate::Serve;

/// How often another collector's reports are looked for in the same database.
const CATCH_UP: Duration = Duration::from_secs(3);
/// Longest wait for open answers when stopping; live streams never end by themselves.
const STOP_WITHIN: Duration = Duration::from_secs(5);

pub(crate) async fn run(serve: Serve) -> anyhow::Result<()> {
    let board = Arc::new(open_board(&serve).await?);
    let settings = settings(serve.verify.as_deref())?;
    let (stop, stopped) = watch::channel(false);
    let portal = http::router(App::new(Arc::clone(&board), settings));
    let portal = listen("Portal", serve.listen, portal, stopped.clone()).await?;
    let kiosk = match &serve.kiosk {
        Some(files) => {
            let routes = kiosk_routes(files, serve.demo_authority.as_deref(), &board)?;
            Some(listen("Kiosk", serve.kiosk_listen, routes, stopped).await?)
        }
        None => None,
    };
    let catching_up = tokio::spawn(catch_up(Arc::clone(&board)));
    signal().await?;
    tracing::info!("stopping");
    stop.send_replace(true);
    catching_up.abort();
    let all = async {
        let _ = portal.await;
        if let Some(kiosk) = kiosk {
            let _ = kiosk.await;
        }
    };
    let _ = tokio::time::timeout(STOP_WITHIN, all).await;
    board.store().close().await;
    Ok(())
}

async fn open_board(serve: &Serve) -> anyhow::Result<Board> {
    let load = |dir: &std::path::PathBuf| Campaign::load(dir);
    let campaigns: Vec<Campaign> = serve.campaigns.iter().map(load).collect::<Result<_, _>>()?;
    check_distinct(&campaigns)?;
    for campaign in &campaigns {
        let definition = campaign.definition();
        tracing::info!(election = %definition.id, date = %definition.date,
            authority = %campaign.root.fingerprint(), package = %campaign.package_digest(), "campaign");
        if definition.mode == ElectionMode::Training {
            tracing::warn!(election = %definition.id, "training: its results will be refused");
        }
    }
    let zone = TimeZone::get(&serve.time_zone)
        .with_context(|| format!("no such time zone: {}", serve.time_zone))?;
    let store = Store::open(&serve.database).await?;
    let board = Board::load(campaigns, store, Clock::new(zone, serve.today)).await?;
    tracing::info!(submissions = ?board.store().counts().await?, "database read and verified");
    Ok(board)
}

fn settings(verify: Option<&Path>) -> anyhow::Result<Settings> {
    let load =
        |file: &Path| VerifyPage::load(file).with_context(|| format!("reading {}", file.display()));
    let program = std::fs::read(std::env::current_exe()?)?;
    let build = Digest::of(&program).to_string();
    Ok(Settings { build, verify_page: verify.map(load).transpose()?, ..Settings::default() })
}

fn kiosk_routes(
    files: &Path,
    demo_authority: Option<&Path>,
    board: &Board,
) -> anyhow::Result<Router> {
    let campaign = board.campaigns().first().cloned().context("no campaign was given")?;
    let demo = demo_authority.map(|dir| DemoAuthority::load(dir, &campaign)).transpose()?;
    if demo.is_some() {
        tracing::warn!(
            "DEMONSTRATION: this program holds the authority's secret key and enrols any \
            device that asks. Nothing that it publishes means anything."
        );
    }
    Ok(kiosk::router(Kiosk::load(files, campaign, demo)?))
}

async fn listen(
    name: &str,
    address: SocketAddr,
    routes: Router,
    mut stopped: watch::Receiver<bool>,
) -> anyhow::Result<tokio::task::JoinHandle<()>> {
    let listener =
        TcpListener::bind(address).await.with_context(|| format!("listening on {address}"))?;
    say(&format!("{name}: http://{}/", listener.local_addr()?));
    let stop = async move {
        let _ = stopped.wait_for(|&stopped| stopped).await;
    };
    Ok(tokio::spawn(async move {
        if let Err(fault) = axum::serve(listener, routes).with_graceful_shutdown(stop).await {
            tracing::error!(%fault, "a server ended");
        }
    }))
}

/// A line that whoever started the program waits for; a closed pipe must not end it.
fn say(line: &str) {
    use std::io::Write;
    let _ = writeln!(std::io::stdout(), "{line}");
}

async fn catch_up(board: Arc<Board>) {
    let mut every = tokio::time::interval(CATCH_UP);
    loop {
        every.tick().await;
        if let Err(fault) = board.catch_up().await {
            tracing::error!(%fault, "the database can't be read");
        }
    }
}

async fn signal() -> anyhow::Result<()> {
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => interrupted?,
        _ = terminate.recv() => {}
    }
    Ok(())
}
