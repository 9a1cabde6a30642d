//! Text between the kernel and TypeScript. The kernel's strings are bytes, TypeScript's are UTF-16.
//! Bytes that are not UTF-8 cross as U+DC80..U+DCFF (surrogate escape) and come back as they were.

use rquickjs_sys as qjs;

const ESCAPED: u16 = 0xDC00;

/// A script string for `bytes`.
pub fn to_script(ctx: *mut qjs::JSContext, bytes: &[u8]) -> qjs::JSValue {
    if std::str::from_utf8(bytes).is_ok() {
        // SAFETY: pointer and length of one slice.
        return unsafe { qjs::JS_NewStringLen(ctx, bytes.as_ptr().cast(), bytes.len() as _) };
    }
    let units = escape(bytes);
    // SAFETY: pointer and length of one vector.
    unsafe { qjs::JS_NewStringUTF16(ctx, units.as_ptr(), units.len() as _) }
}

fn escape(bytes: &[u8]) -> Vec<u16> {
    let mut units = Vec::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        units.extend(chunk.valid().encode_utf16());
        units.extend(
            chunk
                .invalid()
                .iter()
                .map(|&byte| ESCAPED | u16::from(byte)),
        );
    }
    units
}

/// The bytes of a script value's text; `None` where the engine threw (out of memory).
pub fn from_script(ctx: *mut qjs::JSContext, value: qjs::JSValue) -> Option<Vec<u8>> {
    let mut length = 0;
    // SAFETY: `value` is alive in `ctx`; what comes back is freed below, after it was copied.
    unsafe {
        let units = qjs::JS_ToCStringLenUTF16(ctx, &mut length, value);
        if units.is_null() {
            return None;
        }
        let bytes = unescape(std::slice::from_raw_parts(units, length as usize));
        qjs::JS_FreeCStringUTF16(ctx, units);
        Some(bytes)
    }
}

fn unescape(units: &[u16]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(units.len() + 1);
    for unit in char::decode_utf16(units.iter().copied()) {
        match unit {
            Ok(char) => bytes.extend_from_slice(char.encode_utf8(&mut [0; 4]).as_bytes()),
            Err(lone) if (0xDC80..=0xDCFF).contains(&lone.unpaired_surrogate()) => {
                bytes.push(lone.unpaired_surrogate() as u8);
            }
            Err(_) => bytes.extend_from_slice("\u{FFFD}".as_bytes()),
        }
    }
    bytes
}
