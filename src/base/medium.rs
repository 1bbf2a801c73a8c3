//! Finds out whether a folder is on a removable stick, on a network, or on a disk of this computer.
//!
//! The answer comes from `/proc/self/mountinfo` (proc(5)) and `/sys/dev/block`. Both are read below a root folder, so
//! that tests can replace them.
mod mount_table;

use std::path::{Component, Path, PathBuf};

use super::small_file::read_small_text;

pub use mount_table::{Mount, MountTable};

/// File systems on a network, or on the host of a virtual machine.
const NETWORK_FILE_SYSTEMS: [&str; 17] = [
    "9p",
    "afs",
    "ceph",
    "cifs",
    "davfs",
    "fuse.davfs2",
    "fuse.glusterfs",
    "fuse.gvfsd-fuse",
    "fuse.rclone",
    "fuse.s3fs",
    "fuse.sshfs",
    "ncpfs",
    "nfs",
    "nfs4",
    "smb3",
    "smbfs",
    "virtiofs",
];
/// The usual file systems of sticks. A computer uses them on its own disks only for boot partitions.
const STICK_FILE_SYSTEMS: [&str; 6] = ["exfat", "fuseblk", "msdos", "ntfs", "ntfs3", "vfat"];
/// The maximum length of `mountinfo`, in bytes.
const MAX_MOUNTINFO_BYTES: u64 = 4 << 20;

/// The kind of medium that holds a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Medium {
    /// A removable medium, with its mount.
    Removable(Mount),
    /// A network share, or a folder of another machine.
    Network,
    /// A disk of this computer, so a copy there does not leave the computer.
    Fixed,
    /// The system has no table of mounts, or the table does not contain the folder.
    Unknown,
}

/// Returns the kind of medium that holds `folder`, which need not exist yet. A folder on the same disk as the system or
/// as `station`, the station's folder, is [`Medium::Fixed`]. `root` is `/`; tests use a tree of their own.
#[must_use]
pub fn medium_of(root: &Path, folder: &Path, station: &Path) -> Medium {
    let Some(mounts) = read_mounts(root) else {
        return Medium::Unknown;
    };
    let (Some(mount), Some(station_mount)) =
        (mounts.mount_of(&resolve_links(folder)), mounts.mount_of(&resolve_links(station)))
    else {
        return Medium::Unknown;
    };
    if NETWORK_FILE_SYSTEMS.contains(&mount.file_system.as_str()) {
        return Medium::Network;
    }
    let own_mounts = [Some(station_mount), mounts.mount_of(Path::new("/"))];
    let disk = disk_of(root, &mount.device);
    let is_own_disk = own_mounts.into_iter().flatten().any(|own_mount| {
        let is_same_disk = disk.is_some() && disk_of(root, &own_mount.device) == disk;
        own_mount.point == mount.point || own_mount.device == mount.device || is_same_disk
    });
    let is_stick = STICK_FILE_SYSTEMS.contains(&mount.file_system.as_str());
    match !is_own_disk && (is_stick || disk.is_some_and(|disk| is_removable(&disk))) {
        true => Medium::Removable(mount.clone()),
        false => Medium::Fixed,
    }
}

/// Returns the removable media that are mounted: sticks, cards, disks at USB. `root` is `/`; tests use a tree of their
/// own.
#[must_use]
pub fn removable_media(root: &Path, station: &Path) -> Vec<Mount> {
    let mounts = read_mounts(root).unwrap_or_default();
    let points = mounts.points();
    let media = points.into_iter().filter_map(|point| match medium_of(root, &point, station) {
        Medium::Removable(mount) if mount.point == point => Some(mount),
        _ => None,
    });
    media.collect()
}

/// Returns the mount that holds `folder`, which need not exist yet; `None` if it cannot be found.
#[must_use]
pub fn mount_at(root: &Path, folder: &Path) -> Option<Mount> {
    read_mounts(root)?.mount_of(&resolve_links(folder)).cloned()
}

fn read_mounts(root: &Path) -> Option<MountTable> {
    Some(MountTable::parse(&read_small_text(&root.join("proc/self/mountinfo"), MAX_MOUNTINFO_BYTES)?))
}

