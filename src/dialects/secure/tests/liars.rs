//! What somebody with a trusted key can do to others with files: nothing that lasts.

use super::*;
use crate::dialects::secure::connections::Connections;
use crate::model::Fault;
use crate::model::file::{FileSource, Progress, TransferId};
use quinn_proto::{Dir, VarInt};

impl Lab {
    /// Does something that no program of ours does.
    fn tamper(&mut self, index: usize, act: impl FnOnce(&mut Connections)) {
        let now = self.now;
        self.nodes[index].engine.call(now, |secure, _| secure.tamper(act));
        self.input(index, Input::Tick);
    }
}

fn offered(content: &[u8]) -> Lab {
    let mut lab = Lab::new(1, CALM);
    let (anna, ben) = (lab.add(), lab.add());
    lab.befriend(anna, ben);
    let file: FileSource = lab.nodes[anna].disk.offer("/mine/a", content);
    lab.offer(anna, MessageId(1), vec![file]);
    lab.run(Duration::from_secs(1));
    lab
}

fn ends(lab: &Lab, index: usize) -> Vec<Progress> {
    let told = lab.nodes[index].events.iter().filter_map(|event| match event {
        NetEvent::Transfer { progress: Progress::Moved { .. }, .. } => None,
        NetEvent::Transfer { progress, .. } => Some(progress.clone()),
        _ => None,
    });
    told.collect()
}

/// What comes is not what was said, and is no file (E15).
#[test]
fn a_lie_about_the_hash_is_found_and_what_came_stays_a_part() {
    let mut lab = offered(&vec![5; 300_000]);
    lab.nodes[0].disk.lies = true;
    lab.fetch(0);
    lab.run(Duration::from_secs(5));
    assert_eq!(ends(&lab, 1), [Progress::Broken { fault: Fault::Malformed, bytes: 300_000 }]);
    assert!(lab.nodes[1].disk.content("/got/file 0").is_none());
    assert_eq!(lab.nodes[1].disk.content("/got/0.part").map(<[u8]>::len), Some(300_000));
}

#[test]
fn ten_thousand_requests_of_any_kind_cost_nothing_that_stays() {
    let mut lab = offered(&vec![5; 300_000]);
    let mut rng = Rng::new(3);
    let mut asked = 0;
    for round in 0..2_000_u32 {
        let noise = rng.next();
        lab.tamper(1, |it| {
            let Some(handle) = it.sessions.keys().next().copied() else { return };
            let Some(quic) = it.transport.open(handle) else { return };
            while let Some(stream) = quic.streams().open(Dir::Bi) {
                // A request for the file as it stands, one for another, one cut short, and noise.
                let uid = if round % 3 == 0 { [9; 16] } else { [1; 16] };
                let from = if round % 5 == 0 { noise } else { 0 };
                let mut bytes = [&[1][..], &uid, &[0, 0], &from.to_be_bytes(), &[0; 32]].concat();
                bytes.truncate(if round % 7 == 0 { 30 } else { 59 });
                if round % 4 == 0 {
                    bytes[0] = noise.to_be_bytes()[0];
                }
                let _written = quic.send_stream(stream).write(&bytes);
                // Whoever leaves a stream open has one less for itself.
                let _finished = quic.send_stream(stream).finish();
                let _stopped = quic.recv_stream(stream).stop(VarInt::from_u32(6));
                if round % 6 == 1 {
                    let _reset = quic.send_stream(stream).reset(VarInt::from_u32(6));
                }
                asked += 1;
            }
        });
        lab.run(Duration::from_millis(5));
        assert!(lab.nodes[0].disk.channels() <= 4, "round {round}");
    }
    assert!(asked >= 10_000, "{asked}");
    lab.run(Duration::from_mins(2));
    assert_eq!(lab.nodes[0].disk.channels(), 0);
    // Whoever behaves from then on gets the file.
    lab.nodes[0].events.clear();
    lab.fetch(0);
    lab.run(Duration::from_secs(5));
    assert!(matches!(ends(&lab, 1).as_slice(), [Progress::Done { .. }]), "{:?}", ends(&lab, 1));
    assert!(matches!(ends(&lab, 0).as_slice(), [Progress::Done { .. }]), "{:?}", ends(&lab, 0));
}

#[test]
fn whoever_is_not_trusted_any_more_is_given_nothing_more() {
    let mut lab = offered(&vec![5; 3_000_000]);
    lab.nodes[0].line.rate = Some(500_000);
    lab.fetch(0);
    lab.run(Duration::from_secs(1));
    lab.trust(0, Trust::Requested);
    lab.run(Duration::from_secs(5));
    let broken = |index| matches!(ends(&lab, index).as_slice(), [Progress::Broken { .. }]);
    assert!(broken(0) && broken(1), "{:?} {:?}", ends(&lab, 0), ends(&lab, 1));
    let transfer = TransferId { message: MessageId(77), file: 0 };
    assert!(lab.nodes[1].events.iter().any(|event| {
        matches!(event, NetEvent::Transfer { transfer: told, progress: Progress::Broken { fault: Fault::NotOffered, .. } } if *told == transfer)
    }));
}
