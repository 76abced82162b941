//! Hostile datagrams from `tests/corpus`: `index.tsv` says what must hold for each file.

use std::fs;
use std::path::PathBuf;

/// One file of the corpus.
#[derive(Debug)]
pub(crate) struct Case {
    /// The file's stem; also what its markers are made of.
    pub(crate) id: String,
    pub(crate) class: String,
    /// What speaks this; `any`: it is noise for all.
    pub(crate) dialect: String,
    pub(crate) expected: Vec<String>,
    pub(crate) payload: Vec<u8>,
}

impl Case {
    pub(crate) fn expects(&self, check: &str) -> bool {
        self.expected.iter().any(|expected| expected == check)
    }

    /// What stands before the payload proper.
    pub(crate) fn opening(&self) -> String {
        format!("{}[", self.id)
    }

    /// What stands after it.
    pub(crate) fn closing(&self) -> String {
        format!("]{}", self.id)
    }
}

/// Every case that is sent as one datagram of text, in the order of the index.
pub(crate) fn cases() -> Vec<Case> {
    // Of the IP Messenger family only what says little by its form.
    let text = |case: &Case| {
        !case.dialect.starts_with("ipmsg-") || ["empty", "spoof"].contains(&case.class.as_str())
    };
    all().into_iter().filter(text).collect()
}

/// Every case for one of `ipmsg-udp`, `ipmsg-tcp-req`, `ipmsg-tcp-dir` and `ipmsg-tcp-file`.
pub(crate) fn ipmsg(dialect: &str) -> Vec<Case> {
    all().into_iter().filter(|case| case.dialect == dialect).collect()
}

/// What is noise for all who speak UDP.
pub(crate) fn noise() -> Vec<Case> {
    all().into_iter().filter(|case| case.dialect == "any").collect()
}

fn all() -> Vec<Case> {
    let folder = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/corpus"));
    let index = fs::read_to_string(folder.join("index.tsv")).expect("tests/corpus/index.tsv");
    let mut lines = index.lines();
    let header: Vec<&str> = lines.next().unwrap_or_default().split('\t').collect();
    let column = |name: &str| header.iter().position(|&column| column == name).expect(name);
    let (file, class, dialect) = (column("file"), column("class"), column("dialect"));
    let expected = column("expected");
    lines
        .filter(|line| !line.is_empty())
        .map(|line| {
            let fields: Vec<&str> = line.split('\t').collect();
            let path = folder.join(fields[file]);
            let stem = path.file_stem().unwrap().to_string_lossy();
            Case {
                // Files are named `d017-class.bin`; the markers carry the part before the dash.
                id: stem.split('-').next().unwrap_or(&stem).to_owned(),
                class: fields[class].to_owned(),
                dialect: fields[dialect].to_owned(),
                expected: fields[expected].split(' ').map(str::to_owned).collect(),
                payload: fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display())),
            }
        })
        .collect()
}
