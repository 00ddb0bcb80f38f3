//! Writing and reading posts.

use super::{NewPost, Post, PostChange, PostId, PostsError, repository};
use crate::clock::SharedClock;
use crate::db::{Db, DbConn, DbError};
use crate::paging::Page;
use crate::retries::{self, Creation, Retry};
use crate::users::{CurrentUser, lock_named, lock_named_alone};

/// Posts of one account: with more, exporting or deleting the account would hold up others. 1,000
/// of the longest take 80 MB.
const MAX_POSTS: i64 = 1_000;
/// Where a page has so much text, it ends: what one answer may take of the memory.
const PAGE_BYTES: usize = 256 * 1024;
/// Posts that are read at once.
const STEP: i64 = 8;

/// Writes and reads posts.
#[derive(Clone)]
pub struct PostsService {
    db: Db,
    clock: SharedClock,
}

impl PostsService {
    /// On this database.
    pub fn new(db: Db, clock: SharedClock) -> Self {
        Self { db, clock }
    }

    /// Writes a post; one that the same request has written before is found again.
    ///
    /// # Errors
    /// [`PostsError::Account`] for a guest and for an account that is gone or disabled,
    /// [`PostsError::Retry`], [`PostsError::TooMany`], or when the database fails.
    pub async fn create(
        &self,
        me: CurrentUser,
        new: NewPost,
        retry: Option<Retry>,
    ) -> Result<Creation<Post>, PostsError> {
        let clock = self.clock.clone();
        let create = move |conn: &mut DbConn| {
            // Alone, so that two posts at once are counted one after the other.
            lock_named_alone(conn, me.user_id)?;
            let now = clock.now();
            let create = |conn: &mut DbConn| {
                if repository::count_by(conn, me.user_id)? >= MAX_POSTS {
                    return Err(PostsError::TooMany);
                }
                let post_id = repository::insert(conn, me.user_id, &new, now)?;
                Ok((post_id.get().to_string(), find(conn, post_id)?))
            };
            retries::once(conn, me.user_id, retry.as_ref(), now, find_created, create)
        };
        self.db.write(create).await
    }

    /// The post that this request has written before, if it has.
    ///
    /// # Errors
    /// [`PostsError::Retry`], [`PostsError::NoSuchPost`], or when the database fails.
    pub async fn find_created(
        &self,
        me: CurrentUser,
        retry: Retry,
    ) -> Result<Option<Post>, PostsError> {
        let find = move |conn: &mut DbConn| {
            let created = retries::find(conn, me.user_id, &retry)?;
            let post = created.map(|created| find_created(conn, &created));
            post.transpose()
        };
        self.db.read(find).await
    }

    /// The post with this number.
    ///
    /// # Errors
    /// [`PostsError::NoSuchPost`], or when the database fails.
    pub async fn get(&self, post_id: PostId) -> Result<Post, PostsError> {
        self.db
            .read(move |conn: &mut DbConn| find(conn, post_id))
            .await
    }

    /// At most `limit` posts, the newest first: of those before `before`, if it is given.
    pub async fn list(&self, before: Option<PostId>, limit: usize) -> Result<Page<Post>, DbError> {
        let list = move |conn: &mut DbConn| page(conn, before, limit);
        self.db.read(list).await
    }

    /// Changes a post of one's own, and returns the post.
    ///
    /// # Errors
    /// [`PostsError::Account`], [`PostsError::NoSuchPost`], [`PostsError::Forbidden`], or when the
    /// database fails.
    pub async fn update(
        &self,
        me: CurrentUser,
        post_id: PostId,
        change: PostChange,
    ) -> Result<Post, PostsError> {
        let clock = self.clock.clone();
        let update = move |conn: &mut DbConn| {
            let mut post = lock_own(conn, me, post_id)?;
            if !change.is_empty() {
                let now = clock.now();
                repository::update(conn, post_id, &change, now)?;
                change.apply(&mut post, now);
            }
            Ok(post)
        };
        self.db.write(update).await
    }

    /// Deletes a post of one's own.
    ///
    /// # Errors
    /// As for [`Self::update`].
    pub async fn delete(&self, me: CurrentUser, post_id: PostId) -> Result<(), PostsError> {
        let delete = move |conn: &mut DbConn| {
            lock_own(conn, me, post_id)?;
            Ok(repository::delete(conn, post_id)?)
        };
        self.db.write(delete).await
    }
}

/// Read in steps, so that no more is held than a page shows.
fn page(
    conn: &mut DbConn,
    mut before: Option<PostId>,
    limit: usize,
) -> Result<Page<Post>, DbError> {
    let (mut posts, mut bytes) = (Vec::new(), 0);
    loop {
        let step = repository::list(conn, before, STEP)?;
        let is_last = step.len() < STEP as usize;
        for post in step {
            if posts.len() == limit || bytes >= PAGE_BYTES {
                let has_more = true;
                return Ok(Page {
                    entries: posts,
                    has_more,
                });
            }
            bytes += post.content.len();
            before = Some(post.post_id);
            posts.push(post);
        }
        if is_last {
            let has_more = false;
            return Ok(Page {
                entries: posts,
                has_more,
            });
        }
    }
}

/// A post by its number as a key has kept it.
fn find_created(conn: &mut DbConn, created: &str) -> Result<Post, PostsError> {
    find(conn, PostId::parse(created).ok_or(PostsError::NoSuchPost)?)
}

fn find(conn: &mut DbConn, post_id: PostId) -> Result<Post, PostsError> {
    repository::find(conn, post_id)?.ok_or(PostsError::NoSuchPost)
}

/// A post that the account wrote; neither changes until the transaction ends.
fn lock_own(conn: &mut DbConn, me: CurrentUser, post_id: PostId) -> Result<Post, PostsError> {
    lock_named(conn, me.user_id)?;
    repository::lock(conn, post_id)?;
    let post = find(conn, post_id)?;
    if post.is_by(me.user_id) {
        Ok(post)
    } else {
        Err(PostsError::Forbidden)
    }
}
