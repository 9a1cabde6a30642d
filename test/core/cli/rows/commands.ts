import { DOCTOR_OPTIONS, KILL_OPTIONS } from "../../../../src/core/cli/options/kill.ts";
import { RUN_OPTIONS } from "../../../../src/core/cli/options/options.ts";

import { BUDGET_LINES } from "./budget.ts";

/** As rows of `timeout`, with the subcommand or the tool whose line it is. */
export type SubcommandRow = readonly [
  cites: string,
  subcommand: string,
  line: string,
  asks: string,
  environment?: string,
];

const namesOf = (options: readonly { long?: string }[]) =>
  `one of ${options.map(({ long }) => long).join(", ")}`;
const RUN = namesOf(RUN_OPTIONS);
const KILL = namesOf(KILL_OPTIONS);
const DOCTOR = namesOf(DOCTOR_OPTIONS);
const DURATION = "a number such as 10 or 1.5, with an optional suffix us, ms, s, m, h or d";
const KILL_AFTER =
  "a duration above 0 such as 10 or 500ms, inf for never, or --signal KILL for at once";
const SIGNAL = "a name such as TERM or RTMIN+1, or a number from 0 to 64";
const COUNT = "a whole number from 1 to 4194304";
const PID = "a whole number, at most 4194304";
const PARENT = "a whole number from 1 to 4194304";
const MEMORY =
  "a whole number of bytes, with an optional suffix K, M, G, T, KB, MB, GB or TB; " +
  "followed by ,tree for a limit of the whole tree";
const SIZE = "a whole number of bytes, with an optional suffix K, M, G, T, KB, MB, GB or TB";
const UNSERVING = "a run without --listen, --ready, --watch and --reload-signal";
const TICKS = "a whole number of at most 64 bits, field 22 of /proc/PID/stat";
const OUTPUT = "a path, or fd:N for an open descriptor: fd:1 is standard output";
const OTHER_OUTPUT =
  "another output than --report, because the last line of the events is the report";
const FD_3 = 'report={"kind":"fd","fd":3}';
const R = 'report={"kind":"path","path":"r"}';
const CONTAINMENT = "auto, cgroup, pidns, subreaper, group or child";
const LEFTOVERS = "kill, leave, wait or fail";
const ON_STOP = "auto, ignore, report, continue, mirror or kill";

/** What is kept of a start time; undefined: more than 64 bits, or no number. */
const START_TIMES: readonly (readonly [text: string, digits: string | undefined])[] = [
  ["007", "7"],
  ["00", "0"],
  ["9007199254740993", "9007199254740993"],
  ["18446744073709551615", "18446744073709551615"],
  ["018446744073709551615", "18446744073709551615"],
  ["18446744073709551616", undefined],
  ["20000000000000000000", undefined],
  ["100000000000000000000", undefined],
  ["-1", undefined],
  ["+1", undefined],
  ["1e3", undefined],
  ["0x10", undefined],
];

