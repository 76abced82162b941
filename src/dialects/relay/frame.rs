//! The frames between a relay and a framed member: bytes to fields and back. Decides nothing.
