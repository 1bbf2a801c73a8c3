//! The one place with `unsafe`: what the system offers and no crate offers safely.
//!
//! adjtimex(2) reads how well the kernel believes its clock to be kept; it sets nothing (`modes` is 0), so it needs no
//! rights. madvise(2), mallopt(3) and malloc_trim(3) keep memory small; sched_setscheduler(2) and mlockall(2) keep sound
//! ahead of other work.
#![allow(unsafe_code)]
use super::instant::{BootTime, SECOND_US};

/// Bytes.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
const MMAP_THRESHOLD_BYTES: i32 = 64 * 1024;

/// What adjtimex(2) tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KernelClockStatus {
    /// Neither `STA_UNSYNC` nor `TIME_ERROR`.
    pub synchronised: bool,
    /// Bound on the clock's error, microseconds.
    pub max_error_us: i64,
}

/// Asks the kernel; none where it does not answer.
#[cfg(target_os = "linux")]
#[must_use]
pub fn kernel_clock_status() -> Option<KernelClockStatus> {
    // SAFETY: `timex` is a plain C struct for which all-zero bytes are a valid value.
    let mut buffer: libc::timex = unsafe { std::mem::zeroed() };
    // SAFETY: the pointer is to a live, exclusive, properly sized buffer, and the call keeps no reference to it.
    let state = unsafe { libc::adjtimex(&raw mut buffer) };
    (state >= 0).then_some(KernelClockStatus {
        synchronised: state != libc::TIME_ERROR && buffer.status & libc::STA_UNSYNC == 0,
        max_error_us: buffer.maxerror,
    })
}

/// Other systems: unknown.
#[cfg(not(target_os = "linux"))]
#[must_use]
pub fn timex() -> Option<KernelClockStatus> {
    None
}

/// The boot clock (`CLOCK_BOOTTIME`): the one that lengths and starts are measured on.
#[must_use]
pub fn boot_now() -> BootTime {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
    BootTime(now.tv_sec.saturating_mul(SECOND_US).saturating_add(now.tv_nsec / 1000))
}

/// How many threads to use: one for each processor, at most 16.
#[must_use]
pub fn available_threads() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from).min(16)
}

