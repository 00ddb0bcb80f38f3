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
