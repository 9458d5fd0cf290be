//! The central collector of signed results and its public portal.

mod serve;

use std::io::IsTerminal;
use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use jiff::civil::Date;
use tracing_subscriber::EnvFilter;

#[derive(Parser)]
#[command(version, about)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Takes reports and serves the portal until it is stopped.
    Serve(Serve),
}

#[derive(Args)]
struct Serve {
    /// Address of intake and portal.
    #[arg(long, default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// sqlite:PATH (made where it is missing) or postgres://…
    #[arg(long, env = "DATABASE_URL", default_value = "sqlite:urna-collector.sqlite")]
    database: String,
    /// Folder with authority.pem and package.urna; may be given several times.
    #[arg(long = "campaign", required = true, value_name = "DIR")]
    campaigns: Vec<PathBuf>,
    /// Time zone of the polling places.
    #[arg(long, default_value = "Asia/Bishkek")]
    time_zone: String,
    /// Takes this day for today, as tests and rehearsals need.
    #[arg(long, value_name = "YYYY-MM-DD")]
    today: Option<Date>,
    /// Offline verification page, served at /verify.
    #[arg(long, value_name = "FILE")]
    verify: Option<PathBuf>,
    /// Folder of the kiosk's files, served on a port of its own for the first campaign.
    #[arg(long, value_name = "DIST_DIR")]
    kiosk: Option<PathBuf>,
    /// Address of the kiosk.
    #[arg(long, default_value = "127.0.0.1:8090")]
    kiosk_listen: SocketAddr,
    /// Folder with authority.key: whoever reaches the kiosk's port can then enrol a device. For
    /// demonstrations only.
    #[arg(long, value_name = "DIR", requires = "kiosk")]
    demo_authority: Option<PathBuf>,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let filter =
        EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info,sqlx=warn"));
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr)
        .init();
    match Cli::parse().command {
        Command::Serve(serve) => serve::run(serve).await,
    }
}
