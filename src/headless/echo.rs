//! `udpqq echo`: a peer to try things against. It answers every datagram, in upper case if wanted.
//!
//! The bounds that keep it from being half of a loop are those of `net/echo`.

use super::output::Console;
use super::{CommandError, HeadlessOptions, record};
use crate::model::{ListenSetting, Phrase};
use crate::runtime::profile::Profile;
use crate::runtime::{DropReason, EchoOutcome, Echoed, MAX_ANSWERS, open_echo, registry};

pub(super) async fn run(
    setup: &HeadlessOptions,
    upper: bool,
    output: &mut Console,
) -> Result<(), CommandError> {
    let profile = Profile::open(setup.profile.as_deref()).map_err(|error| error.phrase())?;
    let config = profile.load_config().map_err(|error| error.phrase())?.value;
    output.speak(setup, config.language.as_deref());
    // The echo server speaks the dialect that an address without a scheme means.
    let usual = registry().listen_kinds().next().map_or(ListenSetting::UDP_DEFAULT, |(kind, usual)| {
        setup.listen.or(&config.listen).get(kind).unwrap_or(usual)
    });
    let mut server = open_echo(usual, setup.interface.clone()).map_err(|error| error.phrase())?;
    output.tell(&super::listen::announcement(&server.listening())?);
    let reply = if upper { in_upper_case } else { <[u8]>::to_vec };
    loop {
        let echoed = server.next(reply).await;
        tell_refusal(&echoed, output);
        let name = echoed.from.to_string();
        let text = String::from_utf8_lossy(&echoed.bytes);
        output.line(record::plain(&output.local(echoed.time), &name, &text)).await?;
    }
}

/// Text in upper case; bytes that are no text go back as they came.
pub(super) fn in_upper_case(bytes: &[u8]) -> Vec<u8> {
    std::str::from_utf8(bytes).map_or_else(|_no_text| bytes.to_vec(), |text| text.to_uppercase().into_bytes())
}

fn tell_refusal(echoed: &Echoed, output: &Console) {
    let source = echoed.from.to_string();
    let told = match &echoed.outcome {
        EchoOutcome::Sent | EchoOutcome::Dropped(None) => return,
        EchoOutcome::Dropped(Some(DropReason::TooMany)) => {
            Phrase::new("headless-too-many").text("source", source).number("limit", MAX_ANSWERS)
        }
        EchoOutcome::Dropped(Some(DropReason::Loop)) => Phrase::new("headless-loop").text("source", source),
        EchoOutcome::Refused(code) => Phrase::new("fault-network").text("to", source).text("code", code),
    };
    output.tell(&told);
}
