//! Memory of a process that runs for months: the heap, what is locked, and what goes back to the system.
#![allow(unsafe_code)]
#[cfg(target_os = "linux")]
use super::mappings::{clean_file_mappings, read_only_mapping};

/// Size from which a block of the heap is a mapping of its own.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
const MMAP_THRESHOLD_BYTES: i32 = 64 * 1024;

/// Sets the heap up for a program that runs for months in little memory: one arena for all threads, and large blocks go
/// back to the system as soon as they are free. Call it before any thread starts. Other systems are left as they are.
pub fn configure_low_memory() {
    limit_fault_around();
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

/// Bytes of the program that come into memory together on one page fault.
#[cfg(target_os = "linux")]
const FAULT_AROUND_BYTES: usize = 16 * 1024;

/// Splits the program's code into small mappings. On a fault of one page Linux maps the 16 pages around it too, which
/// makes most of a program of some megabytes resident although little of it runs. It never goes beyond a mapping, and
/// mappings with different advice stay apart: so every other piece gets an advice without effect (code is never part
/// of a core dump).
fn limit_fault_around() {
    #[cfg(target_os = "linux")]
    {
        let Ok(program) = std::env::current_exe() else { return };
        // smaps holds more, but takes ten times as long to read.
        let Ok(text) = std::fs::read_to_string("/proc/self/maps") else { return };
        for range in text.lines().filter_map(|line| read_only_mapping(line, Some(&program))) {
            for from in range.clone().step_by(2 * FAULT_AROUND_BYTES) {
                let length = FAULT_AROUND_BYTES.min(range.end - from);
                // SAFETY: the range lies within one mapping, and this advice changes nothing in it.
                unsafe { libc::madvise(from as *mut libc::c_void, length, libc::MADV_DONTDUMP) };
            }
        }
    }
}

/// Gives memory back to the system: free blocks of the heap, and pages of code and constants that equal their files.
/// The system reads those again from its cache when they are needed.
///
/// A running program needs little of the memory that its start took; on a board with 1 GB other programs can use it.
/// Call it between two kinds of work, not within one. Pages of libraries are included, unless [`library_load_guard`] is
/// held: a library that is being loaded does not have its final pages yet.
pub fn release_unused_memory() {
    // SAFETY: the call takes no pointer, and is allowed from any thread at any time.
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    unsafe {
        libc::malloc_trim(0)
    };
    let nothing_is_loaded = LIBRARY_LOAD_LOCK.try_write();
    drop_clean_mappings(nothing_is_loaded.is_ok());
}

/// Lock that loading a library holds for reading, and dropping pages of libraries takes for writing.
static LIBRARY_LOAD_LOCK: std::sync::RwLock<()> = std::sync::RwLock::new(());

/// Keeps the pages of libraries in memory while the guard lives. Hold it while the sound system opens or closes, because
/// that loads and unloads libraries. Several threads can hold it at once, so one that hangs blocks no other.
#[must_use]
pub fn library_load_guard() -> impl Drop {
    LIBRARY_LOAD_LOCK.read().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// Drops clean pages of the program, and of its libraries when `libraries` is set. Returns the number of bytes dropped; 0
/// when the system does not list the mappings.
#[cfg(target_os = "linux")]
fn drop_clean_mappings(libraries: bool) -> usize {
    let Ok(program) = std::env::current_exe() else { return 0 };
    let Ok(text) = std::fs::read_to_string("/proc/self/smaps") else { return 0 };
    let ranges = clean_file_mappings(&text, Some(&program).filter(|_| !libraries).map(std::path::PathBuf::as_path));
    for range in &ranges {
        // SAFETY: the range is one whole private, read-only mapping of a file. No page of it differs from the file, in
        // memory or in swap, so the system reads the same bytes again. The program's relocations are done before our
        // code runs; those of libraries are done while `LIBRARY_LOAD_LOCK` is held for reading.
        unsafe { libc::madvise(range.start as *mut libc::c_void, range.len(), libc::MADV_DONTNEED) };
    }
    ranges.iter().map(ExactSizeIterator::len).sum()
}

/// Drops nothing: other systems do not list their mappings.
#[cfg(not(target_os = "linux"))]
fn drop_clean_mappings(_libraries: bool) -> usize {
    0
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn the_program_goes_on_after_it() {
        assert!(drop_clean_mappings(false) > 0);
        let loads = library_load_guard();
        assert!(LIBRARY_LOAD_LOCK.try_write().is_err(), "libraries are left alone");
        release_unused_memory();
        drop(loads);
        lock_memory();
        assert_eq!("loa".repeat(3), "loaloaloa");
        unlock_memory();
    }
}
