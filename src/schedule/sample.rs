//! The ids and recordings of the sample station. They identify a station that still uses them.
use super::Id;
use super::station_name::proposed_id;

/// The id of the sample station. No commune has it: `loa init` refuses it for any other station.
pub const SAMPLE_ID: &str = "dai-mau";
/// The former id of the sample station. It is also the correct id of the commune Đắk N'Drung.
const FORMER_SAMPLE_ID: &str = "dak-ndrung";

/// The SHA-256 of the former sample's greeting, which names that commune. Only that sample contained it.
const FORMER_GREETING_SHA256: &str = "494edd678802e62c7a5357c89c87a4fbeb1ababb01ba47e6c45cf9a1aa2db7a0";

/// The SHA-256 of the spoken recordings of every sample that loa has shipped. The signal tune is omitted, because a
/// station may keep it.
const SPOKEN_RECORDINGS_SHA256: [&str; 14] = [
    "3527ae9693cb88f7e099a0937506f3a83f95510a22797b1ad63a3ef25ce53510", // can-bo.mp3
    "76f4692fcf09e450f53c2b34006979a36547b4a33ee28d3456321fcc148a84a2", // giao-thong.mp3
    "4c9c12fd59480f8b1ba7525b4db07b163610e84a97049205dcf87b41d4b5432b", // guong-sang.mp3
    "2ce63c9b611c905d0de778a4bd9af06b3904b617140a6d67e1a29222086fa70e", // loi-chao.mp3
    FORMER_GREETING_SHA256,
    "988480ae4f5103ddd223ee8c49aed948918e13240811082764b7657fa24f992d", // loi-ket.mp3
    "f4392ea66953638701f7741be53ac2d299c772ca85c93e8758d444cd163b5c05", // muc-tieu-2023.mp3
    "7021f4c89aebd32c7da2735f615a3d759f8b5163a1cf21eb6b9eb5a48b62a88a", // nuoc-sach.mp3
    "eb813d8130d05fa369f2553c6211d1f416b39ef16ff3c2831318f16efe11a086", // phe-phan.mp3
    "59a2f50dba3101210b445fd36725bac5f73f36ceee12e7a118e8e0178be93c6b", // phong-chay.mp3
    "21c83a45bff8db7eb032b715474736d0aa1150a5711d7f04666f9d480151459e", // thi-dua.mp3
    "5a572cfe418e259c4aadc22a4e1e06e6a28d9f751192621fe493f7e96745c59d", // u-phan-ca-phe.mp3
    "d5ee7010aa83d044f7a57f44351260a7053a38013333a425a3dea263d1455b99", // vay-von.mp3
    "00ed0e3e2d88982c631fde2b3cadd9af5330eb1cc6b436a7052060db14544919", // viec-lam.mp3
];

/// Returns true for a spoken recording of the sample.
#[must_use]
pub fn is_sample_recording(sha256: &str) -> bool {
    SPOKEN_RECORDINGS_SHA256.contains(&sha256)
}

/// Returns true for the id of the sample station.
#[must_use]
pub fn is_sample_id(id: &Id) -> bool {
    id.as_str() == SAMPLE_ID
}

/// Returns true for the greeting of the sample that had the id `dak-ndrung`.
#[must_use]
pub fn is_former_greeting(sha256: &str) -> bool {
    sha256 == FORMER_GREETING_SHA256
}

/// Returns true if a station has an id of the sample instead of its own. The former id of the sample counts as the
/// station's own if it is the [`proposed_id`] for the station's name and the former greeting is no longer played.
#[must_use]
pub fn goes_by_sample_id(id: &Id, name: &str, plays_former_greeting: bool) -> bool {
    let is_own_former_id = || !plays_former_greeting && proposed_id(name).is_some_and(|proposed| proposed == *id);
    is_sample_id(id) || (id.as_str() == FORMER_SAMPLE_ID && !is_own_former_id())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn goes_by(id: &str, name: &str, plays_former_greeting: bool) -> bool {
        goes_by_sample_id(&Id::new(id).expect("the id is valid"), name, plays_former_greeting)
    }

    #[test]
    fn the_former_id_belongs_to_one_commune() {
        assert!(goes_by("dai-mau", "Đài Truyền thanh xã Quảng Tâm", false));
        assert!(goes_by("dak-ndrung", "Đài Truyền thanh xã Quảng Tâm", false));
        assert!(goes_by("dak-ndrung", "Đài Truyền thanh xã Đắk N'Drung", true), "the unchanged former sample");
        assert!(!goes_by("dak-ndrung", "Đài Truyền thanh xã Đắk N’Drung", false), "the commune itself");
        assert!(!goes_by("quang-tam", "Đài Truyền thanh xã Quảng Tâm", true));
    }
}
