//! Memory settings of a process that runs for months: the heap, locked memory, and memory returned to the system.
#![allow(unsafe_code)]

/// Minimum size of an allocation that gets a memory mapping of its own.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
const MMAP_THRESHOLD_BYTES: i32 = 64 * 1024;

/// Configures the heap for a program that runs for months in little memory: all threads share one arena, and large
/// blocks return to the system as soon as they are freed. Call this before any thread starts. Does nothing without
/// glibc.
pub fn configure_low_memory() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    for (parameter, value) in [
        (libc::M_ARENA_MAX, 1),
        (libc::M_MMAP_THRESHOLD, MMAP_THRESHOLD_BYTES),
        (libc::M_TRIM_THRESHOLD, MMAP_THRESHOLD_BYTES),
    ] {
        // SAFETY: the call takes two numbers and rejects unknown parameters.
        unsafe { libc::mallopt(parameter, value) };
    }
}

/// Keeps the current memory mappings from being swapped out: pages in use immediately, other pages on their first use.
/// Call this again after creating further mappings. Does nothing if the process lacks the permission.
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

/// Returns free heap memory to the system. The program needs more memory to start than to run, and on a board with 1 GB
/// other programs can use the difference. Call this between tasks, not during one.
pub fn release_unused_memory() {
    // SAFETY: the call takes no pointer, and any thread may call it at any time.
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    unsafe {
        libc::malloc_trim(0)
    };
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn the_heap_works_after_trimming_and_locking() {
        release_unused_memory();
        lock_memory();
        assert_eq!("loa".repeat(3), "loaloaloa");
        unlock_memory();
    }
}
