//! What the device tells a host.

use std::fmt::Write;

use super::job::{Jobs, State};
use super::settings::{MAX_HEIGHT, MAX_WIDTH, MIN_SIDE, RESOLUTIONS};
use crate::bench::Bench;
use crate::paper::{HOPPER, Trouble};

const HEAD: &str = concat!(r#"<?xml version="1.0" encoding="UTF-8"?>"#, "\n");
const SPACES: &str = concat!(
    r#"xmlns:scan="http://schemas.hp.com/imaging/escl/2011/05/03" "#,
    r#"xmlns:pwg="http://www.pwg.org/schemas/2010/12/sm""#
);
/// Of a device that does not exist.
const UUID: &str = "5ca15ca1-0000-4000-8000-000000000001";

/// `scan:ScannerCapabilities`.
pub fn capabilities() -> String {
    let resolutions = RESOLUTIONS.iter().fold(String::new(), |mut text, dpi| {
        let _ = write!(
            text,
            "<scan:DiscreteResolution><scan:XResolution>{dpi}</scan:XResolution>\
             <scan:YResolution>{dpi}</scan:YResolution></scan:DiscreteResolution>"
        );
        text
    });
    let caps = format!(
        "<scan:MinWidth>{MIN_SIDE}</scan:MinWidth><scan:MaxWidth>{MAX_WIDTH}</scan:MaxWidth>\
         <scan:MinHeight>{MIN_SIDE}</scan:MinHeight><scan:MaxHeight>{MAX_HEIGHT}</scan:MaxHeight>\
         <scan:SettingProfiles><scan:SettingProfile>\
         <scan:ColorModes><scan:ColorMode>Grayscale8</scan:ColorMode></scan:ColorModes>\
         <scan:DocumentFormats><pwg:DocumentFormat>image/jpeg</pwg:DocumentFormat>\
         <scan:DocumentFormatExt>image/jpeg</scan:DocumentFormatExt></scan:DocumentFormats>\
         <scan:SupportedResolutions><scan:DiscreteResolutions>{resolutions}\
         </scan:DiscreteResolutions></scan:SupportedResolutions>\
         </scan:SettingProfile></scan:SettingProfiles>"
    );
    format!(
        "{HEAD}<scan:ScannerCapabilities {SPACES}><pwg:Version>2.63</pwg:Version>\
         <pwg:MakeAndModel>Urna Simulated eSCL Scanner</pwg:MakeAndModel>\
         <pwg:SerialNumber>SIM0001</pwg:SerialNumber><scan:UUID>{UUID}</scan:UUID><scan:Adf>\
         <scan:AdfSimplexInputCaps>{caps}</scan:AdfSimplexInputCaps>\
         <scan:AdfDuplexInputCaps>{caps}</scan:AdfDuplexInputCaps>\
         <scan:FeederCapacity>{HOPPER}</scan:FeederCapacity>\
         <scan:AdfOptions><scan:AdfOption>DetectPaperLoaded</scan:AdfOption>\
         <scan:AdfOption>Duplex</scan:AdfOption></scan:AdfOptions>\
         </scan:Adf></scan:ScannerCapabilities>\n"
    )
}

/// `scan:ScannerStatus`; the newest job comes first.
pub fn status(bench: &Bench, jobs: &Jobs) -> String {
    let state = match bench.paper.trouble() {
        Some(_) => "Stopped",
        None if jobs.is_busy() => "Processing",
        None => "Idle",
    };
    let adf = match bench.paper.trouble() {
        Some(Trouble::Jam) => "ScannerAdfJam",
        Some(Trouble::Cover) => "ScannerAdfDoorOpen",
        Some(Trouble::DoubleFeed) => "ScannerAdfMultipickDetected",
        None if bench.paper.is_loaded() => "ScannerAdfLoaded",
        None => "ScannerAdfEmpty",
    };
    let mut list = String::new();
    for job in jobs.newest_first() {
        let (state, reason) = match job.state {
            State::Processing => ("Processing", "JobScanning"),
            State::Completed => ("Completed", "JobCompletedSuccessfully"),
            State::Canceled => ("Canceled", "JobCanceledByUser"),
            State::Aborted => ("Aborted", "AbortedBySystem"),
        };
        let _ = write!(
            list,
            "<scan:JobInfo><pwg:JobUri>{}</pwg:JobUri>\
             <pwg:JobUuid>{UUID}-{}</pwg:JobUuid><scan:Age>{}</scan:Age>\
             <pwg:ImagesCompleted>{}</pwg:ImagesCompleted>\
             <pwg:ImagesToTransfer>{}</pwg:ImagesToTransfer>\
             <pwg:JobState>{state}</pwg:JobState><pwg:JobStateReasons>\
             <pwg:JobStateReason>{reason}</pwg:JobStateReason></pwg:JobStateReasons></scan:JobInfo>",
            job.path(),
            job.number,
            bench.now.saturating_sub(job.since) / 1000,
            job.images,
            u8::from(job.state == State::Processing),
        );
    }
    format!(
        "{HEAD}<scan:ScannerStatus {SPACES}><pwg:Version>2.63</pwg:Version>\
         <pwg:State>{state}</pwg:State><scan:AdfState>{adf}</scan:AdfState>\
         <scan:Jobs>{list}</scan:Jobs></scan:ScannerStatus>\n"
    )
}
