//! One battery for every backplane: the log in memory that the relay is tested with, the file, and servers of NATS.
//!
//! What a relay may rely on stands in `model/room_log.rs`. Servers are real ones; see `tests/support/nats.rs`.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::wildcard_enum_match_arm,
    clippy::cognitive_complexity,
    reason = "a test ends by panicking; the harness belongs to the tests"
)]

#[cfg(feature = "nats")]
mod apart;
#[cfg(feature = "nats")]
mod archive;
mod battery;
#[cfg(feature = "nats")]
#[expect(dead_code, reason = "what is lost needs little of chance")]
#[path = "../support/chance.rs"]
mod chance;
#[cfg(feature = "nats")]
mod cluster_load;
#[cfg(feature = "nats")]
mod doctor;
#[cfg(feature = "nats")]
mod failures;
#[cfg(feature = "nats")]
#[path = "../support/framed_member.rs"]
mod framed_member;
mod kinds;
#[cfg(feature = "nats")]
#[expect(dead_code, reason = "servers and relays need no slow network")]
#[path = "../support/lan.rs"]
mod lan;
#[cfg(feature = "nats")]
#[expect(dead_code, reason = "people who move need little of what tests read lines with")]
#[path = "../support/lines.rs"]
mod lines;
#[cfg(feature = "nats")]
#[path = "../support/lossy.rs"]
mod lossy;
#[cfg(feature = "nats")]
mod many_rooms;
#[cfg(feature = "nats")]
mod moving;
#[cfg(feature = "nats")]
mod names;
#[cfg(feature = "nats")]
#[path = "../support/nats.rs"]
mod nats_servers;
#[cfg(feature = "nats")]
mod operation;
#[cfg(feature = "nats")]
#[path = "../support/ports.rs"]
mod ports;
#[cfg(feature = "nats")]
mod presence;
#[cfg(feature = "nats")]
mod processes;
#[cfg(feature = "nats")]
mod refusals;
mod relay;
#[cfg(feature = "nats")]
mod rollback;
#[cfg(feature = "nats")]
mod sharing;
#[expect(dead_code, reason = "the tests of the relay ask it for more")]
#[path = "../../src/dialects/relay/test_log.rs"]
mod test_log;

// Where the log in memory looks for it.
use udpqq::model;

use kinds::LogKind;

/// How long it is waited for a line.
#[cfg(feature = "nats")]
const PATIENCE: std::time::Duration = std::time::Duration::from_secs(30);

/// Runs each law with a log of its own.
macro_rules! laws {
    ($($law:ident),* $(,)?) => {
        mod memory {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $law() {
                crate::battery::$law(&crate::LogKind::memory()).await;
            })*
        }
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $law() {
                crate::battery::$law(&crate::LogKind::sqlite()).await;
            })*
        }
        #[cfg(feature = "nats")]
        mod nats {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $law() {
                if let Some(kind) = crate::LogKind::nats() {
                    crate::battery::$law(&kind).await;
                }
            })*
        }
    };
}

laws! {
    messages_come_in_the_order_of_their_places_each_once,
    each_member_keeps_its_order,
    a_message_that_is_said_again_has_the_place_that_it_had,
    what_has_no_number_is_never_the_same,
    a_room_begins_behind_its_newest_message,
    a_room_that_is_not_followed_is_silent,
    pages_go_both_ways_to_the_ends,
    any_page_is_what_a_list_would_give,
    long_texts_come_whole,
    rooms_with_any_name_are_apart,
    all_is_there_after_a_restart,
    every_ticket_is_answered_once,
    what_is_set_is_told_to_whoever_comes_later,
    a_relay_that_is_alone_has_all_the_names_it_wants,
    what_is_removed_is_told_in_its_order_and_is_nowhere_in_the_log,
}
