//! The engine's `Math` has functions that nothing here uses; the C library's tables for them would be
//! some 260 KB. In their place: a failure of our own, as any other, whose reason is the name.

macro_rules! absent {
    ($($name:ident)*) => {$(
        #[unsafe(no_mangle)]
        extern "C" fn $name(_: f64, _: f64) -> f64 {
            crate::engine::runtime::give_up_with_last_words(concat!("Math.", stringify!($name)).as_bytes())
        }
    )*};
}

absent!(acos acosh asin asinh atan atan2 atanh cos cosh sin sinh tan tanh);
