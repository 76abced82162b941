//! Frames out of the bytes of a stream, in whatever pieces they come.

use super::{MAX_FRAME, Malformed};
use crate::wire::cursor::Cursor;

/// Bytes of the longest length.
const MAX_LENGTH: usize = 3;

/// Bytes of a stream that are no whole frame yet; never more than one frame and what was read with its end.
#[derive(Debug, Default)]
pub(in crate::dialects::secure) struct FrameReader {
    bytes: Vec<u8>,
}

impl FrameReader {
    pub(in crate::dialects::secure) fn push(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    /// The next frame, without its length; `None`: it is not whole yet.
    pub(in crate::dialects::secure) fn next(&mut self) -> Result<Option<Vec<u8>>, Malformed> {
        let mut rest = Cursor::new(&self.bytes);
        let Some(length) = rest.varint() else {
            // A length that is spelled wrong never becomes whole.
            return if self.bytes.len() > MAX_LENGTH { Err(Malformed) } else { Ok(None) };
        };
        let length = usize::try_from(length).map_err(|_too_long| Malformed)?;
        if length > MAX_FRAME {
            return Err(Malformed);
        }
        let Some(frame) = rest.bytes(length) else { return Ok(None) };
        let frame = frame.to_vec();
        let left = rest.take_rest().len();
        self.bytes.drain(..self.bytes.len().saturating_sub(left));
        Ok(Some(frame))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::dialects::secure::frame::framed;

    proptest! {
        #[test]
        fn frames_come_out_as_they_went_in(
            frames in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..300), 0..8),
            piece in 1_usize..50,
        ) {
            let bytes: Vec<u8> = frames.iter().flat_map(|frame| framed(frame)).collect();
            let mut reader = FrameReader::default();
            let mut read = Vec::new();
            for piece in bytes.chunks(piece) {
                reader.push(piece);
                while let Some(frame) = reader.next().expect("well-formed") {
                    read.push(frame);
                }
            }
            prop_assert_eq!(read, frames);
        }

        #[test]
        fn no_bytes_make_the_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let mut reader = FrameReader::default();
            reader.push(&bytes);
            while let Ok(Some(_)) = reader.next() {}
        }
    }

    /// Nothing is kept for what somebody says will come (E12).
    #[test]
    fn a_frame_that_is_too_long_is_refused_before_it_is_there() {
        let mut reader = FrameReader::default();
        reader.push(&framed(&vec![0; MAX_FRAME + 1])[..8]);
        assert_eq!(reader.next(), Err(Malformed));
    }
}
