//! `udpqq wire`: prints each datagram, and each read and write of a stream, that passes our sockets, a line each.
//!
//! Says nothing and takes nothing in: no message is kept or confirmed. With `--pcap` the packets go into a file as well, and
//! with `--pcap -` to stdout and nothing else does: `udpqq wire --pcap - | wireshark -k -i -`.

use std::io::{self, ErrorKind, Write as _};
use std::time::Duration;

use tokio::task::spawn_blocking;

use super::output::{Console, unbuffered_stdout};
use super::{CommandError, HeadlessOptions, broken, session, silent_session};
use crate::app::{Event, State};
use crate::model::hex::HexShape;
use crate::model::{Address, Capture, ConversationId, Endpoints, NetEvent, Phrase, WirePacket};
use crate::runtime::capture::{PcapEncoder, PcapFile, packet_line};
use crate::runtime::{Session, SessionEvent, parse_address};

/// Cells of a row of hexadecimal numbers: for a terminal of the usual width.
const HEX_CELLS: usize = 78;
const HEX_BYTES: usize = 16;
/// What is no UTF-8 and whose encoding nobody knows.
const LEGACY: &str = "gb18030";

/// What the command line asks for.
#[derive(Clone, Debug, Default)]
pub struct WireArgs {
    /// A contact's name or an address; `None`: everything.
    pub target: Option<String>,
    /// `-` is standard output.
    pub pcap: Option<String>,
    pub hex: bool,
    /// End after so many packets.
    pub count: Option<u64>,
    pub timeout: Option<Duration>,
}

pub(super) async fn run(
    setup: &HeadlessOptions,
    wanted: &WireArgs,
    output: &mut Console,
) -> Result<(), CommandError> {
    // A contact that is named is all that is known here: a room is gone into, since nothing passes outside of it.
    let named = wanted.target.as_deref().map(str::trim).filter(|target| parse_address(target).is_err());
    let mut session = match named {
        Some(name) => session(setup, setup.listen.clone(), Some(name), output)?,
        None => silent_session(setup, output)?,
    };
    session.watch_wire(true);
    let target = wanted.target.as_deref().map(|target| WireTarget::named(target, &session.state, output));
    let mut printer = Printer {
        target: target.transpose()?,
        pcap: wanted.pcap.as_deref().map(PcapSink::open).transpose()?,
        hex: wanted.hex,
        left: wanted.count,
        left_out: 0,
    };
    let printing = print_packets(&mut session, &mut printer, output);
    let done = match wanted.timeout {
        Some(limit) => tokio::time::timeout(limit, printing).await.ok(),
        None => Some(printing.await),
    };
    session.end().await;
    match (done, wanted.count, printer.left) {
        (Some(done), _, _) => done,
        (None, Some(count), Some(left)) => {
            let shown = count.saturating_sub(left);
            Err(Phrase::new("wire-too-few").number("count", shown).number("wanted", count).into())
        }
        (None, _, _) => Ok(()),
    }
}

/// Whose packets are wanted.
enum WireTarget {
    Conversation(ConversationId),
    Place(Endpoints),
}

impl WireTarget {
    fn named(target: &str, state: &State, output: &Console) -> Result<Self, CommandError> {
        let target = target.trim();
        if let Some(contact) = state.contact_named(target) {
            return Ok(Self::Conversation(contact.id));
        }
        let address = parse_address(target).map_err(|error| {
            let reason = output.lang().phrase(&error.phrase());
            Phrase::new("headless-no-target").text("name", target).text("reason", reason)
        })?;
        if let Some(place) = state.at_address(&address) {
            return Ok(Self::Conversation(place.id));
        }
        let at = |address: &Address| address.literal();
        let place = at(&address).ok_or_else(|| Phrase::new("wire-no-place").text("name", target))?;
        Ok(Self::Place(Endpoints { at: vec![place], hosts: Vec::new() }))
    }

    fn endpoints(&self, state: &State) -> Endpoints {
        match self {
            Self::Conversation(id) => {
                state.conversation(*id).map(|place| state.endpoints(place)).unwrap_or_default()
            }
            Self::Place(place) => place.clone(),
        }
    }
}

/// Where packets go besides the lines.
enum PcapSink {
    File(PcapFile),
    Stdout(PcapEncoder),
}

impl PcapSink {
    fn open(file: &str) -> Result<Self, CommandError> {
        if file == "-" {
            write_stdout(&PcapEncoder::header())?;
            return Ok(Self::Stdout(PcapEncoder::default()));
        }
        Ok(Self::File(PcapFile::create(file)?))
    }

