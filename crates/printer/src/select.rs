//! Which devices are receipt printers, as far as their descriptors say.

use urna_usb::{Descriptors, Pipes};

use crate::Printer;

/// Printers, with a way back for what they say: one for both directions, and the older one. Those with one
/// way only can't tell whether they print.
pub const CLASSES: [[u8; 3]; 2] = [[7, 1, 2], [7, 1, 1]];

/// IPP over USB: an office printer or a scanner with a printer in it. Its printer's interface is not asked for,
/// since it may be another setting of the one that scans.
const IPP_USB: [u8; 3] = [7, 1, 4];

/// The machine for a device; `None` if it has no printer's interface with both ways, or is of another kind.
pub fn printer_for(device: &Descriptors) -> Option<Printer> {
    if device.alternates.iter().any(|one| one.class == IPP_USB) {
        return None;
    }
    let of_class = |class: [u8; 3]| {
        device.alternates.iter().filter(move |one| one.class == class).find_map(Pipes::of)
    };
    let pipes = CLASSES.into_iter().find_map(of_class)?;
    Some(Printer::new(device.configuration, pipes))
}

#[cfg(test)]
mod tests {
    use urna_usb::{Alternate, Descriptors};

    use super::printer_for;

    fn device(alternates: &[([u8; 3], &[u8])]) -> Descriptors {
        let alternates = alternates.iter().zip(0..).map(|((class, bulk), alternate)| Alternate {
            interface: 0,
            alternate,
            class: *class,
            bulk: bulk.to_vec(),
        });
        let alternates = alternates.collect();
        Descriptors { vendor: 0x04b8, product: 0x0e28, configuration: 1, alternates }
    }

    #[test]
    fn a_printer_needs_both_ways() {
        assert!(printer_for(&device(&[([7, 1, 2], &[0x01, 0x82])])).is_some());
        assert!(printer_for(&device(&[([7, 1, 1], &[0x01, 0x82])])).is_some());
        assert!(printer_for(&device(&[([7, 1, 1], &[0x01])])).is_none());
        let office = [([7, 1, 2], &[0x01, 0x82][..]), ([7, 1, 4], &[0x01, 0x82])];
        assert!(printer_for(&device(&office)).is_none());
        assert!(printer_for(&device(&[])).is_none());
    }
}
