//! The last pieces of a feed, for listeners that are not all at the same one.

use std::collections::VecDeque;
use std::sync::Arc;

use super::piece::SharedPiece;
use crate::changes::Change;

/// Pieces that are kept at most.
const PIECES: usize = 512;
/// Bytes that are kept at most.
const BYTES: usize = 1024 * 1024;

/// The last pieces, in their order. Each has a place, counted from the first one that ever was.
#[derive(Debug)]
pub struct Ring {
    pieces: VecDeque<SharedPiece>,
    /// The place of the first one that is kept.
    first: u64,
    bytes: usize,
    /// What was told with all of them.
    told: Change,
}

/// What is at a place.
#[derive(Debug)]
pub enum At {
    /// This.
    Piece(SharedPiece),
    /// Nothing yet.
    Nothing,
    /// Something that is not kept any more.
    Lost,
}

impl Ring {
    /// Nothing is kept; everything up to `told` was told before.
    pub fn new(told: Change) -> Self {
        Self {
            pieces: VecDeque::new(),
            first: 0,
            bytes: 0,
            told,
        }
    }

    /// Adds a piece. The oldest ones go where there are too many.
    pub fn push(&mut self, piece: SharedPiece) {
        if piece.is_reset {
            // Nothing from before is told any more.
            self.first += self.pieces.len() as u64;
            self.pieces.clear();
            self.bytes = 0;
        }
        self.told = piece.through;
        self.bytes += piece.size();
        self.pieces.push_back(piece);
        while self.pieces.len() > 1 && (self.pieces.len() > PIECES || self.bytes > BYTES) {
            if let Some(oldest) = self.pieces.pop_front() {
                self.bytes -= oldest.size();
                self.first += 1;
            }
        }
    }

    /// What was told until now, and the place of the next piece.
    pub fn end(&self) -> (Change, u64) {
        (self.told, self.first + self.pieces.len() as u64)
    }

    /// What is at a place.
    pub fn at(&self, place: u64) -> At {
        let Some(index) = place.checked_sub(self.first) else {
            return At::Lost;
        };
        let piece = usize::try_from(index)
            .ok()
            .and_then(|it| self.pieces.get(it));
        piece.map_or(At::Nothing, |piece| At::Piece(Arc::clone(piece)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::changes::Epoch;
    use crate::live::piece::Piece;
    use crate::random::Random;

    fn change(number: i64) -> Change {
        Change {
            number,
            host_number: number,
        }
    }

    fn piece(number: i64, bytes: usize) -> SharedPiece {
        let epoch = Epoch::draw(&Random::from_seed(1));
        Arc::new(Piece::unnumbered("x".repeat(bytes), change(number), epoch))
    }

    fn has(ring: &Ring, place: u64) -> Option<bool> {
        match ring.at(place) {
            At::Piece(_) => Some(true),
            At::Nothing => Some(false),
            At::Lost => None,
        }
    }

    #[test]
    fn the_oldest_pieces_go_when_there_are_too_many() {
        let mut ring = Ring::new(change(3));
        assert_eq!(ring.end(), (change(3), 0));
        (0..PIECES as i64 + 2).for_each(|number| ring.push(piece(number, 1)));
        assert_eq!(has(&ring, 1), None);
        assert_eq!(has(&ring, 2), Some(true));
        assert_eq!(has(&ring, PIECES as u64 + 2), Some(false));
    }

    #[test]
    fn the_oldest_pieces_go_when_they_are_too_large() {
        let mut ring = Ring::new(change(0));
        // Three forms that share no bytes.
        ring.push(piece(1, BYTES));
        assert_eq!(
            has(&ring, 0),
            Some(true),
            "the newest one stays, however large it is"
        );
        ring.push(piece(2, 1));
        assert_eq!((has(&ring, 0), has(&ring, 1)), (None, Some(true)));
    }

    #[test]
    fn who_was_told_everything_goes_on_with_a_reset_and_who_was_not_is_lost() {
        let mut ring = Ring::new(change(0));
        (1..4).for_each(|number| ring.push(piece(number, 1)));
        let epoch = Epoch::draw(&Random::from_seed(2));
        ring.push(Arc::new(Piece::reset(change(2), epoch)));
        assert_eq!(has(&ring, 2), None);
        assert_eq!(has(&ring, 3), Some(true));
        assert_eq!(ring.end(), (change(2), 4));
    }
}
