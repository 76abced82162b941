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
}
