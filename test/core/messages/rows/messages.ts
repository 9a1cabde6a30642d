import type { Message } from "../../../../src/core/messages/messages.ts";
import type { UsageCode } from "../../../../src/core/spec/error.ts";
import { usageError } from "../../../../src/core/spec/error.ts";
import type { ExitCode } from "../../../../src/core/spec/status.ts";
import type { Duration } from "../../../../src/core/values/duration.ts";
import type { Bytes } from "../../../../src/core/values/size.ts";
import { BUDGET_SENTENCES } from "./budgets.ts";
import { SENTENCES } from "./endings.ts";

/** A message, and its lines in the C locale; the name is `timeout`. */
export type MessageRow = readonly [cites: string, message: Message, lines: string];

const TRY = "Try 'timeout --help' for more information.\n";

function usage(code: UsageCode, part: string, given: string | undefined, expected: string) {
  return usageError(code, { part, given, expected });
}

/** A survivor without its command and reason. */
const LEFT = { startTime: 5, uid: 0, state: "D" } as const;

/** The same messages as in endings.ts, as curfew prints them. */
const ENDINGS = SENTENCES.map(
  ([message, words]) => ["ours", message, `timeout: ${words}\n`] as const,
);

const BUDGETS = BUDGET_SENTENCES.map(
  ([message, words]) => ["ours", message, `timeout: ${words}\n`] as const,
);

