//! Plain UDP: one datagram is one message, exactly the encoded text.
