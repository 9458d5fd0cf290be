//! The same device as Linux's /sys shows it, in the language of umockdev.

use std::fmt::Write;

use crate::Descriptors;

/// A root hub and the device on its port 1 (`/dev/bus/usb/001/002`), for `umockdev-run -d`.
pub fn umockdev_description(descriptors: &Descriptors) -> String {
    let mut text = String::from(ROOT_HUB);
    let string = |at: usize| descriptors.strings.get(at).map_or("", String::as_str);
    // Every attribute ends with a line feed, since libusb wants one.
    let attributes = [
        ("idVendor", format!("{:04x}", descriptors.vendor())),
        ("idProduct", format!("{:04x}", descriptors.product())),
        ("bcdDevice", "0100".into()),
        ("bDeviceClass", "00".into()),
        ("bDeviceSubClass", "00".into()),
        ("bDeviceProtocol", "00".into()),
        ("manufacturer", string(0).into()),
        ("product", string(1).into()),
        ("serial", string(2).into()),
        ("busnum", "1".into()),
        ("devnum", "2".into()),
        ("speed", "480".into()),
        ("bConfigurationValue", "1".into()),
        ("version", " 2.00".into()),
    ];
    text.push_str(DEVICE_HEAD);
    for (name, value) in attributes {
        // Writing into a String cannot fail.
        let _ = writeln!(text, "A: {name}={value}\\n");
    }
    let bytes = descriptors.device.iter().chain(&descriptors.configuration);
    let hex: String = bytes.map(|byte| format!("{byte:02X}")).collect();
    let _ = writeln!(text, "H: descriptors={hex}");
    text
}

const ROOT_HUB: &str = "P: /devices/usb1
N: bus/usb/001/001
E: DEVNAME=/dev/bus/usb/001/001
E: DEVTYPE=usb_device
E: SUBSYSTEM=usb
E: BUSNUM=001
E: DEVNUM=001
A: idVendor=1d6b\\n
A: idProduct=0002\\n
A: bDeviceClass=09\\n
A: busnum=1\\n
A: devnum=1\\n
A: bConfigurationValue=1\\n
H: descriptors=12010002090001406B1D0200020603020101\
09021900010100E0000904000001090000000705810304000C

";

const DEVICE_HEAD: &str = "P: /devices/usb1/1-1
N: bus/usb/001/002
E: DEVNAME=/dev/bus/usb/001/002
E: DEVTYPE=usb_device
E: SUBSYSTEM=usb
E: BUSNUM=001
E: DEVNUM=002
E: MAJOR=189
E: MINOR=1
";
