//! What `.ci/miri` runs.

pub mod memory;

#[cfg(test)]
mod tests {
    use super::memory::Memory;
    use argon2::{Algorithm, Argon2, Params, Version};

    fn hash(memory: &mut Memory, kibibytes: u32) -> [u8; 32] {
        let params = Params::new(kibibytes, 1, 1, None).unwrap();
        let blocks = memory.blocks(params.block_count());
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let mut output = [0; 32];
        let done = argon2.hash_password_into_with_memory(b"password", b"saltsalt", &mut output, blocks);
        done.unwrap();
        output
    }

    #[test]
    fn a_small_hash_after_a_large_one_is_the_same_and_a_wiped_memory_is_empty() {
        let mut memory = Memory::reserve(16).unwrap();
        memory.advise();
        let first = hash(&mut memory, 8);
        hash(&mut memory, 16);
        assert_eq!(hash(&mut memory, 8), first);
        memory.wipe_from(0);
        let is_empty = |it: &argon2::Block| it.as_ref().iter().all(|word| *word == 0);
        assert!(memory.blocks(16).iter().all(is_empty));
    }
}