/** Every message, first those with names from outside that could break the line. */
export const MESSAGES: readonly MessageRow[] = [
  [
    "S7",
    { kind: "killing", signal: "SIGTERM", command: "a\nb" },
    "timeout: sending signal TERM to command 'a\\nb'\n",
  ],
  [
    "S7",
    usage("bad_duration", "DURATION", "5\ntimeout: all is well", "a number"),
    "timeout: DURATION: invalid time interval '5\\ntimeout: all is well': " +
      `expected a number\n${TRY}`,
  ],
  [
    "S7",
    { kind: "spawn", code: "not_found", command: "it's \x1b[31m", errno: "ENOENT" },
    "timeout: cannot run 'it\\'s \\033[31m': no such file or directory\n",
  ],
  [
    "S24",
    { kind: "spawn", code: "not_found", command: "", errno: "ENOENT" },
    "timeout: cannot run '': no such file or directory\n",
  ],
  [
    "S24",
    {
      ...{ kind: "spawn", code: "not_found", command: "./x", errno: "ENOENT" },
      interpreter: "/bin/sh\r",
    },
    "timeout: cannot run './x': its interpreter '/bin/sh\\r' does not exist; " +
      "its lines end with CR LF, as on Windows\n",
  ],
  [
    "S24",
    {
      ...{ kind: "spawn", code: "not_executable", command: "/tmp", errno: "EACCES" },
      detail: "a directory",
    },
    "timeout: cannot run '/tmp': it is a directory\n",
  ],
  [
    "S24",
    { kind: "spawn", code: "not_executable", command: "/tmp", errno: "EACCES" },
    "timeout: cannot run '/tmp': permission denied\n",
  ],
  [
    "S24",
    { kind: "spawn", code: "resource", command: "a", errno: "E115" },
    "timeout: cannot run 'a': error 115\n",
  ],
  [
    "",
    { kind: "idle", time: 60e6 as Duration, isBusy: false },
    "timeout: the command wrote nothing for 1m\n",
  ],
  [
    "",
    { kind: "idle", time: 5e6 as Duration, isBusy: true },
    "timeout: the command wrote nothing for 5s, but was busy: what it prints may be buffered\n",
  ],
  [
    "",
    { kind: "output-limit", size: 1048576 as Bytes },
    "timeout: the command wrote more than 1M: the rest is discarded\n",
  ],
  [
    "",
    { kind: "output-limit", size: 10 as Bytes },
    "timeout: the command wrote more than 10 bytes: the rest is discarded\n",
  ],
  [
    "",
    { kind: "output-lost", output: "stderr", errno: "ENOSPC" },
    "timeout: cannot write to standard error: no space left on device\n",
  ],
  [
    "",
    usage("conflicting_option", "--idle-timeout", undefined, "a run without --listen"),
    `timeout: --idle-timeout: cannot be combined: expected a run without --listen\n${TRY}`,
  ],
  [
    "S25",
    { kind: "killing", signal: "SIGTERM", command: "sleep" },
    "timeout: sending signal TERM to command 'sleep'\n",
  ],
  [
    "S25",
    { kind: "killing", signal: "SIGKILL", command: "/bin/sleep" },
    "timeout: sending signal KILL to command '/bin/sleep'\n",
  ],
  [
    "S25",
    { kind: "killing", signal: "SIG0", command: "a" },
    "timeout: sending signal 0 to command 'a'\n",
  ],
  [
    "S25",
    { kind: "killing", signal: "SIGPOLL", command: "a" },
    "timeout: sending signal POLL to command 'a'\n",
  ],
  [
    "S25",
    { kind: "killing", signal: "SIGRTMIN", command: "a" },
    "timeout: sending signal RTMIN to command 'a'\n",
  ],
  [
    "S25",
    { kind: "stopped", signal: "SIGTTIN", command: "a" },
    "timeout: command 'a' was stopped by signal TTIN\n",
  ],
  [
    "S25",
    { kind: "continued", signal: "SIGCONT", command: "a" },
    "timeout: command 'a' was continued by signal CONT\n",
  ],
  [
    "ours",
    { kind: "waiting", processes: [{ pid: 7, command: "tee" }] },
    "timeout: waiting for processes that read the end of a pipe: 7 'tee'\n",
  ],
  ["ours", { kind: "draining", signal: "SIGRTMIN+3" }, "timeout: signal RTMIN+3 is held back\n"],
  [
    "ours",
    { kind: "holding", mechanism: "pidns" },
    "timeout: the tree is held by its PID namespace: curfew is the first process in it, or has started it\n",
  ],
  [
    "ours",
    { kind: "holding", mechanism: "subreaper" },
    "timeout: the tree is held by a subreaper: curfew is not PID 1\n",
  ],
  ["ours", { kind: "holding", mechanism: "cgroup" }, "timeout: the tree is held by a cgroup\n"],
  [
    "ours",
    { kind: "holding", mechanism: "group" },
    "timeout: the tree is held by its process group alone\n",
  ],
  [
    "ours",
    { kind: "holding", mechanism: "child" },
    "timeout: the tree is held by nothing: curfew can signal only the command\n",
  ],
  ["ours", { kind: "reaped", pid: 4711 }, "timeout: reaped process 4711, an orphan\n"],
  [
    "S43",
    { kind: "command-started", pid: 7, command: "a\nb", isAlone: true },
    "timeout: started process 7 'a\\nb'\n",
  ],
  [
    "S46",
    { kind: "command-ended", pid: 7, status: { kind: "exited", code: 3 } },
    "timeout: process 7 exited with code 3\n",
  ],
  [
    "S46",
    {
      kind: "command-ended",
      pid: 7,
      status: { kind: "signaled", signal: "SIGTERM", coreDumped: false },
    },
    "timeout: process 7 was ended by signal TERM\n",
  ],
  [
    "S45",
    { kind: "signal-received", signal: "SIGTERM", becomes: undefined },
    "timeout: signal TERM was received\n",
  ],
  ["S46", { kind: "leaving", code: 3 as ExitCode }, "timeout: leaving with exit code 3\n"],
  [
    "ours",
    { kind: "generation", generation: 2, step: "starting" },
    "timeout: generation 2 begins\n",
  ],
  [
    "ours",
    { kind: "generation", generation: 2, step: "ready" },
    "timeout: generation 2 is ready\n",
  ],
  [
    "ours",
    { kind: "generation", generation: 2, step: "not-ready" },
    "timeout: generation 2 did not become ready; the one before it keeps running\n",
  ],
  [
    "ours",
    { kind: "generation", generation: 1, step: "ended" },
    "timeout: generation 1 has ended\n",
  ],
  [
    "ours",
    { kind: "generation", generation: 1, step: "waiting" },
    "timeout: generation 1 has ended by itself: waiting for a change\n",
  ],
  [
    "ours",
    { kind: "generation", generation: 1, step: "timed-out" },
    "timeout: generation 1 has reached its time limit: waiting for a change\n",
  ],
  [
    "ours",
    { kind: "generation", generation: 3, step: "failed" },
    "timeout: generation 3 has failed: exiting because of --exit-on-error\n",
  ],
  [
    "ours",
    {
      kind: "restarted",
      generation: 2,
      cause: { kind: "changed", path: "a\nb", hasOthers: false },
      before: {
        generation: 1,
        status: { kind: "exited", code: 0 },
        lived: 1_500_000 as Duration,
        wasOver: false,
      },
      served: "began",
      after: 250_000 as Duration,
    },
    "timeout: 'a\\nb' changed: generation 1 exited with code 0 after 1.50s, " +
      "generation 2 began 0.25s after the change\n",
  ],
  [
    "ours",
    { kind: "sockets-unused", generation: 1, addresses: ["127.0.0.1:80"], command: ["a"] },
    "timeout: no process accepted a connection on '127.0.0.1:80': curfew holds that address, so the server has " +
      "to take descriptor 3 (LISTEN_FDS=1)\n",
  ],
  ["S26", { kind: "dumped-core" }, "timeout: the monitored command dumped core\n"],
  [
    "ours",
    { kind: "limit-per-process" },
    "timeout: --mem-limit holds for each process, not for the whole tree: no cgroup can be used\n",
  ],
  [
    "ours",
    {
      kind: "spawn",
      code: "caller_gone",
      command: "a",
      detail: "--die-with-parent=7",
      errno: "ESRCH",
    },
    "timeout: cannot run 'a': --die-with-parent=7: no such process\n",
  ],
  [
    "ours",
    { kind: "call-refused", call: "waitid", errno: "EPERM" },
    "timeout: the system call waitid is refused: operation not permitted\n",
  ],
  [
    "S6",
    { kind: "cannot-print", errno: "ENOSPC" },
    "timeout: cannot write to standard output: no space left on device\n",
  ],
  [
    "S18",
    {
      kind: "leftovers",
      processes: [
        { pid: 7, command: "a\nb" },
        { pid: 12, command: "sleep" },
      ],
    },
    "timeout: still running: 7 'a\\nb', 12 'sleep'\n",
  ],
  [
    "a process that could not be looked at",
    { kind: "leftovers", processes: [{ pid: 0, command: "?" }] },
    "timeout: still running: a process that cannot be named\n",
  ],
  [
    "ours",
    {
      kind: "leaked",
      processes: [
        { pid: 7, command: "a\nb" },
        { pid: 12, command: "sleep" },
      ],
    },
    "timeout: the command left processes behind: 7 'a\\nb', 12 'sleep'\n",
  ],
  [
    "ours",
    { kind: "leaked", processes: [] },
    "timeout: the command left processes behind: they cannot be named\n",
  ],
  [
    "ours",
    {
      kind: "survivors",
      survivors: [
        { ...LEFT, pid: 7, command: "a\nb", why: "eperm" },
        { ...LEFT, pid: 12, command: "dd", why: "unkillable" },
        { ...LEFT, pid: 13, command: "it's", why: "still_forking" },
        { ...LEFT, pid: 14, command: "cat", why: "dying" },
      ],
    },
    "timeout: could not be killed: 7 'a\\nb' (not permitted), 12 'dd' (does not die), " +
      "13 'it\\'s' (still forking), 14 'cat' (still dying)\n",
  ],
  [
    "ours",
    {
      kind: "survivors",
      survivors: [
        { ...LEFT, pid: 7, command: "dd", why: "unkillable" },
        { ...LEFT, pid: 0, command: "", why: "eperm" },
      ],
    },
    "timeout: could not be killed: 7 'dd' (does not die), a process that cannot be named\n",
  ],
  [
    "ours",
    { kind: "dropped", part: "--events", given: "/fifo\nx", count: 3, errno: "EAGAIN" },
    "timeout: --events: 3 lines were not read in time at '/fifo\\nx'\n",
  ],
  [
    "ours",
    { kind: "dropped", part: "--events", given: "e", count: 3, errno: "ENOSPC" },
    "timeout: --events: 3 lines could not be written to 'e': no space left on device\n",
  ],
  [
    "ours",
    { kind: "dropped", part: "--log", given: "l", count: 2, errno: "EAGAIN" },
    "timeout: --log: 2 lines were not read in time at 'l'\n",
  ],
  ...BUDGETS,
  ...ENDINGS,
  [
    "ours",
    { kind: "guardian-gone", isKilled: true },
    "timeout: the guardian was killed from outside; terminating the processes that it held\n",
  ],
  [
    "ours",
    { kind: "guardian-gone", isKilled: false },
    "timeout: the guardian ended unexpectedly; terminating the processes that it held\n",
  ],
  [
    "ours",
    { kind: "guardian-late" },
    "timeout: the guardian did not answer in time; killing it and the processes that it held\n",
  ],
  [
    "ours",
    { kind: "cannot-write", part: "--report OUTPUT", given: "/full\nx", errno: "ENOSPC" },
    "timeout: --report OUTPUT: cannot write to '/full\\nx': no space left on device\n",
  ],
  [
    "ours",
    { kind: "cannot-write", part: "--events OUTPUT", given: "fd:3", errno: "EPIPE" },
    "timeout: --events OUTPUT: cannot write to 'fd:3': it has no reader\n",
  ],
  [
    "S1",
    usage("missing_operand", "COMMAND", undefined, "DURATION COMMAND [ARG]..."),
    `timeout: COMMAND: missing operand: expected DURATION COMMAND [ARG]...\n${TRY}`,
  ],
  [
    "S3",
    usage("ambiguous_option", "OPTION", "--v", "--verbose or --version"),
    `timeout: OPTION: ambiguous option '--v': expected --verbose or --version\n${TRY}`,
  ],
  [
    "S3",
    usage("unknown_option", "OPTION", "-5", "one of --signal"),
    `timeout: OPTION: unknown option '-5': expected one of --signal\n${TRY}`,
  ],
  [
    "S3",
    usage("unexpected_value", "--verbose", "", "--verbose without a value"),
    `timeout: --verbose: unexpected value '': expected --verbose without a value\n${TRY}`,
  ],
  [
    "S4",
    usage("missing_value", "-s SIGNAL", undefined, "a name"),
    `timeout: -s SIGNAL: missing value: expected a name\n${TRY}`,
  ],
  [
    "S11",
    usage("bad_duration", "-k DURATION", "1ms", "a number"),
    `timeout: -k DURATION: invalid time interval '1ms': expected a number\n${TRY}`,
  ],
  [
    "S15",
    usage("unknown_signal", "-s SIGNAL", "X", "a name"),
    `timeout: -s SIGNAL: invalid signal 'X': expected a name\n${TRY}`,
  ],
  [
    "ours",
    usage("unknown_command", "COMMAND", "frobnicate", "timeout"),
    `timeout: COMMAND: unknown command 'frobnicate': expected timeout\n${TRY}`,
  ],
  [
    "ours",
    usage("bad_size", "SIZE", "1P", "a number"),
    `timeout: SIZE: invalid size '1P': expected a number\n${TRY}`,
  ],
  [
    "ours",
    usage("extra_operand", "OPERAND", "x", "options only"),
    `timeout: OPERAND: extra operand 'x': expected options only\n${TRY}`,
  ],
  [
    "ours",
    usage("bad_pid", "PID", "a\nb", "a whole number"),
    `timeout: PID: invalid PID 'a\\nb': expected a whole number\n${TRY}`,
  ],
  [
    "ours",
    usage("bad_number", "--process-limit N", "0", "a whole number"),
    `timeout: --process-limit N: invalid number '0': expected a whole number\n${TRY}`,
  ],
  [
    "ours",
    usage("bad_address", "--listen ADDRESS", "80", "HOST:PORT"),
    `timeout: --listen ADDRESS: invalid address '80': expected HOST:PORT\n${TRY}`,
  ],
  [
    "ours",
    { kind: "cannot-listen", given: "127.0.0.1:80", errno: "EACCES" },
    "timeout: --listen: cannot listen on '127.0.0.1:80': permission denied\n",
  ],
  [
    "ours",
    { kind: "beyond-limit", part: "--ready", descriptor: 9, limit: 8 },
    "timeout: --ready: descriptor 9 is beyond the limit of open files, 8 (RLIMIT_NOFILE, ulimit -n)\n",
  ],
  [
    "ours",
    { kind: "cannot-watch", given: "a\nb", errno: "ENOENT" },
    "timeout: --watch: cannot watch 'a\\nb': no such file or directory\n",
  ],
  [
    "ours",
    { kind: "cannot-read", given: "src/a", errno: "EACCES" },
    "timeout: --watch: cannot read 'src/a': permission denied\n",
  ],
  [
    "ours",
    { kind: "no-control", given: "fd:9", errno: "EBADF" },
    "timeout: --control: cannot read 'fd:9': bad file descriptor\n",
  ],
  [
    "ours",
    {
      kind: "spawn",
      code: "bad_cwd",
      command: "a",
      detail: "b\n",
      errno: "ENOTDIR",
    },
    "timeout: cannot run 'a': cannot enter 'b\\n': not a directory\n",
  ],
  [
    "ours",
    { kind: "polling", errno: "ENOSPC" },
    "timeout: --watch: fs.inotify.max_user_watches is too small; scanning every second instead\n",
  ],
  [
    "ours",
    { kind: "polling", errno: "ENOSYS" },
    "timeout: --watch: this kernel does not have it; scanning every second instead\n",
  ],
  [
    "ours",
    usage("bad_time", "--until TIME", "noon", "a time"),
    `timeout: --until TIME: invalid time 'noon': expected a time\n${TRY}`,
  ],
  [
    "ours",
    usage("bad_path", "--watch PATH", "", "a file"),
    `timeout: --watch PATH: invalid path '': expected a file\n${TRY}`,
  ],
  [
    "ours",
    usage("bad_output", "--report OUTPUT", "-", "a path"),
    `timeout: --report OUTPUT: invalid output '-': expected a path\n${TRY}`,
  ],
  [
    "ours",
    usage("bad_pattern", "--ignore GLOB", "", "a pattern"),
    `timeout: --ignore GLOB: invalid pattern '': expected a pattern\n${TRY}`,
  ],
  [
    "ours",
    usage("missing_option", "--poll", undefined, "--watch PATH as well"),
    `timeout: --poll: no effect alone: expected --watch PATH as well\n${TRY}`,
  ],
  [
    "ours",
    usage("unknown_choice", "--on-stop WHAT", "stop", "ignore or kill"),
    `timeout: --on-stop WHAT: invalid choice 'stop': expected ignore or kill\n${TRY}`,
  ],
  [
    "ours",
    usage("set_user_id", "set-user-ID", undefined, "to run with the caller's own rights"),
    "timeout: set-user-ID: refusing to run: " +
      `expected to run with the caller's own rights\n${TRY}`,
  ],
  [
    "ours",
    { kind: "config-flaw", file: "/e\n", line: 3, column: 7, text: "unknown key 'x'" },
    "timeout: /e\\n:3:7: unknown key 'x'\n",
  ],
  [
    "ours",
    { kind: "config-ignored", file: "/e", why: "writable" },
    "timeout: ignoring '/e': every user may write to it\n",
  ],
  [
    "ours",
    { kind: "config-unusable", file: "/e", why: "irregular" },
    "timeout: configuration: cannot use '/e': it is not a regular file\n",
  ],
  [
    "ours",
    { kind: "config-unread", file: "/e", errno: "ENOENT" },
    "timeout: configuration: cannot read '/e': no such file or directory\n",
  ],
];
