use proptest::prelude::*;

use super::{Broken, Head, MAX_HEAD_BYTES, MAX_TEXT_BYTES, Response};

/// What becomes of bytes that come in these parts.
fn read(parts: &[&[u8]], most: usize) -> Result<Option<(Head, Vec<u8>)>, Broken> {
    let mut response = Response::new(most);
    let mut complete = false;
    for part in parts {
        assert!(complete == (response.missing() == 0));
        complete = response.push(part)?;
    }
    Ok(complete.then(|| response.into_parts()))
}

const LENGTH: &[u8] =
    b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\ncontent-LENGTH: 5\r\nA: b\r\n\r\nhello\r\n";
const CHUNKED: &[u8] = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;a=b\r\nhel\r\n2\r\nlo\r\n0\r\nT: u\r\n\r\n";

#[test]
fn both_framings_give_the_body_at_every_cut() {
    for answer in [LENGTH, CHUNKED] {
        for at in 0..=answer.len() {
            let (first, second) = answer.split_at(at);
            let (head, body) = read(&[first, second], 100).unwrap().unwrap();
            assert_eq!((head.status, &body[..]), (200, &b"hello"[..]), "{at}");
        }
    }
}

#[test]
fn a_cut_answer_is_never_complete() {
    for (answer, end) in [(LENGTH, LENGTH.len() - 2), (CHUNKED, CHUNKED.len())] {
        for at in 0..end {
            assert_eq!(read(&[&answer[..at]], 100), Ok(None), "{at}");
        }
    }
}

#[test]
fn what_leaves_the_end_open_or_says_two_ends_is_refused() {
    let heads = [
        "HTTP/1.1 200 OK\r\n\r\n",
        "HTTP/1.1 201 Created\r\nLocation: /x\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: +5\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
        "HTTP/1.1 101 Switching\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 101\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n65\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nab",
        "\u{ff}\u{d8}",
        "POST / HTTP/1.1\r\n\r\n",
    ];
    for head in heads {
        assert_eq!(read(&[head.as_bytes()], 100), Err(Broken), "{head:?}");
    }
}

#[test]
fn nothing_grows_without_bounds() {
    let line = vec![b'a'; MAX_HEAD_BYTES + 1];
    assert_eq!(read(&[b"HTTP/1.1 200 OK\r\nA: ", &line], 100), Err(Broken));
    let interim = b"HTTP/1.1 100 Continue\r\n\r\n".repeat(MAX_HEAD_BYTES / 20);
    assert_eq!(read(&[&interim], 100), Err(Broken));
    let mut trailers = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n".to_vec();
    trailers.extend(b"A: b\r\n".repeat(MAX_HEAD_BYTES / 5));
    assert_eq!(read(&[&trailers], 100), Err(Broken));
    let long = format!("HTTP/1.1 404 No\r\nContent-Length: {}\r\n\r\n", MAX_TEXT_BYTES + 1);
    assert_eq!(read(&[long.as_bytes()], usize::MAX), Err(Broken));
}

#[test]
fn the_head_says_where_the_job_is_and_when_to_ask_again() {
    let answer = b"HTTP/1.1 201 Created\r\nLOCATION: http://x/eSCL/ScanJobs/1\r\nretry-after: 7\r\nContent-Length: 0\r\n\r\n";
    let (head, body) = read(&[answer], 100).unwrap().unwrap();
    let location = head.location.as_deref();
    assert_eq!(
        (head.status, location, head.retry_after_s),
        (201, Some("http://x/eSCL/ScanJobs/1"), Some(7))
    );
    assert!(body.is_empty());
}

proptest! {
    /// However bytes are cut, whatever they are, the end is the same.
    #[test]
    fn cuts_change_nothing(
        at in 0..CHUNKED.len(), byte: u8, cuts in prop::collection::vec(0..CHUNKED.len(), 0..8), which: bool,
    ) {
        let mut answer = if which { CHUNKED } else { LENGTH }.to_vec();
        let at = at % answer.len();
        answer[at] = byte;
        let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut % answer.len()).collect();
        cuts.extend([0, answer.len()]);
        cuts.sort_unstable();
        let parts: Vec<&[u8]> = cuts.windows(2).map(|ends| &answer[ends[0]..ends[1]]).collect();
        prop_assert_eq!(read(&parts, 100), read(&[&answer], 100));
    }
}
