//! `urna`, the election authority's command line: keys, packages, ballots, enrolment, verification.

mod accuracy;
mod build_hash;
mod codes;
mod demo;
mod dirt;
mod files;
mod interpret;
mod keys;
mod log;
mod package;
mod permit;
mod render;
mod revoke;
mod testdeck;
mod verify;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// The election authority's tools of the Urna ballot scanner.
#[derive(Parser)]
#[command(version, about)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Make the authority's key: authority.key (secret) and authority.pem (public).
    Keygen {
        /// Folder to write to; an existing key is kept.
        #[arg(long)]
        out: PathBuf,
    },
    /// Render the ballots of a definition: SVG to print, PNG and design.json to read with.
    Render {
        /// The election definition (JSON).
        #[arg(long)]
        definition: PathBuf,
        /// Folder to write to.
        #[arg(long)]
        out: PathBuf,
    },
    /// Render the ballots of a definition and seal everything into an election package.
    Package {
        /// The election definition (JSON).
        #[arg(long)]
        definition: PathBuf,
        /// Folder with blank.png and design.json of a foreign ballot, for the style of the same name,
        /// which is then not rendered; may be given several times.
        #[arg(long = "design", value_name = "DIR")]
        designs: Vec<PathBuf>,
        /// The authority's secret key (PEM).
        #[arg(long)]
        key: PathBuf,
        /// The package to write.
        #[arg(long)]
        out: PathBuf,
    },
    /// Take a device into service for one precinct.
    Enrol {
        /// The authority's secret key (PEM).
        #[arg(long)]
        key: PathBuf,
        /// The election package.
        #[arg(long)]
        package: PathBuf,
        /// The device's enrolment request: its file, a text with its QR code, or a photo of the code.
        #[arg(long)]
        request: PathBuf,
        /// The precinct that it will serve.
        #[arg(long)]
        precinct: String,
        /// The name that it will bear.
        #[arg(long)]
        device: String,
        /// The enrolment to write: as a QR code into a .png, as its text into a .txt, else as it is.
        #[arg(long)]
        out: PathBuf,
    },
    /// Event logs that were taken out of a kiosk.
    Log {
        #[command(subcommand)]
        command: log::Command,
    },
    /// Permit a precinct to close before the hour.
    PermitClosing {
        /// The authority's secret key (PEM).
        #[arg(long)]
        key: PathBuf,
        /// The election package.
        #[arg(long)]
        package: PathBuf,
        /// The precinct.
        #[arg(long)]
        precinct: String,
        /// From when on, like 2027-01-24T15:00+06:00; without it at once.
        #[arg(long)]
        from: Option<String>,
        /// The permission to write.
        #[arg(long)]
        out: PathBuf,
    },
    /// Take a device out of service: make the revocation that collectors take.
    Revoke(revoke::Options),
    /// Print digest and words of a build of the kiosk.
    BuildHash(build_hash::Options),
    /// Everything for the demonstration: keys, package, ballots to print.
    Demo {
        /// Folder to write to; existing keys are kept.
        #[arg(long)]
        out: PathBuf,
    },
    /// Read scanned images of one page design.
    Interpret(interpret::Options),
    /// Make a test deck: images of ballots that take every branch of every rule, and what they must come to.
    Testdeck(testdeck::Options),
    /// Measure how right marks are read on simulated sheets.
    Accuracy(accuracy::Options),
    /// Look for dirt on a scanner's glass, on scans of a blank white sheet.
    Dirt(dirt::Options),
    /// Verify a package, an enrolment, a revocation or a report, and print its content as JSON.
    Verify {
        /// The authority's public key (PEM).
        #[arg(long)]
        root: PathBuf,
        /// A sealed file, or a text with the QR codes of a report, one a line; `-` is standard input.
        file: PathBuf,
    },
}

fn main() -> ExitCode {
    let done = match Arguments::parse().command {
        Command::Keygen { out } => keys::generate(&out).map(|_| ExitCode::SUCCESS),
        Command::Render { definition, out } => {
            render::to_folder(&definition, &out).map(|()| ExitCode::SUCCESS)
        }
        Command::Package { definition, designs, key, out } => {
            package::make(&definition, &designs, &key, &out).map(|()| ExitCode::SUCCESS)
        }
        Command::Enrol { key, package, request, precinct, device, out } => {
            package::enrol(&key, &package, &request, &precinct, &device, &out)
                .map(|()| ExitCode::SUCCESS)
        }
        Command::Log { command } => log::run(&command).map(|()| ExitCode::SUCCESS),
        Command::PermitClosing { key, package, precinct, from, out } => {
            permit::closing(&key, &package, &precinct, from.as_deref(), &out)
                .map(|()| ExitCode::SUCCESS)
        }
        Command::Revoke(options) => revoke::run(&options).map(|()| ExitCode::SUCCESS),
        Command::BuildHash(options) => build_hash::run(&options).map(|()| ExitCode::SUCCESS),
        Command::Demo { out } => demo::make(&out).map(|()| ExitCode::SUCCESS),
        Command::Accuracy(options) => accuracy::run(&options),
        Command::Testdeck(options) => testdeck::run(&options).map(|()| ExitCode::SUCCESS),
        Command::Interpret(options) => interpret::run(&options),
        Command::Dirt(options) => dirt::run(&options),
        Command::Verify { root, file } => verify::run(&root, &file).map(|()| ExitCode::SUCCESS),
    };
    done.unwrap_or_else(|fault| {
        eprintln!("urna: {fault:#}");
        ExitCode::from(2)
    })
}
