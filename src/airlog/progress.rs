//! `airlog/progress`: marks of the running airing, and signs of life between airings.
//!
//! A mark a second while something plays, synced every 5 s, so that after a power cut the log can say how
//! long the cut airing is known to have played: never more than it did. The file is scratch: it is cut back
//! once it has grown, and a torn line in it is passed over. What a mark says goes into a signed outcome, and anybody
//! can write to the file: each mark is authenticated with the key of the open epoch, and is held against the boot
//! clock and the planned length when it is read.
use std::io::{self, BufRead};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::files::PROGRESS;
use super::replay::OpenStart;
use super::storage::Storage;
use crate::base::hash::hex;
use crate::base::instant::{BootTime, ClockSnapshot, SECOND_US, WallTime};
use crate::library::Length;
use crate::proof::note::NoteSigner;

const SYNC_EVERY_US: i64 = 5_000_000;
const LIFE_SYNC_EVERY_US: i64 = 600_000_000;
const MAX_BYTES: u64 = 256 * 1024;
const MAX_LINE: u64 = 1024;
/// Between a mark's body and its authentication.
const MAC_KEY: &str = ",\"mac\":\"";
/// And behind it.
const END: &str = "\"}\n";
/// A device may have taken so much more than the boot clock makes of the time since the entry: what lies in its buffers.
const SLACK_US: i64 = 2 * SECOND_US;
/// And an entry may tell of a start so long ago: a disk that hangs keeps the loop from looking.
const MAX_DELAY_US: i64 = 60 * SECOND_US;

/// What a running station has to say of itself.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LifeSign {
    /// Whether the wall clock is believed.
    pub trusted: bool,
    /// The running airing, if one runs.
    pub id: Option<String>,
    /// Frames of it taken.
    pub frames: u64,
    /// Frames a second.
    pub rate: u32,
}

/// One mark.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProgressMark {
    /// When, by the wall clock (microseconds since 1970).
    pub wall: WallTime,
    /// Whether that clock was believed.
    pub trusted: bool,
    /// The running airing, if one runs.
    pub id: Option<String>,
    /// Frames of it taken.
    pub frames: u64,
    /// Frames a second.
    pub rate: u32,
    /// Which start of the machine.
    #[serde(default)]
    pub boot: String,
    /// When, by the boot clock.
    #[serde(default)]
    pub boottime_us: i64,
    /// The epoch by whose key it is authenticated.
    #[serde(default)]
    pub epoch: u64,
}

impl ProgressMark {
    fn length_ms(&self) -> u64 {
        length_ms(self.frames, self.rate)
    }
}

/// Frames in milliseconds; a mark without a rate that has frames says anything.
fn length_ms(frames: u64, rate: u32) -> u64 {
    match rate {
        0 if frames == 0 => 0,
        0 => u64::MAX,
        rate => frames.saturating_mul(1000) / u64::from(rate),
    }
}

/// What authenticates the marks of one epoch.
pub struct MarkKey {
    epoch: u64,
    code: Hmac,
}

impl MarkKey {
    /// Grows from the secret key of the epoch, and goes with it.
    #[must_use]
    pub fn of(epoch: u64, key: &NoteSigner) -> Self {
        let secret = key.secret_text();
        let digest = Sha256::new().chain_update(b"loa/progress/v1\n").chain_update(secret.as_bytes());
        Self { epoch, code: Hmac::new(&Zeroizing::new(digest.finalize().into())) }
    }

    fn mac(&self, text: &str) -> String {
        hex(&self.code.of(text.as_bytes()))
    }

    fn line(&self, mark: &ProgressMark) -> String {
        let json = match mark.epoch == self.epoch {
            true => serde_json::to_string(mark),
            false => serde_json::to_string(&ProgressMark { epoch: self.epoch, ..mark.clone() }),
        };
        let mut line = json.unwrap_or_default();
        // The brace comes behind the code. A mark is made every second: its line is made in one piece.
        line.pop();
        let mac = self.mac(&line);
        line.reserve_exact(MAC_KEY.len() + mac.len() + END.len());
        [MAC_KEY, &mac, END].iter().for_each(|piece| line.push_str(piece));
        line
    }
}

/// HMAC-SHA-256 (RFC 2104) with one key, which is padded once for all messages.
struct Hmac {
    inner: Zeroizing<[u8; 64]>,
    outer: Zeroizing<[u8; 64]>,
}

