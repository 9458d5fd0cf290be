//! The USB/IP server over a real socket: taking the device, letting it go, and hosts that make no sense.

#![allow(clippy::unwrap_used, reason = "a test may panic, in its helpers too")]

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

use urna_scanner_sim::usbip::{self, Shared};
use urna_scanner_sim::{Script, fi_scanner, generated_sheets};

/// Lengths of the protocol (Linux, Documentation/usb/usbip_protocol.rst).
const IMPORT_REQUEST: usize = 40;
const IMPORTED: usize = 8 + 312;
const HEADER: usize = 48;

fn server() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let at = listener.local_addr().unwrap();
    let device = fi_scanner(generated_sheets(1, 850, 1_100, 100), Script::default());
    let shared = Shared::new(Box::new(device), Box::new(|_: &str| {}));
    thread::spawn(move || usbip::serve(&listener, &shared));
    at
}

fn connected(at: SocketAddr) -> TcpStream {
    let host = TcpStream::connect(at).unwrap();
    host.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    host
}

fn import_of(bus: &str) -> [u8; IMPORT_REQUEST] {
    let mut request = [0; IMPORT_REQUEST];
    request[..4].copy_from_slice(&[0x01, 0x11, 0x80, 0x03]);
    request[8..8 + bus.len()].copy_from_slice(bus.as_bytes());
    request
}

/// Asks for the device; whether it was given.
fn import(host: &mut TcpStream) -> bool {
    host.write_all(&import_of(usbip::BUS_ID)).unwrap();
    let mut reply = [0; 8];
    host.read_exact(&mut reply).unwrap();
    if reply != [0x01, 0x11, 0x00, 0x03, 0, 0, 0, 0] {
        return false;
    }
    host.read_exact(&mut [0; IMPORTED - 8]).unwrap();
    true
}

/// A request for the device descriptor, by a control transfer.
fn ask(host: &mut TcpStream, seq: u8, pieces: usize) -> [u8; 18] {
    let mut request = [0; HEADER];
    request[3] = 1;
    request[7] = seq;
    request[11] = 1;
    request[15] = 1;
    request[27] = 18;
    request[40..].copy_from_slice(&[0x80, 6, 0, 1, 0, 0, 18, 0]);
    for piece in request.chunks(pieces) {
        host.write_all(piece).unwrap();
    }
    let mut reply = [0; HEADER + 18];
    host.read_exact(&mut reply).unwrap();
    assert_eq!((reply[3], reply[7], reply[27]), (3, seq, 18));
    reply[HEADER..].try_into().unwrap()
}

fn hang_up(mut host: TcpStream) {
    host.shutdown(Shutdown::Write).unwrap();
    host.read_to_end(&mut Vec::new()).unwrap();
}

#[test]
fn a_device_can_be_taken_again_as_soon_as_the_server_has_hung_up() {
    let at = server();
    for time in 0..100 {
        let mut host = connected(at);
        assert!(import(&mut host), "time {time}");
        hang_up(host);
    }
}

#[test]
fn one_host_has_the_device_at_a_time() {
    let at = server();
    let (mut first, mut second) = (connected(at), connected(at));
    assert!(import(&mut first));
    assert!(!import(&mut second));
    assert_eq!(ask(&mut first, 1, HEADER)[8..12], [0xC5, 0x04, 0x2E, 0x13]);
}

#[test]
fn requests_may_come_in_any_pieces() {
    let at = server();
    let mut host = connected(at);
    assert!(import(&mut host));
    for (seq, pieces) in (1_u8..).zip([1, 3, 8, 47, 48]) {
        assert_eq!(ask(&mut host, seq, pieces)[..2], [18, 1], "{pieces}");
    }
}

#[test]
fn a_host_that_makes_no_sense_is_hung_up_on_and_the_next_one_is_served() {
    let at = server();
    let mut overlong = import_of(usbip::BUS_ID).to_vec();
    overlong.extend([0, 0, 0, 1, 0, 0, 0, 1, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0]);
    // An OUT transfer of four gigabytes.
    overlong.extend([0xFF, 0xFF, 0xFF, 0xFF]);
    overlong.extend([0; 20]);
    for nonsense in [vec![0xFF; 40], b"GET / HTTP/1.1\r\n\r\n".repeat(20), overlong] {
        let mut host = connected(at);
        // The server may hang up before it has taken all of it.
        let _ = host.write_all(&nonsense);
        let mut rest = Vec::new();
        let _ = host.read_to_end(&mut rest);
        assert!(rest.len() <= IMPORTED, "{}", rest.len());
        let mut next = connected(at);
        assert!(import(&mut next));
        hang_up(next);
    }
    let mut stranger = connected(at);
    stranger.write_all(&import_of("9-9")).unwrap();
    let mut reply = [0; 8];
    stranger.read_exact(&mut reply).unwrap();
    assert_ne!(reply[7], 0);
}
