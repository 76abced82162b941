//! Some of a kind in calm weather: everybody hears everybody else, and nobody hears itself.

use std::time::Duration;

use udpqq::dialects::{Dialect, ListenMode};
use udpqq::model::traffic::Received;

use crate::sim::network::Weather;
use crate::sim::stage::{ARRIVAL, Cast, Company, Place, Stage, places};
use crate::sim::{Verdict, ensure};

const TEXTS: [&str; 3] = ["hello", "你好 😀", "two\nlines\0\u{1b}[2J"];
/// Longer than any hand-over takes in calm weather.
pub(super) const SETTLED: Duration = Duration::from_secs(30);
/// What a stream has to carry through cuts at many places.
const MANY: usize = 40;
const SEEDS: u64 = 8;

pub(crate) fn members_hear_each_other(dialect: &Dialect) -> Verdict {
    let places = places(dialect);
    ensure!(!places.is_empty(), "there is no address at which its members meet");
    for place in places {
        for visible in [true, false] {
            for company in [Company::Apart, Company::OneHost] {
                let cast = Cast { place: place.clone(), visible, company, ..Cast::of(dialect) };
                // Two programs cannot have one port, unless they share it to be reached together.
                if company == Company::Apart || matches!(place, Place::Group(_)) {
                    let what = format!("{place:?}, visible: {visible}, {company:?}");
                    meet(cast).map_err(|fault| format!("{what}: {fault}"))?;
                }
            }
        }
    }
    Ok(())
}

fn meet(cast: Cast) -> Verdict {
    // Whoever is not visible comes in with the first message.
    let mut stage = Stage::new(Cast { enters: cast.visible, ..cast })?;
    stage.run(ARRIVAL)?;
    for member in 0..stage.members.len() {
        for text in texts(&stage)? {
            stage.say(member, &format!("{}: {text}", stage.members[member].name.clone()));
        }
    }
    stage.run(SETTLED)?;
    stage.all_was_handed()?;
    for reader in 0..stage.members.len() {
        for writer in (0..stage.members.len()).filter(|writer| *writer != reader) {
            one_heard_the_other(&stage, reader, writer)?;
        }
        let texts: Vec<&str> = stage.heard(reader).iter().map(|received| received.text.as_str()).collect();
        let all = (stage.members.len() - 1) * TEXTS.len();
        ensure!(texts.len() == all, "member {reader} should hear {all} messages: {texts:?}");
    }
    Ok(())
}

/// A dialect that ends its texts with a NUL refuses one inside: it then says the rest.
fn texts(stage: &Stage) -> Verdict<Vec<String>> {
    let address = stage.cast.address(1)?;
    let takes = |text: &str| (stage.cast.dialect.check)(&address, text).is_ok();
    let unended = |text: &str| if takes(text) { text.to_owned() } else { text.replace('\0', "") };
    Ok(TEXTS.iter().map(|text| unended(text)).collect())
}

fn one_heard_the_other(stage: &Stage, reader: usize, writer: usize) -> Verdict {
    let opening = format!("{}: ", stage.members[writer].name);
    let heard = stage.heard(reader);
    let heard: Vec<&Received> =
        heard.into_iter().filter(|received| received.text.starts_with(&opening)).collect();
    let texts: Vec<&str> = heard.iter().map(|received| &received.text[opening.len()..]).collect();
    ensure!(texts == self::texts(stage)?, "member {reader} heard of member {writer}: {texts:?}");
    for received in heard {
        is_told_rightly(stage, received, writer)?;
    }
    Ok(())
}

/// Where a message came from, and what it claims to be.
fn is_told_rightly(stage: &Stage, received: &Received, writer: usize) -> Verdict {
    let dialect = stage.cast.dialect;
    let caps = dialect.scheme.caps;
    let number = if caps.group { 1 } else { u32::try_from(writer + 1).unwrap_or_default() };
    let conversation = received.conversation.map(|id| id.0);
    ensure!(conversation == Some(number), "it belongs to conversation {number}: {received:?}");
    ensure!(received.scheme == dialect.scheme, "another scheme: {received:?}");
    ensure!(received.authenticated == caps.authenticated, "who it is from is not told rightly: {received:?}");
    ensure!(!received.lossy, "nothing was lost: {received:?}");
    if dialect.between.is_none() {
        let host = stage.net.host_of(stage.members[writer].program);
        ensure!(host.has(received.source.ip()), "it came from {}: {received:?}", host.v4);
    } else if caps.group {
        let name = &stage.members[writer].name;
        ensure!(received.sender.as_ref() == Some(name), "{name} wrote it: {received:?}");
    }
    Ok(())
}

/// Everybody says this in turn, the first member last, and each time `settled` passes: everybody else has heard it
/// once. What was said before does not count, and nobody has to speak in order to hear.
pub(super) fn all_hear(stage: &mut Stage, words: &str, settled: Duration) -> Verdict {
    let said = |member: usize| format!("{words} {member}");
    for member in (0..stage.members.len()).rev() {
        stage.say(member, &said(member));
        stage.run(settled)?;
    }
    for reader in 0..stage.members.len() {
        let heard = stage.heard(reader);
        let mut heard: Vec<&str> = heard.iter().map(|received| received.text.as_str()).collect();
        heard.retain(|text| text.starts_with(words));
        heard.sort_unstable();
        let others = (0..stage.members.len()).filter(|writer| *writer != reader);
        let others: Vec<String> = others.map(said).collect();
        ensure!(heard == others, "{words:?}: member {reader} heard {heard:?}");
    }
    Ok(())
}

/// What one read brings may be a message of its own; a character that a read cuts in two is still one, and line
/// breaks may end messages.
pub(crate) fn a_stream_may_be_cut_anywhere(dialect: &Dialect) -> Verdict {
    if !matches!(dialect.listens, ListenMode::Streams(_)) {
        return Ok(());
    }
    for seed in 0..SEEDS {
        let weather = Weather { cut: true, ..Weather::CALM };
        let mut stage = Stage::new(Cast { weather, seed, ..Cast::of(dialect) })?;
        stage.run(ARRIVAL)?;
        for number in 0..MANY {
            stage.say(0, &format!("{number} 你好 😀 é\n{}", "长".repeat(number)));
        }
        stage.run(SETTLED)?;
        stage.all_was_handed()?;
        let said: String = stage.members[0].said.iter().map(|(_, text)| unbroken(text)).collect();
        let heard = stage.heard(1);
        let text: String = heard.iter().map(|received| unbroken(&received.text)).collect();
        ensure!(text == said, "seed {seed}: said {said:?}, heard {text:?}");
        ensure!(heard.iter().all(|received| !received.lossy), "seed {seed}: a cut is no loss");
    }
    Ok(())
}

fn unbroken(text: &str) -> String {
    text.chars().filter(|c| !matches!(c, '\r' | '\n')).collect()
}
