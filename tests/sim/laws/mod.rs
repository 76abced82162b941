//! What must hold for every dialect. Each law is a function that says what broke it, so that it can be shown to fail.

pub(crate) mod answers;
pub(crate) mod anything;
pub(crate) mod asking;
pub(crate) mod bytes;
pub(crate) mod changes;
pub(crate) mod delivery;
pub(crate) mod fairness;
pub(crate) mod files;
pub(crate) mod hearing;
pub(crate) mod hostile;
pub(crate) mod inputs;
pub(crate) mod loss;
pub(crate) mod mending;
pub(crate) mod quiet;
pub(crate) mod strangers;

use udpqq::dialects::Dialect;

use super::Verdict;

/// A law that needs nothing but a dialect.
pub(crate) type Law = fn(&Dialect) -> Verdict;

/// Every law of that kind, with the sentence it stands for.
pub(crate) const LAWS: &[(&str, Law)] = &[
    ("two of a kind hear each other, exactly once and in order", hearing::members_hear_each_other),
    ("a stream says the same wherever its reads cut it", hearing::a_stream_may_be_cut_anywhere),
    ("what is promised holds over loss, duplication and reordering", loss::members_end_with_the_same),
    (
        "what the check takes is sent, what it refuses fails with that fault",
        answers::lengths_are_judged_alike,
    ),
    ("a member that restarts is heard again", mending::a_member_may_restart),
    ("what stands between may restart", mending::what_stands_between_may_restart),
    ("what is on its way then is neither lost nor doubled", mending::a_restart_doubles_nothing),
    ("an interface may go and come back", mending::an_interface_may_come_back),
    ("spoiled datagrams do no harm", loss::spoiled_datagrams_do_no_harm),
    ("forgetting ends what waits, and every message has one answer", answers::forgetting_ends_what_waits),
    ("a message to nobody is answered all the same", answers::nobody_there_is_an_answer_too),
    ("what is fetched is what was offered, and a fetch ends once", files::what_is_offered_is_fetched),
    ("a fetch of what is not offered any more ends once, with a reason", files::what_is_withdrawn_is_not),
    (
        "a kill leaves what came of a file, and the next try goes on from there",
        files::a_kill_leaves_what_came,
    ),
    ("what waits for its peer comes there once and in order", delivery::it_comes_once_and_in_order),
    ("a network of small packets is found out soon", delivery::a_small_path_is_found_soon),
    ("a kill loses and doubles nothing", delivery::a_kill_loses_and_doubles_nothing),
    ("a backup may be restored", delivery::a_backup_may_be_restored),
    ("what is said about messages goes the way of all messages", changes::they_go_the_way_of_all_messages),
    ("a clone does no harm", delivery::a_clone_does_no_harm),
    ("no clock changes anything", delivery::no_clock_changes_anything),
    ("who is silent is left alone", delivery::who_is_silent_is_left_alone),
    ("strangers learn nothing", hostile::strangers_learn_nothing),
    ("changed traffic changes nothing", hostile::changed_traffic_changes_nothing),
    ("what is said again is not heard", strangers::what_is_said_again_is_not_heard),
    ("a place proves nothing", strangers::a_place_proves_nothing),
    ("what waits goes to the new key", strangers::what_waits_goes_to_the_new_key),
    ("nobody stands between", strangers::nobody_stands_between),
    ("nobody talks them into another version", strangers::nobody_talks_them_into_another_version),
    ("the keys of today do not open what was said yesterday", strangers::keys_of_today_open_nothing),
    ("no session is like another", strangers::no_session_is_like_another),
    ("two flows share a line", fairness::two_flows_share_a_line),
    ("loss costs little", fairness::loss_costs_little),
    ("without a key nothing is sent", strangers::without_a_key_nothing_is_sent),
    (
        "who is asked whether it is there says so once, and no person learns of it",
        asking::who_is_asked_says_so_once,
    ),
    ("who is seen may ask who is there, and each answers once", asking::who_looks_is_answered),
    ("bytes go out as they are where a message is nothing else", asking::bytes_go_out_as_they_are),
    ("nothing is said before a person speaks or wants to be seen", quiet::nobody_speaks_unasked),
    ("what comes in is not answered", quiet::nothing_is_answered),
    ("an hour of silence after a conversation costs little", quiet::an_idle_hour_is_bounded),
];

/// It promises no more than its text: nothing it hears makes it speak.
pub(crate) const fn is_plain(dialect: &Dialect) -> bool {
    dialect.between.is_none() && !dialect.scheme.caps.receipts && !dialect.scheme.caps.authenticated
}
