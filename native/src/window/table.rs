//! The window: everything TypeScript may ask of the machine. Numbers, texts and arrays of them in
//! and out: no classes, no callbacks, no promises. `src/linux/kernel/window.ts` has the same list,
//! and a test compares the two.

use crate::window::call::Call;
use crate::window::{
    acceptance, channels, clock, entries, files, folders, identity, inotify, input, limit, members,
    on_demand, outputs, probe, process_sockets, processes, reader, relay, runs, signals, sockets,
    spawn, terminal, unix,
};
use rquickjs_sys::{self as qjs, JSContext, JSValue};
use std::ffi::{CStr, c_int};

type Native = fn(&Call) -> JSValue;

#[rustfmt::skip]
const TABLE: &[(&CStr, Native)] = &[
    (c"addWatch", inotify::add),
    (c"announceClients", acceptance::announce_clients),
    (c"argv", identity::argv),
    (c"awaitCommand", runs::await_command),
    (c"awaitParent", identity::await_parent),
    (c"beginReader", reader::begin),
    (c"becomeSubreaper", identity::become_subreaper),
    (c"channels", channels::channels),
    (c"chooseRun", runs::choose),
    (c"close", files::close),
    (c"commandKill", runs::command_kill),
    (c"commandPid", runs::command_pid),
    (c"commandQueue", runs::command_queue),
    (c"copyDescriptor", files::copy_descriptor),
    (c"descriptorLimit", files::limit),
    (c"descriptors", reader::descriptors),
    (c"dieBy", signals::die_by),
    (c"drainRelay", relay::drain),
    (c"endGuardian", runs::end_guardian),
    (c"endOutput", sockets::end_output),
    (c"endReader", reader::end),
    (c"endRun", runs::end),
    (c"entries", entries::entries),
    (c"env", identity::env),
    (c"fileState", entries::file_state),
    (c"giveTerminalBack", relay::give_terminal_back),
    (c"groupOf", identity::group_of),
    (c"guardianKill", runs::guardian_kill),
    (c"guardianLine", runs::guardian_line),
    (c"guardianNews", runs::guardian_news),
    (c"guardianOrder", runs::guardian_order),
    (c"guardianPid", runs::guardian_pid),
    (c"guardianPidfd", runs::guardian_pidfd),
    (c"guardianState", runs::guardian_state),
    (c"guardianRecipients", runs::guardian_recipients),
    (c"guardianWill", runs::guardian_will),
    (c"hasChildren", processes::has_children),
    (c"holdsDataLimit", limit::holds_data_limit),
    (c"hurry", reader::hurry),
    (c"inputKind", input::kind),
    (c"isGuardian", runs::is_guardian),
    (c"isHelper", processes::is_helper),
    (c"isIgnored", signals::is_ignored),
    (c"isSameFile", outputs::is_same_file),
    (c"joinGroup", identity::join_group),
    (c"keptOutput", relay::kept),
    (c"kill", processes::kill),
    (c"killGroupMembers", members::kill_in_group),
    (c"killMembers", members::kill),
    (c"killReached", members::kill_reached),
    (c"leadGroup", identity::lead_group),
    (c"linesWith", reader::lines_with),
    (c"list", files::list),
    (c"listenAgain", sockets::listen_again),
    (c"listenerState", acceptance::listener_state),
    (c"listenTcp", sockets::listen_tcp),
    (c"listenUnix", unix::listen),
    (c"listeners", process_sockets::listeners),
    (c"loadOnDemand", on_demand::load),
    (c"lookAtRelay", relay::look),
    (c"machine", reader::machine),
    (c"makeDirectory", files::make_directory),
    (c"makePrivate", folders::make_private),
    (c"mayKillAll", identity::may_kill_all),
    (c"members", members::list),
    (c"nextSignal", signals::next),
    (c"noteSignal", members::note),
    (c"now", clock::now),
    (c"offer", outputs::offer),
    (c"offered", outputs::offered),
    (c"openEntries", entries::open),
    (c"openFile", files::open_file),
    (c"openFolder", folders::open),
    (c"openMounts", inotify::open_mounts),
    (c"openNotify", sockets::open_notify),
    (c"openPipe", sockets::open_pipe),
    (c"openToRead", files::open_to_read),
    (c"openProcess", processes::open_process),
    (c"openRelay", relay::open),
    (c"openSignals", signals::open),
    (c"openTerminal", terminal::open),
    (c"openWatches", inotify::open),
    (c"parentPid", identity::parent_pid),
    (c"pid", identity::pid),
    (c"pidfdKill", processes::pidfd_kill),
    (c"processes", members::processes),
    (c"queueInGroup", members::queue_in_group),
    (c"raisePriority", runs::raise_priority),
    (c"readEvents", inotify::read),
    (c"readLink", files::read_link),
    (c"readMemory", reader::read_memory),
    (c"readNow", sockets::read_now),
    (c"readText", files::read_text),
    (c"reapStranger", processes::reap_stranger),
    (c"receive", sockets::receive),
    (c"refusedCall", probe::refused_call),
    (c"releaseInput", input::release),
    (c"releaseTerminal", terminal::release),
    (c"rememberTerminal", terminal::remember),
    (c"removeAt", folders::remove_at),
    (c"removeCgroup", files::remove_cgroup),
    (c"removeDirectory", files::remove_directory),
    (c"removeWatch", inotify::remove),
    (c"renameAt", folders::rename_at),
    (c"resizeTerminal", relay::resize),
    (c"restoreTerminal", terminal::restore),
    (c"runOn", reader::run_on),
    (c"sawForeign", members::saw_foreign),
    (c"secure", identity::secure),
    (c"sessionOf", identity::session_of),
    (c"setBlocking", sockets::set_blocking),
    (c"socketName", sockets::socket_name),
    (c"socketsOf", process_sockets::of_process),
    (c"spawn", spawn::spawn),
    (c"stateAt", folders::state_at),
    (c"stopSelf", signals::stop_self),
    (c"sweep", runs::sweep),
    (c"takeDescriptor", files::take_descriptor),
    (c"takeReader", reader::take),
    (c"tellReader", reader::tell),
    (c"terminalSize", terminal::size),
    (c"tryConnect", unix::try_connect),
    (c"unread", input::unread),
    (c"user", identity::user),
    (c"wait", clock::wait),
    (c"wakeGroup", processes::wake_group),
    (c"wallClock", clock::wall),
    (c"wasSuspended", relay::was_suspended),
    (c"watchHangUp", input::watch_hang_up),
    (c"watchWallClock", clock::watch_wall),
    (c"write", files::write),
    (c"writeFile", files::write_file),
];

