//! The engine's `Math` has functions that nothing here uses; the C library's tables for them would be
//! a tenth of the program. In their place: a failure of our own, loud and in one line.

macro_rules! absent {
    ($($name:ident)*) => {$(
        #[unsafe(no_mangle)]
        extern "C" fn $name(_: f64, _: f64) -> f64 {
            crate::freeze::quit(concat!("Math.", stringify!($name), " is left out of this build"))
        }
    )*};
}

absent!(acos acosh asin asinh atan atan2 atanh cos cosh sin sinh tan tanh);
