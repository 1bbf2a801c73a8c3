//! How to set the computer's clock, below the help of `loa clock`. The commands are those of Debian with systemd.
//! `timedatectl set-time` also sets the battery clock, and is refused while `set-ntp` is on.

/// The guide in Vietnamese.
pub(super) const VI: &str = "\
Chỉnh đồng hồ máy (Debian, hệ có systemd):
  Xem giờ, ngày và múi giờ của máy:
    timedatectl
  Múi giờ chưa đúng:
    sudo timedatectl set-timezone Asia/Ho_Chi_Minh
  Máy có mạng, để máy tự chỉnh (nếu báo “NTP not supported”: sudo apt install systemd-timesyncd):
    sudo timedatectl set-ntp true
  Máy không có mạng, ghi ngày giờ thật theo điện thoại, ví dụ 5 giờ 30 ngày 12/3/2026:
    sudo timedatectl set-ntp false
    sudo timedatectl set-time '2026-03-12 05:30:00'
  Chỉnh bằng cách khác (ví dụ date -s) thì ghi giờ đó vào đồng hồ pin của máy:
    sudo hwclock --systohc
Khi máy tự chỉnh được qua mạng thì đài tự tin đồng hồ. Không có mạng thì gõ: loa clock confirm
Nếu máy tính để bàn cứ mất điện là sai giờ: pin CR2032 trên bo mạch đã hết. Hãy thay pin rồi chỉnh lại giờ.";

/// The guide in English.
pub(super) const EN: &str = "\
To set the computer's clock (Debian, with systemd):
  To see its time, date and time zone:
    timedatectl
  If the time zone is wrong:
    sudo timedatectl set-timezone Asia/Ho_Chi_Minh
  With a network, let it be set automatically (if it says `NTP not supported`: sudo apt install systemd-timesyncd):
    sudo timedatectl set-ntp true
  Without a network, set the real time by your telephone, here 05:30 on 12 March 2026:
    sudo timedatectl set-ntp false
    sudo timedatectl set-time '2026-03-12 05:30:00'
  If it was set in another way (such as date -s), write the time to the battery clock:
    sudo hwclock --systohc
Once the network keeps the clock right, the station trusts it. Without a network, type: loa clock confirm
If a PC shows a wrong time after each power cut, the battery on its main board (CR2032) is empty. Replace it, then set
the clock again.";
