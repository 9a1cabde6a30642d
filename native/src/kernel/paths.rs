//! Bytes as paths, for the kernel and for the standard library.

use std::ffi::{CString, OsString};
use std::os::unix::ffi::OsStringExt;
use std::path::PathBuf;

/// The bytes up to the first zero byte, as the kernel takes them.
pub fn c_string(mut bytes: Vec<u8>) -> CString {
    if let Some(zero) = bytes.iter().position(|&byte| byte == 0) {
        bytes.truncate(zero);
    }
    CString::new(bytes).unwrap_or_default()
}

/// The same as the standard library takes them.
pub fn path_of(path: &[u8]) -> PathBuf {
    OsString::from_vec(c_string(path.to_vec()).into_bytes()).into()
}
