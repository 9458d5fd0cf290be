//! The device id of IEEE 1284: `KEY:value;KEY:value;` behind two bytes of length.

/// Longest one that is read, in bytes.
pub const MAX_DEVICE_ID: u16 = 1_024;
/// Longest name that is kept, in letters.
pub const MAX_NAME: usize = 60;

/// Languages of office printers, which would print what is asked in ESC/POS as rubbish.
const OFFICE: [&str; 10] =
    ["PCL", "PJL", "POSTSCRIPT", "URF", "PWG", "ESCPL2", "ESC/P-R", "BDC", "GDI", "ZJS"];

/// What the id says, as far as it matters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeviceId {
    /// Maker and model.
    pub name: String,
    /// Whether it is certainly none that prints receipts.
    pub is_office_printer: bool,
}

/// Reads an id; whatever is not understood is left out.
pub fn read(bytes: &[u8]) -> DeviceId {
    let text = printable(bytes.get(2..).unwrap_or_default());
    let value = |keys: [&str; 2]| {
        let fields = text.split(';').filter_map(|field| field.split_once(':'));
        let mut fields = fields.map(|(key, value)| (key.trim().to_ascii_uppercase(), value.trim()));
        fields.find(|(key, _)| keys.contains(&key.as_str())).map(|(_, value)| value.to_owned())
    };
    let (maker, model) = (value(["MFG", "MANUFACTURER"]), value(["MDL", "MODEL"]));
    let languages = value(["CMD", "COMMAND SET"]).unwrap_or_default().to_ascii_uppercase();
    let speaks = |language: &&str| languages.contains(*language);
    DeviceId {
        name: name(&maker.unwrap_or_default(), &model.unwrap_or_default()),
        is_office_printer: !speaks(&"ESC/POS") && OFFICE.iter().any(speaks),
    }
}

/// Maker and model in one, without saying the maker twice.
pub fn name(maker: &str, model: &str) -> String {
    let repeated = model.to_lowercase().starts_with(&maker.to_lowercase());
    let whole = if repeated { model.to_owned() } else { format!("{maker} {model}") };
    whole.trim().chars().take(MAX_NAME).collect()
}

/// A device's ASCII, without anything else.
pub fn printable(bytes: &[u8]) -> String {
    let letters = bytes.iter().filter(|byte| byte.is_ascii_graphic() || **byte == b' ');
    letters.map(|byte| char::from(*byte)).collect()
}

#[cfg(test)]
mod tests {
    use super::{DeviceId, name, read};

    fn id(text: &str) -> DeviceId {
        let mut bytes = vec![0, 0];
        bytes.extend(text.as_bytes());
        read(&bytes)
    }

    #[test]
    fn a_receipt_printer_is_told_from_an_office_printer() {
        let epson = id("MFG:EPSON;CMD:ESC/POS;MDL:TM-T88V;CLS:PRINTER;DES:EPSON TM-T88V;");
        assert_eq!((epson.name.as_str(), epson.is_office_printer), ("EPSON TM-T88V", false));
        let clone = id("MFG:POSPRINTER;CMD:XPP,XL;MDL:XP-80;CLS:PRINTER;");
        assert_eq!((clone.name.as_str(), clone.is_office_printer), ("POSPRINTER XP-80", false));
        let office = id("MANUFACTURER:Kyocera; COMMAND SET:PCLXL,PJL,PostScript;MODEL:M2040dn");
        assert_eq!((office.name.as_str(), office.is_office_printer), ("Kyocera M2040dn", true));
    }

    #[test]
    fn whatever_else_comes_is_no_harm() {
        assert_eq!(read(&[]), DeviceId::default());
        assert_eq!(read(&[0xff; 40]), DeviceId::default());
        assert_eq!(id("MFG:\u{7}A\u{1b}[2J;MDL:").name, "A[2J");
        assert_eq!(id(&format!("MDL:{}", "x".repeat(900))).name.len(), 60);
        assert_eq!(name("EPSON", "Epson TM"), "Epson TM");
    }
}