/** Command lines of the subcommands but `timeout`, the strange ones first. */
export const SUBCOMMAND_LINES: readonly SubcommandRow[] = [
  ...BUDGET_LINES,
  ["ours", "run", "a -v --timeout 5", "a -v --timeout 5"],
  ["ours", "run", "-v -- -a --", "verbose=true -a --"],
  ["ours", "run", "-- -- a", "-- a"],
  ["ours", "run", "- a", "- a"],
  ["ours", "run", '""', '""'],
  ["ours", "run", "5 a", "5 a"],
  ["ours", "run", "--control fd:3 --chdir=a/ b", "control=3 chdir=a/ b"],
  ["ours", "run", "--merge-output a", "mergesOutput=true a"],
  ["ours", "run", "--caller-version 1.2.3 a", "callerVersion=1.2.3 a"],
  ["ours", "run", "--caller-version= a", 'unknown_choice|--caller-version VERSION|""|a version'],
  [
    "ours",
    "run",
    "--control fd:2 a",
    "bad_number|--control fd:N|fd:2|fd:N for an open descriptor, with N from 3",
  ],
  [
    "ours",
    "run",
    "--control 3 a",
    "bad_number|--control fd:N|3|fd:N for an open descriptor, with N from 3",
  ],
  ["ours", "run", "--chdir= a", 'bad_path|--chdir DIR|""|a directory'],
  ["ours", "run", "", "missing_operand|COMMAND||COMMAND [ARG]..."],
  ["ours", "run", "-v --", "missing_operand|COMMAND||COMMAND [ARG]..."],
  ["ours", "run", "--timeout 5 a", "timeout=5000000 a"],
  ["ours", "run", "--timeout=5 a", "timeout=5000000 a"],
  ["ours", "run", "--timeout=1,5 a", `bad_duration|--timeout DURATION|1,5|${DURATION}`],
  [
    "ours",
    "run",
    "--timeout=1,5 a",
    `bad_duration|--timeout DURATION|1,5|${DURATION}`,
    "LC_ALL=de_DE",
  ],
  ["ours", "run", "--timeout 250us a", "timeout=250 a"],
  ["ours", "run", "--timeout 0 a", "a"],
  ["ours", "run", "--timeout inf a", "a"],
  ["ours", "run", "--timeout", `missing_value|--timeout DURATION||${DURATION}`],
  ["ours", "run", "--time 5 a", `unknown_option|OPTION|--time|${RUN}`],
  ["ours", "run", "--verb a", `unknown_option|OPTION|--verb|${RUN}`],
  ["ours", "run", "--hel", `unknown_option|OPTION|--hel|${RUN}`],
  ["ours", "run", "-f a", `unknown_option|OPTION|-f|${RUN}`],
  ["ours", "run", "--foreground a", `unknown_option|OPTION|--foreground|${RUN}`],
  [
    "ours",
    "run",
    "--new-session=1 a",
    "unexpected_value|--new-session|1|--new-session without a value",
  ],
  ["ours", "run", "--new-session a", "group=session a"],
  ["ours", "run", "--process-group own a", "group=alone a"],
  ["ours", "run", "--process-group=caller a", "group=caller a"],
  ["ours", "run", "--new-session --process-group own a", "group=alone a"],
  ["ours", "run", "--process-group caller --new-session a", "group=session a"],
  [
    "ours",
    "run",
    "--process-group job a",
    "unknown_choice|--process-group WHOSE|job|own or caller",
  ],
  ["ours", "run", "-vsINT a", "signal=SIGINT isSignalGiven=true verbose=true a"],
  ["ours", "run", "--stop-signals TERM,USR1 a", "stopSignals=SIGTERM,SIGUSR1 a"],
  ["ours", "run", "--stop-signals URG -s TERM a", "isSignalGiven=true stopSignals=SIGURG a"],
  ["ours", "run", "--signal=WAT a", `unknown_signal|--signal SIGNAL|WAT|${SIGNAL}`],
  ["ours", "run", "--help", "print help"],
  ["ours", "run", "--version a", "print version"],
  ["ours", "run", "a", "metrics=true a", "TIMEOUT_METRICS=1"],

  ["ours", "run", "--kill-after 0 a", `bad_duration|--kill-after DURATION|0|${KILL_AFTER}`],
  ["ours", "run", "-k0s a", `bad_duration|-k DURATION|0s|${KILL_AFTER}`],
  ["ours", "run", "-k 0.0ms a", `bad_duration|-k DURATION|0.0ms|${KILL_AFTER}`],
  ["ours", "run", "-k 0x0d a", "killAfter=13000000 a"],
  ["ours", "run", "-k x a", `bad_duration|-k DURATION|x|${KILL_AFTER}`],
  ["ours", "run", "-k inf a", "killAfter=0 a"],
  ["ours", "run", "-k 1e400 a", "killAfter=0 a"],
  ["ours", "run", "-k 1e-400 a", "killAfter=1 a"],
  ["ours", "run", "--kill-after=5s a", "a"],
  ["ours", "run", "--kill-after=300ms a", "killAfter=300000 a"],

  ["ours", "run", "--cpu-limit 1.5m a", "cpuLimit=90000000 a"],
  ["ours", "run", "--cpu-limit=0 a", "a"],
  ["ours", "run", "--mem-limit 1K a", "memLimit=1024 a"],
  ["ours", "run", "--mem-limit 1K,tree a", 'memLimit={"tree":1024} a'],
  ["ours", "run", "--mem-limit=0,tree a", "a"],
  ["ours", "run", "--mem-limit=,tree a", `bad_size|--mem-limit SIZE|,tree|${MEMORY}`],
  ["ours", "run", "--mem-limit=1K,all a", `bad_size|--mem-limit SIZE|1K,all|${MEMORY}`],
  ["ours", "run", "--idle-timeout 2m a", "idleTimeout=120000000 a"],
  ["ours", "run", "--idle-timeout 0 a", "a"],
  ["ours", "run", "--idle-timeout inf a", "a"],
  ["ours", "run", "--idle-timeout -1 a", `bad_duration|--idle-timeout DURATION|-1|${DURATION}`],
  ["ours", "run", "--idle-timeout= a", `bad_duration|--idle-timeout DURATION|""|${DURATION}`],
  ["ours", "run", "--max-output 1M a", "maxOutput=1048576 a"],
  ["ours", "run", "--max-output 0 a", "a"],
  ["ours", "run", "--max-output 1.5 a", `bad_size|--max-output SIZE|1.5|${SIZE}`],
  ["ours", "run", "--max-output -1 a", `bad_size|--max-output SIZE|-1|${SIZE}`],
  ["ours", "init", "--idle-timeout 2m --max-output 9 a", "idleTimeout=120000000 maxOutput=9 a"],
  [
    "ours",
    "init",
    "--idle-timeout 1 --watch x a",
    `conflicting_option|--idle-timeout||${UNSERVING}`,
  ],
  [
    "ours",
    "init",
    "--max-output 1 --listen 127.0.0.1:80 a",
    `conflicting_option|--max-output||${UNSERVING}`,
  ],
  [
    "ours",
    "init",
    "--max-output 1 --idle-timeout 1 --ready notify a",
    `conflicting_option|--idle-timeout||${UNSERVING}`,
  ],
  [
    "ours",
    "init",
    "--max-output 1 --reload-signal HUP a",
    `conflicting_option|--max-output||${UNSERVING}`,
  ],
  ["ours", "init", "--idle-timeout 0 --ready notify a", 'ready={"kind":"notify"} a'],
  ["ours", "run", "--process-limit 32 a", "processLimit=32 a"],
  ["ours", "run", "--process-limit=4194304 a", "processLimit=4194304 a"],
  ["ours", "run", "--process-limit=4194305 a", `bad_number|--process-limit N|4194305|${COUNT}`],
  ["ours", "run", "--process-limit 0 a", `bad_number|--process-limit N|0|${COUNT}`],
  ["ours", "run", "--process-limit 1.5 a", `bad_number|--process-limit N|1.5|${COUNT}`],
  ["ours", "run", "--process-limit -1 a", `bad_number|--process-limit N|-1|${COUNT}`],
  ["ours", "run", "--process-limit= a", `bad_number|--process-limit N|""|${COUNT}`],
  ["ours", "run", "--containment cgroup a", "containment=cgroup a"],
  ["ours", "run", "--containment=Auto a", `unknown_choice|--containment KIND|Auto|${CONTAINMENT}`],
  ["ours", "run", "--containment= a", `unknown_choice|--containment KIND|""|${CONTAINMENT}`],
  ["ours", "run", "--leftovers wait a", "leftovers=wait a"],
  ["ours", "run", "--leftovers wai a", `unknown_choice|--leftovers WHAT|wai|${LEFTOVERS}`],
  ["ours", "run", "--on-stop kill a", "onStop=kill a"],
  ["ours", "run", "--on-stop stop a", `unknown_choice|--on-stop WHAT|stop|${ON_STOP}`],
  ["ours", "run", "--die-with-parent a", "dieWithParent=true a"],
  ["ours", "run", "--die-with-parent 7 a", "dieWithParent=true 7 a"],
  ["ours", "run", "--die-with-parent=7 a", "dieWithParent=7 a"],
  ["ours", "init", "--die-with-parent=4194304 a", "dieWithParent=4194304 a"],
  ["ours", "run", "--die-with-parent=7 --die-with-parent a", "dieWithParent=true a"],
  ["ours", "run", "--die-with-parent= a", `bad_pid|--die-with-parent PID|""|${PARENT}`],
  ["ours", "run", "--die-with-parent=0 a", `bad_pid|--die-with-parent PID|0|${PARENT}`],
  ["ours", "run", "--die-with-parent=-7 a", `bad_pid|--die-with-parent PID|-7|${PARENT}`],
  ["ours", "run", "--die-with-parent=4194305 a", `bad_pid|--die-with-parent PID|4194305|${PARENT}`],
  ["ours", "run", "--report fd:3 a", 'report={"kind":"fd","fd":3} a'],
  ["ours", "run", "--report=r=1 a", 'report={"kind":"path","path":"r=1"} a'],
  ["ours", "run", "--events ./fd:3 a", 'events={"kind":"path","path":"./fd:3"} a'],
  ["ours", "run", "--events fd:x a", `bad_output|--events OUTPUT|fd:x|${OUTPUT}`],
  ["ours", "run", "--events fd: a", `bad_output|--events OUTPUT|fd:|${OUTPUT}`],
  ["ours", "run", "--events fd:2147483648 a", `bad_output|--events OUTPUT|fd:2147483648|${OUTPUT}`],
  ["ours", "run", "--report - a", `bad_output|--report OUTPUT|-|${OUTPUT}`],
  ["ours", "run", "--report= a", `bad_output|--report OUTPUT|""|${OUTPUT}`],
  ["ours", "run", "--report r --events r a", `bad_output|--events OUTPUT|r|${OTHER_OUTPUT}`],
  ["ours", "run", "--events ./r --report=r a", `bad_output|--events OUTPUT|./r|${OTHER_OUTPUT}`],
  [
    "ours",
    "run",
    "--events .//r/./s --report=r//s/ a",
    `bad_output|--events OUTPUT|.//r/./s|${OTHER_OUTPUT}`,
  ],
  [
    "ours",
    "run",
    "--report fd:3 --events fd:3 a",
    `bad_output|--events OUTPUT|fd:3|${OTHER_OUTPUT}`,
  ],
  ["ours", "run", "--report fd:3 --events fd:4 a", `${FD_3} events={"kind":"fd","fd":4} a`],
  [
    "ours",
    "run",
    "--report fd:3 --events ./fd:3 a",
    `${FD_3} events={"kind":"path","path":"./fd:3"} a`,
  ],
  ["ours", "run", "--report r --events /r a", `${R} events={"kind":"path","path":"/r"} a`],
  ["ours", "run", "--report r --events d/../r a", `${R} events={"kind":"path","path":"d/../r"} a`],

  ["ours", "kill", "0 1 4194304", "0 1 4194304"],
  ["ours", "kill", "7 7", "7 7"],
  ["ours", "kill", "", "missing_operand|PID||PID..."],
  ["ours", "kill", "--force", "missing_operand|PID||PID..."],
  ["ours", "kill", "4194305", `bad_pid|PID|4194305|${PID}`],
  ["ours", "kill", "1 x 2", `bad_pid|PID|x|${PID}`],
  ["ours", "kill", "1 -2", `bad_pid|PID|-2|${PID}`],
  ["ours", "kill", "-- -2", `bad_pid|PID|-2|${PID}`],
  ["ours", "kill", "1 --force", `bad_pid|PID|--force|${PID}`],
  ["ours", "kill", '""', `bad_pid|PID|""|${PID}`],
  ["ours", "kill", "+7", `bad_pid|PID|+7|${PID}`],
  ["ours", "kill", "0x7", `bad_pid|PID|0x7|${PID}`],
  ["ours", "kill", "-9 7", `unknown_option|OPTION|-9|${KILL}`],
  ["ours", "kill", "-s KILL 7", "signal=SIGKILL 7"],
  ["ours", "kill", "-s 0 7", "signal=SIG0 7"],
  ["ours", "kill", "-k 5s 7", "7"],
  ["ours", "kill", "-k 2 7", "killAfter=2000000 7"],
  ["ours", "kill", "-k 0 7", `bad_duration|-k DURATION|0|${KILL_AFTER}`],
  ["ours", "kill", "--kill-after inf 7", "killAfter=0 7"],
  ["ours", "kill", "--group 7", "reach=group 7"],
  ["ours", "kill", "--group --tree 7", "7"],
  ["ours", "kill", "--tree --group 7", "reach=group 7"],
  ["ours", "kill", "--require-start-time 0 7", "requireStartTime=0 7"],
  ...START_TIMES.map(([text, digits]): SubcommandRow => {
    const refusal = `bad_number|--require-start-time TICKS|${text}|${TICKS}`;
    const request = digits === undefined ? refusal : `requireStartTime=${digits} 7`;
    return ["ours", "kill", `--require-start-time=${text} 7`, request];
  }),
  [
    "ours",
    "kill",
    "--require-start-time 5 7 8",
    "extra_operand|PID|8|one PID with --require-start-time",
  ],
  ["ours", "kill", "--require-start-time 5 7 x", `bad_pid|PID|x|${PID}`],
  ["ours", "kill", "-v --json --force 7", "json=true force=true verbose=true 7"],
  ["ours", "kill", "--f 7", `unknown_option|OPTION|--f|${KILL}`],
  ["ours", "kill", "--help", "print help"],
  ["ours", "kill", "--version", "print version"],

  ["ours", "doctor", "", "json=false"],
  ["ours", "doctor", "--json", "json=true"],
  ["ours", "doctor", "--", "json=false"],
  ["ours", "doctor", "--json x", "extra_operand|OPERAND|x|options only"],
  ["ours", "doctor", "--json=1", "unexpected_value|--json|1|--json without a value"],
  ["ours", "doctor", "-v", `unknown_option|OPTION|-v|${DOCTOR}`],
  ["ours", "doctor", "--help", "print help"],
  ["ours", "doctor", "--version", "print version"],
];
