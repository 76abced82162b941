//! The smallest dialect there can be: one datagram of UTF-8 to one peer.

use udpqq::dialects::{Dialect, ListenMode};
use udpqq::model::{Address, AddressError, Caps, Fault, ListenSetting, Scheme};
use udpqq::wire::plain::{self, Newline};
use udpqq::wire::{Driver, Encoding, TextCodec, TextProtocol};

pub(super) const DIALECT: Dialect = Dialect {
    scheme: Shout::SCHEME,
    example: "shout://10.0.3.255",
    validate,
    check: |address, text| check(address, text, plain::max_payload(&address.host)),
    listens: ListenMode::Datagrams(ListenSetting::Port(7_001)),
    server: None,
    engine: |setup| Box::new(Driver::new(setup.seed, TextProtocol::<Shout>::default())),
    between: None,
};

fn validate(address: &Address) -> Result<(), AddressError> {
    plain::validate(address, |_key, _value| false)
}

/// The size on the wire, `limit` at most.
pub(super) fn check(address: &Address, text: &str, limit: usize) -> Result<usize, Fault> {
    plain::encode(address, text, limit).map(|bytes| bytes.len())
}

#[derive(Debug)]
struct Shout;

impl TextCodec for Shout {
    const SCHEME: Scheme = Scheme { name: "shout", default_port: 7_001, caps: Caps::NONE };

    fn encode(address: &Address, text: &str, _learned: Newline) -> Result<Vec<u8>, Fault> {
        plain::encode(address, text, plain::max_payload(&address.host))
    }

    fn decode(_address: Option<&Address>, bytes: &[u8]) -> (String, bool) {
        Encoding::UTF_8.decode(bytes)
    }
}
