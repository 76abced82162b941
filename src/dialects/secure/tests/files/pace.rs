//! How fast files come, and what they leave to the rest: messages do not wait, and none starves another.

use super::*;

#[test]
fn a_slow_disk_slows_the_sender() {
    let mut lab = friends(CALM);
    let meant = content(20_000_000);
    let file = lab.nodes[0].disk.offer("/mine/a", &meant);
    lab.nodes[1].disk.pace = Duration::from_millis(200);
    offer(&mut lab, vec![file]);
    lab.fetch(0);
    lab.run(SECOND * 2);
    let there = lab.nodes[1].disk.content("/got/0.part").map_or(0, <[u8]>::len);
    assert!(there < 2_000_000 && lab.nodes[0].sent < 5_000, "{there}, {} datagrams", lab.nodes[0].sent);
    lab.run(SECOND * 60);
    lab.assert_done(0, &meant);
}

impl Lab {
    /// How far that side said it is.
    fn moved(&self, index: usize) -> u64 {
        let told = self.nodes[index].events.iter().rev().find_map(|event| match event {
            NetEvent::Transfer { progress: Progress::Moved { bytes, .. }, .. } => Some(*bytes),
            _ => None,
        });
        told.unwrap_or_default()
    }
}

#[test]
fn the_sender_says_how_far_the_peer_is_and_not_what_waits_to_go_out() {
    let mut lab = friends(CALM);
    let meant = content(6_000_000);
    let file = lab.nodes[0].disk.offer("/mine/a", &meant);
    lab.nodes[0].line.rate = Some(250_000);
    offer(&mut lab, vec![file]);
    lab.fetch(0);
    let (mut steps, mut before) = (0, 0);
    // Twice as long as the line needs.
    for _ in 0..96 {
        if !lab.ends(0, 0).is_empty() {
            break;
        }
        lab.run(Duration::from_millis(500));
        let (sent, there) = (lab.moved(0), lab.moved(1));
        assert!(sent >= before && sent <= there + 600_000, "{sent} of what is {there} there");
        steps += u64::from(sent > before);
        before = sent;
    }
    assert!(steps > 15, "only {steps} steps");
    lab.assert_done(0, &meant);
}

#[test]
fn a_message_does_not_wait_for_a_file() {
    for latency in [5, 30, 100] {
        let latency = Duration::from_millis(latency);
        let mut lab = friends(Weather { latency, ..CALM });
        // 2 Mbit/s.
        lab.nodes[0].line.rate = Some(250_000);
        let files: Vec<FileSource> =
            (0..4).map(|at| lab.nodes[0].disk.offer(&format!("/mine/{at}"), &content(4_000_000))).collect();
        offer(&mut lab, files);
        for file in 0..4 {
            lab.fetch(file);
        }
        lab.run(SECOND * 5);
        let limit = latency * 4 + Duration::from_millis(50);
        let mut worst = Duration::ZERO;
        for id in 2..42 {
            let start = lab.now.mono;
            lab.say(0, id, &format!("a{id}"));
            while lab.nodes[1].texts.last() != Some(&format!("a{id}")) {
                lab.run(Duration::from_millis(1));
            }
            worst = worst.max(lab.now.mono - start);
            lab.run(Duration::from_millis(137));
        }
        assert!(worst <= limit, "{latency:?}: waits {worst:?}, at most {limit:?}");
        assert!((0..4).all(|file| lab.ends(1, file).is_empty()), "the files are still on their way");
    }
}

#[test]
fn four_at_once_are_as_fast_as_one_another() {
    let mut lab = friends(Weather { latency: Duration::from_millis(20), ..CALM });
    lab.nodes[0].line.rate = Some(1_000_000);
    let meant = content(8_000_000);
    let files: Vec<FileSource> =
        (0..5).map(|at| lab.nodes[0].disk.offer(&format!("/mine/{at}"), &meant)).collect();
    offer(&mut lab, files);
    for file in 0..5 {
        lab.fetch(file);
    }
    lab.run(SECOND * 20);
    let there =
        |lab: &Lab, file: u16| lab.nodes[1].disk.content(&format!("/got/{file}.part")).map_or(0, <[u8]>::len);
    let all: Vec<usize> = (0..4).map(|file| there(&lab, file)).collect();
    let (least, most) = (all.iter().min().expect("four"), all.iter().max().expect("four"));
    assert!(*least > 1_000_000 && (most - least) * 10 <= *most, "{all:?}");
    assert_eq!(there(&lab, 4), 0, "the fifth waits");
    lab.run_until(SECOND * 120, |lab| (0..5).all(|file| lab.got(file).is_some()));
}
