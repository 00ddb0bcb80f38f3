//! Pages: some entries of a list, and whether others follow.

/// Some entries of a list, in its order.
#[derive(Debug)]
pub struct Page<T> {
    /// As many as were wanted, or all that are left.
    pub entries: Vec<T>,
    /// Whether others follow.
    pub has_more: bool,
}

impl<T> Page<T> {
    /// At most `limit` entries, of which one more was read if there is one.
    pub fn of(mut read: Vec<T>, limit: usize) -> Self {
        let has_more = read.len() > limit;
        read.truncate(limit);
        Self {
            entries: read,
            has_more,
        }
    }

    /// The entry behind which others follow.
    pub fn end(&self) -> Option<&T> {
        self.entries.last().filter(|_| self.has_more)
    }
}
