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
    /// `NAME=` with room for the guardian's number and start time.
    above: Vec<Vec<u8>>,
}

/// Room for the digits of a process's number, and for the zero behind them.
const ROOM: usize = 11;
/// The same for a process with its start time, which has up to 20 digits.
const ROOM_ABOVE: usize = ROOM + 21;

impl Environment {
    /// `None` where the command gets the environment as it is. `changes`: `NAME=value`, or `NAME`
    /// to take it away; `own`: names of variables that get the command's number; `above`: names of
    /// those that get the guardian's number and start time.
    pub fn of(
        changes: Vec<CString>,
        own: Vec<CString>,
        above: Vec<CString>,
    ) -> Option<Environment> {
        if changes.is_empty() && own.is_empty() && above.is_empty() {
            return None;
        }
        let names: Vec<&[u8]> = changes
            .iter()
            .chain(&own)
            .chain(&above)
            .map(|it| name_of(it.as_bytes()))
            .collect();
        let mut pointers = Vec::new();
        let mut at = identity::environ();
        // SAFETY: the environment is a vector of strings, ended by a null, that no code changes.
        unsafe {
            while !(*at).is_null() {
                if !names.contains(&name_of(CStr::from_ptr(*at).to_bytes())) {
                    pointers.push(*at);
                }
                at = at.add(1);
            }
        }
        let with_room = |names: Vec<CString>, room: usize| -> Vec<Vec<u8>> {
            let entry = |name: &CString| [name.as_bytes(), b"=", &vec![0; room]].concat();
            names.iter().map(entry).collect()
        };
        let (own, above) = (with_room(own, ROOM), with_room(above, ROOM_ABOVE));
        let is_set = |it: &&CString| it.as_bytes().contains(&b'=');
        pointers.extend(changes.iter().filter(is_set).map(|it| it.as_ptr()));
        pointers.extend(own.iter().chain(&above).map(|it| it.as_ptr().cast()));
        pointers.push(ptr::null());
        Some(Environment {
            pointers,
            _set: changes,
            own,
            above,
        })
    }

    /// In the guardian: writes its number and start time, as the command sees them.
    pub fn write_guardian(&mut self, start_time: impl FnOnce() -> u64) {
        if self.above.is_empty() {
            return;
        }
        let value = format!("{}:{}", identity::own_pid(), start_time());
        for text in &mut self.above {
            let start = text.len() - ROOM_ABOVE;
            text[start..start + value.len()].copy_from_slice(value.as_bytes());
        }
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

fn write_number(number: u32, room: &mut [u8]) {
    let digits = number.checked_ilog10().unwrap_or(0) as usize + 1;
    let mut rest = number;
    for place in room[..digits].iter_mut().rev() {
        *place = b'0' + (rest % 10) as u8;
        rest /= 10;
    }
}