/// Seconds since 1970, by the system's clock.
#[must_use]
pub fn unix_time_s() -> u64 {
    #[allow(clippy::disallowed_methods)] // what is no station has no seam for its clock
    let now = std::time::SystemTime::now();
    now.duration_since(std::time::UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

/// For a program that runs for months in little memory: one heap for all threads, of which large pieces go back to the
/// system as soon as they are free. To be called before there are threads; where it cannot be had, nothing changes.
pub fn configure_low_memory() {
    limit_fault_around();
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    for (parameter, value) in [
        (libc::M_ARENA_MAX, 1),
        (libc::M_MMAP_THRESHOLD, MMAP_THRESHOLD_BYTES),
        (libc::M_TRIM_THRESHOLD, MMAP_THRESHOLD_BYTES),
    ] {
        // SAFETY: takes two numbers, and refuses what it does not know.
        unsafe { libc::mallopt(parameter, value) };
    }
}

/// While it lives, the threads that this thread starts come before all ordinary work, and stay so: SCHED_RR, where the
/// system permits it (root, CAP_SYS_NICE, or a limit for real-time priority).
pub struct RealTimeGuard(());

/// As sound servers take: above what is ordinary, below the kernel's own threads.
#[cfg(target_os = "linux")]
const RR_PRIORITY: i32 = 10;

impl RealTimeGuard {
    /// None where it is not permitted, or where the thread has such a priority already.
    #[must_use]
    pub fn acquire() -> Option<Self> {
        #[cfg(target_os = "linux")]
        {
            // SAFETY: 0 is the calling thread.
            let ordinary = unsafe { libc::sched_getscheduler(0) } == libc::SCHED_OTHER;
            // Made only when it is so: what is dropped steps back.
            (ordinary && set_scheduler(libc::SCHED_RR, RR_PRIORITY)).then(|| Self(()))
        }
        #[cfg(not(target_os = "linux"))]
        None
    }
}

impl Drop for RealTimeGuard {
    fn drop(&mut self) {
        drop_real_time_priority();
    }
}

/// This thread is an ordinary one from now on: one that runs wild must not stop the machine.
pub fn drop_real_time_priority() {
    #[cfg(target_os = "linux")]
    set_scheduler(libc::SCHED_OTHER, 0);
}

#[cfg(target_os = "linux")]
fn set_scheduler(policy: i32, priority: i32) -> bool {
    let wanted = libc::sched_param { sched_priority: priority };
    // SAFETY: 0 is the calling thread, and the parameter outlives the call.
    unsafe { libc::sched_setscheduler(0, policy, &raw const wanted) == 0 }
}

/// From now on the memory that is in use, and what of its mappings comes into use, is not put out to a disk. Where that
/// is not permitted, nothing changes. What is mapped later is not included: to be called again then.
pub fn lock_memory() {
    #[cfg(target_os = "linux")]
    // SAFETY: takes no pointer.
    unsafe {
        libc::mlockall(libc::MCL_CURRENT | libc::MCL_ONFAULT)
    };
}

/// Takes [`hold_memory`] back.
pub fn unlock_memory() {
    #[cfg(target_os = "linux")]
    // SAFETY: takes no pointer.
    unsafe {
        libc::munlockall()
    };
}

/// Bytes of the program that come into memory together when one of them is needed.
#[cfg(target_os = "linux")]
const FAULT_AROUND_BYTES: usize = 16 * 1024;

/// When one page of a program is needed, Linux maps the 16 around it too, which on a program of some megabytes makes most
/// of it resident for the little that runs. It does not go beyond a mapping, and mappings whose advice differs are kept
/// apart: so every other piece of the program gets an advice without meaning for it (code is in no core dump anyway).
fn limit_fault_around() {
    #[cfg(target_os = "linux")]
    {
        let Ok(program) = std::env::current_exe() else { return };
        // smaps would tell more, and takes ten times as long.
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

/// Gives memory back: what is free in the heap, and program code and constants that are the same in their files; what
/// is needed of those again comes back from the system's cache by itself.
///
/// A program that has started needs little of what starting took; on a board with 1 GB others have a use for it. To be
/// called between two kinds of work, not within one. Libraries' too, unless one is just [loaded](loading): what it is then
/// is not yet what it will be.
pub fn release_unused_memory() {
    // SAFETY: takes no pointer, and may be called from any thread at any time.
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    unsafe {
        libc::malloc_trim(0)
    };
    let nothing_is_loaded = LIBRARY_LOAD_LOCK.try_write();
    drop_clean_mappings(nothing_is_loaded.is_ok());
}

/// Read by whoever loads and unloads libraries, written by whoever drops their pages.
static LIBRARY_LOAD_LOCK: std::sync::RwLock<()> = std::sync::RwLock::new(());

/// To be held while the sound system is opened or closed: it loads and unloads libraries meanwhile. One that hangs in it
/// hinders no other.
#[must_use]
pub fn library_load_guard() -> impl Drop {
    LIBRARY_LOAD_LOCK.read().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// How many bytes of the address space are to be read again when they are needed; 0 where the system does not say what
/// may be.
#[cfg(target_os = "linux")]
fn drop_clean_mappings(libraries: bool) -> usize {
    let Ok(program) = std::env::current_exe() else { return 0 };
    let Ok(text) = std::fs::read_to_string("/proc/self/smaps") else { return 0 };
    let ranges = clean_file_mappings(&text, Some(&program).filter(|_| !libraries).map(std::path::PathBuf::as_path));
    for range in &ranges {
        // SAFETY: the range is one whole private mapping of a file that cannot be written to, and not one page
        // of which differs from the file, neither in memory nor put out, so that what is dropped is read again as it
        // was. Relocations of the program are made before any of our code runs, those of libraries while `LOADING` is read.
        unsafe { libc::madvise(range.start as *mut libc::c_void, range.len(), libc::MADV_DONTNEED) };
    }
    ranges.iter().map(ExactSizeIterator::len).sum()
}

/// Other systems: nothing.
#[cfg(not(target_os = "linux"))]
fn forget_code(_libraries: bool) -> usize {
    0
}

/// The mappings in smaps(5) that are of a file, not writable, and hold nothing of their own, in memory or put out; `of`: of
/// this file alone.
#[cfg(target_os = "linux")]
fn clean_file_mappings(smaps: &str, of: Option<&std::path::Path>) -> Vec<std::ops::Range<usize>> {
    let mut found = Vec::new();
    let mut mapping = None;
    for line in smaps.lines() {
        let mut words = line.split_ascii_whitespace();
        match (words.next(), words.next()) {
            // What was relocated and then put out is told here, and not as anonymous.
            (Some("Anonymous:" | "Swap:"), Some(kb)) if kb != "0" => mapping = None,
            (Some("Swap:"), Some(_)) => found.extend(mapping.take()),
            (Some(key), _) if key.ends_with(':') => {}
            _ => mapping = read_only_mapping(line, of),
        }
    }
    found
}

/// The mapping that a line of maps(5) tells of, if it is private, of a file, and not writable; `of`: of this file.
#[cfg(target_os = "linux")]
fn read_only_mapping(line: &str, of: Option<&std::path::Path>) -> Option<std::ops::Range<usize>> {
    let mut words = line.split_ascii_whitespace();
    let (range, rights) = (words.next()?, words.next()?);
    let file = words.nth(3).filter(|path| path.starts_with('/'))?;
    let ours = of.is_none_or(|of| of.as_os_str() == file);
    parse_address_range(range).filter(|_| ours && matches!(rights, "r-xp" | "r--p"))
}

#[cfg(target_os = "linux")]
fn parse_address_range(text: &str) -> Option<std::ops::Range<usize>> {
    let (from, to) = text.split_once('-')?;
    let range = usize::from_str_radix(from, 16).ok()?..usize::from_str_radix(to, 16).ok()?;
    (range.start < range.end).then_some(range)
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_the_same_in_its_file_is_given_back() {
        let smaps = "\
            1000-3000 r-xp 00000000 fe:00 12 /usr/bin/loa\nRss: 8 kB\nAnonymous: 0 kB\nSwap: 0 kB\n\
            3000-4000 r--p 00002000 fe:00 12 /usr/bin/loa\nRss: 4 kB\nAnonymous: 4 kB\nSwap: 0 kB\n\
            4000-5000 rw-p 00003000 fe:00 12 /usr/bin/loa\nAnonymous: 0 kB\nSwap: 0 kB\n\
            5000-6000 r--p 00004000 fe:00 12 /usr/bin/loa\nAnonymous: 0 kB\nSwap: 8 kB\n\
            6000-7000 r--p 00005000 fe:00 12 /usr/bin/loa\nAnonymous: 0 kB\nSwap: 0 kB\nLocked: 0 kB\n\
            7000-8000 r-xp 00000000 fe:00 13 /usr/lib/libx.so\nAnonymous: 0 kB\nSwap: 0 kB\n\
            8000-9000 r-xp 00000000 00:00 0 [vdso]\nAnonymous: 0 kB\nSwap: 0 kB\n\
            a000-9000 r-xp 00000000 fe:00 12 /usr/bin/loa\nAnonymous: 0 kB\nSwap: 0 kB\n";
        let found = clean_file_mappings(smaps, Some(std::path::Path::new("/usr/bin/loa")));
        let found: Vec<_> = found.iter().map(|range| (range.start, range.end)).collect();
        assert_eq!(found, [(0x1000, 0x3000), (0x6000, 0x7000)]);
    }

    #[test]
    fn a_thread_that_steps_back_is_an_ordinary_one() {
        let policy = || unsafe { libc::sched_getscheduler(0) };
        let before = policy();
        if let Some(real_time) = RealTimeGuard::acquire() {
            assert_eq!(policy(), libc::SCHED_RR);
            assert_eq!(std::thread::spawn(policy).join().expect("it ends"), libc::SCHED_RR, "as who started it");
            assert!(RealTimeGuard::acquire().is_none(), "it is so already");
            assert_eq!(policy(), libc::SCHED_RR, "and stays so");
            drop(real_time);
        }
        assert_eq!(policy(), before);
    }

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
        assert!(kernel_clock_status().is_some());
    }
}
