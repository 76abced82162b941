//! What one turn may send, over all connections: other links, streams and orders wait meanwhile.

/// Packets, and bytes where those are large.
const MAX_PACKETS: usize = 64;
const MAX_BYTES: usize = 96 * 1024;
/// Packets that are handed over as one piece: with ten a file is a fifth slower, and a socket's buffer holds several.
const MAX_PIECE: usize = 32;

#[derive(Debug)]
pub(super) struct TurnBudget {
    packets: usize,
    bytes: usize,
}

impl TurnBudget {
    pub(super) const FULL: Self = Self { packets: MAX_PACKETS, bytes: MAX_BYTES };

    /// Packets that may be in the next piece; `None`: no more in this turn.
    pub(super) fn piece(&self) -> Option<usize> {
        (self.packets > 0 && self.bytes > 0).then(|| self.packets.min(MAX_PIECE))
    }

    pub(super) const fn spend(&mut self, packets: usize, bytes: usize) {
        self.packets = self.packets.saturating_sub(packets);
        self.bytes = self.bytes.saturating_sub(bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_turn_ends_after_so_many_packets_or_bytes() {
        for (packets, bytes, pieces) in [(10, 12_000, 7), (1, 40, 64), (10, 14_520, 7), (1, 65_000, 2)] {
            let (mut budget, mut sent) = (TurnBudget::FULL, 0);
            while budget.piece().is_some_and(|piece| piece <= MAX_PIECE) {
                budget.spend(packets, bytes);
                sent += 1;
            }
            assert_eq!(sent, pieces, "{packets} of {bytes}");
        }
    }
}
