import { DOCTOR_OPTIONS, KILL_OPTIONS } from "../../../../src/core/cli/options/kill.ts";
import { RUN_OPTIONS } from "../../../../src/core/cli/options/options.ts";

/** As rows of `timeout`, with the door or the tool whose line it is. */
export type DoorRow = readonly [
  cites: string,
  door: string,
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
  "a whole number of bytes, with an optional suffix K, M, G, T, KB, MB, GB or TB, " +
  "and ,tree behind it for a limit of the whole tree or none";
const TICKS = "a whole number of at most 64 bits, field 22 of /proc/PID/stat";
const PLACE = "a path, or fd:N for an open descriptor: fd:1 is standard output";
const OTHER_PLACE = "another place than --report's, for the last line of the events is the report";
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

/** Command lines of the doors but `timeout`, the strange ones first. */
export const DOOR_LINES: readonly DoorRow[] = [
  ["DESIGN 4.3", "run", "a -v --timeout 5", "a -v --timeout 5"],
  ["DESIGN 4.3", "run", "-v -- -a --", "verbose=true -a --"],
  ["DESIGN 4.3", "run", "-- -- a", "-- a"],
  ["DESIGN 4.3", "run", "- a", "- a"],
  ["DESIGN 4.3", "run", '""', '""'],
  ["DESIGN 4.3", "run", "5 a", "5 a"],
  ["DESIGN 4.3", "run", "", "missing_operand|COMMAND||COMMAND [ARG]..."],
  ["DESIGN 4.3", "run", "-v --", "missing_operand|COMMAND||COMMAND [ARG]..."],
  ["DESIGN 4", "run", "--timeout 5 a", "timeout=5000000 a"],
  ["DESIGN 4", "run", "--timeout=5 a", "timeout=5000000 a"],
  ["DESIGN 4", "run", "--timeout=1,5 a", `bad_duration|--timeout DURATION|1,5|${DURATION}`],
  [
    "DESIGN 4",
    "run",
    "--timeout=1,5 a",
    `bad_duration|--timeout DURATION|1,5|${DURATION}`,
    "LC_ALL=de_DE",
  ],
  ["DESIGN 4", "run", "--timeout 250us a", "timeout=250 a"],
  ["DESIGN 4", "run", "--timeout 0 a", "a"],
  ["DESIGN 4", "run", "--timeout inf a", "a"],
  ["DESIGN 4", "run", "--timeout", `missing_value|--timeout DURATION||${DURATION}`],
  ["DESIGN 4", "run", "--time 5 a", `unknown_option|OPTION|--time|${RUN}`],
  ["DESIGN 4", "run", "--verb a", `unknown_option|OPTION|--verb|${RUN}`],
  ["DESIGN 4", "run", "--hel", `unknown_option|OPTION|--hel|${RUN}`],
  ["DESIGN 4", "run", "-f a", `unknown_option|OPTION|-f|${RUN}`],
  ["DESIGN 4", "run", "--foreground a", `unknown_option|OPTION|--foreground|${RUN}`],
  [
    "DESIGN 4",
    "run",
    "--new-session=1 a",
    "unexpected_value|--new-session|1|--new-session without a value",
  ],
  ["DESIGN 4", "run", "--new-session a", "group=session a"],
  ["DESIGN 4.1", "run", "--process-group own a", "group=alone a"],
  ["DESIGN 4.1", "run", "--process-group=caller a", "group=caller a"],
  ["DESIGN 4.1", "run", "--new-session --process-group own a", "group=alone a"],
  ["DESIGN 4.1", "run", "--process-group caller --new-session a", "group=session a"],
  [
    "DESIGN 4.1",
    "run",
    "--process-group job a",
    "unknown_choice|--process-group WHOSE|job|own or caller",
  ],
  ["DESIGN 4", "run", "-vsINT a", "signal=SIGINT isSignalGiven=true verbose=true a"],
  ["DESIGN 4", "run", "--stop-signals TERM,USR1 a", "clockOn=SIGTERM,SIGUSR1 a"],
  ["DESIGN 4", "run", "--stop-signals URG -s TERM a", "isSignalGiven=true clockOn=SIGURG a"],
  ["DESIGN 4", "run", "--signal=WAT a", `unknown_signal|--signal SIGNAL|WAT|${SIGNAL}`],
  ["DESIGN 4", "run", "--help", "print help"],
  ["DESIGN 4", "run", "--version a", "print version"],
  ["DESIGN 4.6", "run", "a", "metrics=true a", "TIMEOUT_METRICS=1"],

  ["DESIGN 4.3", "run", "--kill-after 0 a", `bad_duration|--kill-after DURATION|0|${KILL_AFTER}`],
  ["DESIGN 4.3", "run", "-k0s a", `bad_duration|-k DURATION|0s|${KILL_AFTER}`],
  ["DESIGN 4.3", "run", "-k 0.0ms a", `bad_duration|-k DURATION|0.0ms|${KILL_AFTER}`],
  ["DESIGN 4.3", "run", "-k 0x0d a", "killAfter=13000000 a"],
  ["DESIGN 4.3", "run", "-k x a", `bad_duration|-k DURATION|x|${KILL_AFTER}`],
  ["DESIGN 4.3", "run", "-k inf a", "killAfter=0 a"],
  ["DESIGN 4.3", "run", "-k 1e400 a", "killAfter=0 a"],
  ["DESIGN 4.3", "run", "-k 1e-400 a", "killAfter=1 a"],
  ["DESIGN 4.3", "run", "--kill-after=5s a", "a"],
  ["DESIGN 4.3", "run", "--kill-after=300ms a", "killAfter=300000 a"],

  ["DESIGN 4.6", "run", "--cpu-limit 1.5m a", "cpuLimit=90000000 a"],
  ["DESIGN 4.6", "run", "--cpu-limit=0 a", "a"],
  ["DESIGN 4.6", "run", "--mem-limit 1K a", "memLimit=1024 a"],
  ["DESIGN 4.6", "run", "--mem-limit 1K,tree a", 'memLimit={"tree":1024} a'],
  ["DESIGN 4.6", "run", "--mem-limit=0,tree a", "a"],
  ["DESIGN 4.6", "run", "--mem-limit=,tree a", `bad_size|--mem-limit SIZE|,tree|${MEMORY}`],
  ["DESIGN 4.6", "run", "--mem-limit=1K,all a", `bad_size|--mem-limit SIZE|1K,all|${MEMORY}`],
  ["DESIGN 4.6", "run", "--process-limit 32 a", "processLimit=32 a"],
  ["DESIGN 4.6", "run", "--process-limit=4194304 a", "processLimit=4194304 a"],
  [
    "DESIGN 4.6",
    "run",
    "--process-limit=4194305 a",
    `bad_number|--process-limit N|4194305|${COUNT}`,
  ],
  ["DESIGN 4.6", "run", "--process-limit 0 a", `bad_number|--process-limit N|0|${COUNT}`],
  ["DESIGN 4.6", "run", "--process-limit 1.5 a", `bad_number|--process-limit N|1.5|${COUNT}`],
  ["DESIGN 4.6", "run", "--process-limit -1 a", `bad_number|--process-limit N|-1|${COUNT}`],
  ["DESIGN 4.6", "run", "--process-limit= a", `bad_number|--process-limit N|""|${COUNT}`],
  ["DESIGN 4.6", "run", "--containment cgroup a", "containment=cgroup a"],
  [
    "DESIGN 4.6",
    "run",
    "--containment=Auto a",
    `unknown_choice|--containment KIND|Auto|${CONTAINMENT}`,
  ],
  ["DESIGN 4.6", "run", "--containment= a", `unknown_choice|--containment KIND|""|${CONTAINMENT}`],
  ["DESIGN 4.6", "run", "--leftovers wait a", "leftovers=wait a"],
  ["DESIGN 4.6", "run", "--leftovers wai a", `unknown_choice|--leftovers WHAT|wai|${LEFTOVERS}`],
  ["DESIGN 4.6", "run", "--on-stop kill a", "onStop=kill a"],
  ["DESIGN 4.6", "run", "--on-stop stop a", `unknown_choice|--on-stop WHAT|stop|${ON_STOP}`],
  ["DESIGN 4.6", "run", "--die-with-parent a", "dieWithParent=true a"],
  ["DESIGN 4.6", "run", "--die-with-parent 7 a", "dieWithParent=true 7 a"],
  ["DESIGN 4.6", "run", "--die-with-parent=7 a", "dieWithParent=7 a"],
  ["DESIGN 4.6", "init", "--die-with-parent=4194304 a", "dieWithParent=4194304 a"],
  ["DESIGN 4.6", "run", "--die-with-parent=7 --die-with-parent a", "dieWithParent=true a"],
  ["DESIGN 4.6", "run", "--die-with-parent= a", `bad_pid|--die-with-parent PID|""|${PARENT}`],
  ["DESIGN 4.6", "run", "--die-with-parent=0 a", `bad_pid|--die-with-parent PID|0|${PARENT}`],
  ["DESIGN 4.6", "run", "--die-with-parent=-7 a", `bad_pid|--die-with-parent PID|-7|${PARENT}`],
  [
    "DESIGN 4.6",
    "run",
    "--die-with-parent=4194305 a",
    `bad_pid|--die-with-parent PID|4194305|${PARENT}`,
  ],
  ["DESIGN 4.6", "run", "--report fd:3 a", 'report={"kind":"fd","fd":3} a'],
  ["DESIGN 4.6", "run", "--report=r=1 a", 'report={"kind":"path","path":"r=1"} a'],
  ["DESIGN 4.6", "run", "--events ./fd:3 a", 'events={"kind":"path","path":"./fd:3"} a'],
  ["DESIGN 4.6", "run", "--events fd:x a", `bad_place|--events PLACE|fd:x|${PLACE}`],
  ["DESIGN 4.6", "run", "--events fd: a", `bad_place|--events PLACE|fd:|${PLACE}`],
  [
    "DESIGN 4.6",
    "run",
    "--events fd:2147483648 a",
    `bad_place|--events PLACE|fd:2147483648|${PLACE}`,
  ],
  ["DESIGN 4.6", "run", "--report - a", `bad_place|--report PLACE|-|${PLACE}`],
  ["DESIGN 4.6", "run", "--report= a", `bad_place|--report PLACE|""|${PLACE}`],
  ["DESIGN 5", "run", "--report r --events r a", `bad_place|--events PLACE|r|${OTHER_PLACE}`],
  ["DESIGN 5", "run", "--events ./r --report=r a", `bad_place|--events PLACE|./r|${OTHER_PLACE}`],
  [
    "DESIGN 5",
    "run",
    "--events .//r/./s --report=r//s/ a",
    `bad_place|--events PLACE|.//r/./s|${OTHER_PLACE}`,
  ],
  [
    "DESIGN 5",
    "run",
    "--report fd:3 --events fd:3 a",
    `bad_place|--events PLACE|fd:3|${OTHER_PLACE}`,
  ],
  ["DESIGN 5", "run", "--report fd:3 --events fd:4 a", `${FD_3} events={"kind":"fd","fd":4} a`],
  [
    "DESIGN 5",
    "run",
    "--report fd:3 --events ./fd:3 a",
    `${FD_3} events={"kind":"path","path":"./fd:3"} a`,
  ],
  ["DESIGN 5", "run", "--report r --events /r a", `${R} events={"kind":"path","path":"/r"} a`],
  [
    "DESIGN 5",
    "run",
    "--report r --events d/../r a",
    `${R} events={"kind":"path","path":"d/../r"} a`,
  ],

  ["DESIGN 4.5", "kill", "0 1 4194304", "0 1 4194304"],
  ["DESIGN 4.5", "kill", "7 7", "7 7"],
  ["DESIGN 4.5", "kill", "", "missing_operand|PID||PID..."],
  ["DESIGN 4.5", "kill", "--force", "missing_operand|PID||PID..."],
  ["DESIGN 4.5", "kill", "4194305", `bad_pid|PID|4194305|${PID}`],
  ["DESIGN 4.5", "kill", "1 x 2", `bad_pid|PID|x|${PID}`],
  ["DESIGN 4.5", "kill", "1 -2", `bad_pid|PID|-2|${PID}`],
  ["DESIGN 4.5", "kill", "-- -2", `bad_pid|PID|-2|${PID}`],
  ["DESIGN 4.5", "kill", "1 --force", `bad_pid|PID|--force|${PID}`],
  ["DESIGN 4.5", "kill", '""', `bad_pid|PID|""|${PID}`],
  ["DESIGN 4.5", "kill", "+7", `bad_pid|PID|+7|${PID}`],
  ["DESIGN 4.5", "kill", "0x7", `bad_pid|PID|0x7|${PID}`],
  ["DESIGN 4.5", "kill", "-9 7", `unknown_option|OPTION|-9|${KILL}`],
  ["DESIGN 4.5", "kill", "-s KILL 7", "signal=SIGKILL 7"],
  ["DESIGN 4.5", "kill", "-s 0 7", "signal=SIG0 7"],
  ["DESIGN 4.5", "kill", "-k 5s 7", "7"],
  ["DESIGN 4.5", "kill", "-k 2 7", "killAfter=2000000 7"],
  ["DESIGN 4.5", "kill", "-k 0 7", `bad_duration|-k DURATION|0|${KILL_AFTER}`],
  ["DESIGN 4.5", "kill", "--kill-after inf 7", "killAfter=0 7"],
  ["DESIGN 4.5", "kill", "--group 7", "reach=group 7"],
  ["DESIGN 4.5", "kill", "--group --tree 7", "7"],
  ["DESIGN 4.5", "kill", "--tree --group 7", "reach=group 7"],
  ["DESIGN 4.5", "kill", "--require-start-time 0 7", "requireStartTime=0 7"],
  ...START_TIMES.map(([text, digits]): DoorRow => {
    const refusal = `bad_number|--require-start-time TICKS|${text}|${TICKS}`;
    const wish = digits === undefined ? refusal : `requireStartTime=${digits} 7`;
    return ["DESIGN 4.5", "kill", `--require-start-time=${text} 7`, wish];
  }),
  [
    "DESIGN 4.5",
    "kill",
    "--require-start-time 5 7 8",
    "extra_operand|PID|8|one PID with --require-start-time",
  ],
  ["DESIGN 4.5", "kill", "--require-start-time 5 7 x", `bad_pid|PID|x|${PID}`],
  ["DESIGN 4.5", "kill", "-v --json --force 7", "json=true force=true verbose=true 7"],
  ["DESIGN 4.5", "kill", "--f 7", `unknown_option|OPTION|--f|${KILL}`],
  ["DESIGN 4.5", "kill", "--help", "print help"],
  ["DESIGN 4.5", "kill", "--version", "print version"],

  ["DESIGN 4.5", "doctor", "", "json=false"],
  ["DESIGN 4.5", "doctor", "--json", "json=true"],
  ["DESIGN 4.5", "doctor", "--", "json=false"],
  ["DESIGN 4.5", "doctor", "--json x", "extra_operand|OPERAND|x|options only"],
  ["DESIGN 4.5", "doctor", "--json=1", "unexpected_value|--json|1|--json without a value"],
  ["DESIGN 4.5", "doctor", "-v", `unknown_option|OPTION|-v|${DOCTOR}`],
  ["DESIGN 4.5", "doctor", "--help", "print help"],
  ["DESIGN 4.5", "doctor", "--version", "print version"],
];
