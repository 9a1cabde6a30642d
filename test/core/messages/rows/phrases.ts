import { catatonitWords } from "../../../../src/core/cli/drop-in/catatonit.ts";
import { dumbInitUsage, dumbInitWords } from "../../../../src/core/cli/drop-in/dumb-init-words.ts";
import { tiniUsage, tiniWords } from "../../../../src/core/cli/drop-in/tini-words.ts";
import type { Dialect, Message } from "../../../../src/core/messages/messages.ts";
import { formatMessage } from "../../../../src/core/messages/messages.ts";
import { GNU } from "../../../../src/core/messages/phrases.ts";
import type { UsageCode } from "../../../../src/core/spec/error.ts";
import { usageError } from "../../../../src/core/spec/error.ts";
import type { ExitCode } from "../../../../src/core/spec/status.ts";

const DIALECTS: Readonly<Record<string, Dialect>> = {
  timeout: GNU,
  tini: tiniWords,
  "dumb-init": dumbInitWords,
  catatonit: catatonitWords,
};

/** A tool, with tini's verbosity behind a blank, a message, and its lines in the C locale. */
export type PhraseRow = readonly [speech: string, message: Message, lines: string];

/** The voice of a tool, called by its name, as process 7 of curfew 1.2.3. */
export function said(speech: string, message: Message): string {
  const [name = "", verbosity = "1"] = speech.split(" ");
  const dialect = DIALECTS[name];
  if (dialect === undefined) throw new Error(`no tool is called ${name}`);
  const voice = { dialect, pid: 7, version: "1.2.3", verbosity: Number(verbosity) };
  return formatMessage({ name, utf8: false, speech: voice }, message);
}

const usage = (
  code: UsageCode,
  part: string,
  given: string | undefined,
  choices?: readonly string[],
) => usageError(code, { part, given, expected: "another", ...(choices ? { choices } : {}) });

const failed = (errno: string, command: string, interpreter?: string): Message => ({
  ...{ kind: "spawn", command, errno },
  code: errno === "ENOENT" ? "not_found" : "not_executable",
  ...(interpreter !== undefined && { interpreter }),
});

const TRY = "Try 'timeout --help' for more information.\n";
const HELP = tiniUsage("tini", "1.2.3");
const REWRITE = `Usage: -r option takes <signum>:<signum>, where <signum> is between 1 and 31.
This option can be specified multiple times.
Use --help for full usage.
`;

/** The words of getopt(3), which are the same for every tool, and the error. */
const GETOPT: readonly (readonly [message: Message, line: string])[] = [
  [usage("unknown_option", "OPTION", "-/"), "invalid option -- '/'"],
  [usage("unknown_option", "OPTION", "-\n"), "invalid option -- '\\n'"],
  [usage("unknown_option", "OPTION", "--bogus=1"), "unrecognized option '--bogus=1'"],
  [
    usage("unknown_option", "OPTION", "--leftover", ["--leftovers"]),
    "unrecognized option '--leftover': expected --leftovers",
  ],
  [usage("missing_value", "-s SIGNAL", undefined), "option requires an argument -- 's'"],
  [usage("missing_value", "--signal SIGNAL", undefined), "option '--signal' requires an argument"],
  [usage("unexpected_value", "--verbose", "1"), "option '--verbose' doesn't allow an argument"],
  [
    usage("ambiguous_option", "OPTION", "--ver", ["--verbose", "--version"]),
    "option '--ver' is ambiguous; possibilities: '--verbose' '--version'",
  ],
];

const CODE = 143 as ExitCode;
const EXITED = { kind: "exited", code: 3 } as const;
const DIED = { kind: "signaled", signal: "SIGTERM", coreDumped: false } as const;

