//! Small dialects of every kind, for the battery itself: those in `SOUND` keep all laws, each in `FLAWED` breaks one.

mod hub;
mod line;
mod shout;
mod spoiled;

use udpqq::dialects::{Dialect, Start, ipmsg, plain_udp, room, secure};

use super::laws::{
    Law, answers, anything, asking, bytes, changes, delivery, fairness, files, hearing, hostile, loss,
    mending, quiet, strangers,
};

/// What is wrong with a sample.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Flaw {
    #[default]
    None,
    AnswersDatagrams,
    HearsTwice,
    HearsItself,
    LosesTheThird,
    NeverStops,
    TicksAtOnce,
    AnswersTwice,
    KeepsForgotten,
    SpeaksUnasked,
    Chatters,
    ChecksLess,
    ReadsByChance,
    SendsBeforeUp,
    CutsCharacters,
    WritesToNobody,
    TakesItAsItComes,
    KeepsRepeats,
    KeepsDeadStreams,
    StaysAway,
    CountsOn,
    ForgetsNames,
    ReceiptsEarly,
    NewestFirst,
    ReadsStrangers,
    SendsTwice,
    TrustsTheClock,
    TakesAnyKey,
    TakesTheKeyThere,
    SpeaksInTheOpen,
    SealsForEver,
    KeepsStrangers,
    ListensToVersions,
    IsPushedAside,
    EndsTwice,
    NeverGoesOn,
    KeepsTheKey,
    LosesChanges,
    SaysGoodbyeToAll,
    NeverCuts,
    GivesWithdrawn,
    PressesText,
    AsksInWords,
    CountsAnswersTwice,
    ShowsTheText,
}

pub(crate) const SOUND: &[Dialect] = &[line::DIALECT, shout::DIALECT, hub::DIALECT];

/// A law that has to catch a flaw.
pub(crate) struct Flawed {
    pub(crate) flaw: Flaw,
    pub(crate) dialect: Dialect,
    pub(crate) caught_by: Law,
}

const fn shouting(flaw: Flaw, engine: Start, caught_by: Law) -> Flawed {
    Flawed { flaw, dialect: Dialect { engine, ..shout::DIALECT }, caught_by }
}

const fn broadcasting(flaw: Flaw, engine: Start, caught_by: Law) -> Flawed {
    Flawed { flaw, dialect: Dialect { engine, ..room::DIALECT }, caught_by }
}

const fn proving(flaw: Flaw, engine: Start, caught_by: Law) -> Flawed {
    Flawed { flaw, dialect: Dialect { engine, ..secure::DIALECT }, caught_by }
}

const fn plain(flaw: Flaw, engine: Start, caught_by: Law) -> Flawed {
    Flawed { flaw, dialect: Dialect { engine, ..plain_udp::DIALECT }, caught_by }
}

const fn moving(flaw: Flaw, engine: Start, caught_by: Law) -> Flawed {
    Flawed { flaw, dialect: Dialect { engine, ..ipmsg::DIALECT }, caught_by }
}

const fn streaming(flaw: Flaw, engine: Start, caught_by: Law) -> Flawed {
    Flawed { flaw, dialect: Dialect { engine, ..line::DIALECT }, caught_by }
}

/// A function pointer cannot carry a flaw, so each has its own.
macro_rules! start {
    ($sample:ident, $flaw:ident) => {
        |setup| $sample::start(setup, Flaw::$flaw)
    };
}
macro_rules! spoil {
    ($dialect:ident, $flaw:ident) => {
        |setup| spoiled::start(&$dialect::DIALECT, setup, Flaw::$flaw)
    };
}

/// Bytes that a program reads by chance, or not whole.
fn read_alike(dialect: &Dialect) -> super::Verdict {
    bytes::are_read_alike(dialect, b"\xE4\xBD\xA0 hello \xFF")
}

const fn lying() -> Flawed {
    let dialect = Dialect { check: |address, text| shout::check(address, text, 1_000_000), ..shout::DIALECT };
    Flawed { flaw: Flaw::ChecksLess, dialect, caught_by: answers::lengths_are_judged_alike }
}

const fn relaying(flaw: Flaw, engine: Start, between: Start, caught_by: Law) -> Flawed {
    let dialect = Dialect { engine, between: Some(between), ..hub::DIALECT };
    Flawed { flaw, dialect, caught_by }
}

