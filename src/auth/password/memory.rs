//! The memory of a hashing thread: reserved once, and in huge pages where the system gives them. Page
//! faults and TLB misses cost more than the hash itself.

use std::collections::TryReserveError;

use argon2::Block;
use zeroize::Zeroize;

/// What the reserved size is a multiple of, in blocks of 1 KiB: a huge page of 2 MiB.
const HUGE_PAGE: usize = 2048;

/// Blocks of Argon2 for one hash after the other.
pub struct Memory {
    blocks: Vec<Block>,
    /// How many may hold something of the last hash.
    used: usize,
}

impl Memory {
    /// Reserves addresses for `count` blocks; they become memory when they are used first. Tells, too,
    /// whether the system takes huge pages into account.
    pub fn reserve(count: usize) -> Result<(Self, bool), TryReserveError> {
        let mut blocks = Vec::new();
        blocks.try_reserve_exact(count.next_multiple_of(HUGE_PAGE))?;
        let is_advised = advise(&mut blocks);
        Ok((Self { blocks, used: 0 }, is_advised))
    }

    /// `count` blocks for one hash, which writes each before it reads it; fewer where fewer were reserved.
    pub fn blocks(&mut self, count: usize) -> &mut [Block] {
        let count = count.min(self.blocks.capacity());
        self.wipe_from(count);
        self.blocks
            .resize(self.blocks.len().max(count), Block::new());
        self.used = count;
        self.blocks.get_mut(..count).unwrap_or_default()
    }

    /// Whether nothing is left of a hash.
    pub fn is_clean(&self) -> bool {
        self.used == 0
    }

    /// Leaves nothing of the hashes before in blocks from this one on.
    pub fn wipe_from(&mut self, first: usize) {
        let used = self.blocks.iter_mut().take(self.used).skip(first);
        used.for_each(Zeroize::zeroize);
        self.used = self.used.min(first);
    }
}

#[cfg(all(target_os = "linux", not(miri)))]
#[expect(
    unsafe_code,
    reason = "there is no safe way to advise memory of one's own"
)]
fn advise(blocks: &mut Vec<Block>) -> bool {
    const PAGE: usize = 64 * 1024; // the largest that Linux has
    let range = blocks.spare_capacity_mut();
    let ahead = range.as_ptr().cast::<u8>().align_offset(PAGE);
    let length = size_of_val(range).saturating_sub(ahead) / PAGE * PAGE;
    let start = range.as_mut_ptr().wrapping_byte_add(ahead).cast();
    // SAFETY: whole pages within memory that is ours alone, and advice that changes nothing in them.
    unsafe { libc::madvise(start, length, libc::MADV_HUGEPAGE) == 0 }
}

#[cfg(any(not(target_os = "linux"), miri))]
fn advise(_: &mut Vec<Block>) -> bool {
    false
}
