//! Bytes as paths, for the kernel and for the standard library.

use std::ffi::{CString, OsString};
use std::os::unix::ffi::OsStringExt;
use std::path::PathBuf;

/// A path as the kernel takes it: the bytes up to the first zero byte.
pub fn c_string(mut bytes: Vec<u8>) -> CString {
    if let Some(zero) = bytes.iter().position(|&byte| byte == 0) {
        bytes.truncate(zero);
    }
    CString::new(bytes).unwrap_or_default()
}

/// A path as the standard library takes it.
pub fn path_of(path: &[u8]) -> PathBuf {
    OsString::from_vec(c_string(path.to_vec()).into_bytes()).into()
}
