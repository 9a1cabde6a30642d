//! One call from TypeScript: its arguments, and values to answer with. A function of the window
//! answers with a number (the kernel's result, or minus its errno), a text, or an array of these.

use crate::engine::text;
use crate::kernel::paths::c_string;
use rquickjs_sys as qjs;
use std::ffi::CString;

pub struct Call<'a> {
    pub ctx: *mut qjs::JSContext,
    pub args: &'a [qjs::JSValue],
}

impl Call<'_> {
    fn arg(&self, at: usize) -> qjs::JSValue {
        self.args.get(at).copied().unwrap_or(qjs::JS_UNDEFINED)
    }

    /// A number; 0 where something else was given.
    pub fn number(&self, at: usize) -> f64 {
        number_of(self.arg(at))
    }

    pub fn int(&self, at: usize) -> i32 {
        self.number(at) as i32
    }

    pub fn text(&self, at: usize) -> Option<Vec<u8>> {
        text::from_script(self.ctx, self.arg(at))
    }

    /// ENOMEM as the answer of one call: it does not end this process.
    pub fn without_memory(&self) -> i32 {
        // SAFETY: a live context; what the engine threw is not needed.
        unsafe { qjs::JS_FreeValue(self.ctx, qjs::JS_GetException(self.ctx)) };
        libc::ENOMEM
    }

    pub fn ints(&self, at: usize) -> Vec<i32> {
        self.numbers(at).iter().map(|&value| value as i32).collect()
    }

    pub fn numbers(&self, at: usize) -> Vec<f64> {
        self.list(at, |value| Some(number_of(value)))
            .unwrap_or_default()
    }

    /// An array of texts as the kernel takes them. A text with a zero byte ends there.
    pub fn c_strings(&self, at: usize) -> Option<Vec<CString>> {
        self.list(at, |value| text::from_script(self.ctx, value).map(c_string))
    }

    fn list<T>(&self, at: usize, of: impl Fn(qjs::JSValue) -> Option<T>) -> Option<Vec<T>> {
        let mut length = 0;
        // SAFETY: the tag is always there to be read. To ask what is no list for its length would
        // leave an exception behind.
        if unsafe { qjs::JS_VALUE_GET_TAG(self.arg(at)) } != qjs::JS_TAG_OBJECT {
            return Some(Vec::new());
        }
        // SAFETY: our argument lives as long as the call; each element is freed after its use.
        unsafe {
            // An argument that was left out is an empty list.
            if qjs::JS_IsUndefined(self.arg(at)) {
                return None;
            }
            qjs::JS_GetLength(self.ctx, self.arg(at), &mut length);
            (0..length as u32)
                .map(|index| {
                    let value = qjs::JS_GetPropertyUint32(self.ctx, self.arg(at), index);
                    let item = of(value);
                    qjs::JS_FreeValue(self.ctx, value);
                    item
                })
                .collect()
        }
    }

    pub fn answer_text(&self, bytes: &[u8]) -> qjs::JSValue {
        text::to_script(self.ctx, bytes)
    }

    pub fn answer_list(&self, items: impl IntoIterator<Item = qjs::JSValue>) -> qjs::JSValue {
        // SAFETY: the array is new; setting an element takes over the item's reference. An item
        // that could not be made is the engine's mark of an exception, which is the whole answer
        // then.
        unsafe {
            let list = qjs::JS_NewArray(self.ctx);
            for (index, item) in items.into_iter().enumerate() {
                let is_set = !qjs::JS_IsException(list)
                    && !qjs::JS_IsException(item)
                    && qjs::JS_SetPropertyUint32(self.ctx, list, index as u32, item) >= 0;
                if !is_set {
                    qjs::JS_FreeValue(self.ctx, list);
                    return qjs::JS_EXCEPTION;
                }
            }
            list
        }
    }

    pub fn answer_numbers(&self, items: &[i64]) -> qjs::JSValue {
        self.answer_list(items.iter().map(|&item| answer(item)))
    }
}

pub fn answer(number: i64) -> qjs::JSValue {
    qjs::JS_NewFloat64(number as f64)
}

fn number_of(value: qjs::JSValue) -> f64 {
    // SAFETY: the tag says which member of the union is set.
    unsafe {
        match qjs::JS_VALUE_GET_TAG(value) {
            qjs::JS_TAG_INT | qjs::JS_TAG_BOOL => f64::from(qjs::JS_VALUE_GET_INT(value)),
            qjs::JS_TAG_FLOAT64 => qjs::JS_VALUE_GET_FLOAT64(value),
            _ => 0.0,
        }
    }
}