/// Longest list of parameters in the table; the engine fills up what a caller leaves out.
const PARAMETERS: c_int = 10;

/// Defines the window as the global `__sys`.
pub fn install(ctx: *mut JSContext) {
    // SAFETY: a fresh context; every value made here is handed over to the object it is set on.
    unsafe {
        let sys = qjs::JS_NewObject(ctx);
        for (index, (name, _)) in TABLE.iter().enumerate() {
            let function = qjs::JS_NewCFunction2(
                ctx,
                Some(std::mem::transmute::<WithMagic, Plain>(enter)),
                name.as_ptr(),
                PARAMETERS,
                qjs::JSCFunctionEnum_JS_CFUNC_generic_magic,
                index as c_int,
            );
            qjs::JS_SetPropertyStr(ctx, sys, name.as_ptr(), function);
        }
        let global = qjs::JS_GetGlobalObject(ctx);
        qjs::JS_SetPropertyStr(ctx, global, c"__sys".as_ptr(), sys);
        qjs::JS_FreeValue(ctx, global);
    }
}

type Plain = unsafe extern "C" fn(*mut JSContext, JSValue, c_int, *mut JSValue) -> JSValue;
type WithMagic =
    unsafe extern "C" fn(*mut JSContext, JSValue, c_int, *mut JSValue, c_int) -> JSValue;

/// Every call arrives here; `index` is the function's place in the table.
unsafe extern "C" fn enter(
    ctx: *mut JSContext,
    _this: JSValue,
    count: c_int,
    args: *mut JSValue,
    index: c_int,
) -> JSValue {
    // SAFETY: the engine passes at least `PARAMETERS` values, which live through the call.
    let args = unsafe { std::slice::from_raw_parts(args.cast_const(), count as usize) };
    let result = TABLE[index as usize].1(&Call { ctx, args });
    // An argument that could not be read for want of memory is no answer about anything.
    // SAFETY: a live context, and the result is ours.
    unsafe {
        if qjs::JS_HasException(ctx) {
            qjs::JS_FreeValue(ctx, result);
            return qjs::JS_EXCEPTION;
        }
    }
    result
}
