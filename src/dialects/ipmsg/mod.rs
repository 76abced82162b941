//! The IP Messenger family: `IPMsg`, iptux, `FeiQ` (飞秋) and their kin, over UDP and TCP at one port.
//!
//! ```text
//! VERSION : NUMBER : USER : HOST : COMMAND : BODY          all of it text; BODY may hold colons and NULs
//! COMMAND = one of `command` | flags of `flag`, decimal, 32 bits
//! BODY    = strings, each ended by a NUL: a text, then what the command adds to it
//! ```

mod files;
mod packet;
