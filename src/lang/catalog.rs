//! The texts of one language. A text is parsed when it is first asked for: a screen shows few of them, and all together take
//! longer, and more memory, than anything else before the first frame.

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use unic_langid::LanguageIdentifier;

/// Where each text stands in a file of them, by its key.
pub(super) struct Catalog {
    entries: Vec<(&'static str, &'static str)>,
}

/// A line that begins so goes on with the text above it, or is a comment (Fluent Syntax 1.0: entries begin in the first
/// column, and what goes on is set in).
const NO_ENTRY: [char; 6] = [' ', '}', '[', '*', '#', '\t'];

impl Catalog {
    pub(super) fn read(source: &'static str) -> Self {
        let mut entries: Vec<(&str, &str)> = Vec::new();
        let mut open: Option<(&str, usize)> = None;
        let mut at = 0;
        for line in source.split_inclusive('\n') {
            let is_entry = !line.trim_end().is_empty() && !line.starts_with(NO_ENTRY);
            if is_entry || line.starts_with('#') {
                let ended = open.take().and_then(|(key, from)| Some((key, source.get(from..at)?)));
                entries.extend(ended);
                let key = line.split(['=', ' ']).next().filter(|_| is_entry);
                open = key.map(|key| (key, at));
            }
            at = at.saturating_add(line.len());
        }
        entries.extend(open.and_then(|(key, from)| Some((key, source.get(from..)?))));
        // Of a key written twice the first stays; the tests refuse that.
        entries.sort_by_key(|(key, _)| *key);
        Self { entries }
    }

    /// The text with its key, as it is written.
    pub(super) fn entry(&self, key: &str) -> Option<&'static str> {
        let at = self.entries.partition_point(|(known, _)| *known < key);
        self.entries.get(at).filter(|(known, _)| *known == key).map(|(_, entry)| *entry)
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.entry(key).is_some()
    }
}

pub(super) struct Texts {
    catalog: &'static Catalog,
    /// Those that have been asked for.
    parsed: FluentBundle<FluentResource>,
}

impl Texts {
    pub(super) fn new(tag: &str, catalog: &'static Catalog) -> Self {
        let locale: LanguageIdentifier = tag.parse().unwrap_or_default();
        let mut parsed = FluentBundle::new_concurrent(vec![locale]);
        // The marks around arguments are invisible characters that the screen must not hold.
        parsed.set_use_isolating(false);
        Self { catalog, parsed }
    }

    pub(super) const fn catalog(&self) -> &'static Catalog {
        self.catalog
    }

    /// Makes a function known to the texts.
    pub(super) fn add_function<F>(&mut self, name: &str, function: F)
    where
        F: for<'a> Fn(&[FluentValue<'a>], &FluentArgs<'_>) -> FluentValue<'a> + Send + Sync + 'static,
    {
        // Refused only where a name is taken; each is given once.
        let _added = self.parsed.add_function(name, function);
    }

    /// A text with its arguments; `None`: this language does not have it.
    pub(super) fn format(&mut self, key: &str, args: Option<&FluentArgs<'_>>) -> Option<String> {
        self.parse(key);
        let pattern = self.parsed.get_message(key).and_then(|message| message.value())?;
        // A missing argument shows as `{$name}` in the sentence: visible, and better than no sentence.
        let mut ignored = Vec::new();
        Some(self.parsed.format_pattern(pattern, args, &mut ignored).into_owned())
    }

    /// Parses a text and those that it takes in, unless that has been done.
    fn parse(&mut self, key: &str) {
        if self.parsed.has_message(key) {
            return;
        }
        let Some(entry) = self.catalog.entry(key) else { return };
        // A broken text is skipped and its key shows through; the tests refuse such a file.
        let resource = FluentResource::try_new(entry.to_owned()).unwrap_or_else(|(rest, _errors)| rest);
        drop(self.parsed.add_resource(resource));
        for after in entry.split('{').skip(1) {
            let taken_in = after.trim_start().split([' ', '}', '.', '(', '\n']).next().unwrap_or_default();
            // What is no key of a text is a variable, a function, or a quoted word.
            if taken_in.starts_with(|c: char| c.is_ascii_lowercase()) {
                self.parse(taken_in);
            }
        }
    }
}
