// Wrong and unusual command lines, and the one line that each of them gets.

import { SUBCOMMANDS } from "../../../../src/core/cli/commands.ts";
import { LISTEN } from "../../../../src/core/cli/options/listen.ts";

/**
 * A command line, and its line on stderr, without the name of the program and the subcommand. Words stand between blanks; `~` is a blank in a word, `""`
 * the empty word, and `\\n` a line end.
 */
export type MistakeRow = readonly [line: string, says: string];

/** The same for a command that cannot be run, with its exit code. */
export type UnrunRow = readonly [line: string, code: 126 | 127, says: string];

const DURATION = "a duration such as 10, 1.5h or 1m30s; units are us, ms, s, m, h and d";
const GNU_DURATION = "a number such as 10 or 1.5, with an optional suffix s, m, h or d";
const KILL_AFTER =
  "a duration above 0 such as 10 or 500ms, inf for never, or --signal KILL for at once";
const DELAY = "a duration such as 10 or 500ms, 0 for at once; not inf";
const SIGNALS =
  "signals with commas between them, such as TERM,INT; KILL and STOP cannot be caught";
const SIGNAL = "a name such as TERM or RTMIN+1, or a number from 0 to 64";
const PAIR =
  "two signals such as TERM:QUIT or 15:3, the second one 0 to drop the first; " +
  "KILL and STOP cannot be caught";
const SIZE = "a size such as 1000, 512M or 1.5G: K, M, G, T of 1024, KB to TB of 1000";
const MEMORY = `${SIZE}, from 64K on; followed by ,tree for a limit of the whole tree`;
const COUNT = "a whole number from 1 to 4194304";
const PID = "a whole number, at most 4194304";
const OUTPUT = "a path, or fd:N for an open descriptor: fd:1 is standard output";
const WORDS = "a pattern of a process's words such as 'git gc*', with every [ and { closed";
const PATTERN = "a pattern such as *.log or build/**, with every [ and { closed";
const ADDRESS = LISTEN.expected;
const TIME =
  "a time such as 2027-01-31T17:30:00Z or 2027-01-31T18:30:00+01:00, or @ and seconds since 1970";
const TERMINAL = "columns and rows such as 80x24, each from 1 to 65535";
const ENDINGS = "endings of files with commas between them, such as js,ts";
const PLAIN = "another output than --report and --events, which hold JSON alone";
const EVENTS = "the file that --events has written, or -";
const HELP = "an option that --help lists";
const COMMANDS = `${SUBCOMMANDS.map(({ name }) => name).join(", ")}, help, --help or --version`;
const UNSERVING = "a run without --listen, --ready, --watch and --reload-signal";

