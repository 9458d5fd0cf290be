use super::View;
use crate::capture::tape::Piece;
use crate::{Alternate, Descriptors, Transfer};

fn view() -> View {
    let setting = |interface: u8, input: u8, output: u8| Alternate {
        interface,
        alternate: 1,
        class: [7, 1, 4],
        bulk: vec![output, input],
    };
    let alternates = vec![setting(0, 0x81, 0x01), setting(1, 0x82, 0x02)];
    let mut view = View::new(&Descriptors { vendor: 1, product: 2, configuration: 1, alternates });
    view.asked(&Transfer::Claim { interface: 0, alternate: 1 });
    view.asked(&Transfer::Claim { interface: 1, alternate: 1 });
    view
}

fn ask(view: &mut View, endpoint: u8, bytes: &[u8]) {
    view.asked(&Transfer::Out { endpoint, bytes: bytes.to_vec() });
}

fn command(block: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0; 31];
    bytes[0] = 0x43;
    bytes[0x13..0x13 + block.len()].copy_from_slice(block);
    bytes
}

fn kept(bytes: &[u8]) -> Piece {
    Piece::Kept(bytes.to_vec())
}

const STATUS: &[u8] = b"GET /eSCL/ScannerStatus HTTP/1.1\r\nHost: localhost\r\n\r\n";
const NEXT: &[u8] = b"GET /eSCL/ScanJobs/7/NextDocument HTTP/1.1\r\nHost: localhost\r\n\r\n";
const HEAD: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Type: image/jpeg\r\n\r\n";
const XML_HEAD: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n";
const JPEG: &[u8] = b"\xff\xd8\xff\xe0\0\x10JFIF page page page";

#[test]
fn what_comes_unasked_or_after_a_reset_is_left_out() {
    let mut view = view();
    assert_eq!(view.received(0x81, 512, b"<text/>"), [Piece::Unknown(7)]);
    ask(&mut view, 0x01, STATUS);
    assert_eq!(view.received(0x81, 512, XML_HEAD), [kept(XML_HEAD)]);
    view.asked(&Transfer::Reset);
    assert_eq!(view.received(0x81, 512, b"<text/>"), [Piece::Unknown(7)]);
    ask(&mut view, 0x01, STATUS);
    view.asked(&Transfer::Claim { interface: 0, alternate: 1 });
    assert_eq!(view.received(0x81, 512, XML_HEAD), [Piece::Unknown(XML_HEAD.len())]);
    // What was asked on one pair says nothing of another.
    ask(&mut view, 0x01, STATUS);
    assert_eq!(view.received(0x82, 512, XML_HEAD), [Piece::Unknown(XML_HEAD.len())]);
}

#[test]
fn of_a_picture_the_head_is_kept_however_it_is_cut() {
    let answer = [HEAD, JPEG].concat();
    for cut in 0..answer.len() {
        let mut view = view();
        ask(&mut view, 0x01, NEXT);
        let (first, second) = answer.split_at(cut);
        let mut pieces = view.received(0x81, 512, first);
        pieces.extend(view.received(0x81, 512, second));
        let text: Vec<u8> = pieces
            .iter()
            .filter_map(
                |piece| if let Piece::Kept(bytes) = piece { Some(&bytes[..]) } else { None },
            )
            .collect::<Vec<_>>()
            .concat();
        assert_eq!(text, HEAD, "cut at {cut}");
        assert_eq!(pieces.iter().map(Piece::len).sum::<usize>(), answer.len(), "cut at {cut}");
    }
}

#[test]
fn interim_answers_come_before_the_head() {
    let mut view = view();
    ask(&mut view, 0x01, NEXT);
    let interim = b"HTTP/1.1 100 Continue\r\n\r\n";
    let pieces = view.received(0x81, 512, &[interim, HEAD, JPEG].concat());
    assert_eq!(pieces, [kept(interim), kept(HEAD), Piece::Image(JPEG.len())]);
}

#[test]
fn a_picture_under_another_question_is_left_out() {
    for (head, body) in [(XML_HEAD, JPEG), (HEAD, JPEG), (HEAD, b"<xml/>")] {
        let mut view = view();
        ask(&mut view, 0x01, STATUS);
        assert_eq!(view.received(0x81, 512, head), [kept(head)]);
        assert_eq!(view.received(0x81, 512, body), [Piece::Unknown(body.len())]);
        // Not a single text after it either.
        assert_eq!(view.received(0x81, 512, b"page"), [Piece::Unknown(4)]);
    }
    // No head at all.
    for start in [JPEG, b"page page", b"HTTP/2 page"] {
        let mut view = view();
        ask(&mut view, 0x01, STATUS);
        assert_eq!(view.received(0x81, 512, start), [Piece::Unknown(start.len())]);
    }
}

#[test]
fn names_in_other_letters_are_text_even_where_a_transfer_cuts_one() {
    let body = "<pwg:MakeAndModel>Сканер® №1</pwg:MakeAndModel>".as_bytes();
    for cut in 0..body.len() {
        let mut view = view();
        ask(&mut view, 0x01, STATUS);
        view.received(0x81, 512, XML_HEAD);
        let (first, second) = body.split_at(cut);
        for part in [first, second].into_iter().filter(|part| !part.is_empty()) {
            assert_eq!(view.received(0x81, 512, part), [kept(part)], "cut at {cut}");
        }
    }
}

#[test]
fn texts_and_heads_have_an_end() {
    let mut view = view();
    ask(&mut view, 0x01, STATUS);
    view.received(0x81, 512, XML_HEAD);
    let long = vec![b'x'; 16 << 10];
    let kept = (0..10).filter(|_| matches!(view.received(0x81, 512, &long)[..], [Piece::Kept(_)]));
    assert_eq!(kept.count(), 4);
    ask(&mut view, 0x01, STATUS);
    view.received(0x81, 512, b"HTTP/1.1 200 OK\r\n");
    let kept = (0..10).filter(|_| matches!(view.received(0x81, 512, &long)[..], [Piece::Kept(_)]));
    assert!(kept.count() <= 1);
}

#[test]
fn of_scsi_only_pixels_and_long_answers_are_left_out() {
    let mut view = view();
    let state = [0x53, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    for (block, len, is_kept) in [
        (&[0x12_u8, 0, 0, 0, 0x60, 0][..], 96, true),
        (&[0x28, 0, 0x80, 0, 0, 0, 0, 0, 32, 0], 32, true),
        (&[0x28, 0, 0, 0, 0, 0, 0, 0, 13, 0], 13, false),
        (&[0x28, 0, 0, 0, 0, 0x80, 0, 1, 0, 0], 256, false),
        (&[0x12, 1, 0xf0, 0, 0xff, 0], 257, false),
    ] {
        ask(&mut view, 0x01, &command(block));
        let data = vec![0x11; len];
        let pieces = view.received(0x81, u32::try_from(len).unwrap_or(0), &data);
        assert_eq!(pieces == [kept(&data)], is_kept, "{block:?}: {pieces:?}");
        assert_eq!(view.received(0x81, 13, &state), [kept(&state)]);
    }
    // Data that goes out is no new command.
    ask(&mut view, 0x01, &command(&[0x28, 0, 0, 0, 0, 0, 0, 1, 0, 0]));
    ask(&mut view, 0x01, &[0; 72]);
    assert_eq!(view.received(0x81, 256, &[7; 256]), [Piece::Image(256)]);
}
