//! A terminal of the command's own, and the one that this process was started at.

use crate::kernel::descriptors;
use crate::kernel::terminal::{self, Outer};
use crate::relay::input::{self, Input};

/// Columns and rows where nothing says them.
const USUAL: [u16; 2] = [80, 24];

pub struct Pty {
    master: i32,
    /// Keeps the terminal from being hung up while no other process has it open.
    slave: i32,
    pub input: Input,
    /// The terminal that input is typed at.
    outer: Option<&'static Outer>,
    /// The terminal that says the size; -1: none.
    sized_by: i32,
    size: [u16; 2],
}

/// Makes the terminal. `size`: its columns and rows; `None`: as those of the first terminal among
/// the standard descriptors and `controlling`. Line discipline and keys are that terminal's.
pub fn open(size: Option<[u16; 2]>, controlling: i32) -> Result<Pty, i32> {
    let [master, slave] = terminal::open_pair()?;
    let mut known = [0, 1, 2, controlling].into_iter();
    let found = known.find(|&fd| terminal::is_terminal(fd)).unwrap_or(-1);
    let outer = if terminal::is_terminal(0) {
        Some(terminal::remember(0, !terminal::is_terminal(1))?)
    } else {
        None
    };
    // A shell that reads its next line has other settings meanwhile.
    let theirs = terminal::settings(found).filter(|_| terminal::is_ours(found));
    if let Some(settings) = theirs.or_else(|| usual_settings(slave)) {
        terminal::set(slave, &settings);
    }
    let mut pty = Pty {
        master,
        slave,
        input: input::open(master)?,
        outer,
        sized_by: if size.is_none() { found } else { -1 },
        size: [0; 2],
    };
    pty.resize(size.or_else(|| pty.outer_size()).unwrap_or(USUAL));
    Ok(pty)
}

/// Those of a new terminal, where a key that erases takes a whole character.
fn usual_settings(slave: i32) -> Option<libc::termios> {
    let mut settings = terminal::settings(slave)?;
    settings.c_iflag |= libc::IUTF8;
    Some(settings)
}

impl Pty {
    pub fn master(&self) -> i32 {
        self.master
    }

    pub fn slave(&self) -> i32 {
        self.slave
    }

    fn outer_size(&self) -> Option<[u16; 2]> {
        terminal::size(self.sized_by).filter(|size| !size.contains(&0))
    }

    /// Another size, which the terminal that this process was started at no longer changes. 0 or
    /// minus errno.
    pub fn fix_size(&mut self, size: [u16; 2]) -> i64 {
        self.sized_by = -1;
        self.resize(size)
    }

    fn resize(&mut self, size: [u16; 2]) -> i64 {
        self.size = size;
        terminal::set_size(self.master, size)
    }

    /// Takes the terminal that input is typed at, and passes its size on. It is time for that
    /// whenever a signal has come: this process may have been stopped and continued.
    pub fn refresh(&mut self) {
        if self.master < 0 {
            return;
        }
        if let Some(outer) = self.outer.filter(|_| self.input.source() >= 0) {
            outer.take();
        }
        if let Some(size) = self.outer_size().filter(|&size| size != self.size) {
            self.resize(size);
        }
    }

    /// Passes on what is typed. `source`: what poll(2) said of it.
    pub fn pump(&mut self, source: &libc::pollfd) {
        if self.master < 0 {
            return;
        }
        let outer = self.outer;
        let may_read = || outer.is_none_or(Outer::take);
        if !self.input.pump(source.revents != 0, may_read) {
            self.input.close();
        }
    }

    /// The run is over: nothing more is typed, and the terminal hangs up once no process has it.
    pub fn end(&mut self) {
        self.input.close();
        self.master = -1;
        descriptors::close(std::mem::replace(&mut self.slave, -1));
    }
}