/** What is refused before anything is looked up or started: exit code 125. */
export const MISTAKES: readonly MistakeRow[] = [
  ["curfew rnu ls", "COMMAND: unknown command 'rnu': did you mean curfew run?"],
  ["curfew npm test", "COMMAND: unknown command 'npm': did you mean curfew run npm?"],
  ["curfew 5s ls", "COMMAND: unknown command '5s': did you mean curfew timeout 5s?"],
  ["curfew 5 ls", "COMMAND: unknown command '5': did you mean curfew timeout 5?"],
  ["curfew ./server", "COMMAND: unknown command './server': did you mean curfew run ./server?"],
  [
    "curfew /usr/bin/env",
    "COMMAND: unknown command '/usr/bin/env': did you mean curfew run /usr/bin/env?",
  ],
  ["curfew RUN ls", "COMMAND: unknown command 'RUN': did you mean curfew run?"],
  ["curfew timeuot 5 ls", "COMMAND: unknown command 'timeuot': did you mean curfew timeout?"],
  ["curfew knit", "COMMAND: unknown command 'knit': did you mean curfew init?"],
  ["curfew initt ls", "COMMAND: unknown command 'initt': did you mean curfew init?"],
  ["curfew docter", "COMMAND: unknown command 'docter': did you mean curfew doctor?"],
  ["curfew stop 77", "COMMAND: unknown command 'stop': did you mean curfew run stop?"],
  [
    "curfew --timeout 5 ls",
    "COMMAND: unknown command '--timeout': did you mean curfew run --timeout?",
  ],
  ["curfew --watch . ls", "COMMAND: unknown command '--watch': did you mean curfew init --watch?"],
  ["curfew -k 5 ls", "COMMAND: unknown command '-k': did you mean curfew run -k?"],
  ["curfew -v run ls", "COMMAND: unknown command '-v': did you mean curfew run -v?"],
  ["curfew --hlep", "COMMAND: unknown command '--hlep': did you mean --help?"],
  ["curfew --versio", "COMMAND: unknown command '--versio': did you mean --version?"],
  ["curfew --bogus", `COMMAND: unknown command '--bogus': expected ${COMMANDS}`],
  ["curfew -x", `COMMAND: unknown command '-x': expected ${COMMANDS}`],
  ["curfew --", `COMMAND: unknown command '--': expected ${COMMANDS}`],
  ['curfew ""', "COMMAND: unknown command '': did you mean curfew run COMMAND?"],
  ["curfew a~b", "COMMAND: unknown command 'a b': did you mean curfew run COMMAND?"],
  ["curfew help rnu", "COMMAND: unknown command 'rnu': did you mean curfew help run?"],
  ["curfew help npm", `COMMAND: unknown command 'npm': expected ${COMMANDS}`],
  ["curfew help run ls", "OPERAND: extra operand 'ls': expected one COMMAND"],
  ["curfew help --bogus", `COMMAND: unknown command '--bogus': expected ${COMMANDS}`],
  ["curfew run", "COMMAND: missing operand: expected COMMAND [ARG]..."],
  ["curfew run --", "COMMAND: missing operand: expected COMMAND [ARG]..."],
  ["curfew run -v", "COMMAND: missing operand: expected COMMAND [ARG]..."],
  ["curfew run --timeout", `--timeout DURATION: missing value: expected ${DURATION}`],
  ["curfew run --timeout=", `--timeout DURATION: invalid time interval '': expected ${DURATION}`],
  ["curfew run --timeout 5", "COMMAND: missing operand: expected COMMAND [ARG]..."],
  [
    "curfew run --timeout x ls",
    `--timeout DURATION: invalid time interval 'x': expected ${DURATION}`,
  ],
  [
    "curfew run --timeout 1h30 ls",
    `--timeout DURATION: invalid time interval '1h30': expected ${DURATION}`,
  ],
  [
    "curfew run --timeout 30s1m ls",
    `--timeout DURATION: invalid time interval '30s1m': expected ${DURATION}`,
  ],
  [
    "curfew run --timeout 1m1m ls",
    `--timeout DURATION: invalid time interval '1m1m': expected ${DURATION}`,
  ],
  [
    "curfew run --timeout 1.5m30s ls",
    `--timeout DURATION: invalid time interval '1.5m30s': expected ${DURATION}`,
  ],
  [
    "curfew run --timeout 5w ls",
    `--timeout DURATION: invalid time interval '5w': expected ${DURATION}`,
  ],
  [
    "curfew run --timeout 5~s ls",
    `--timeout DURATION: invalid time interval '5 s': expected ${DURATION}`,
  ],
  [
    "curfew run --timeout -5 ls",
    `--timeout DURATION: invalid time interval '-5': expected ${DURATION}`,
  ],
  ["curfew run --timout 5 ls", "OPTION: unknown option '--timout': did you mean --timeout?"],
  ["curfew run --tiemout=5 ls", "OPTION: unknown option '--tiemout=5': did you mean --timeout?"],
  ["curfew run --Timeout 5 ls", "OPTION: unknown option '--Timeout': did you mean --timeout?"],
  ["curfew run -timeout 5 ls", "OPTION: unknown option '-t': did you mean --timeout?"],
  ["curfew run -t 5 ls", "OPTION: unknown option '-t': did you mean --timeout?"],
  [
    "curfew run --time-limit 5 ls",
    "OPTION: unknown option '--time-limit': did you mean --timeout?",
  ],
  ["curfew run --time 5 ls", "OPTION: unknown option '--time': did you mean --timeout?"],
  ["curfew run --grace 5 ls", "OPTION: unknown option '--grace': did you mean --kill-after?"],
  [
    "curfew run --kill_after 5 ls",
    "OPTION: unknown option '--kill_after': did you mean --kill-after?",
  ],
  [
    "curfew run --killafter=5 ls",
    "OPTION: unknown option '--killafter=5': did you mean --kill-after?",
  ],
  ["curfew run --kill 5 ls", "OPTION: unknown option '--kill': did you mean --kill-after?"],
  ["curfew run --memory 1G ls", "OPTION: unknown option '--memory': did you mean --mem-limit?"],
  ["curfew run --mem 1G ls", "OPTION: unknown option '--mem': did you mean --mem-limit?"],
  ["curfew run --memlimit 1G ls", "OPTION: unknown option '--memlimit': did you mean --mem-limit?"],
  [
    "curfew run --foreground ls",
    "OPTION: unknown option '--foreground': did you mean curfew timeout --foreground?",
  ],
  [
    "curfew run --preserve-status ls",
    "OPTION: unknown option '--preserve-status': did you mean curfew timeout --preserve-status?",
  ],
  [
    "curfew run --watch . ls",
    "OPTION: unknown option '--watch': did you mean curfew init --watch?",
  ],
  [
    "curfew run --listen 127.0.0.1:0 ls",
    "OPTION: unknown option '--listen': did you mean curfew init --listen?",
  ],
  ["curfew run --tree ls", "OPTION: unknown option '--tree': did you mean curfew kill --tree?"],
  ["curfew run --bogus ls", `OPTION: unknown option '--bogus': expected ${HELP}`],
  ["curfew run --bogus=1 ls", `OPTION: unknown option '--bogus=1': expected ${HELP}`],
  ["curfew run -x ls", `OPTION: unknown option '-x': expected ${HELP}`],
  ["curfew run -5 ls", `OPTION: unknown option '-5': expected ${HELP}`],
  ["curfew run -vx ls", `OPTION: unknown option '-x': expected ${HELP}`],
  ["curfew run --no-verbose ls", "OPTION: unknown option '--no-verbose': did you mean --verbose?"],
  [
    "curfew run --verbose=yes ls",
    "--verbose: unexpected value 'yes': expected --verbose without a value",
  ],
  [
    "curfew run --new-session=1 ls",
    "--new-session: unexpected value '1': expected --new-session without a value",
  ],
  ["curfew run --help=all", "--help: unexpected value 'all': expected --help without a value"],
  ["curfew run -k 0 ls", `-k DURATION: invalid time interval '0': expected ${KILL_AFTER}`],
  ["curfew run -k 0m0s ls", `-k DURATION: invalid time interval '0m0s': expected ${KILL_AFTER}`],
  ["curfew run -k", `-k DURATION: missing value: expected ${KILL_AFTER}`],
  ["curfew run -k x ls", `-k DURATION: invalid time interval 'x': expected ${KILL_AFTER}`],
  ["curfew run -s TREM ls", "-s SIGNAL: invalid signal 'TREM': did you mean TERM?"],
  ["curfew run -s SIGTREM ls", "-s SIGNAL: invalid signal 'SIGTREM': did you mean TERM?"],
  ["curfew run -s 65 ls", `-s SIGNAL: invalid signal '65': expected ${SIGNAL}`],
  ['curfew run -s "" ls', `-s SIGNAL: invalid signal '': expected ${SIGNAL}`],
  ["curfew run --signal", `--signal SIGNAL: missing value: expected ${SIGNAL}`],
  [
    "curfew run --stop-signals KILL ls",
    `--stop-signals SIGNALS: invalid signal 'KILL': expected ${SIGNALS}`,
  ],
  [
    "curfew run --stop-signals TERM,STOP ls",
    `--stop-signals SIGNALS: invalid signal 'TERM,STOP': expected ${SIGNALS}`,
  ],
  [
    "curfew run --stop-signals= ls",
    `--stop-signals SIGNALS: invalid signal '': expected ${SIGNALS}`,
  ],
  [
    "curfew run --stop-signals TERM;INT ls",
    `--stop-signals SIGNALS: invalid signal 'TERM;INT': expected ${SIGNALS}`,
  ],
  ["curfew run --mem-limit 1.5 ls", `--mem-limit SIZE: invalid size '1.5': expected ${MEMORY}`],
  ["curfew run --mem-limit 1P ls", `--mem-limit SIZE: invalid size '1P': expected ${MEMORY}`],
  [
    "curfew run --mem-limit 1G,all ls",
    `--mem-limit SIZE: invalid size '1G,all': expected ${MEMORY}`,
  ],
  ["curfew run --mem-limit -1 ls", `--mem-limit SIZE: invalid size '-1': expected ${MEMORY}`],
  ["curfew run --max-output 1,5M ls", `--max-output SIZE: invalid size '1,5M': expected ${SIZE}`],
  ["curfew run --max-output ten ls", `--max-output SIZE: invalid size 'ten': expected ${SIZE}`],
  ["curfew run --process-limit 0 ls", `--process-limit N: invalid number '0': expected ${COUNT}`],
  [
    "curfew run --process-limit many ls",
    `--process-limit N: invalid number 'many': expected ${COUNT}`,
  ],
  [
    "curfew run --cpu-limit x ls",
    `--cpu-limit DURATION: invalid time interval 'x': expected ${DURATION}`,
  ],
  [
    "curfew run --idle-timeout 5w ls",
    `--idle-timeout DURATION: invalid time interval '5w': expected ${DURATION}`,
  ],
  [
    "curfew run --containment docker ls",
    "--containment KIND: invalid choice 'docker': expected auto, cgroup, pidns, subreaper, group or child",
  ],
  [
    "curfew run --leftovers kil ls",
    "--leftovers WHAT: invalid choice 'kil': expected kill, leave, wait or fail",
  ],
  [
    "curfew run --on-stop never ls",
    "--on-stop WHAT: invalid choice 'never': expected auto, ignore, report, continue, mirror or kill",
  ],
  [
    "curfew run --process-group mine ls",
    "--process-group WHOSE: invalid choice 'mine': expected own or caller",
  ],
  ["curfew run --spare [a ls", `--spare GLOB: invalid pattern '[a': expected ${WORDS}`],
  ["curfew run --spare a{b ls", `--spare GLOB: invalid pattern 'a{b': expected ${WORDS}`],
  ["curfew run --spare [z-a] ls", `--spare GLOB: invalid pattern '[z-a]': expected ${WORDS}`],
  ["curfew run --spare a\\ ls", `--spare GLOB: invalid pattern 'a\\\\': expected ${WORDS}`],
  ["curfew run --spare= ls", `--spare GLOB: invalid pattern '': expected ${WORDS}`],
  [
    "curfew run --linger inf ls",
    `--linger DURATION: invalid time interval 'inf': expected ${DELAY}`,
  ],
  [
    "curfew run --die-with-parent=0 ls",
    `--die-with-parent PID: invalid PID '0': expected ${COUNT}`,
  ],
  [
    "curfew run --die-with-parent=x ls",
    "--die-with-parent PID: invalid PID 'x': did you mean a PID such as pgrep x prints?",
  ],
  ["curfew run --report - ls", `--report OUTPUT: invalid output '-': expected ${OUTPUT}`],
  ["curfew run --report= ls", `--report OUTPUT: invalid output '': expected ${OUTPUT}`],
  ["curfew run --report fd:x ls", `--report OUTPUT: invalid output 'fd:x': expected ${OUTPUT}`],
  [
    "curfew run --report r --events r ls",
    "--events OUTPUT: invalid output 'r': expected another output than --report, because the last line of the events is the report",
  ],
  ["curfew run --events", `--events OUTPUT: missing value: expected ${OUTPUT}`],
  ["curfew timeout", "DURATION: missing operand: expected DURATION COMMAND [ARG]..."],
  ["curfew timeout 5", "COMMAND: missing operand: expected DURATION COMMAND [ARG]..."],
  ["curfew timeout ls", "COMMAND: missing operand: expected DURATION COMMAND [ARG]..."],
  ["curfew timeout ls /", `DURATION: invalid time interval 'ls': expected ${GNU_DURATION}`],
  ["curfew timeout npm test", `DURATION: invalid time interval 'npm': expected ${GNU_DURATION}`],
  ["curfew timeout 1m30s ls", "DURATION: invalid time interval '1m30s': did you mean 90s?"],
  ["curfew timeout 500ms ls", "DURATION: invalid time interval '500ms': did you mean 0.5s?"],
  ["curfew timeout 1h30m ls", "DURATION: invalid time interval '1h30m': did you mean 5400s?"],
  ["curfew timeout 5w ls", `DURATION: invalid time interval '5w': expected ${GNU_DURATION}`],
  ["curfew timeout 5,5 ls", `DURATION: invalid time interval '5,5': expected ${GNU_DURATION}`],
  ["curfew timeout -5 ls", `OPTION: unknown option '-5': expected ${HELP}`],
  ["curfew timeout -- -5 ls", `DURATION: invalid time interval '-5': expected ${GNU_DURATION}`],
  [
    "curfew timeout --timeout 5 ls",
    "OPTION: unknown option '--timeout': did you mean curfew run --timeout?",
  ],
  ["curfew timeout -k 1m30s 5 ls", "-k DURATION: invalid time interval '1m30s': did you mean 90s?"],
  ["curfew timeout -k x 5 ls", `-k DURATION: invalid time interval 'x': expected ${GNU_DURATION}`],
  ["curfew timeout -s TREM 5 ls", "-s SIGNAL: invalid signal 'TREM': did you mean TERM?"],
  ["curfew timeout --v 5 ls", "OPTION: ambiguous option '--v': expected --verbose or --version"],
  ["curfew timeout --sinal KILL 5 ls", "OPTION: unknown option '--sinal': did you mean --signal?"],
  [
    "curfew timeout --new-session 5 ls",
    "OPTION: unknown option '--new-session': did you mean curfew run --new-session?",
  ],
  [
    "curfew timeout --stop-signals KILL 5 ls",
    `--stop-signals SIGNALS: invalid signal 'KILL': expected ${SIGNALS}`,
  ],
  ["curfew timeout -x 5 ls", `OPTION: unknown option '-x': expected ${HELP}`],
  ["curfew init", "COMMAND: missing operand: expected COMMAND [ARG]..."],
  [
    "curfew init --rewrite KILL:TERM ls",
    `--rewrite SIG:SIG: invalid signal 'KILL:TERM': expected ${PAIR}`,
  ],
  [
    "curfew init --rewrite STOP:0 ls",
    `--rewrite SIG:SIG: invalid signal 'STOP:0': expected ${PAIR}`,
  ],
  ["curfew init --rewrite TERM ls", `--rewrite SIG:SIG: invalid signal 'TERM': expected ${PAIR}`],
  [
    "curfew init --rewrite TERM:BOGUS ls",
    `--rewrite SIG:SIG: invalid signal 'TERM:BOGUS': expected ${PAIR}`,
  ],
  [
    "curfew init --stop-signals KILL ls",
    `--stop-signals SIGNALS: invalid signal 'KILL': expected ${SIGNALS}`,
  ],
  [
    "curfew init --ignore [x --watch . ls",
    `--ignore GLOB: invalid pattern '[x': expected ${PATTERN}`,
  ],
  [
    "curfew init --ignore x{ --watch . ls",
    `--ignore GLOB: invalid pattern 'x{': expected ${PATTERN}`,
  ],
  ["curfew init --ignore x ls", "--ignore: no effect alone: expected --watch PATH as well"],
  ["curfew init --debounce 1 ls", "--debounce: no effect alone: expected --watch PATH as well"],
  [
    "curfew init --debounce inf --watch . ls",
    `--debounce DURATION: invalid time interval 'inf': expected ${DELAY}`,
  ],
  ["curfew init --poll ls", "--poll: no effect alone: expected --watch PATH as well"],
  [
    "curfew init --poll=0 --watch . ls",
    "--poll DURATION: invalid time interval '0': expected a duration above 0 such as 2s or 500ms; not inf",
  ],
  [
    "curfew init --exit-on-error ls",
    "--exit-on-error: no effect alone: expected --watch PATH or --reload-signal SIGNAL as well",
  ],
  [
    "curfew init --reload-signal KILL ls",
    "--reload-signal SIGNAL: invalid signal 'KILL': expected a signal that can be caught, such as HUP or USR1",
  ],
  [
    "curfew init --reload-signal TERM ls",
    "--reload-signal SIGNAL: invalid signal 'TERM': expected a signal that is not among --stop-signals",
  ],
  [
    "curfew init --ready fd:2 ls",
    "--ready HOW: invalid choice 'fd:2': expected none, notify or fd:N, with N from 3",
  ],
  [
    "curfew init --ready maybe ls",
    "--ready HOW: invalid choice 'maybe': expected none, notify or fd:N, with N from 3",
  ],
  [
    "curfew init --ready-timeout 5 ls",
    "--ready-timeout: no effect alone: expected --ready HOW as well",
  ],
  [
    "curfew init --listen nowhere ls",
    `--listen ADDRESS: invalid address 'nowhere': expected ${ADDRESS}`,
  ],
  [
    "curfew init --listen 127.0.0.1:99999 ls",
    `--listen ADDRESS: invalid address '127.0.0.1:99999': expected ${ADDRESS}`,
  ],
  [
    "curfew init --expect-exit 256 ls",
    "--expect-exit CODE: invalid number '256': expected a whole number from 0 to 255",
  ],
  ["curfew init --wathc . ls", "OPTION: unknown option '--wathc': did you mean --watch?"],
  [
    "curfew init --process-group own ls",
    "OPTION: unknown option '--process-group': did you mean curfew run --process-group?",
  ],
  [
    "curfew init --idle-timeout 5 --watch . ls",
    `--idle-timeout: cannot be combined: expected ${UNSERVING}`,
  ],
  [
    "curfew init --max-output 5 --listen 127.0.0.1:0 ls",
    `--max-output: cannot be combined: expected ${UNSERVING}`,
  ],
  ["curfew kill", "PID: missing operand: expected PID..."],
  ["curfew kill -9", "PID: missing operand: expected PID..."],
  ["curfew kill -9 -1", "PID: missing operand: expected PID..."],
  ["curfew kill -BOGUS 7", "--signal SIGNAL: invalid signal 'BOGUS': did you mean BUS?"],
  ["curfew kill -65 7", `--signal SIGNAL: invalid signal '65': expected ${SIGNAL}`],
  ["curfew kill node", "PID: invalid PID 'node': did you mean a PID such as pgrep node prints?"],
  ["curfew kill 12x", `PID: invalid PID '12x': expected ${PID}`],
  ["curfew kill %1", `PID: invalid PID '%1': expected ${PID}`],
  ["curfew kill 4194305", `PID: invalid PID '4194305': expected ${PID}`],
  ["curfew kill -s TREM 7", "-s SIGNAL: invalid signal 'TREM': did you mean TERM?"],
  [
    "curfew kill --tree --signals KILL 7",
    "OPTION: unknown option '--signals': did you mean --signal?",
  ],
  [
    "curfew kill --require-start-time 5 7 8",
    "PID: extra operand '8': expected one PID with --require-start-time",
  ],
  [
    "curfew kill --require-start-time x 7",
    "--require-start-time TICKS: invalid number 'x': expected a whole number of at most 64 bits, field 22 of /proc/PID/stat",
  ],
  [
    "curfew kill --timeout 5 7",
    "OPTION: unknown option '--timeout': did you mean curfew run --timeout?",
  ],
  ["curfew kill -k 0 7", `-k DURATION: invalid time interval '0': expected ${KILL_AFTER}`],
  ["curfew doctor --jsn", "OPTION: unknown option '--jsn': did you mean --json?"],
  ["curfew doctor now", "OPERAND: extra operand 'now': expected options only"],
  ["curfew doctor -v", `OPTION: unknown option '-v': expected ${HELP}`],
  ["curfew version", "COMMAND: unknown command 'version': did you mean curfew --version?"],
  ["curfew run --until ls", `--until TIME: invalid time 'ls': expected ${TIME}`],
  ["curfew run --until 17:30 ls", `--until TIME: invalid time '17:30': expected ${TIME}`],
  [
    "curfew run --until 2027-13-01T00:00:00Z ls",
    `--until TIME: invalid time '2027-13-01T00:00:00Z': expected ${TIME}`,
  ],
  ["curfew run --until 1800000000 ls", `--until TIME: invalid time '1800000000': expected ${TIME}`],
  ["curfew run --until= ls", `--until TIME: invalid time '': expected ${TIME}`],
  ["curfew run --utnil @1 ls", "OPTION: unknown option '--utnil': did you mean --until?"],
  ["curfew run --deadline @1 ls", "OPTION: unknown option '--deadline': did you mean --until?"],
  [
    "curfew timeout --until @1 5 ls",
    "OPTION: unknown option '--until': did you mean curfew run --until?",
  ],
  ["curfew timeout --pty 5 ls", "OPTION: unknown option '--pty': did you mean curfew run --pty?"],
  [
    "curfew timeout --quiet 5 ls",
    "OPTION: unknown option '--quiet': did you mean curfew run --quiet?",
  ],
  ["curfew timeout -q 5 ls", `OPTION: unknown option '-q': expected ${HELP}`],
  [
    "curfew init --end-with-stdin ls",
    "OPTION: unknown option '--end-with-stdin': did you mean curfew run --end-with-stdin?",
  ],
  [
    "curfew run --propagate-deadline=1 ls",
    "--propagate-deadline: unexpected value '1': expected --propagate-deadline without a value",
  ],
  ["curfew run --pty=80 ls", `--pty SIZE: invalid size '80': expected ${TERMINAL}`],
  ["curfew run --pty=0x0 ls", `--pty SIZE: invalid size '0x0': expected ${TERMINAL}`],
  ["curfew run --pty= ls", `--pty SIZE: invalid size '': expected ${TERMINAL}`],
  ["curfew run --tty ls", "OPTION: unknown option '--tty': did you mean --pty?"],
  [
    "curfew run --heartbeat ls",
    `--heartbeat DURATION: invalid time interval 'ls': expected ${DURATION}`,
  ],
  [
    "curfew run --heartbeat -1 ls",
    `--heartbeat DURATION: invalid time interval '-1': expected ${DURATION}`,
  ],
  ["curfew run --hearbeat 5 ls", "OPTION: unknown option '--hearbeat': did you mean --heartbeat?"],
  ["curfew run --log= ls", `--log OUTPUT: invalid output '': expected ${OUTPUT}`],
  ["curfew run --log - ls", `--log OUTPUT: invalid output '-': expected ${OUTPUT}`],
  ["curfew run --log r --report r ls", `--log OUTPUT: invalid output 'r': expected ${PLAIN}`],
  ["curfew run --log r --events r ls", `--log OUTPUT: invalid output 'r': expected ${PLAIN}`],
  ["curfew run --silent ls", "OPTION: unknown option '--silent': did you mean --quiet?"],
  ["curfew run --queit ls", "OPTION: unknown option '--queit': did you mean --quiet?"],
  ["curfew run --config= ls", "--config FILE: invalid path '': expected a file"],
  [
    "curfew run --profile= ls",
    "--profile NAME: invalid choice '': expected the name of a profile, such as agent",
  ],
  [
    "curfew run --config a --no-config ls",
    "--config: cannot be combined: expected a run without --no-config",
  ],
  ["curfew run --noconfig ls", "OPTION: unknown option '--noconfig': did you mean --no-config?"],
  [
    "curfew run --follow ls",
    "OPTION: unknown option '--follow': did you mean curfew inspect --follow?",
  ],
  [
    "curfew run --max-memory 5G ls",
    "OPTION: unknown option '--max-memory': did you mean --mem-limit?",
  ],
  ["curfew run --idle 5 ls", "OPTION: unknown option '--idle': did you mean --idle-timeout?"],
  ["curfew inspect x", "PID: invalid PID 'x': did you mean a PID such as pgrep x prints?"],
  ["curfew inspect 0", `PID: invalid PID '0': expected ${COUNT}`],
  ["curfew inspect 4194305", `PID: invalid PID '4194305': expected ${COUNT}`],
  ["curfew inspect --folow 1", "OPTION: unknown option '--folow': did you mean --follow?"],
  [
    "curfew inspect --follow=0 1",
    "--follow DURATION: invalid time interval '0': expected a duration above 0 such as 2s or 500ms; not inf",
  ],
  ["curfew inspect --follow 5s", `PID: invalid PID '5s': expected ${COUNT}`],
  ["curfew inspect --svg 1", "OPTION: unknown option '--svg': did you mean curfew show --svg?"],
  ["curfew show", `EVENTS: missing operand: expected ${EVENTS}`],
  ["curfew show a b", "EVENTS: extra operand 'b': expected one file"],
  [
    "curfew show --svg --html a",
    "--html: cannot be combined: expected one format, --svg or --html",
  ],
  ["curfew show --svg", `EVENTS: missing operand: expected ${EVENTS}`],
  ["curfew show --pdf a", `OPTION: unknown option '--pdf': expected ${HELP}`],
  ["curfew show --svg=1 a", "--svg: unexpected value '1': expected --svg without a value"],
  ["curfew show --markdwon a", "OPTION: unknown option '--markdwon': did you mean --markdown?"],
  ["curfew config x", "OPERAND: extra operand 'x': expected options only"],
  ["curfew config --jsn", "OPTION: unknown option '--jsn': did you mean --json?"],
  ["curfew init --ext= ls", `--ext EXT: invalid pattern '': expected ${ENDINGS}`],
  ["curfew init --ext js ls", "--ext: no effect alone: expected --watch PATH as well"],
  [
    "curfew init --ext js/ts --watch . ls",
    `--ext EXT: invalid pattern 'js/ts': expected ${ENDINGS}`,
  ],
  [
    "curfew init --no-default-ignores ls",
    "--no-default-ignores: no effect alone: expected --watch PATH as well",
  ],
  ["curfew init --listen 0 ls", `--listen ADDRESS: invalid address '0': expected ${ADDRESS}`],
  [
    "curfew init --listen 65536 ls",
    `--listen ADDRESS: invalid address '65536': expected ${ADDRESS}`,
  ],
  [
    "curfew init --listen example.com:80 ls",
    `--listen ADDRESS: invalid address 'example.com:80': expected ${ADDRESS}`,
  ],
  [
    "curfew init --listen http://localhost:8080 ls",
    `--listen ADDRESS: invalid address 'http://localhost:8080': expected ${ADDRESS}`,
  ],
  ["curfew init --pty --watch . ls", `--pty: cannot be combined: expected ${UNSERVING}`],
  ["curfew init --until 5 ls", `--until TIME: invalid time '5': expected ${TIME}`],
  ["curfew init --port 80 ls", "OPTION: unknown option '--port': did you mean --ports?"],
  ["curfew kill -l", `OPTION: unknown option '-l': expected ${HELP}`],
  ["curfew kill 7 --tree", "PID: invalid PID '--tree': did you mean curfew kill --tree PID?"],
  ["curfew kill 7 -9", "PID: invalid PID '-9': did you mean curfew kill -9 PID?"],
  ["curfew kill -s", `-s SIGNAL: missing value: expected ${SIGNAL}`],
  ["curfew kill -- -4711", "PID: invalid PID '-4711': did you mean curfew kill --group 4711?"],
];

