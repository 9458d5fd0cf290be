//! A scanner that is not there, on the bus: see docs/scanners-sim.md.

use std::fs;
use std::io::{BufRead, Write};
use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::Arc;
use std::thread;

use anyhow::{Context, Result};
use clap::{Parser, ValueEnum};
use urna_scanner_sim::usbip::{self, Shared};
use urna_scanner_sim::{
    EsclOptions, Script, Sheet, Simulator, What, escl_scanner, fi_scanner, generated_sheets,
    sheets_from_folder, umockdev_description,
};

/// A simulated document scanner, as a USB device over USB/IP.
#[derive(Parser)]
#[command(version)]
struct Options {
    /// Serve the device over USB/IP.
    #[arg(long, required_unless_present_any = ["umockdev", "write_pages"])]
    usbip: bool,
    /// Print the device for `umockdev-run -d`, and nothing else.
    #[arg(long, conflicts_with = "usbip")]
    umockdev: bool,
    /// Write the made-up pages as PNG files into a folder, and nothing else.
    #[arg(long, value_name = "DIR", conflicts_with = "usbip")]
    write_pages: Option<PathBuf>,
    /// Where to listen. Nobody is asked for a password: keep it on this computer.
    #[arg(long, default_value = "127.0.0.1:3240")]
    listen: String,
    /// Which scanner.
    #[arg(long, value_enum, default_value = "escl")]
    kind: Kind,
    /// Folder of PNG and JPEG files, front and back in turn; without it pages are made up.
    #[arg(long)]
    pages: Option<PathBuf>,
    /// Dots per inch of the pages.
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u32).range(50..=1200))]
    dpi: u32,
    /// Made-up sheets.
    #[arg(long, default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..=500))]
    sheets: u32,
    /// What goes wrong: a file of events.
    #[arg(long)]
    script: Option<PathBuf>,
    /// eSCL: interfaces that speak it.
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u8).range(1..=3))]
    pairs: u8,
    /// End when the standard input does, so that nothing is left over of a test that was killed.
    #[arg(long)]
    end_with_input: bool,
    /// File that always says where every sheet is, as JSON.
    #[arg(long)]
    truth: Option<PathBuf>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Kind {
    /// eSCL over IPP-over-USB.
    Escl,
    /// Fujitsu/Ricoh fi-7160.
    Fi,
}

fn main() -> Result<()> {
    let options = Options::parse();
    let sheets = match &options.pages {
        Some(folder) => sheets_from_folder(folder, options.dpi)?,
        None => {
            // 8.5 by 11 inches.
            generated_sheets(options.sheets, options.dpi * 17 / 2, options.dpi * 11, options.dpi)
        }
    };
    if let Some(folder) = &options.write_pages {
        return write_pages(folder, &sheets);
    }
    let script = match &options.script {
        Some(file) => {
            let text = fs::read_to_string(file).with_context(|| file.display().to_string())?;
            text.parse::<Script>().with_context(|| file.display().to_string())?
        }
        None => Script::default(),
    };
    let device: Box<dyn Simulator + Send> = match options.kind {
        Kind::Escl => {
            let pairs = EsclOptions { pairs: options.pairs };
            Box::new(escl_scanner(sheets, script, pairs))
        }
        Kind::Fi => Box::new(fi_scanner(sheets, script)),
    };
    if options.umockdev {
        print!("{}", umockdev_description(device.descriptors()));
        return Ok(());
    }
    run(&options, device)
}

fn run(options: &Options, device: Box<dyn Simulator + Send>) -> Result<()> {
    let listener = TcpListener::bind(&options.listen)
        .with_context(|| format!("cannot listen at {}", options.listen))?;
    let shared = Shared::new(device, Box::new(say));
    say(&format!("listening at {} (bus id {})", listener.local_addr()?, usbip::BUS_ID));
    say(
        "type an event (load 3, cover-open, cover-closed, jam-removed, unplug, plug …) at any time",
    );
    let (clock, hands) = (Arc::clone(&shared), Arc::clone(&shared));
    let mut truth = TruthFile::new(options.truth.clone());
    let ends = options.end_with_input;
    thread::spawn(move || clock.keep_time(|device| truth.update(device)));
    thread::spawn(move || {
        for line in std::io::stdin().lock().lines().map_while(Result::ok) {
            match line.trim().parse::<What>() {
                Ok(what) => hands.with(|device| device.happen(&what)),
                Err(why) => say(why),
            }
        }
        if ends {
            std::process::exit(0);
        }
    });
    usbip::serve(&listener, &shared).context("the socket failed")
}

fn say(words: &str) {
    // Nobody to tell it is no reason to stop.
    let _ = writeln!(std::io::stdout().lock(), "{words}");
}

/// Where every sheet is, on disk.
struct TruthFile {
    path: Option<PathBuf>,
    written: String,
}

impl TruthFile {
    fn new(path: Option<PathBuf>) -> Self {
        TruthFile { path, written: String::new() }
    }

    fn update(&mut self, device: &mut dyn Simulator) {
        let Some(path) = &self.path else { return };
        let text = serde_json::to_string_pretty(&device.truth()).unwrap_or_default();
        if text == self.written {
            return;
        }
        // A reader never sees half of it.
        let part = path.with_extension("part");
        match fs::write(&part, &text).and_then(|()| fs::rename(&part, path)) {
            Ok(()) => self.written = text,
            Err(error) => say(&format!("{}: {error}", path.display())),
        }
    }
}

fn write_pages(folder: &PathBuf, sheets: &[Sheet]) -> Result<()> {
    fs::create_dir_all(folder)?;
    for (at, sheet) in sheets.iter().enumerate() {
        for (name, page) in [("a-front", &sheet.front), ("b-back", &sheet.back)] {
            let path = folder.join(format!("{:03}{name}.png", at + 1));
            let file = image::GrayImage::from_raw(page.width, page.height, page.grey.to_vec());
            file.context("a picture of another size")?.save(&path)?;
        }
    }
    Ok(())
}