/// Returns the absolute path of `folder` without links. The part that does not exist yet is appended unchanged.
fn resolve_links(folder: &Path) -> PathBuf {
    let absolute = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
    let nearest_existing = absolute.ancestors().find_map(|ancestor| Some((ancestor, ancestor.canonicalize().ok()?)));
    let Some((ancestor, mut path)) = nearest_existing else {
        return absolute;
    };
    for part in absolute.strip_prefix(ancestor).unwrap_or(Path::new("")).components() {
        match part {
            Component::ParentDir => drop(path.pop()),
            part => path.push(part),
        }
    }
    path
}

/// Returns the `/sys` folder of the disk that holds a device or partition such as `8:17`.
#[must_use]
pub fn disk_of(root: &Path, device: &str) -> Option<PathBuf> {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    device.split_once(':').filter(|(major, minor)| is_number(major) && is_number(minor))?;
    let folder = root.join("sys/dev/block").join(device).canonicalize().ok()?;
    // The folder of a partition is in the folder of its disk.
    if folder.join("partition").exists() { folder.parent().map(Path::to_owned) } else { Some(folder) }
}

/// Returns true if the kernel marks the disk as removable, or the disk is attached by USB.
fn is_removable(disk: &Path) -> bool {
    let is_marked_removable = read_small_text(&disk.join("removable"), 16).is_some_and(|text| text.trim() == "1");
    is_marked_removable || disk.components().any(|part| part.as_os_str().to_string_lossy().starts_with("usb"))
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    /// Creates a root folder with a `mountinfo` and block devices. A device is a tuple: its number, the folder of its
    /// disk below `/sys/devices`, and the name of its partition (empty for a whole disk).
    fn create_root(mountinfo: &str, devices: &[(&str, &str, &str)]) -> tempfile::TempDir {
        let root = tempfile::tempdir().expect("create a temporary folder");
        let write = |path: PathBuf, text: &str| {
            std::fs::create_dir_all(path.parent().expect("the path has a parent")).expect("create the folder");
            std::fs::write(path, text).expect("write the file");
        };
        write(root.path().join("proc/self/mountinfo"), mountinfo);
        for (number, disk, partition) in devices {
            let disk = root.path().join("sys/devices").join(disk);
            let removable = if disk.ends_with("sdc") { "1\n" } else { "0\n" };
            write(disk.join("removable"), removable);
            let folder = if partition.is_empty() { disk } else { disk.join(partition) };
            if !partition.is_empty() {
                write(folder.join("partition"), "1\n");
            }
            let link = root.path().join("sys/dev/block").join(number);
            std::fs::create_dir_all(link.parent().expect("the path has a parent")).expect("create the folder");
            symlink(folder, link).expect("create the link");
        }
        root
    }

    /// Debian on a PC with a USB disk, a stick, a share, and a boot partition.
    const PC_MOUNTINFO: &str = "\
22 1 8:2 / / rw,relatime shared:1 - ext4 /dev/sda2 rw,errors=remount-ro
25 22 0:23 / /tmp rw,nosuid,nodev shared:5 - tmpfs tmpfs rw,size=1000k
31 22 8:1 / /boot/efi rw,relatime shared:9 - vfat /dev/sda1 rw,fmask=0077
90 22 8:17 / /media/truc\\040dai/NHAT\\040KY rw,nosuid shared:50 - vfat /dev/sdb1 rw,uid=1000
91 22 8:33 / /mnt/the rw shared:51 - ext4 /dev/sdc1 rw
92 22 8:49 / /mnt/o-cung-usb rw shared:52 - ext4 /dev/sdd1 rw
93 22 0:60 / /mnt/so rw shared:53 - cifs //so/nhat-ky rw
94 22 8:65 / /srv rw shared:54 - ext4 /dev/sde1 rw
";
    const PC_DEVICES: [(&str, &str, &str); 6] = [
        ("8:2", "pci0000:00/ata1/block/sda", "sda2"),
        ("8:1", "pci0000:00/ata1/block/sda", "sda1"),
        ("8:17", "pci0000:00/usb1/1-2/block/sdb", "sdb1"),
        ("8:33", "pci0000:00/mmc/block/sdc", "sdc1"),
        ("8:49", "pci0000:00/usb2/2-1/block/sdd", "sdd1"),
        ("8:65", "pci0000:00/ata2/block/sde", "sde1"),
    ];

    fn medium_text(root: &Path, folder: &str, station: &str) -> String {
        match medium_of(root, Path::new(folder), Path::new(station)) {
            Medium::Removable(mount) => format!("removable {}", mount.point.display()),
            other => format!("{other:?}").to_lowercase(),
        }
    }

    #[test]
    fn only_the_disks_of_the_computer_itself_count_as_fixed() {
        let root = create_root(PC_MOUNTINFO, &PC_DEVICES);
        let cases = [
            ("/media/truc dai/NHAT KY/dak-ndrung", "removable /media/truc dai/NHAT KY"),
            ("/mnt/the/x", "removable /mnt/the"),
            ("/mnt/o-cung-usb", "removable /mnt/o-cung-usb"),
            ("/mnt/so/xa", "network"),
            // No stick is mounted at this path, so the folder is on the computer's own disk.
            ("/media/usb/dak-ndrung", "fixed"),
            ("/boot/efi/x", "fixed"),
            ("/srv/x", "fixed"),
            ("/tmp/x", "fixed"),
            ("/mnt/the/../../home/x", "fixed"),
        ];
        for (folder, expected) in cases {
            assert_eq!(medium_text(root.path(), folder, "/home/dai"), expected, "{folder}");
        }
    }

    #[test]
    fn the_sticks_that_are_plugged_in_are_found() {
        let root = create_root(PC_MOUNTINFO, &PC_DEVICES);
        let points: Vec<_> =
            removable_media(root.path(), Path::new("/home/dai")).into_iter().map(|m| m.point).collect();
        assert_eq!(points, ["/media/truc dai/NHAT KY", "/mnt/o-cung-usb", "/mnt/the"].map(PathBuf::from));
        let nowhere = tempfile::tempdir().expect("create a temporary folder");
        assert_eq!(removable_media(nowhere.path(), Path::new("/home/dai")), []);
    }

    #[test]
    fn a_stick_that_holds_the_station_counts_as_fixed() {
        let root = create_root(PC_MOUNTINFO, &PC_DEVICES);
        assert_eq!(medium_text(root.path(), "/mnt/the/ban-chep", "/mnt/the/dai"), "fixed");
    }

    #[test]
    fn the_card_or_usb_disk_from_which_a_raspberry_pi_boots_counts_as_fixed() {
        let pi_mountinfo = "22 1 179:2 / / rw - ext4 /dev/root rw\n\
            23 22 179:1 / /boot/firmware rw - vfat /dev/mmcblk0p1 rw\n\
            24 22 8:1 / /media/usb rw - exfat /dev/sda1 rw\n";
        let devices = [
            ("179:2", "platform/soc/mmc0/block/mmcblk0", "mmcblk0p2"),
            ("179:1", "platform/soc/mmc0/block/mmcblk0", "mmcblk0p1"),
            ("8:1", "platform/soc/usb1/1-1/block/sda", "sda1"),
        ];
        let root = create_root(pi_mountinfo, &devices);
        assert_eq!(medium_text(root.path(), "/boot/firmware/x", "/var/lib/loa/station"), "fixed");
        assert_eq!(medium_text(root.path(), "/media/usb/x", "/var/lib/loa/station"), "removable /media/usb");
        let usb_boot_mountinfo = "22 1 8:2 / / rw - ext4 /dev/sda2 rw\n23 22 8:1 / /boot rw - vfat /dev/sda1 rw\n";
        let devices = [("8:2", "usb1/block/sda", "sda2"), ("8:1", "usb1/block/sda", "sda1")];
        let root = create_root(usb_boot_mountinfo, &devices);
        assert_eq!(medium_text(root.path(), "/boot/x", "/home/dai"), "fixed");
    }

    #[test]
    fn without_sysfs_the_file_system_decides_and_without_mountinfo_the_medium_is_unknown() {
        let root = create_root(PC_MOUNTINFO, &[]);
        assert_eq!(
            medium_text(root.path(), "/media/truc dai/NHAT KY", "/home/dai"),
            "removable /media/truc dai/NHAT KY"
        );
        assert_eq!(medium_text(root.path(), "/mnt/o-cung-usb", "/home/dai"), "fixed");
        assert_eq!(
            medium_text(tempfile::tempdir().expect("create a temporary folder").path(), "/mnt", "/home"),
            "unknown"
        );
    }
}