/** Commands that do not exist or cannot be executed. The tests make the files that exist. */
export const UNRUN: readonly UnrunRow[] = [
  [
    "curfew run 5s ls",
    127,
    "cannot run '5s': no such file or directory; did you mean --timeout 5s?",
  ],
  ["curfew run 5 ls", 127, "cannot run '5': no such file or directory; did you mean --timeout 5?"],
  [
    "curfew run 1m30s ls -l",
    127,
    "cannot run '1m30s': no such file or directory; did you mean --timeout 1m30s?",
  ],
  ["curfew run 5s", 127, "cannot run '5s': no such file or directory"],
  [
    "curfew run npm~test",
    127,
    "cannot run 'npm test': no such file or directory; did you mean npm test, without quotes?",
  ],
  [
    "curfew run npm~run~build:all",
    127,
    "cannot run 'npm run build:all': no such file or directory; did you mean npm run build:all, without quotes?",
  ],
  [
    "curfew run npm~test --fast",
    127,
    "cannot run 'npm test': no such file or directory; it is one word with a blank in it",
  ],
  [
    "curfew run ls~|~wc",
    127,
    "cannot run 'ls | wc': no such file or directory; did you mean sh -c 'ls | wc'?",
  ],
  [
    "curfew run ls~*.c",
    127,
    "cannot run 'ls *.c': no such file or directory; did you mean sh -c 'ls *.c'?",
  ],
  [
    "curfew run it's~me",
    127,
    "cannot run 'it\\'s me': no such file or directory; it is one word with a blank in it",
  ],
  [
    "curfew run cd /tmp",
    127,
    "cannot run 'cd': no such file or directory; it is a command of the shell; did you mean sh -c 'cd /tmp'?",
  ],
  [
    "curfew run export A=b",
    127,
    "cannot run 'export': no such file or directory; it is a command of the shell; did you mean sh -c 'export A=b'?",
  ],
  [
    "curfew run source env.sh",
    127,
    "cannot run 'source': no such file or directory; it is a command of the shell; did you mean sh -c 'source env.sh'?",
  ],
  [
    "curfew run ulimit -n 5",
    127,
    "cannot run 'ulimit': no such file or directory; it is a command of the shell; did you mean sh -c 'ulimit -n 5'?",
  ],
  [
    "curfew run FOO=1 npm test",
    127,
    "cannot run 'FOO=1': no such file or directory; did you mean env FOO=1 ...?",
  ],
  [
    "curfew run PATH=/bin:/usr/bin ls",
    127,
    "cannot run 'PATH=/bin:/usr/bin': no such file or directory; did you mean env PATH=/bin:/usr/bin ...?",
  ],
  [
    "curfew run curfew-has-no-such",
    127,
    "cannot run 'curfew-has-no-such': no such file or directory",
  ],
  [
    "curfew run ./curfew-has-no-such",
    127,
    "cannot run './curfew-has-no-such': no such file or directory",
  ],
  ['curfew run ""', 127, "cannot run '': no such file or directory"],
  ["curfew run /tmp", 126, "cannot run '/tmp': it is a directory"],
  ["curfew run ./folder", 126, "cannot run './folder': it is a directory"],
  ["curfew run ./plain", 126, "cannot run './plain': permission denied"],
  [
    "curfew run ./no-interpreter",
    127,
    "cannot run './no-interpreter': its interpreter '/nowhere/sh' does not exist",
  ],
  [
    "curfew run ./windows",
    127,
    "cannot run './windows': its interpreter '/bin/sh\\r' does not exist; its lines end with CR LF, as on Windows",
  ],
  [
    "curfew run --die-with-parent 77 ls",
    127,
    "cannot run '77': no such file or directory; did you mean --die-with-parent=77?",
  ],
  [
    "curfew run no\\nsuch",
    127,
    "cannot run 'no\\nsuch': no such file or directory; it is one word with a blank in it",
  ],
  [
    "curfew run \u2014timeout 5 ls",
    127,
    "cannot run '\\342\\200\\224timeout': no such file or directory; it begins with a dash that is no hyphen: options begin with -",
  ],
  [
    "curfew run --pty 80x24 ls",
    127,
    "cannot run '80x24': no such file or directory; did you mean --pty=80x24?",
  ],
  ["curfew timeout 5 5 ls", 127, "cannot run '5': no such file or directory"],
  [
    "curfew timeout 5 -v ls",
    127,
    "cannot run '-v': no such file or directory; options of curfew timeout come before DURATION",
  ],
  [
    "curfew timeout 5 -s KILL ls",
    127,
    "cannot run '-s': no such file or directory; options of curfew timeout come before DURATION",
  ],
  [
    "curfew timeout 5 --foreground ls",
    127,
    "cannot run '--foreground': no such file or directory; options of curfew timeout come before DURATION",
  ],
  [
    "curfew timeout 5 -- cd /tmp",
    127,
    "cannot run 'cd': no such file or directory; it is a command of the shell; did you mean sh -c 'cd /tmp'?",
  ],
  [
    "curfew timeout 5 npm~test",
    127,
    "cannot run 'npm test': no such file or directory; did you mean npm test, without quotes?",
  ],
  ["curfew timeout 5 /tmp", 126, "cannot run '/tmp': it is a directory"],
  [
    "curfew timeout 5 FOO=1 ls",
    127,
    "cannot run 'FOO=1': no such file or directory; did you mean env FOO=1 ...?",
  ],
  [
    "curfew init 5s ls",
    127,
    "cannot run '5s': no such file or directory; did you mean --timeout 5s?",
  ],
  [
    "curfew init --watch . --poll 2s ls",
    127,
    "cannot run '2s': no such file or directory; did you mean --poll=2s?",
  ],
  [
    "curfew init npm~start",
    127,
    "cannot run 'npm start': no such file or directory; did you mean npm start, without quotes?",
  ],
  [
    "curfew init exec ls",
    127,
    "cannot run 'exec': no such file or directory; it is a command of the shell; did you mean sh -c 'exec ls'?",
  ],
  ["curfew init /tmp", 126, "cannot run '/tmp': it is a directory"],
];

