//! Files and folders to and from peers of the IP Messenger family, and between two of us.

use std::fs;

use crate::ipmsg_steps::{FEIQ, OFFICIAL, Pair, URSULA};
use crate::support::ipmsg::{Member, Network, content, tree, write};

const MIB: usize = 1 << 20;

/// A folder that the peer writes to.
fn basket() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

#[test]
fn a_file_goes_to_feiq_and_to_the_official_client() {
    for script in [FEIQ, OFFICIAL] {
        let Some(mut pair) = Pair::start(script) else { return };
        let (name, bytes, basket) = ("报告 final.bin", content(3 * MIB, 1), basket());
        let path = pair.us.file(name, &bytes);
        pair.us.command_for("/file", &[&path]);
        pair.heard("offered", name);
        pair.us.terminal.wait_text(name);
        pair.tell("fetch", basket.path().to_str().unwrap());
        pair.heard("fetched", name);
        assert!(fs::read(basket.path().join(name)).unwrap() == bytes, "{script}");
        pair.us.wait_row(&[name, "3"]);
        pair.finish();
    }
}

#[test]
fn a_file_comes_from_feiq_and_from_the_official_client() {
    for script in [FEIQ, OFFICIAL] {
        let Some(mut pair) = Pair::start(script) else { return };
        let (name, bytes, basket) = ("照片 1.bin", content(3 * MIB, 2), basket());
        let path = write(basket.path(), name, &bytes);
        pair.tell("offer", &format!("'{}'", path.display()));
        pair.us.terminal.wait_text(name);
        assert!(tree(&pair.us.downloads()).is_empty(), "nothing is written before it is accepted");
        pair.us.command("/accept");
        pair.us.wait_file(name, &bytes);
        pair.heard("served", name);
        pair.finish();
    }
}

#[test]
fn several_files_of_one_offer_come_at_once() {
    let Some(mut pair) = Pair::start(OFFICIAL) else { return };
    let basket = basket();
    let names = ["one.bin", "two.bin", "three.bin"];
    let contents = [1, 2, 3].map(|seed| content(MIB, seed));
    let paths = [0, 1, 2].map(|at| write(basket.path(), names[at], &contents[at]).display().to_string());
    pair.tell("offer", &paths.join(" "));
    pair.us.terminal.wait_text("three.bin");
    pair.us.command("/accept");
    for at in 0..3 {
        pair.us.wait_file(names[at], &contents[at]);
    }
    pair.finish();
}

#[test]
fn a_name_with_a_colon_gets_there_in_both_directions() {
    let Some(mut pair) = Pair::start(FEIQ) else { return };
    let basket = basket();
    let path = pair.us.file("a:b.txt", b"ours");
    let second = pair.us.file("c.txt", b"after it");
    pair.us.command_for("/file", &[&path, &second]);
    pair.heard("offered", "c.txt");
    pair.tell("fetch", basket.path().to_str().unwrap());
    pair.heard("fetched", "c.txt");
    let fetched: Vec<Vec<u8>> = tree(basket.path()).into_values().collect();
    assert!(fetched.contains(&b"ours".to_vec()), "{:#?}", pair.peer.lines());

    let theirs = write(basket.path(), "x:y.txt", b"theirs");
    pair.tell("offer", theirs.to_str().unwrap());
    pair.us.terminal.wait_text("y.txt");
    pair.us.command("/accept");
    let downloads = pair.us.downloads();
    pair.us.terminal.wait_for("the file", |_| tree(&downloads).into_values().any(|bytes| bytes == b"theirs"));
    pair.finish();
}

#[test]
fn a_folder_goes_to_the_official_client_and_comes_from_it() {
    let Some(mut pair) = Pair::start(OFFICIAL) else { return };
    let basket = basket();
    for (name, size) in [("资料/a.bin", 70_000), ("资料/empty", 0), ("资料/里 面/更深/b.bin", MIB)]
    {
        pair.us.file(name, &content(size, 5));
    }
    let folder = pair.us.file("资料/last", b"last").parent().unwrap().to_owned();
    fs::create_dir(folder.join("nothing in it")).unwrap();
    pair.us.command_for("/file", &[&folder]);
    pair.heard("offered", "资料");
    pair.tell("fetch", basket.path().to_str().unwrap());
    pair.heard("folder", "资料");
    assert!(tree(&basket.path().join("资料")) == tree(&folder), "{:?}", tree(basket.path()).keys());

    pair.tell("offer", basket.path().join("资料").to_str().unwrap());
    pair.heard("receipt", "");
    pair.us
        .terminal
        .wait_for("the offer below ours", |screen| screen.contents().matches("资料").count() >= 2);
    pair.us.command("/accept");
    let downloads = pair.us.downloads();
    pair.us.terminal.wait_for("the whole folder", |_| {
        downloads.join("资料").is_dir() && tree(&downloads.join("资料")) == tree(&folder)
    });
    pair.finish();
}

