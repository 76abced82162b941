//! Character encodings of the wire, by their WHATWG labels.