/** Every message that a tool has words of its own for, in the words of the real tool. */
export const PHRASES: readonly PhraseRow[] = [
  ...GETOPT.flatMap(([message, line]): PhraseRow[] => [
    ["timeout", message, `timeout: ${line}\n${TRY}`],
    ["tini", message, `tini: ${line}\n${HELP}`],
    ["dumb-init", message, `dumb-init: ${line}\n`],
    ["catatonit", message, `catatonit: ${line}\nusage: catatonit [-ghLPV] [--] <progname>\n`],
  ]),
  ["timeout", usage("bad_duration", "DURATION", "x"), `timeout: invalid time interval 'x'\n${TRY}`],
  [
    "timeout",
    usage("bad_duration", "-k DURATION", "x"),
    `timeout: invalid time interval 'x'\n${TRY}`,
  ],
  ["timeout", usage("unknown_signal", "-s SIGNAL", "X"), `timeout: 'X': invalid signal\n${TRY}`],
  [
    "timeout",
    usage("bad_duration", "--cpu-limit DURATION", "x"),
    `timeout: --cpu-limit DURATION: invalid time interval 'x': expected another\n${TRY}`,
  ],
  [
    "timeout",
    failed("ENOENT", "it's"),
    "timeout: failed to run command 'it\\'s': No such file or directory\n",
  ],
  ["timeout", failed("EACCES", "/"), "timeout: failed to run command '/': Permission denied\n"],
  [
    "timeout",
    failed("ENOENT", "./a", "/bin/pyton"),
    "timeout: failed to run command './a': No such file or directory " +
      "(its interpreter '/bin/pyton' does not exist)\n",
  ],
  [
    "timeout",
    { kind: "spawn", code: "resource", command: "a", errno: "EMFILE" },
    "timeout: cannot run 'a': too many open files (RLIMIT_NOFILE, ulimit -n)\n",
  ],
  [
    "timeout",
    { kind: "spawn", code: "resource", command: "a", errno: "EAGAIN" },
    "timeout: fork system call failed: Resource temporarily unavailable\n",
  ],
  [
    "timeout",
    { kind: "killing", signal: "SIGTERM", command: "a" },
    "timeout: sending signal TERM to command 'a'\n",
  ],
  ["tini", usage("missing_operand", "COMMAND", undefined), HELP],
  [
    "tini",
    usage("bad_number", "-e CODE", "256"),
    "[FATAL tini (7)] Not a valid option for -e: 256\n",
  ],
  [
    "tini",
    usage("unknown_signal", "-p SIGNAL", "KILL"),
    "[FATAL tini (7)] Not a valid option for -p: KILL\n",
  ],
  [
    "tini",
    usage("bad_output", "--report OUTPUT", "-"),
    "tini: --report OUTPUT: invalid output '-': expected another\n" +
      "Try 'tini --help' for more information.\n",
  ],
  ["tini", failed("ENOENT", "a"), "[FATAL tini (7)] exec a failed: No such file or directory\n"],
  [
    "tini",
    { kind: "spawn", code: "resource", command: "a", errno: "EAGAIN" },
    "[FATAL tini (7)] cannot run 'a': resource temporarily unavailable\n",
  ],
  ["tini", { kind: "reaped", pid: 9 }, "[WARN  tini (7)] Reaped zombie process with pid=9\n"],
  [
    "tini 3",
    { kind: "reaped", pid: 9 },
    "[DEBUG tini (7)] Reaped child with pid: '9'\n" +
      "[WARN  tini (7)] Reaped zombie process with pid=9\n",
  ],
  [
    "tini 2",
    { kind: "command-started", pid: 9, command: "sh", isAlone: true },
    "[INFO  tini (7)] Spawned child process 'sh' with pid '9'\n",
  ],
  ["tini 4", { kind: "signal-received", signal: "SIGTERM", becomes: undefined }, ""],
  ["tini 2", { kind: "killing", signal: "SIGTERM", command: "a" }, ""],
  [
    "tini 3",
    { kind: "killing", signal: "SIGTERM", command: "a" },
    "[DEBUG tini (7)] Passing signal: 'Terminated'\n",
  ],
  [
    "tini 2",
    { kind: "command-ended", pid: 9, status: EXITED },
    "[INFO  tini (7)] Main child exited normally (with status '3')\n",
  ],
  [
    "tini 3",
    { kind: "command-ended", pid: 9, status: DIED },
    "[DEBUG tini (7)] Received SIGCHLD\n" +
      "[DEBUG tini (7)] Reaped child with pid: '9'\n" +
      "[INFO  tini (7)] Main child exited with signal (with signal 'Terminated')\n",
  ],
  ["tini 3", { kind: "leaving", code: CODE }, ""],
  ["tini 4", { kind: "leaving", code: CODE }, "[TRACE tini (7)] Exiting: child has exited\n"],
  ["tini 4", { kind: "holding", mechanism: "pidns" }, ""],
  [
    "tini 4",
    { kind: "holding", mechanism: "subreaper" },
    "[TRACE tini (7)] Registered as child subreaper\n",
  ],
  [
    "tini 2",
    { kind: "holding", mechanism: "group" },
    "[WARN  tini (7)] the tree is held by its process group alone\n",
  ],
  [
    "tini 0",
    { kind: "cannot-print", errno: "EIO" },
    "[WARN  tini (7)] cannot write to standard output: input/output error\n",
  ],
  [
    "dumb-init",
    usage("missing_operand", "COMMAND", undefined),
    "Usage: dumb-init [option] program [args]\nTry dumb-init --help for full usage.\n",
  ],
  ["dumb-init", usage("unknown_signal", "-r S:R", "99:3"), REWRITE],
  ["dumb-init", usage("unknown_signal", "--rewrite S:R", "99:3"), REWRITE],
  [
    "dumb-init",
    usage("bad_output", "--report OUTPUT", "-"),
    "dumb-init: --report OUTPUT: invalid output '-': expected another\n" +
      "Try 'dumb-init --help' for more information.\n",
  ],
  ["dumb-init", failed("EACCES", "/etc"), "[dumb-init] /etc: Permission denied\n"],
  [
    "dumb-init",
    { kind: "spawn", code: "resource", command: "a", errno: "EAGAIN" },
    "[dumb-init] cannot run 'a': resource temporarily unavailable\n",
  ],
  [
    "dumb-init",
    { kind: "command-started", pid: 9, command: "sh", isAlone: true },
    "[dumb-init] Child spawned with PID 9.\n",
  ],
  [
    "dumb-init",
    { kind: "command-started", pid: 9, command: "sh", isAlone: false },
    "[dumb-init] Child spawned with PID 9.\n[dumb-init] setsid complete.\n",
  ],
  [
    "dumb-init",
    { kind: "signal-received", signal: "SIGTERM", becomes: undefined },
    "[dumb-init] Received signal 15.\n",
  ],
  [
    "dumb-init",
    { kind: "signal-received", signal: "SIGTERM", becomes: "SIGINT" },
    "[dumb-init] Received signal 15.\n[dumb-init] Translating signal 15 to 2.\n",
  ],
  [
    "dumb-init",
    { kind: "killing", signal: "SIGINT", command: "a" },
    "[dumb-init] Forwarded signal 2 to children.\n",
  ],
  [
    "dumb-init",
    { kind: "command-ended", pid: 9, status: EXITED },
    "[dumb-init] Received signal 17.\n" +
      "[dumb-init] A child with PID 9 exited with exit status 3.\n" +
      "[dumb-init] Forwarded signal 15 to children.\n",
  ],
  [
    "dumb-init",
    { kind: "command-ended", pid: 9, status: DIED },
    "[dumb-init] Received signal 17.\n" +
      "[dumb-init] A child with PID 9 was terminated by signal 15.\n" +
      "[dumb-init] Forwarded signal 15 to children.\n",
  ],
  [
    "dumb-init",
    { kind: "leaving", code: CODE },
    "[dumb-init] Child exited with status 143. Goodbye.\n",
  ],
  ["dumb-init", { kind: "holding", mechanism: "subreaper" }, ""],
  [
    "dumb-init",
    { kind: "cannot-print", errno: "EIO" },
    "[dumb-init] cannot write to standard output: input/output error\n",
  ],
];

/** The help of each tool, for the same name and version. */
export const USAGES: Readonly<Record<string, string>> = {
  tini: HELP,
  "dumb-init": dumbInitUsage("dumb-init", "1.2.3"),
};