    fn add(&mut self, packets: &[WirePacket]) -> Result<(), CommandError> {
        match self {
            Self::File(file) => Ok(file.add(packets)?),
            Self::Stdout(encoder) => {
                let records: Vec<u8> = packets.iter().flat_map(|packet| encoder.encode(packet)).collect();
                write_stdout(&records)
            }
        }
    }
}

/// Past the lines, of which there are none then.
fn write_stdout(bytes: &[u8]) -> Result<(), CommandError> {
    let written = unbuffered_stdout().and_then(|mut out| {
        out.write_all(bytes)?;
        out.flush()
    });
    written.map_err(|error: io::Error| {
        if error.kind() == ErrorKind::BrokenPipe {
            CommandError::Closed
        } else {
            super::output::unwritten(&error).into()
        }
    })
}

struct Printer {
    target: Option<WireTarget>,
    pcap: Option<PcapSink>,
    hex: bool,
    /// So many packets until the end; `None`: there is none.
    left: Option<u64>,
    left_out: u64,
}

async fn print_packets(
    session: &mut Session,
    printer: &mut Printer,
    output: &Console,
) -> Result<(), CommandError> {
    loop {
        match session.next().await {
            SessionEvent::Captured(capture) => {
                printer.print(session, capture, output).await?;
                if printer.left == Some(0) {
                    return Ok(());
                }
            }
            SessionEvent::App(event) => take(session, event, output),
            SessionEvent::Config | SessionEvent::Completed { .. } | SessionEvent::Refused { .. } => {}
            SessionEvent::Broken => return Err(broken()),
        }
    }
}

/// Follows what happens, but takes no message in: only the messenger confirms what it keeps.
fn take(session: &mut Session, event: Event, output: &Console) {
    if matches!(event, Event::Net(NetEvent::Received(_))) {
        return;
    }
    if let Event::Net(NetEvent::Listening(listening)) = &event
        && let Some(news) = super::listen::news(listening)
    {
        output.tell(&news);
    }
    session.apply(event);
}

impl Printer {
    async fn print(
        &mut self,
        session: &Session,
        capture: Capture,
        output: &Console,
    ) -> Result<(), CommandError> {
        let Capture { mut packets, left_out } = capture;
        if let Some(target) = &self.target {
            let endpoints = target.endpoints(&session.state);
            packets.retain(|packet| endpoints.has(packet.remote, packet.local));
        }
        if let Some(left) = &mut self.left {
            packets.truncate(usize::try_from(*left).unwrap_or(usize::MAX));
            *left = left.saturating_sub(u64::try_from(packets.len()).unwrap_or(u64::MAX));
        }
        let is_piped = matches!(self.pcap, Some(PcapSink::Stdout(_)));
        if let Some(mut pcap) = self.pcap.take() {
            let written = spawn_blocking(move || (pcap.add(&packets), pcap, packets)).await;
            let (added, back, again) = written.map_err(|_panicked| broken())?;
            added?;
            (self.pcap, packets) = (Some(back), again);
        }
        let missed = left_out.saturating_sub(std::mem::replace(&mut self.left_out, left_out));
        if missed > 0 {
            output.tell(&Phrase::new("wire-left-out").number("count", missed));
        }
        for packet in packets.iter().filter(|_| !is_piped) {
            let legacy = self.legacy(&session.state);
            let legacy = legacy.as_deref().unwrap_or(LEGACY);
            let line = packet_line(packet, &output.local(packet.time), legacy, output.lang());
            output.line(line).await?;
            self.print_hex(packet, output).await?;
        }
        Ok(())
    }

    /// The encoding of the one peer whose packets these are.
    fn legacy(&self, state: &State) -> Option<String> {
        let Some(WireTarget::Conversation(id)) = &self.target else { return None };
        state.conversation(*id)?.effective_address().option("encoding").map(str::to_owned)
    }

    async fn print_hex(&self, packet: &WirePacket, output: &Console) -> Result<(), CommandError> {
        if !self.hex {
            return Ok(());
        }
        let shape = HexShape::fitting(packet.bytes.len(), HEX_CELLS, HEX_BYTES);
        for (row, chunk) in packet.bytes.chunks(shape.bytes).enumerate() {
            output.line(format!("  {}", shape.line(row, chunk))).await?;
        }
        Ok(())
    }
}
