//! Requests for files and the frames of a folder, for the fuzzer.

use super::request::RangeRequest;
use super::walk::WalkFrame;

pub(in super::super) fn requests(bytes: &[u8]) {
    if let Some(request) = RangeRequest::decode(bytes) {
        assert_eq!(request.encode(), bytes);
    }
    let mut rest = bytes;
    while let Some((frame, length)) = WalkFrame::read(rest) {
        assert!(length > 0 && length <= rest.len());
        let mut again = Vec::new();
        frame.write(&mut again);
        assert_eq!(again, rest.get(..length).unwrap_or_default());
        rest = rest.get(length..).unwrap_or_default();
    }
}