/** Under the names of other tools the words stay theirs: the first line on stderr. */
export const LINK_MISTAKES: readonly MistakeRow[] = [
  ["timeout -h", "timeout: invalid option -- 'h'"],
  ["timeout -V 5 ls", "timeout: invalid option -- 'V'"],
  ["timeout --siganl KILL 5 ls", "timeout: unrecognized option '--siganl'"],
  ["timeout 1m30s ls", "timeout: invalid time interval '1m30s'"],
  ["timeout -k 1m30s 5 ls", "timeout: invalid time interval '1m30s'"],
  ["timeout -s TREM 5 ls", "timeout: 'TREM': invalid signal"],
  ["tini -x ls", "tini: invalid option -- 'x'"],
  ["dumb-init --bogus ls", "dumb-init: unrecognized option '--bogus'"],
  ["catatonit -x ls", "catatonit: invalid option -- 'x'"],
];

/** The same for a command that cannot be run. */
export const LINK_UNRUN: readonly UnrunRow[] = [
  [
    "timeout 5 npm~test",
    127,
    "timeout: failed to run command 'npm test': No such file or directory",
  ],
  ["timeout 5 -v ls", 127, "timeout: failed to run command '-v': No such file or directory"],
  ["timeout 5 cd /tmp", 127, "timeout: failed to run command 'cd': No such file or directory"],
  ["timeout 5 /tmp", 126, "timeout: failed to run command '/tmp': Permission denied"],
];

