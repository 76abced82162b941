//! What a person may ask of a network: whether a peer is there, who else is, and to send bytes as they are. No other person
//! reads a word because of a question.

use std::sync::Arc;
use std::time::Duration;

use udpqq::dialects::Dialect;
use udpqq::model::{
    ConversationId, MessageCommand, MessageId, NetCommand, NetEvent, OutgoingMessage, PeerCommand,
};

use crate::sim::stage::{ARRIVAL, Cast, Company, Stage};
use crate::sim::{Verdict, ensure};

/// All answers are there by then, and whoever has none is not waited for any more.
const SETTLED: Duration = Duration::from_secs(15);
/// What is sent because of an order is sent by then.
const SOON: Duration = Duration::from_millis(200);
/// The conversation of the first member with the second.
const OTHER: ConversationId = ConversationId(2);

/// A peer that can be asked says once that it is there, and no person there learns of it; of any other dialect nothing goes
/// out, and from nobody comes an answer.
pub(crate) fn who_is_asked_says_so_once(dialect: &Dialect) -> Verdict {
    let ask = NetCommand::Peer(OTHER, PeerCommand::Ask);
    if !dialect.scheme.caps.asks {
        return says_nothing_more(dialect, true, &ask);
    }
    // Who hides may answer nobody.
    let mut stage = Stage::new(Cast::of(dialect))?;
    stage.run(ARRIVAL)?;
    ensure!(answers(&stage).is_empty(), "{:?} before anybody asked", answers(&stage));
    stage.net.order(stage.members[0].program, Duration::ZERO, ask.clone());
    stage.run(SETTLED)?;
    ensure!(answers(&stage) == [Some(OTHER)], "asked once, and answered: {:?}", answers(&stage));
    ensure!(stage.heard(1).is_empty(), "words for a person: {:?}", stage.heard(1));
    let told = stage
        .events(1)
        .iter()
        .find(|event| matches!(event, NetEvent::Nudged { .. } | NetEvent::Noticed { .. }));
    ensure!(told.is_none(), "a person there is told: {told:?}");
    let mut alone = Stage::new(Cast { company: Company::Nobody, visible: false, ..Cast::of(dialect) })?;
    alone.run(ARRIVAL)?;
    let program = alone.members[0].program;
    alone.net.order(program, Duration::ZERO, ask);
    alone.run(SETTLED)?;
    let sent = alone.net.program(program).tally.sent;
    alone.run(SETTLED * 4)?;
    let later = alone.net.program(program).tally.sent;
    ensure!(answers(&alone).is_empty(), "nobody is there, and {:?}", answers(&alone));
    ensure!(sent == later, "still asking: {sent} and then {later}");
    Ok(())
}

/// Whoever is seen may ask who is there, and each answers once; whoever hides asks nobody.
pub(crate) fn who_looks_is_answered(dialect: &Dialect) -> Verdict {
    says_nothing_more(dialect, false, &NetCommand::Look)?;
    if !dialect.scheme.caps.presence {
        return says_nothing_more(dialect, true, &NetCommand::Look);
    }
    let mut stage = Stage::new(Cast::of(dialect))?;
    stage.run(ARRIVAL)?;
    let program = stage.members[0].program;
    let sent = |stage: &Stage| stage.net.program(program).tally.sent;
    let before = sent(&stage);
    stage.net.order(program, Duration::ZERO, NetCommand::Look);
    stage.run(SOON)?;
    let asked = sent(&stage);
    ensure!(asked > before, "nobody is asked");
    // A person who asks again at once learns no more, and others are spared.
    stage.net.order(program, Duration::ZERO, NetCommand::Look);
    stage.run(SOON)?;
    ensure!(sent(&stage) == asked, "asked twice within a second");
    stage.run(SETTLED)?;
    ensure!(answers(&stage) == [Some(OTHER)], "each answers once: {:?}", answers(&stage));
    ensure!(stage.heard(1).is_empty(), "words for a person: {:?}", stage.heard(1));
    Ok(())
}

/// Bytes that are no text of any encoding reach a peer as they are, where a message is nothing but bytes.
pub(crate) fn bytes_go_out_as_they_are(dialect: &Dialect) -> Verdict {
    if !dialect.scheme.caps.bytes {
        return Ok(());
    }
    let bytes: Arc<[u8]> = (0..=255).chain(*b"\xff\0\r\n\x1b[31m").collect();
    let mut stage = Stage::new(Cast { options: "?encoding=gbk".to_owned(), ..Cast::of(dialect) })?;
    stage.run(ARRIVAL)?;
    let base = OutgoingMessage::text(MessageId(1), "as it is shown here".to_owned());
    let message = OutgoingMessage { bytes: Some(Arc::clone(&bytes)), ..base };
    let order = NetCommand::Message(OTHER, MessageCommand::Send(message));
    stage.net.order(stage.members[0].program, Duration::ZERO, order);
    stage.run(SETTLED)?;
    let came: Vec<u8> = stage.heard(1).iter().flat_map(|received| received.payload.to_vec()).collect();
    ensure!(*came == *bytes, "{} of {} bytes came, or others", came.len(), bytes.len());
    Ok(())
}

/// Whose answers the first member has.
fn answers(stage: &Stage) -> Vec<Option<ConversationId>> {
    let answer = |event: &NetEvent| match event {
        NetEvent::Answered { conversation, .. } => Some(*conversation),
        _ => None,
    };
    stage.events(0).iter().filter_map(answer).collect()
}

/// The order changes nothing of what a member sends.
fn says_nothing_more(dialect: &Dialect, visible: bool, order: &NetCommand) -> Verdict {
    let sent = |ordered: bool| -> Verdict<usize> {
        let mut stage = Stage::new(Cast { visible, ..Cast::of(dialect) })?;
        stage.run(ARRIVAL)?;
        let program = stage.members[0].program;
        if ordered {
            stage.net.order(program, Duration::ZERO, order.clone());
        }
        stage.run(SETTLED)?;
        ensure!(answers(&stage).is_empty(), "answered: {:?}", answers(&stage));
        Ok(stage.net.program(program).tally.sent)
    };
    let (usual, ordered) = (sent(false)?, sent(true)?);
    ensure!(usual == ordered, "{order:?}: it sent {ordered} times instead of {usual}");
    Ok(())
}
