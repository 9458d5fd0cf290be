use super::{Area, features, hardware, identity, pixel_size};
use crate::{Pixels, ScannerFault, Settings};

fn page() -> Vec<u8> {
    let mut page = vec![0; 0x64];
    (page[1], page[4], page[0x1c], page[0x20], page[0x21]) = (0xf0, 0x5f, 0x08, 0x90, 0x20);
    page[0x05..0x09].copy_from_slice(&[0x04, 0xb0, 0x04, 0xb0]);
    page[0x0a..0x12].copy_from_slice(&[0x02, 0x58, 0x01, 0x2c, 0, 50, 0, 50]);
    page[0x14..0x1c].copy_from_slice(&[0, 0, 0x28, 0, 0, 0, 0x80, 0]);
    page[0x5b] = 0x40;
    page
}

#[test]
fn captured_hardware_status_is_understood() {
    // Of a ScanSnap S1500: empty, and with paper.
    let empty = [0, 0, 0, 0x80, 0x80, 1, 0x80, 0, 0, 0, 0, 0];
    let paper = [0, 0, 0, 0, 0, 1, 0x80, 0, 0, 0, 0, 0];
    assert!(hardware(&empty).unwrap().empty && !hardware(&paper).unwrap().empty);
    assert!(!hardware(&paper).unwrap().double_feed && !hardware(&paper).unwrap().cover_open);
    assert!((0..7).all(|end| hardware(&empty[..end]).is_none()));
}

#[test]
fn the_area_is_what_was_set_within_what_the_device_can() {
    let features = features(&page()).unwrap();
    assert_eq!(features.can.dpi, [200, 300]);
    let area = Area::of(&features, Settings::default()).unwrap();
    assert_eq!((area.width, area.lines, area.pixels), (1_700, 3_306, Pixels::Raw));
    let jpeg = Settings { pixels: Pixels::Jpeg, length_mm: u16::MAX, ..Settings::default() };
    let area = Area::of(&features, jpeg).unwrap();
    assert_eq!((area.width, area.lines, area.pixels), (1_696, 5_456, Pixels::Jpeg));
    assert_eq!(area.windows(true)[8 + 0x20], 0x81);
    let fine = Settings { dpi: 400, ..Settings::default() };
    assert!(Area::of(&features, fine).is_none());
}

#[test]
fn other_pages_and_devices_are_told_apart() {
    let cut = |at: usize, byte: u8| {
        let mut page = page();
        page[at] = byte;
        features(&page).err()
    };
    assert_eq!(cut(1, 0), Some(ScannerFault::Protocol));
    assert_eq!(cut(4, 0x5e), Some(ScannerFault::Protocol));
    assert_eq!(cut(0x20, 0x10), Some(ScannerFault::Unsupported), "no feeder");
    assert_eq!(cut(0x1c, 0x06), Some(ScannerFault::Unsupported), "no grey");
    assert_eq!(features(&page()[..0x1f]).err(), Some(ScannerFault::Protocol));
    let mut inquiry = b"\x06\0\0\0\x5b\0\0\0RICOH   fi-8040         0A01".to_vec();
    assert_eq!(identity(&inquiry).unwrap().info.name, "RICOH fi-8040");
    assert_eq!(identity(&inquiry[..35]).err(), Some(ScannerFault::Protocol));
    inquiry[0] = 0;
    assert_eq!(identity(&inquiry).err(), Some(ScannerFault::Unsupported));
    assert!(pixel_size(&[0; 7]).is_none());
}
