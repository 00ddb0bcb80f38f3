//! A hashing thread's memory, in huge pages where there are any: page faults cost more than the
//! hash.

use argon2::Block;

/// Blocks of 1 KiB for one hash after the other.
pub struct Memory {
    blocks: Vec<Block>,
    /// How many may hold something of the last hash.
    used: usize,
}

impl Memory {
    /// Reserves addresses, which become memory when they are used; `None` when there are not so
    /// many.
    pub fn reserve(count: usize) -> Option<Self> {
        let mut blocks = Vec::new();
        let whole_pages = count.next_multiple_of(2048); // of 2 MiB
        blocks.try_reserve_exact(whole_pages).ok()?;
        Some(Self { blocks, used: 0 })
    }

    /// Blocks for one hash, which writes each before it reads it; at most as many as were reserved.
    pub fn blocks(&mut self, count: usize) -> &mut [Block] {
        let count = count.min(self.blocks.capacity());
        self.wipe_from(count);
        let length = self.blocks.len().max(count);
        self.blocks.resize(length, Block::new());
        self.used = count;
        self.blocks.get_mut(..count).unwrap_or_default()
    }

    /// Whether nothing is left of a hash.
    pub fn is_clean(&self) -> bool {
        self.used == 0
    }

    /// Leaves nothing of the hashes before in blocks from this one on.
    pub fn wipe_from(&mut self, first: usize) {
        let left = self.blocks.iter_mut().take(self.used).skip(first);
        left.for_each(zeroize::Zeroize::zeroize);
        self.used = self.used.min(first);
    }

    /// Asks for huge pages, before the first use. False where the system knows none.
    #[cfg(all(target_os = "linux", not(miri)))]
    #[expect(unsafe_code, reason = "advice about memory has no safe form")]
    pub fn advise(&mut self) -> bool {
        const PAGE: usize = 64 * 1024; // the largest of Linux
        let spare = self.blocks.spare_capacity_mut();
        let ahead = spare.as_ptr().cast::<u8>().align_offset(PAGE);
        let length = size_of_val(spare).saturating_sub(ahead) / PAGE * PAGE;
        let start = spare.as_mut_ptr().wrapping_byte_add(ahead).cast();
        // SAFETY: whole pages in memory that is ours alone, and advice that changes nothing in
        // them.
        unsafe { libc::madvise(start, length, libc::MADV_HUGEPAGE) == 0 }
    }

    #[cfg(any(not(target_os = "linux"), miri))]
    pub fn advise(&mut self) -> bool {
        false
    }
}
