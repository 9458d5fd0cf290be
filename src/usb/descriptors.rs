//! What a device says of itself, in the drivers' words; and what the browser is told to look for.

use js_sys::{Array, Object, Reflect};
use urna_scanner::Filter;
use urna_usb::{Alternate, Descriptors};
use wasm_bindgen::JsValue;

use super::js::{Configuration, Said, Setting};

/// Most alternate settings that are looked at; the longest real device has some 20.
const MOST: usize = 256;

/// The configuration that is selected, or else the first one.
pub fn descriptors(said: &Said) -> Option<Descriptors> {
    let configuration = said.configuration.as_ref().or_else(|| said.configurations.first())?;
    Some(Descriptors {
        vendor: said.vendor_id,
        product: said.product_id,
        configuration: configuration.configuration_value,
        alternates: alternates(configuration),
    })
}

fn alternates(configuration: &Configuration) -> Vec<Alternate> {
    let all = configuration.interfaces.iter().flat_map(|interface| {
        interface.alternates.iter().map(|setting| Alternate {
            interface: interface.interface_number,
            alternate: setting.alternate_setting,
            class: [
                setting.interface_class,
                setting.interface_subclass,
                setting.interface_protocol,
            ],
            bulk: bulk(setting),
        })
    });
    all.take(MOST).collect()
}

/// Addresses; the browser gives numbers from 1 to 15 and a direction.
fn bulk(setting: &Setting) -> Vec<u8> {
    let bulk = setting.endpoints.iter().filter(|endpoint| endpoint.kind == "bulk");
    let address = |number: u8, is_in: bool| (number & 0x0f) | if is_in { 0x80 } else { 0 };
    bulk.map(|endpoint| address(endpoint.endpoint_number, endpoint.direction == "in")).collect()
}

/// Options of `requestDevice` for these filters.
pub fn options(filters: impl Iterator<Item = Filter>) -> JsValue {
    let list = Array::new();
    for filter in filters {
        let [class, subclass, protocol] = filter.class;
        let entry = object(&[
            ("classCode", class.into()),
            ("subclassCode", subclass.into()),
            ("protocolCode", protocol.into()),
        ]);
        if let Some(vendor) = filter.vendor {
            set(&entry, "vendorId", vendor.into());
        }
        list.push(&entry);
    }
    object(&[("filters", list.into())]).into()
}

fn object(fields: &[(&str, JsValue)]) -> Object {
    let object = Object::new();
    for (name, value) in fields {
        set(&object, name, value.clone());
    }
    object
}

fn set(object: &Object, name: &str, value: JsValue) {
    // Setting a plain property of a fresh object can't fail.
    let _ = Reflect::set(object, &name.into(), &value);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::usb::js::{Endpoint, Interface};

    fn endpoint(number: u8, direction: &str, kind: &str) -> Endpoint {
        Endpoint { endpoint_number: number, direction: direction.into(), kind: kind.into() }
    }

    fn setting(class: u8, endpoints: Vec<Endpoint>) -> Setting {
        Setting {
            alternate_setting: 0,
            interface_class: class,
            interface_subclass: 1,
            interface_protocol: 4,
            endpoints,
        }
    }

    fn said(configuration: Option<Configuration>, configurations: Vec<Configuration>) -> Said {
        Said {
            vendor_id: 0x04c5,
            product_id: 0x132e,
            manufacturer_name: None,
            product_name: None,
            serial_number: None,
            configuration,
            configurations,
        }
    }

    #[test]
    fn endpoints_become_addresses_and_only_bulk_ones_are_named() {
        let endpoints = vec![
            endpoint(1, "in", "bulk"),
            endpoint(3, "in", "interrupt"),
            endpoint(2, "out", "bulk"),
            endpoint(4, "out", "isochronous"),
        ];
        let interface = Interface { interface_number: 5, alternates: vec![setting(7, endpoints)] };
        let configuration = Configuration { configuration_value: 2, interfaces: vec![interface] };
        // A device that is not configured yet has none selected.
        let device = descriptors(&said(None, vec![configuration])).expect("descriptors");
        assert_eq!((device.vendor, device.product, device.configuration), (0x04c5, 0x132e, 2));
        let [alternate] = &device.alternates[..] else { panic!("{device:?}") };
        assert_eq!((alternate.interface, alternate.class), (5, [7, 1, 4]));
        assert_eq!(alternate.bulk, [0x81, 0x02]);
    }

    #[test]
    fn a_device_without_configuration_is_none_and_a_crowded_one_is_cut() {
        assert!(descriptors(&said(None, Vec::new())).is_none());
        let interface = Interface {
            interface_number: 0,
            alternates: (0..300).map(|_| setting(7, Vec::new())).collect(),
        };
        let crowded = Configuration { configuration_value: 1, interfaces: vec![interface] };
        let device = descriptors(&said(Some(crowded), Vec::new())).expect("descriptors");
        assert_eq!(device.alternates.len(), MOST);
    }
}
