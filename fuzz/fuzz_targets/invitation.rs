//! A text that claims to be an invitation. What is accepted is written again as the same text.
#![no_main]

use keys::Invitation;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    // In whatever is around it; what is found is an invitation.
    if let Ok(found) = Invitation::find(bytes) {
        assert_eq!(Invitation::from_text(&found.to_text()).as_ref(), Ok(&found));
    }
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let Ok(invitation) = Invitation::from_text(text) else { return };
    let plain: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    assert_eq!(invitation.to_text(), plain, "two texts of one invitation");
});
