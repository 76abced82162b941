//! Two programs that do what they are told with a file, to see that the network carries steps out.

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use udpqq::model::file::{DownloadTarget, FileFingerprint, FileSource};
use udpqq::model::{LinkId, Now};
use udpqq::wire::{Engine, Input, Output, Receive, Step, StepEvent};

use super::network::{Given, Network, Weather};
use super::program::ProgramId;

const LINK: LinkId = LinkId(LinkId::FIRST_OWN);
const CONTENT: &[u8] = b"what is in the file";

/// Listens and answers whatever comes with `pour`, or dials `to` and takes the steps one after the other.
#[derive(Default)]
struct Courier {
    to: Option<SocketAddr>,
    pour: Option<Step>,
    steps: Vec<Step>,
    outputs: VecDeque<Output>,
}

impl Engine for Courier {
    fn handle(&mut self, _now: Now, input: Input<'_>) {
        match input {
            Input::Interfaces(_) => self.outputs.extend(match self.to {
                Some(to) => vec![Output::Dial { link: LINK, to, from: None, paced: true }],
                None => vec![Output::Listen { link: LINK, at: ([0, 0, 0, 0], 2_425).into() }],
            }),
            Input::StreamUp { link, accepted: false, .. } => {
                self.outputs.push_back(Output::Write { link, bytes: b"?".as_slice().into(), ticket: None });
                self.outputs.extend(self.steps.drain(..).map(|step| Output::Step { link, step }));
            }
            Input::StreamData { link, .. } if self.to.is_none() => {
                self.outputs.extend(self.pour.take().map(|step| Output::Step { link, step }));
            }
            Input::Stepped {
                link,
                step: StepEvent::Poured | StepEvent::Refused | StepEvent::Kept { .. },
            } => {
                self.outputs.push_back(Output::Close { link });
            }
            _ => {}
        }
    }

    fn poll(&mut self, _now: Now) -> Output {
        self.outputs.pop_front().unwrap_or(Output::Wait(None))
    }
}

fn source(size: u64) -> FileSource {
    let path = Path::new("/offered/a").into();
    FileSource {
        path,
        name: "a".to_owned(),
        size,
        modified: 0,
        stamp: FileFingerprint::default(),
        entries: None,
    }
}

fn place() -> DownloadTarget {
    DownloadTarget { folder: Path::new("/got").into(), name: "a".to_owned(), part: "a.part".to_owned() }
}

/// A file with five bytes before it is offered to somebody who takes these steps.
fn carry(size: u64, steps: &[Step]) -> Result<(Network, ProgramId), String> {
    let mut net = Network::new(3, Weather { cut: true, ..Weather::CALM });
    let (giver, taker) = (net.host(1, "giver"), net.host(2, "taker"));
    let pour = Step::Pour { head: b"five:".as_slice().into(), source: source(size), at: 0 };
    let giver =
        net.launch(giver, Box::new(Courier { pour: Some(pour), ..Courier::default() }), Given::Nothing);
    net.put_file(giver, Path::new("/offered/a"), CONTENT);
    net.run(Duration::from_secs(1))?;
    let to = Some(([192, 0, 2, 1], 2_425).into());
    let taker = net.launch(
        taker,
        Box::new(Courier { to, steps: steps.to_vec(), ..Courier::default() }),
        Given::Nothing,
    );
    net.put_file(taker, Path::new("/got/a"), b"another one");
    net.run(Duration::from_secs(10))?;
    Ok((net, taker))
}

fn whole(size: u64) -> Vec<Step> {
    let what = Receive::File { size, from: 0 };
    vec![
        Step::Take { bytes: 5 },
        Step::Receive { place: place(), what },
        Step::Fill { bytes: size },
        Step::Finish { modified: None },
    ]
}

fn size() -> u64 {
    u64::try_from(CONTENT.len()).expect("small")
}

#[test]
fn a_file_goes_from_one_host_to_another_and_over_no_other_file() {
    let (net, taker) = carry(size(), &whole(size())).expect("both keep the contract");
    let got = net.files_below(taker, Path::new("/got"));
    let got: Vec<_> = got.iter().map(|(path, content)| (path.to_str(), *content)).collect();
    assert_eq!(got, [(Some("/got/a"), Some(b"another one".as_slice())), (Some("/got/a (1)"), Some(CONTENT))]);
}

#[test]
fn a_file_that_is_not_what_was_offered_is_refused() {
    let (net, taker) = carry(size() + 1, &whole(size())).expect("both keep the contract");
    assert_eq!(net.files_below(taker, Path::new("/got")).len(), 1);
}

#[test]
fn a_file_that_ends_early_stays_a_part() {
    let (net, taker) = carry(size(), &whole(size() + 1)).expect("both keep the contract");
    let got = net.files_below(taker, Path::new("/got/a.part"));
    assert_eq!(got[0].1, Some(CONTENT));
}

#[test]
fn steps_that_make_no_sense_break_the_contract() {
    let folder = Step::Receive { place: place(), what: Receive::Folder };
    let file = Step::Receive { place: place(), what: Receive::File { size: 2, from: 0 } };
    for steps in [
        vec![Step::Take { bytes: 65_537 }],
        vec![Step::Fill { bytes: 1 }],
        vec![file.clone(), Step::Fill { bytes: 3 }],
        vec![file.clone(), Step::Finish { modified: None }],
        vec![file, Step::Enter { name: "up".to_owned() }, Step::Finish { modified: None }],
        vec![folder.clone(), Step::Leave],
        vec![folder, Step::Enter { name: "in".to_owned() }, Step::Finish { modified: None }],
    ] {
        assert!(carry(size(), &steps).is_err(), "{steps:?}");
    }
}
