//! Whatever is done to them, memory and a file show the same.

use proptest::prelude::*;

use super::samples::Profile;
use crate::model::{Fault, Mark};
use crate::store::Backend;
use crate::store::twins::{Deed, Disk, Twins};

impl Disk for Profile {
    fn open(&self) -> Box<dyn Backend> {
        self.backend()
    }
}

fn conversation() -> impl Strategy<Value = u32> {
    1..4_u32
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof!["[ab会开]{0,4}", "(ab|ba|会开|开会)( (a|会))?"]
}

fn mark() -> impl Strategy<Value = Mark> {
    prop_oneof![Just(Mark::Sent), Just(Mark::Delivered), Just(Mark::Read), Just(Mark::Failed(Fault::Busy)),]
}

fn deed() -> impl Strategy<Value = Deed> {
    let id = 0..60_u64;
    prop_oneof![
        8 => (conversation(), any::<bool>(), text()).prop_map(|(c, ours, text)| Deed::Insert(c, ours, text)),
        1 => (conversation(), text()).prop_map(|(c, text)| Deed::Join(c, text)),
        4 => (conversation(), 0..9_u64).prop_map(|(c, name)| Deed::Named(c, name)),
        3 => conversation().prop_map(Deed::Post),
        3 => (conversation(), id.clone(), mark()).prop_map(|(c, id, mark)| Deed::Mark(c, id, mark)),
        2 => (conversation(), id.clone(), text()).prop_map(|(c, id, text)| Deed::Replace(c, id, text)),
        1 => (conversation(), id.clone()).prop_map(|(c, id)| Deed::Clear(c, id)),
        1 => conversation().prop_map(Deed::Forget),
        1 => (prop::collection::vec(conversation(), 0..3), id).prop_map(|(c, id)| Deed::Trim(c, id)),
        2 => Just(Deed::Work),
        1 => Just(Deed::Reopen),
        3 => text().prop_map(Deed::Search),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn memory_and_a_file_show_the_same(deeds in prop::collection::vec(deed(), 1..60)) {
        let profile = Profile::new();
        let mut twins = Twins::new(&profile);
        for deed in &deeds {
            twins.carry_out(deed);
        }
        twins.compare();
    }
}