const SOUND_HUB: Start = |setup| hub::between(setup, Flaw::None);

pub(crate) const FLAWED: &[Flawed] = &[
    shouting(Flaw::AsksInWords, spoil!(shout, AsksInWords), asking::who_is_asked_says_so_once),
    shouting(Flaw::AsksInWords, spoil!(shout, AsksInWords), asking::who_looks_is_answered),
    moving(Flaw::AsksInWords, spoil!(ipmsg, AsksInWords), asking::who_looks_is_answered),
    moving(Flaw::CountsAnswersTwice, spoil!(ipmsg, CountsAnswersTwice), asking::who_is_asked_says_so_once),
    moving(Flaw::CountsAnswersTwice, spoil!(ipmsg, CountsAnswersTwice), asking::who_looks_is_answered),
    plain(Flaw::ShowsTheText, spoil!(plain_udp, ShowsTheText), asking::bytes_go_out_as_they_are),
    shouting(Flaw::AnswersDatagrams, spoil!(shout, AnswersDatagrams), quiet::nothing_is_answered),
    shouting(Flaw::AnswersDatagrams, spoil!(shout, AnswersDatagrams), anything::any_input),
    shouting(Flaw::HearsTwice, spoil!(shout, HearsTwice), hearing::members_hear_each_other),
    broadcasting(Flaw::HearsItself, spoil!(room, HearsItself), hearing::members_hear_each_other),
    shouting(Flaw::LosesTheThird, spoil!(shout, LosesTheThird), hearing::members_hear_each_other),
    shouting(Flaw::SaysGoodbyeToAll, spoil!(shout, SaysGoodbyeToAll), anything::any_input),
    shouting(Flaw::NeverStops, spoil!(shout, NeverStops), anything::any_input),
    shouting(Flaw::TicksAtOnce, spoil!(shout, TicksAtOnce), quiet::an_idle_hour_is_bounded),
    shouting(Flaw::AnswersTwice, spoil!(shout, AnswersTwice), answers::lengths_are_judged_alike),
    shouting(Flaw::KeepsForgotten, spoil!(shout, KeepsForgotten), answers::forgetting_ends_what_waits),
    broadcasting(Flaw::SpeaksUnasked, spoil!(room, SpeaksUnasked), quiet::nobody_speaks_unasked),
    broadcasting(Flaw::SpeaksUnasked, spoil!(room, SpeaksUnasked), anything::any_input),
    shouting(Flaw::Chatters, spoil!(shout, Chatters), quiet::an_idle_hour_is_bounded),
    lying(),
    shouting(Flaw::ReadsByChance, spoil!(shout, ReadsByChance), read_alike),
    broadcasting(Flaw::SendsBeforeUp, spoil!(room, SendsBeforeUp), answers::forgetting_ends_what_waits),
    streaming(Flaw::CutsCharacters, start!(line, CutsCharacters), hearing::a_stream_may_be_cut_anywhere),
    streaming(Flaw::WritesToNobody, start!(line, WritesToNobody), answers::forgetting_ends_what_waits),
    streaming(Flaw::AnswersDatagrams, start!(line, AnswersDatagrams), quiet::nothing_is_answered),
    streaming(Flaw::KeepsDeadStreams, start!(line, KeepsDeadStreams), mending::a_member_may_restart),
    broadcasting(Flaw::StaysAway, spoil!(room, StaysAway), mending::an_interface_may_come_back),
    relaying(
        Flaw::TakesItAsItComes,
        start!(hub, TakesItAsItComes),
        SOUND_HUB,
        loss::members_end_with_the_same,
    ),
    relaying(
        Flaw::KeepsRepeats,
        start!(hub, KeepsRepeats),
        |setup| hub::between(setup, Flaw::KeepsRepeats),
        loss::members_end_with_the_same,
    ),
    relaying(Flaw::KeepsRepeats, start!(hub, KeepsRepeats), SOUND_HUB, mending::a_restart_doubles_nothing),
    relaying(Flaw::CountsOn, start!(hub, CountsOn), SOUND_HUB, mending::what_stands_between_may_restart),
    proving(Flaw::ForgetsNames, spoil!(secure, ForgetsNames), delivery::a_kill_loses_and_doubles_nothing),
    proving(Flaw::ReceiptsEarly, spoil!(secure, ReceiptsEarly), delivery::a_kill_loses_and_doubles_nothing),
    proving(Flaw::NewestFirst, spoil!(secure, NewestFirst), delivery::it_comes_once_and_in_order),
    proving(Flaw::NewestFirst, spoil!(secure, NewestFirst), delivery::a_backup_may_be_restored),
    proving(Flaw::ReadsStrangers, spoil!(secure, ReadsStrangers), hostile::strangers_learn_nothing),
    proving(Flaw::ReadsStrangers, spoil!(secure, ReadsStrangers), strangers::what_is_said_again_is_not_heard),
    proving(Flaw::AnswersDatagrams, spoil!(secure, AnswersDatagrams), hostile::strangers_learn_nothing),
    proving(Flaw::AnswersDatagrams, spoil!(secure, AnswersDatagrams), quiet::nothing_is_answered),
    proving(Flaw::SendsTwice, spoil!(secure, SendsTwice), delivery::who_is_silent_is_left_alone),
    proving(Flaw::NeverCuts, spoil!(secure, NeverCuts), delivery::a_small_path_is_found_soon),
    proving(Flaw::TrustsTheClock, spoil!(secure, TrustsTheClock), delivery::no_clock_changes_anything),
    proving(Flaw::TakesAnyKey, spoil!(secure, TakesAnyKey), strangers::a_place_proves_nothing),
    proving(Flaw::ForgetsNames, spoil!(secure, ForgetsNames), delivery::a_clone_does_no_harm),
    proving(Flaw::KeepsStrangers, spoil!(secure, KeepsStrangers), hostile::strangers_learn_nothing),
    proving(Flaw::ReadsStrangers, spoil!(secure, ReadsStrangers), hostile::changed_traffic_changes_nothing),
    proving(
        Flaw::AnswersDatagrams,
        spoil!(secure, AnswersDatagrams),
        hostile::changed_traffic_changes_nothing,
    ),
    proving(Flaw::TakesTheKeyThere, spoil!(secure, TakesTheKeyThere), strangers::nobody_stands_between),
    proving(Flaw::SpeaksInTheOpen, spoil!(secure, SpeaksInTheOpen), strangers::without_a_key_nothing_is_sent),
    proving(Flaw::SealsForEver, spoil!(secure, SealsForEver), strangers::keys_of_today_open_nothing),
    proving(Flaw::SealsForEver, spoil!(secure, SealsForEver), strangers::no_session_is_like_another),
    proving(
        Flaw::ListensToVersions,
        spoil!(secure, ListensToVersions),
        strangers::nobody_talks_them_into_another_version,
    ),
    proving(Flaw::KeepsTheKey, spoil!(secure, KeepsTheKey), strangers::what_waits_goes_to_the_new_key),
    proving(Flaw::IsPushedAside, spoil!(secure, IsPushedAside), fairness::two_flows_share_a_line),
    proving(Flaw::SendsTwice, spoil!(secure, SendsTwice), fairness::loss_costs_little),
    proving(Flaw::SendsTwice, spoil!(secure, SendsTwice), fairness::two_flows_share_a_line),
    proving(Flaw::PressesText, spoil!(secure, PressesText), fairness::loss_costs_little),
    proving(Flaw::EndsTwice, spoil!(secure, EndsTwice), files::what_is_offered_is_fetched),
    proving(Flaw::GivesWithdrawn, spoil!(secure, GivesWithdrawn), files::what_is_withdrawn_is_not),
    moving(Flaw::GivesWithdrawn, spoil!(ipmsg, GivesWithdrawn), files::what_is_withdrawn_is_not),
    proving(Flaw::NeverGoesOn, spoil!(secure, NeverGoesOn), files::a_kill_leaves_what_came),
    moving(Flaw::EndsTwice, spoil!(ipmsg, EndsTwice), files::what_is_offered_is_fetched),
    moving(Flaw::NeverGoesOn, spoil!(ipmsg, NeverGoesOn), files::a_kill_leaves_what_came),
    proving(Flaw::LosesChanges, spoil!(secure, LosesChanges), changes::they_go_the_way_of_all_messages),
    proving(Flaw::NewestFirst, spoil!(secure, NewestFirst), changes::they_go_the_way_of_all_messages),
    proving(Flaw::ForgetsNames, spoil!(secure, ForgetsNames), changes::they_go_the_way_of_all_messages),
];
