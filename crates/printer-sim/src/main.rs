//! A receipt printer that is not there, on the bus: see docs/printers.md.

use std::fs;
use std::io::{BufRead, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;

use anyhow::{Context, Result};
use clap::Parser;
use urna_printer_sim::{Options, PrinterSim, Script, What};
use urna_scanner_sim::usbip::{self, Shared};
use urna_scanner_sim::{Device, umockdev_description};

/// A simulated receipt printer, as a USB device over USB/IP.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// Serve the device over USB/IP.
    #[arg(long, required_unless_present = "umockdev")]
    usbip: bool,
    /// Print the device for `umockdev-run -d`, and nothing else.
    #[arg(long, conflicts_with = "usbip")]
    umockdev: bool,
    /// Where to listen. Nobody is asked for a password: keep it on this computer.
    #[arg(long, default_value = "127.0.0.1:3240")]
    listen: String,
    /// Width of the roll in millimetres.
    #[arg(long, default_value_t = 80, value_parser = clap::value_parser!(u32).range(58..=80))]
    roll: u32,
    /// Millimetres in a second.
    #[arg(long, default_value_t = 150, value_parser = clap::value_parser!(u32).range(1..=1_000))]
    speed: u32,
    /// What goes wrong: a file of events.
    #[arg(long)]
    script: Option<PathBuf>,
    /// Folder for the pieces of paper that were cut or torn off, as PNG files.
    #[arg(long)]
    paper: Option<PathBuf>,
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let script = match &arguments.script {
        Some(file) => {
            let text = fs::read_to_string(file).with_context(|| file.display().to_string())?;
            text.parse::<Script>().with_context(|| file.display().to_string())?
        }
        None => Script::default(),
    };
    let dots = if arguments.roll < 80 { 384 } else { 576 };
    let options = Options { dots, speed: arguments.speed, ..Options::default() };
    let device = PrinterSim::new(options, script);
    if arguments.umockdev {
        print!("{}", umockdev_description(device.descriptors()));
        return Ok(());
    }
    run(&arguments, device)
}

fn run(arguments: &Arguments, device: PrinterSim) -> Result<()> {
    let listener = TcpListener::bind(&arguments.listen)
        .with_context(|| format!("cannot listen at {}", arguments.listen))?;
    let shared = Shared::new(Box::new(device), Box::new(say));
    say(&format!("listening at {} (bus id {})", listener.local_addr()?, usbip::BUS_ID));
    say("type an event (paper-out, load, cover-open, cover-closed, unplug, plug …) at any time");
    let (clock, hands) = (Arc::clone(&shared), Arc::clone(&shared));
    let folder = arguments.paper.clone();
    thread::spawn(move || {
        let mut written = 0;
        clock.keep_time(|device| {
            if let Some(folder) = &folder {
                written = write_pieces(folder, device, written);
            }
        });
    });
    thread::spawn(move || {
        for line in std::io::stdin().lock().lines().map_while(Result::ok) {
            match line.trim().parse::<What>() {
                Ok(what) => hands.with(|device| device.happen(&what)),
                Err(why) => say(why),
            }
        }
    });
    usbip::serve(&listener, &shared).context("the socket failed")
}

/// Writes those pieces that are off by now; how many that are.
fn write_pieces(folder: &Path, device: &PrinterSim, written: usize) -> usize {
    let off = device.pieces().len().saturating_sub(1);
    for (piece, number) in device.pieces().iter().zip(1_usize..).take(off).skip(written) {
        let path = folder.join(format!("{number:03}.png"));
        let saved = fs::create_dir_all(folder)
            .map_err(|error| error.to_string())
            .and_then(|()| piece.picture().save(&path).map_err(|error| error.to_string()));
        say(&match saved {
            Ok(()) => format!("{}: {piece:?}", path.display()),
            Err(error) => format!("{}: {error}", path.display()),
        });
    }
    off.max(written)
}

fn say(words: &str) {
    // Nobody to tell it is no reason to stop.
    let _ = writeln!(std::io::stdout().lock(), "{words}");
}
