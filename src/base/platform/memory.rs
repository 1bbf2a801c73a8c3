//! Memory of a process that runs for months: the heap, what is locked, and what goes back to the system.
#![allow(unsafe_code)]

/// Size from which a block of the heap is a mapping of its own.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
const MMAP_THRESHOLD_BYTES: i32 = 64 * 1024;

/// Sets the heap up for a program that runs for months in little memory: one arena for all threads, and large blocks go
/// back to the system as soon as they are free. Call it before any thread starts. Other systems are left as they are.
pub fn configure_low_memory() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    for (parameter, value) in [
        (libc::M_ARENA_MAX, 1),
        (libc::M_MMAP_THRESHOLD, MMAP_THRESHOLD_BYTES),
        (libc::M_TRIM_THRESHOLD, MMAP_THRESHOLD_BYTES),
    ] {
        // SAFETY: the call takes two numbers, and refuses parameters that it does not know.
        unsafe { libc::mallopt(parameter, value) };
    }
}

/// Keeps memory from being swapped out: the pages in use now, and those of today's mappings once they are used. Mappings
/// made later are not included, so call it again after them. Does nothing where it is not permitted.
pub fn lock_memory() {
    #[cfg(target_os = "linux")]
    // SAFETY: the call takes no pointer.
    unsafe {
        libc::mlockall(libc::MCL_CURRENT | libc::MCL_ONFAULT)
    };
}

/// Undoes [`lock_memory`].
pub fn unlock_memory() {
    #[cfg(target_os = "linux")]
    // SAFETY: the call takes no pointer.
    unsafe {
        libc::munlockall()
    };
}

/// Gives free blocks of the heap back to the system. A running program needs little of the memory that its start took;
/// on a board with 1 GB other programs can use it. Call it between two kinds of work, not within one.
pub fn release_unused_memory() {
    // SAFETY: the call takes no pointer, and is allowed from any thread at any time.
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    unsafe {
        libc::malloc_trim(0)
    };
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn the_program_goes_on_after_it() {
        release_unused_memory();
        lock_memory();
        assert_eq!("loa".repeat(3), "loaloaloa");
        unlock_memory();
    }
}
