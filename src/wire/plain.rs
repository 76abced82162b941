//! Text as every plain dialect sends it: exactly the encoded text, in the encoding of the address.

use crate::model::{Address, AddressError, Fault};
use crate::wire::Encoding;

/// The option of an address that names an encoding.
pub const ENCODING: &str = "encoding";

/// The encoding of a peer. An unknown label counts as none: `validate` refuses it before a person can save it.
pub fn encoding_of(address: &Address) -> Encoding {
    address.option(ENCODING).and_then(Encoding::from_label).unwrap_or(Encoding::UTF_8)
}

/// Whether this is an encoding that an address can name.
pub fn is_encoding(key: &str, value: &str) -> bool {
    key == ENCODING && Encoding::from_label(value).is_some()
}

/// What is wrong with an option that a dialect does not take: the encoding that it names, or that it is there at all.
pub fn refused(key: &str, value: &str) -> AddressError {
    if key == ENCODING {
        AddressError::Encoding(value.to_owned())
    } else {
        AddressError::Option(format!("{key}={value}"))
    }
}

/// The bytes of `text`, `limit` at most.
pub fn encode(address: &Address, text: &str, limit: usize) -> Result<Vec<u8>, Fault> {
    let encoding = encoding_of(address);
    let bytes = encoding
        .encode(text)
        .map_err(|character| Fault::CannotEncode { character, encoding: encoding.name().to_owned() })?;
    if bytes.len() > limit { Err(Fault::TooLarge { bytes: bytes.len(), limit }) } else { Ok(bytes) }
}