impl Hmac {
    fn new(key: &[u8; 32]) -> Self {
        let padded = |with: u8| {
            let mut block = Zeroizing::new([with; 64]);
            block.iter_mut().zip(key).for_each(|(byte, key)| *byte ^= key);
            block
        };
        Self { inner: padded(0x36), outer: padded(0x5c) }
    }

    fn of(&self, message: &[u8]) -> [u8; 32] {
        let inner = Sha256::new().chain_update(*self.inner).chain_update(message).finalize();
        Sha256::new().chain_update(*self.outer).chain_update(inner).finalize().into()
    }
}

/// Writes marks.
#[derive(Debug, Default)]
pub struct MarkWriter {
    bytes: u64,
    synced: Option<BootTime>,
    /// The last mark of this run; before it, those of the run before that still tell something.
    last: Vec<ProgressMark>,
}

impl MarkWriter {
    /// A writer that has these marks of the run before in its care.
    #[must_use]
    pub fn following(marks: Vec<ProgressMark>) -> Self {
        Self { last: marks, ..Self::default() }
    }

    /// Whether the next mark is the first, which takes the place of those of the run before.
    #[must_use]
    pub fn is_first_mark(&self) -> bool {
        self.bytes == 0
    }

    /// Writes a mark. The first of an airing (`first`) may cut the file back, and is synced at once.
    ///
    /// # Errors
    /// What the storage says; a mark that could not be written is no harm but to its own precision.
    pub fn mark<S: Storage>(
        &mut self,
        storage: &mut S,
        now: ClockSnapshot,
        mark: ProgressMark,
        key: &MarkKey,
        first: bool,
    ) -> io::Result<()> {
        if self.bytes == 0 || (self.bytes > MAX_BYTES && (first || mark.id.is_none())) {
            storage.truncate(PROGRESS, 0)?;
            self.bytes = 0;
        }
        let line = key.line(&mark);
        storage.append(PROGRESS, line.as_bytes())?;
        self.bytes += line.len() as u64;
        let every = if mark.id.is_some() { SYNC_EVERY_US } else { LIFE_SYNC_EVERY_US };
        self.last.clear();
        self.last.push(mark);
        if first || self.synced.is_none_or(|at| now.boot.since(at) >= every) {
            storage.sync(PROGRESS)?;
            self.synced = Some(now.boot);
        }
        Ok(())
    }

    /// Writes what still counts once more, by the key of an epoch that has just begun, before the key of the one before is
    /// erased: nobody could say any more that it is ours.
    ///
    /// # Errors
    /// As [`Self::mark`].
    pub fn rewrite<S: Storage>(&mut self, storage: &mut S, key: &MarkKey) -> io::Result<()> {
        if self.last.is_empty() {
            return Ok(());
        }
        // After a torn line, which may be the last, a new one begins.
        let lines = self.last.iter().fold("\n".to_owned(), |lines, mark| lines + &key.line(mark));
        storage.append(PROGRESS, lines.as_bytes())?;
        storage.sync(PROGRESS)
    }
}

/// What the marks tell a starting daemon.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ProgressMarks {
    /// The last mark of all.
    pub last: Option<ProgressMark>,
    /// The last mark of each of the airings asked for.
    pub airings: Vec<ProgressMark>,
    /// Of the airings asked for, marks that no key at hand has made: of each the one that says most.
    pub refused: Vec<ProgressMark>,
}

/// How far a cut airing is known to have come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KnownProgress {
    /// Frames of it taken in all.
    pub frames: u64,
    /// Frames a second.
    pub rate: u32,
    /// There are marks that say otherwise, and are not believed.
    pub contradicted: bool,
}

impl ProgressMarks {
    /// All that counts, in its order.
    #[must_use]
    pub fn all(&self) -> Vec<ProgressMark> {
        self.airings.iter().chain(&self.last).cloned().collect()
    }

    fn refuse(&mut self, mark: ProgressMark) {
        match self.refused.iter_mut().find(|there| there.id == mark.id) {
            Some(there) if there.length_ms() >= mark.length_ms() => {}
            Some(there) => *there = mark,
            None => self.refused.push(mark),
        }
    }

