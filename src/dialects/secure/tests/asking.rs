//! Asking whether somebody is there: one peer, and everybody on the network.

use super::*;

fn answers(lab: &Lab, index: usize) -> Vec<(Option<ConversationId>, SocketAddr)> {
    let answer = |event: &NetEvent| match event {
        NetEvent::Answered { conversation, from } => Some((*conversation, *from)),
        _ => None,
    };
    lab.nodes[index].events.iter().filter_map(answer).collect()
}

fn ask(lab: &mut Lab, index: usize) {
    let conversation = *lab.nodes[index].to.keys().next().expect("a friend");
    lab.input(index, Input::Command(NetCommand::Peer(conversation, PeerCommand::Ask)));
}

#[test]
fn a_peer_answers_once_with_a_session_and_without() {
    for talked in [false, true] {
        let mut lab = Lab::new(1, CALM);
        let (anna, ben) = (lab.add(), lab.add());
        lab.befriend(anna, ben);
        if talked {
            lab.say(anna, 1, "hello");
        }
        lab.run(Duration::from_secs(5));
        assert!(answers(&lab, anna).is_empty(), "nobody asked");
        ask(&mut lab, anna);
        lab.run(Duration::from_secs(5));
        let conversation = lab.nodes[anna].to.keys().next().copied();
        assert_eq!(answers(&lab, anna), [(conversation, lab.nodes[ben].at)], "talked: {talked}");
        assert!(lab.nodes[ben].texts.len() <= 1, "nothing was said for it");
    }
}

#[test]
fn who_is_gone_does_not_answer_and_is_not_asked_for_ever() {
    let mut lab = Lab::new(1, CALM);
    let (anna, ben) = (lab.add(), lab.add());
    lab.befriend(anna, ben);
    lab.input(ben, Input::Command(NetCommand::Leave));
    lab.run(Duration::from_secs(5));
    ask(&mut lab, anna);
    lab.run(Duration::from_secs(10));
    assert!(answers(&lab, anna).is_empty());
    let sent = lab.nodes[anna].sent;
    lab.run(Duration::from_mins(1));
    assert_eq!(lab.nodes[anna].sent, sent, "nobody wants to know any more");
}

#[test]
fn all_who_are_visible_answer_a_look_though_they_know_us() {
    let mut lab = Lab::new(1, CALM);
    let all: Vec<usize> = (0..4).map(|_| lab.add()).collect();
    for index in &all[..3] {
        lab.show(*index, true);
    }
    lab.run(Duration::from_secs(10));
    lab.input(all[0], Input::Command(NetCommand::Look));
    lab.run(Duration::from_millis(1_500));
    let mut from: Vec<SocketAddr> = answers(&lab, all[0]).into_iter().map(|(_, from)| from).collect();
    from.sort();
    assert_eq!(from, [lab.nodes[all[1]].at, lab.nodes[all[2]].at]);
    // Asked again at once, nothing more is said.
    let shouted = lab.nodes[all[0]].shouted;
    lab.input(all[0], Input::Command(NetCommand::Look));
    assert_eq!(lab.nodes[all[0]].shouted, shouted);
    // Who is not visible asks nobody.
    lab.input(all[3], Input::Command(NetCommand::Look));
    assert_eq!(lab.nodes[all[3]].shouted, 0);
}