/** What is printed on stdout with exit code 0, by its first line. */
export const ANSWERS: readonly (readonly [line: string, begins: string])[] = [
  ["curfew", "Usage: curfew COMMAND "],
  ["curfew -h", "Usage: curfew COMMAND "],
  ["curfew --help", "Usage: curfew COMMAND "],
  ["curfew --help bogus", "Usage: curfew COMMAND "],
  ["curfew help", "Usage: curfew COMMAND "],
  ["curfew help help", "Usage: curfew COMMAND "],
  ["curfew -V", "curfew (curfew) "],
  ["curfew --version", "curfew (curfew) "],
  ...SUBCOMMANDS.flatMap(({ name }) => [
    [`curfew ${name} -h`, `Usage: curfew ${name} `] as const,
    [`curfew ${name} --help`, `Usage: curfew ${name} `] as const,
    [`curfew help ${name}`, `Usage: curfew ${name} `] as const,
    [`curfew ${name} -V`, `curfew ${name} (curfew) `] as const,
    [`curfew ${name} --version`, `curfew ${name} (curfew) `] as const,
  ]),
  ["curfew run -vh bogus", "Usage: curfew run "],
  ["curfew timeout -vfV", "curfew timeout (curfew) "],
  ["curfew help scinit", "Usage: scinit "],
  ["timeout --help", "Usage: timeout "],
  ["timeout --he", "Usage: timeout "],
  ["timeout --version", "timeout (curfew) "],
  ["tini -h", "tini (tini v"],
  ["catatonit -V", "tini version "],
];