#[test]
fn what_is_declined_is_not_fetched_and_the_sender_knows() {
    let Some(mut pair) = Pair::start(OFFICIAL) else { return };
    let basket = basket();
    let path = write(basket.path(), "unwanted.bin", b"spam");
    pair.tell("offer", path.to_str().unwrap());
    pair.us.terminal.wait_text("unwanted.bin");
    pair.us.command("/decline");
    pair.heard("released", "");
    pair.us.wait_row(&["unwanted.bin", "declined"]);
    assert!(tree(&pair.us.downloads()).is_empty());

    let ours = pair.us.file("ours.bin", b"not wanted either");
    pair.us.command_for("/file", &[&ours]);
    pair.heard("offered", "ours.bin");
    pair.tell("release", "");
    pair.us.wait_row(&["ours.bin", "declined"]);
    pair.finish();
}

#[test]
fn a_broken_transfer_keeps_its_part_and_goes_on_where_it_was() {
    let Some(mut pair) = Pair::start(OFFICIAL) else { return };
    let (basket, bytes) = (basket(), content(3 * MIB, 9));
    let path = write(basket.path(), "long.bin", &bytes);
    pair.peer.say(&format!("cut {MIB}"));
    pair.tell("offer", path.to_str().unwrap());
    pair.us.terminal.wait_text("long.bin");
    pair.us.command("/accept");
    pair.heard("cut", "long.bin");
    let downloads = pair.us.downloads();
    pair.us.terminal.wait_for("the part that came", |_| {
        tree(&downloads).iter().any(|(path, part)| {
            path.extension().is_some_and(|extension| extension == "part") && part.len() == MIB
        })
    });
    assert!(!downloads.join("long.bin").exists(), "only what is whole has its name");
    // The part is there before the stream ends, and what is under way is not accepted once more.
    pair.us.terminal.wait_text("1.0 MiB kept");
    pair.us.command("/accept");
    pair.us.wait_file("long.bin", &bytes);
    pair.heard("asked", &format!("long.bin {MIB}"));
    assert_eq!(tree(&downloads).len(), 1, "{:?}", tree(&downloads).keys());
    pair.finish();
}

#[test]
fn what_is_there_already_is_not_overwritten() {
    let Some(mut pair) = Pair::start(FEIQ) else { return };
    let basket = basket();
    write(&pair.us.downloads(), "same.txt", b"mine");
    let path = write(basket.path(), "same.txt", b"theirs");
    pair.tell("offer", path.to_str().unwrap());
    pair.us.terminal.wait_text("same.txt");
    pair.us.command("/accept");
    pair.us.wait_file("same (2).txt", b"theirs");
    assert_eq!(fs::read(pair.us.downloads().join("same.txt")).unwrap(), b"mine");
}

#[test]
fn an_offer_can_be_accepted_after_a_restart() {
    let Some(mut pair) = Pair::start(OFFICIAL) else { return };
    let (basket, bytes) = (basket(), content(MIB, 4));
    let path = write(basket.path(), "later.bin", &bytes);
    pair.tell("offer", path.to_str().unwrap());
    pair.us.terminal.wait_text("later.bin");
    pair.us.terminal.quit();
    pair.us.again(&pair.here.clone());
    pair.us.talk_to("otto", &pair.there);
    pair.us.terminal.wait_text("later.bin");
    pair.us.command("/accept");
    pair.us.wait_file("later.bin", &bytes);
}

#[test]
fn a_file_that_has_changed_since_is_not_given_out() {
    let Some(mut pair) = Pair::start(OFFICIAL) else { return };
    let basket = basket();
    let path = pair.us.file("draft.txt", b"as offered");
    pair.us.command_for("/file", &[&path]);
    pair.heard("offered", "draft.txt");
    fs::rename(pair.us.file("other.txt", b"secret 123"), &path).unwrap();
    pair.tell("fetch", basket.path().to_str().unwrap());
    pair.heard("broke", "draft.txt");
    assert!(tree(basket.path()).into_values().all(|bytes| bytes.is_empty()));
}

#[test]
fn two_of_us_chat_and_exchange_files_and_folders() {
    let network = Network::new();
    let (here, there) = (network.at(1), network.at(2));
    let us = Member::start(URSULA, &here, &[&there]);
    let them = Member::start("viktor", &there, &[&here]);
    us.talk_to("viktor", &there);
    them.talk_to(URSULA, &here);
    us.terminal.line("你好 🦀");
    them.terminal.wait_text("你好");
    us.wait_mark("你好", "✓✓");

    let bytes = content(8 * MIB, 6);
    let path = us.file("both ways.bin", &bytes);
    us.command_for("/file", &[&path]);
    them.terminal.wait_text("both ways.bin");
    them.command("/accept");
    them.wait_file("both ways.bin", &bytes);

    them.file("夹/a", &bytes[..70_000]);
    let folder = them.file("夹/里/b", b"").parent().unwrap().parent().unwrap().to_owned();
    them.command_for("/file", &[&folder]);
    us.terminal.wait_text("夹");
    us.command("/accept");
    let downloads = us.downloads();
    us.terminal.wait_for("the whole folder", |_| {
        downloads.join("夹").is_dir() && tree(&downloads.join("夹")) == tree(&folder)
    });
}
