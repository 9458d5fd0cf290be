use super::read;
use crate::{ScannerFault, Settings};

/// The feeder of an MFP, its profile once for all inputs, and any resolution in a range.
fn document(color: &str, format: &str, resolutions: &str) -> String {
    format!(
        "<ScannerCapabilities xmlns=\"http://schemas.hp.com/imaging/escl/2011/05/03\" \
        xmlns:x=\"http://www.pwg.org/schemas/2010/12/sm\"><x:Version>2.6&lt;</x:Version>\
        <x:MakeAndModel>HP\t LaserJet</x:MakeAndModel><SettingProfiles><SettingProfile>\
        <ColorMode>{color}</ColorMode><x:DocumentFormat>{format}</x:DocumentFormat>{resolutions}\
        </SettingProfile></SettingProfiles><Adf><AdfSimplexInputCaps><MaxWidth>2000</MaxWidth>\
        <MaxHeight>4200</MaxHeight></AdfSimplexInputCaps></Adf></ScannerCapabilities>"
    )
}

const RANGE: &str = "<ResolutionRange><XResolution><Min>75</Min><Max>300</Max><Step>1</Step></XResolution>\
    <YResolution><Min>75</Min><Max>300</Max><Step>1</Step></YResolution></ResolutionRange>";

#[test]
fn other_prefixes_shared_profiles_and_ranges_are_understood() {
    let feeder = read(document("Grayscale8", "image/jpeg", RANGE).as_bytes()).unwrap();
    assert_eq!((feeder.sides(), feeder.can.dpi.clone()), (1, vec![200, 300]));
    assert_eq!(feeder.info.name, "HP LaserJet");
    let job = feeder.job(Settings::default(), 200);
    // What the device says does not get into the request unless it looks like a version.
    assert!(
        job.contains("<pwg:Version>2.0</pwg:Version>")
            && job.contains("<pwg:Width>2000</pwg:Width>")
    );
    assert!(!job.contains("DocumentFormatExt") && job.contains("<scan:Duplex>false</scan:Duplex>"));
}

#[test]
fn what_is_missing_is_named() {
    for (color, format, resolutions) in [
        ("RGB24", "image/jpeg", RANGE),
        ("Grayscale8", "application/pdf", RANGE),
        ("Grayscale8", "image/jpeg", ""),
    ] {
        let document = document(color, format, resolutions);
        assert_eq!(
            read(document.as_bytes()).err(),
            Some(ScannerFault::Unsupported),
            "{color} {format}"
        );
    }
    let none = "<a:ScannerCapabilities xmlns:a=\"http://schemas.hp.com/imaging/escl/2011/05/03\"/>";
    assert_eq!(read(none.as_bytes()).err(), Some(ScannerFault::Unsupported));
}

#[test]
fn bombs_and_cut_documents_are_refused() {
    let whole = document("Grayscale8", "image/jpeg", RANGE);
    for end in (0..whole.len()).filter(|end| whole.is_char_boundary(*end)) {
        assert_eq!(read(&whole.as_bytes()[..end]).err(), Some(ScannerFault::Protocol), "{end}");
    }
    let entities = format!("<!DOCTYPE a [<!ENTITY b \"c\">]>{whole}");
    let deep = format!("{}{}", "<a>".repeat(9_000), "</a>".repeat(9_000));
    let many = whole.replace(RANGE, &"<a/>".repeat(10_001));
    let attributes: String = (0..6_000).map(|at| format!(" a{at}=\"\"")).collect();
    for bytes in [&entities[..], &deep, &many, &format!("<a{attributes}/>"), "\u{feff}", "<a"] {
        assert_eq!(read(bytes.as_bytes()).err(), Some(ScannerFault::Protocol));
    }
    assert_eq!(read(&[0xff, 0xfe]).err(), Some(ScannerFault::Protocol));
}
