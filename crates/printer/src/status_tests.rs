use crate::status::{Status, is_fence, is_status, port_fault};
use crate::{PrinterFault, Roll};

const GOOD: u8 = 0x12;

fn fault(bytes: [u8; 4]) -> Option<PrinterFault> {
    assert!(bytes.into_iter().all(is_status), "{bytes:x?}");
    Status { bytes }.fault()
}

#[test]
fn each_bit_has_its_name_and_the_cause_comes_first() {
    let table = [
        ([GOOD; 4], None),
        // The drawer is nobody's business.
        ([0x16, GOOD, GOOD, GOOD], None),
        ([0x1a, GOOD, GOOD, GOOD], Some(PrinterFault::Offline)),
        ([0x32, GOOD, GOOD, GOOD], Some(PrinterFault::Offline)),
        ([0x1a, 0x1a, GOOD, GOOD], Some(PrinterFault::Offline)),
        ([0x1a, 0x16, GOOD, GOOD], Some(PrinterFault::CoverOpen)),
        ([0x1a, 0x36, GOOD, 0x72], Some(PrinterFault::CoverOpen)),
        ([0x1a, 0x32, GOOD, 0x72], Some(PrinterFault::PaperOut)),
        ([0x1a, 0x32, GOOD, GOOD], Some(PrinterFault::PaperOut)),
        ([GOOD, GOOD, GOOD, 0x72], Some(PrinterFault::PaperOut)),
        ([0x1a, 0x52, 0x1a, GOOD], Some(PrinterFault::Cutter)),
        ([0x1a, 0x52, 0x32, GOOD], Some(PrinterFault::Hardware)),
        ([0x1a, 0x52, 0x52, GOOD], Some(PrinterFault::Hot)),
        ([0x1a, 0x52, 0x16, GOOD], Some(PrinterFault::Hardware)),
        ([0x1a, 0x52, GOOD, GOOD], Some(PrinterFault::Hardware)),
        ([GOOD, GOOD, GOOD, 0x1e], None),
    ];
    for (bytes, expected) in table {
        assert_eq!(fault(bytes), expected, "{bytes:x?}");
    }
    assert_eq!(Status { bytes: [GOOD, GOOD, GOOD, 0x1e] }.roll(), Roll::NearEnd);
    assert_eq!(Status { bytes: [GOOD; 4] }.roll(), Roll::Fine);
}

#[test]
fn kinds_of_bytes_are_never_mistaken_for_each_other() {
    for byte in 0..=u8::MAX {
        assert!(!(is_status(byte) && is_fence(byte)), "{byte:x}");
    }
    // The start of a status that comes unasked, a text, XON and XOFF.
    for byte in [0x10, 0x14, 0x5f, 0x11, 0x13, 0xff] {
        assert!(!is_status(byte) && !is_fence(byte), "{byte:x}");
    }
    assert!(is_status(0x7e) && is_fence(0) && is_fence(0x0f) && is_fence(0x6f));
}

#[test]
fn a_port_says_paper_and_whether_it_is_selected() {
    assert_eq!(port_fault(0x18), None);
    assert_eq!(port_fault(0x38), Some(PrinterFault::PaperOut));
    assert_eq!(port_fault(0x08), Some(PrinterFault::Offline));
}
