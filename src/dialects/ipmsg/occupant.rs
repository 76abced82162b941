//! Who is at an address, by what the packets from there say: another user or another machine is another person.
//!
//! A program that leaves is seldom heard leaving, and addresses are given out again. So nobody gets what was written
//! for somebody who was there before: whoever is there is asked once more, and what is not for them is not sent. A
//! forged packet changes that only until the true one answers.

use crate::model::Person;

/// The person behind an address. Some programs name themselves differently in their entries and in their messages: the
/// first words after an entry tell the other name.
#[derive(Debug, Default)]
pub(super) struct Occupant {
    entry: Option<Person>,
    words: Option<Person>,
    /// The other name that the person who came in has in messages.
    alias: Option<Person>,
    /// The names of the person who was there before: words under one of them are not of the person who came in.
    former: Vec<Person>,
    /// The last packet was no entry.
    by_words: bool,
}

impl Occupant {
    /// A packet says who sent it. Whether that is somebody who was not there before.
    pub(super) fn heard(&mut self, person: Option<Person>, by: By) -> bool {
        let Some(person) = person.map(|person| self.known_as(person, by)) else { return false };
        let nobody = self.entry.is_none() && self.words.is_none();
        let known = is(self.entry.as_ref(), &person) || is(self.words.as_ref(), &person);
        let is_entry = by == By::Entry;
        if !nobody && !known {
            let names = [&self.entry, &self.words, &self.alias];
            self.former = names.into_iter().flatten().cloned().collect();
        }
        if is_entry {
            if !is(self.entry.as_ref(), &person) {
                self.alias = None;
            }
            // Another name in the words meanwhile was another person, who is gone now.
            let another = self.words.take_if(|words| !words.is_same(&person));
            self.former.extend(another.filter(|another| !self.former.iter().any(|one| one.is_same(another))));
            self.entry = Some(person);
        } else {
            self.words = Some(person);
        }
        self.by_words = !is_entry;
        !nobody && !known
    }

    /// The first words after an entry, of the same program, are of the person who has just come in: nobody else comes in without
    /// an entry, but for somebody who was there already.
    fn known_as(&mut self, person: Person, by: By) -> Person {
        if let (Some(entry), By::Words { same_program: true }, None) = (&self.entry, by, &self.words)
            && !entry.is_same(&person)
            && !self.former.iter().any(|former| former.is_same(&person))
        {
            self.alias = Some(person.clone());
        }
        let aliased = by != By::Entry && is(self.alias.as_ref(), &person);
        self.entry.clone().filter(|_| aliased).unwrap_or(person)
    }

    /// Who was heard last.
    pub(super) const fn now(&self) -> Option<&Person> {
        if self.by_words { self.words.as_ref() } else { self.entry.as_ref() }
    }

    /// Whether what is for this person can go there.
    pub(super) fn may_be(&self, person: &Person) -> bool {
        let now = self.now();
        now.is_none() || is(now, person) || is(self.alias.as_ref(), person)
    }
}

/// What names somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum By {
    Entry,
    /// `same_program`: it is there, and writes as the program does that came in.
    Words {
        same_program: bool,
    },
}

fn is(one: Option<&Person>, other: &Person) -> bool {
    one.is_some_and(|one| one.is_same(other))
}

#[cfg(test)]
mod tests {
    use super::*;

    const OTHERS: By = By::Words { same_program: false };

    fn person(code: &str) -> Option<Person> {
        Person::parse(code)
    }

    #[test]
    fn whoever_comes_in_takes_the_place_of_whoever_was_there() {
        let mut occupant = Occupant::default();
        assert!(!occupant.heard(person("anna@pc"), By::Entry), "nobody was there");
        assert!(!occupant.heard(person("anna@pc.local"), OTHERS));
        assert!(!occupant.heard(None, By::Entry), "says nothing");
        assert!(occupant.heard(person("ben@pc"), By::Entry));
        assert!(occupant.may_be(&person("ben@PC").expect("ben")));
        assert!(!occupant.may_be(&person("anna@pc").expect("anna")));
        assert!(occupant.heard(person("anna@pc"), OTHERS), "and back, by words alone");
        assert!(!occupant.may_be(&person("ben@pc").expect("ben")));
    }

    #[test]
    fn whoever_wrote_without_coming_in_is_gone_when_the_one_before_comes_in_again() {
        let same = By::Words { same_program: true };
        for wrote_before in [false, true] {
            let mut occupant = Occupant::default();
            occupant.heard(person("wang@PC-7"), By::Entry);
            if wrote_before {
                occupant.heard(person("wang@PC-7"), same);
            }
            occupant.heard(person("mei@PC-2"), OTHERS);
            assert!(!occupant.may_be(&person("wang@PC-7").expect("wang")));
            occupant.heard(person("wang@PC-7"), By::Entry);
            assert!(occupant.may_be(&person("wang@PC-7").expect("wang")));
            assert!(!occupant.may_be(&person("mei@PC-2").expect("mei")), "nothing for her goes to him");
            assert!(occupant.heard(person("mei@PC-2"), same), "and her words are not his");
            assert_eq!(occupant.now(), person("mei@PC-2").as_ref());
        }
    }

    #[test]
    fn the_first_words_after_an_entry_are_of_whoever_came_in() {
        let mut occupant = Occupant::default();
        let same = By::Words { same_program: true };
        occupant.heard(person("anna@pc"), By::Entry);
        for _ in 0..2 {
            assert!(!occupant.heard(person("Anna%20Li@notebook"), same));
            assert_eq!(occupant.now(), person("anna@pc").as_ref(), "one program with two names");
        }
        assert!(occupant.heard(person("ben@pc"), same), "a third name is another person");
        occupant.heard(person("cleo@pc"), By::Entry);
        assert!(
            occupant.heard(person("Anna%20Li@notebook"), OTHERS),
            "the names of the one before say nothing"
        );
    }

    #[test]
    fn whoever_was_there_before_writes_on_in_their_own_name_though_somebody_came_in() {
        let mut occupant = Occupant::default();
        let same = By::Words { same_program: true };
        occupant.heard(person("anna@pc"), By::Entry);
        occupant.heard(person("Anna%20Li@notebook"), same);
        assert!(occupant.heard(person("ben@pc"), By::Entry));
        for name in ["anna@pc", "Anna%20Li@notebook"] {
            let mut occupant = Occupant { former: occupant.former.clone(), ..Occupant::default() };
            occupant.heard(person("ben@pc"), By::Entry);
            assert!(occupant.heard(person(name), same), "{name}");
            assert!(!occupant.may_be(&person("ben@pc").expect("ben")), "{name}");
        }
    }
}
