//! The command's environment where it is not ours: variables that were set or taken away.

use crate::kernel::identity;
use std::ffi::{CStr, CString, c_char};
use std::ptr;

pub struct Environment {
    /// Ended by a null. Points into the environment of this process, and into what follows.
    pub pointers: Vec<*const c_char>,
    _set: Vec<CString>,
    /// `NAME=` with room for a number behind it, which only the command knows.
    own: Vec<Vec<u8>>,
}

/// Room for the digits of a process's number, and for the zero behind them.
const ROOM: usize = 11;

impl Environment {
    /// `None` where the command gets the environment as it is. `changes`: `NAME=value`, or `NAME`
    /// to take it away; `own`: names of variables that get the command's number.
    pub fn of(changes: Vec<CString>, own: Vec<CString>) -> Option<Environment> {
        if changes.is_empty() && own.is_empty() {
            return None;
        }
        let names: Vec<&[u8]> = changes
            .iter()
            .chain(&own)
            .map(|it| name_of(it.as_bytes()))
            .collect();
        let mut pointers = Vec::new();
        let mut at = identity::environ();
        // SAFETY: the environment is a vector of strings, ended by a null, that nobody changes.
        unsafe {
            while !(*at).is_null() {
                if !names.contains(&name_of(CStr::from_ptr(*at).to_bytes())) {
                    pointers.push(*at);
                }
                at = at.add(1);
            }
        }
        let own: Vec<Vec<u8>> = own.iter().map(|name| with_room(name.as_bytes())).collect();
        let is_set = |it: &&CString| it.as_bytes().contains(&b'=');
        pointers.extend(changes.iter().filter(is_set).map(|it| it.as_ptr()));
        pointers.extend(own.iter().map(|it| it.as_ptr().cast()));
        pointers.push(ptr::null());
        Some(Environment {
            pointers,
            _set: changes,
            own,
        })
    }

    /// In the command: writes its number into its own variables. Allocates nothing.
    pub fn write_pid(&mut self) {
        let pid = identity::own_pid();
        for text in &mut self.own {
            let start = text.len() - ROOM;
            write_number(pid as u32, &mut text[start..]);
        }
    }
}

fn name_of(entry: &[u8]) -> &[u8] {
    entry.split(|&byte| byte == b'=').next().unwrap_or(entry)
}

fn with_room(name: &[u8]) -> Vec<u8> {
    [name, b"=", &[0; ROOM]].concat()
}

fn write_number(number: u32, room: &mut [u8]) {
    let digits = number.checked_ilog10().unwrap_or(0) as usize + 1;
    let mut rest = number;
    for place in room[..digits].iter_mut().rev() {
        *place = b'0' + (rest % 10) as u8;
        rest /= 10;
    }
}
