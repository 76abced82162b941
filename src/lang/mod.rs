//! Every text a person reads, in the language of the person.