    /// What is known to have sounded of an airing that was cut off: by the log before its last start, and by the marks
    /// since, of which none may say more than the boot clock and the planned length allow.
    #[must_use]
    pub fn known_progress(&self, open: &OpenStart, now: &ClockSnapshot, boot_id: &str) -> KnownProgress {
        let told = self.plausible_progress(open, now, boot_id);
        let since = &open.fields.since;
        // Marks by the key of an epoch that is over say no more than the last of them, which was written anew.
        let more = |mark: &ProgressMark| {
            let before = mark.boot == since.boot_id && BootTime(mark.boottime_us) < since.boot;
            mark.id.as_ref() == Some(&open.labels.id) && !before && mark.length_ms() > length_ms(told.frames, told.rate)
        };
        KnownProgress { contradicted: told.contradicted || self.refused.iter().any(more), ..told }
    }

    fn plausible_progress(&self, open: &OpenStart, now: &ClockSnapshot, boot_id: &str) -> KnownProgress {
        let (fields, id) = (&open.fields, &open.labels.id);
        let before = Length { frames: fields.frames, rate: fields.rate };
        let mark = self.airings.iter().find(|mark| mark.id.as_ref() == Some(id));
        let Some(mark) = mark.filter(|mark| mark.rate > 0) else {
            return KnownProgress { frames: before.frames, rate: before.rate, contradicted: false };
        };
        let before = before.frames_at(mark.rate);
        let since = &fields.since;
        // No airing outlasts a start of the machine; and no mark is from a time that is still to come.
        let possible = mark.boot == since.boot_id && (mark.boot != boot_id || mark.boottime_us <= now.boot.0);
        let sounded = BootTime(mark.boottime_us).since(since.boot);
        if !possible || sounded < 0 {
            return KnownProgress { frames: before, rate: mark.rate, contradicted: !possible };
        }
        let of = |us: i64| u64::try_from(i128::from(us) * i128::from(mark.rate) / i128::from(SECOND_US)).unwrap_or(0);
        let mut most = before.saturating_add(of(sounded + SLACK_US + entry_delay_us(open)));
        if open.labels.planned_ms > 0 {
            most = most.min(of(open.labels.planned_ms.saturating_mul(1000)).saturating_add(1));
        }
        KnownProgress { frames: mark.frames.min(most).max(before), rate: mark.rate, contradicted: mark.frames > most }
    }
}

/// How long after an airing's start its entry was made; nothing of an airing that goes on.
fn entry_delay_us(open: &OpenStart) -> i64 {
    let fields = &open.fields;
    let started = open.labels.planned_at.zip(fields.late_us);
    let started = started.filter(|_| fields.frames == 0).map(|(planned, late)| planned.timestamp_micros() + late);
    started.map_or(0, |started| fields.since.wall.since(WallTime(started)).clamp(0, MAX_DELAY_US))
}

/// Reads the marks that one of these keys has made; torn lines are passed over, and what is made up is told of.
///
/// # Errors
/// What the storage says.
pub fn read<S: Storage>(storage: &S, airings: &[String], keys: &[MarkKey]) -> io::Result<ProgressMarks> {
    let mut marks = ProgressMarks::default();
    let Some(mut reader) = storage.read(PROGRESS)? else {
        return Ok(marks);
    };
    let mut line = Vec::new();
    loop {
        line.clear();
        if io::Read::take(&mut reader, MAX_LINE).read_until(b'\n', &mut line)? == 0 {
            return Ok(marks);
        }
        let Ok(mark) = serde_json::from_slice::<ProgressMark>(&line) else {
            continue;
        };
        let asked = mark.id.as_ref().filter(|id| airings.contains(id));
        if !is_authentic(&line, &mark, keys) {
            if asked.is_some() {
                marks.refuse(mark);
            }
            continue;
        }
        if asked.is_some() {
            marks.airings.retain(|other| other.id != mark.id);
            marks.airings.push(mark.clone());
        }
        marks.last = Some(mark);
    }
}

fn is_authentic(line: &[u8], mark: &ProgressMark, keys: &[MarkKey]) -> bool {
    let text = std::str::from_utf8(line).ok();
    let Some((body, mac)) = text.and_then(|text| text.trim_end().rsplit_once(MAC_KEY)) else { return false };
    let mac = mac.strip_suffix("\"}");
    keys.iter().filter(|key| key.epoch == mark.epoch).any(|key| Some(key.mac(body).as_str()) == mac)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_is_that_of_rfc_4231() {
        // Test case 2, its key filled up with zeroes as the standard does.
        let mut key = [0; 32];
        key[..4].copy_from_slice(b"Jefe");
        let mac = Hmac::new(&key).of(b"what do ya want for nothing?");
        assert_eq!(hex(&mac), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    }
}
