//! Two that know each other talk.

use super::*;

#[test]
fn a_message_comes_once_and_its_receipt_is_true() {
    let mut lab = Lab::new(1, CALM);
    let (anna, ben) = (lab.add(), lab.add());
    lab.befriend(anna, ben);
    lab.say(anna, 1, "hi");
    lab.run(Duration::from_secs(1));
    assert_eq!(lab.nodes[ben].texts, ["hi"]);
    assert_eq!(lab.undelivered(anna), 0);
    lab.say(ben, 1, "hello");
    lab.run(Duration::from_millis(30));
    assert_eq!(lab.nodes[anna].texts, ["hello"]);
    assert_eq!(lab.undelivered(ben), 0);
    println!("carried {}", lab.carried);
    lab.run(Duration::from_secs(60));
    println!("carried {}", lab.carried);
}

#[test]
fn many_messages_come_in_order_through_bad_weather() {
    for seed in 0..6 {
        let weather = Weather {
            lost: 30,
            doubled: 20,
            latency: Duration::from_millis(20),
            jitter: Duration::from_millis(80),
        };
        let mut lab = Lab::new(seed, weather);
        let (anna, ben) = (lab.add(), lab.add());
        lab.befriend(anna, ben);
        for id in 1..=500 {
            lab.say(anna, id, &format!("a{id}"));
            lab.say(ben, id, &format!("b{id}"));
            lab.run(Duration::from_millis(20));
        }
        let start = lab.now.mono;
        while lab.undelivered(anna) + lab.undelivered(ben) > 0
            && lab.now.mono - start < Duration::from_secs(120)
        {
            lab.run(Duration::from_millis(500));
        }
        println!(
            "seed {seed}: {:?} more, {} carried, sent {} {}",
            lab.now.mono - start,
            lab.carried,
            lab.nodes[0].sent,
            lab.nodes[1].sent
        );
        let expected = |letter| (1..=500).map(|id| format!("{letter}{id}")).collect::<Vec<_>>();
        assert_eq!(lab.nodes[ben].texts, expected("a"));
        assert_eq!(lab.nodes[anna].texts, expected("b"));
        assert_eq!((lab.undelivered(anna), lab.undelivered(ben)), (0, 0));
    }
}
