import type { SubcommandRow } from "./commands.ts";

const CODE = "a whole number from 0 to 255";
const PARENT = "a full name such as SIGTERM";
const LETTERS = "an option that --help lists";
const MISSING = "missing_operand|COMMAND||COMMAND [ARG]...";

type Row = readonly [cites: string, line: string, asks: string, environment?: string];

const rowsOf = (tool: string, rows: readonly Row[]) =>
  rows.map(([cites, line, asks, environment]): SubcommandRow => {
    const row = [cites, tool, line, asks] as const;
    return environment === undefined ? row : [...row, environment];
  });

const TINI: readonly Row[] = [
  ["S37", "-e 143 -- a", "expectExit=[143] a"],
  ["S37", "-e143 -e 0 a", "expectExit=[143,0] a"],
  ["S37", '-e "" a', "expectExit=[0] a"],
  ["S37", "-e 005 a", "expectExit=[5] a"],
  ["S37", "-e +5 a", "expectExit=[5] a"],
  ["S37", "-e ~5 a", "expectExit=[5] a"],
  ["S37", "-e -0 a", "expectExit=[0] a"],
  ["S37", "-e 256 a", `bad_number|-e CODE|256|${CODE}`],
  ["S37", "-e -1 a", `bad_number|-e CODE|-1|${CODE}`],
  ["S37", "-e 5~ a", `bad_number|-e CODE|5 |${CODE}`],
  ["S37", "-e ~ a", `bad_number|-e CODE| |${CODE}`],
  ["S37", "-e - a", `bad_number|-e CODE|-|${CODE}`],
  ["S37", "-e 0x5 a", `bad_number|-e CODE|0x5|${CODE}`],
  ["S37", "-e 5x a", `bad_number|-e CODE|5x|${CODE}`],
  ["S37", "-e 99999999999999999999 a", `bad_number|-e CODE|99999999999999999999|${CODE}`],
  ["S37", "-e", `missing_value|-e CODE||${CODE}`],
  ["S38", "-p SIGTERM a", "dieWithParent=true parentSignal=SIGTERM a"],
  ["S38", "-spSIGINT a", "dieWithParent=true parentSignal=SIGINT a"],
  ["S38", "-p SIGTERM -p SIGHUP a", "dieWithParent=true parentSignal=SIGHUP a"],
  ["S38", "-p SIGSYS a", "dieWithParent=true parentSignal=SIGSYS a"],
  ["S38", "-p SIGKILL a", "dieWithParent=true a"],
  ["S38", "-p KILL a", `unknown_signal|-p SIGNAL|KILL|${PARENT}`],
  ["S38", "-p 9 a", `unknown_signal|-p SIGNAL|9|${PARENT}`],
  ["S38", "-p sigkill a", `unknown_signal|-p SIGNAL|sigkill|${PARENT}`],
  ["S38", "-p SIG0 a", `unknown_signal|-p SIGNAL|SIG0|${PARENT}`],
  ["S38", "-p SIGRTMIN a", `unknown_signal|-p SIGNAL|SIGRTMIN|${PARENT}`],
  ["S38", "-p SIG32 a", `unknown_signal|-p SIGNAL|SIG32|${PARENT}`],
  ["S38", "-p SIGIOT a", `unknown_signal|-p SIGNAL|SIGIOT|${PARENT}`],
  ["S38", '-p "" a', `unknown_signal|-p SIGNAL|""|${PARENT}`],
  ["S39", "-v a", "verbose=true narration=2 a"],
  ["S39", "--verbose -v a", "verbose=true narration=3 a"],
  ["S39", "-vvv a", "verbose=true narration=4 a"],
  ["S39", "-v a", "a", "TINI_VERBOSITY=1"],
  ["S39", "a", "verbose=true narration=2 a", "TINI_VERBOSITY=2"],
  ["S39", "a", "verbose=true narration=2 a", "TINI_VERBOSITY=~2x"],
  ["S39", "a", "verbose=true narration=4 a", "TINI_VERBOSITY=-1"],
  ["S39", "-v a", "narration=0 a", "TINI_VERBOSITY=rubbish"],
  ["S39", "-v a", "narration=0 a", "TINI_VERBOSITY="],
  ["S39", "-w a", "sayReaped=true a", "TINI_VERBOSITY=1"],
  ["S39", "-w a", "narration=0 a", "TINI_VERBOSITY=0"],
  ["S40", "a", "a", "TINI_SUBREAPER=0"],
  ["S40", "a", "singleChild=false a", "TINI_KILL_PROCESS_GROUP=0"],
  ["S40", "a", "singleChild=false a", "TINI_KILL_PROCESS_GROUP="],
  ["S41", "-s a", "a"],
  ["S42", "--version", "print version"],
  ["S42", "--version a", "extra_operand|--version|a|nothing beside it"],
  ["S42", "-s --version", "extra_operand|--version|-s|nothing beside it"],
  ["S42", "--version --version", "extra_operand|--version||nothing beside it"],
  ["S42", "-h", "print help"],
  ["S42", "-hx", "print help"],
  ["S42", "-sl", "print license"],
  ["S42", "-x -h", `unknown_option|OPTION|-x|${LETTERS}`],
  ["S42", "-k 5 a", `unknown_option|OPTION|-k|${LETTERS}`],
  ["S42", "", MISSING],
  ["S42", "-s --", MISSING],
  ["S43", "a -l", "a -l"],
  ["S43", "a -c x", "a -c x"],
  ["S43", "-g a -g", "singleChild=false a -g"],
  ["S46", "-g a", "singleChild=false a"],
  ["S49", "-w a", "sayReaped=true a"],
  // Our own, by their long names.
  ["ours", "--expect-exit 143 a", "expectExit=[143] a"],
  ["ours", "--timeout 5 -g a", "timeout=5000000 singleChild=false a"],
  ["ours", "-e 5 --report fd:3 a", 'report={"kind":"fd","fd":3} expectExit=[5] a'],
  ["ours", "--help", "print help"],
  [
    "ours",
    "--ready fd:3 --listen :80 a",
    "bad_number|--ready HOW|fd:3|fd:4 or above, because the sockets come first",
  ],
];

const NUMBERS =
  "two numbers of signals such as 15:3, from 1 to 31, the second one 0 to drop the first";
const badPair = (text: string) => `unknown_signal|-r S:R|${text}|${NUMBERS}`;
const STOPS = "SIGTSTP:SIGSTOP,SIGTTIN:SIGSTOP,SIGTTOU:SIGSTOP";

const DUMB_INIT: readonly Row[] = [
  ["S51", "-r 15:2x a", `rewrite=${STOPS},SIGTERM:SIGINT a`],
  ["S51", "-r ~15:~2 a", `rewrite=${STOPS},SIGTERM:SIGINT a`],
  ["S51", "-r +15:+2 a", `rewrite=${STOPS},SIGTERM:SIGINT a`],
  ["S51", "-r 015:2:9 a", `rewrite=${STOPS},SIGTERM:SIGINT a`],
  ["S51", "-r15:0 a", `rewrite=${STOPS},SIGTERM:SIG0 a`],
  ["S51", "-r 31:31 a", `rewrite=${STOPS},SIGSYS:SIGSYS a`],
  ["S51", "--rewrite=15:2 --rewrite 2:10 a", `rewrite=${STOPS},SIGTERM:SIGINT,SIGINT:SIGUSR1 a`],
  ["S51", "-r 15:2 -r 15:3 a", `rewrite=${STOPS},SIGTERM:SIGQUIT a`],
  ["S51", "-r 15 a", badPair("15")],
  ["S51", "-r 15: a", badPair("15:")],
  ["S51", "-r 15~:2 a", badPair("15 :2")],
  ["S51", "-r 0:2 a", badPair("0:2")],
  ["S51", "-r 32:2 a", badPair("32:2")],
  ["S51", "-r 15:32 a", badPair("15:32")],
  ["S51", "-r -1:2 a", badPair("-1:2")],
  ["S51", "-r 15:-1 a", badPair("15:-1")],
  ["S51", "-r 0x0f:2 a", badPair("0x0f:2")],
  ["S51", "-r TERM:INT a", badPair("TERM:INT")],
  ["S51", '-r "" a', badPair('""')],
  ["S51", "-r", `missing_value|-r S:R||${NUMBERS}`],
  ["S52", "-r 20:20 a", "rewrite=SIGTSTP:SIGTSTP,SIGTTIN:SIGSTOP,SIGTTOU:SIGSTOP a"],
  ["S53", "-c a", "group=caller singleChild=true rewrite= a"],
  ["S53", "-cr15:2 a", "group=caller singleChild=true rewrite=SIGTERM:SIGINT a"],
  ["S53", "a", "group=caller singleChild=true rewrite= a", "DUMB_INIT_SETSID=0"],
  ["S53", "a", "a", "DUMB_INIT_SETSID=00"],
  ["S53", "a", "a", "DUMB_INIT_SETSID="],
  ["S53", "a", "a", "DUMB_INIT_SETSID=1"],
  ["S53", "a", "verbose=true narration=4 a", "DUMB_INIT_DEBUG=1"],
  ["S53", "a", "a", "DUMB_INIT_DEBUG=2"],
  ["S53", "a", "a", "DUMB_INIT_DEBUG=~1"],
  ["S55", "-V", "print version"],
  ["S55", "-Vx", "print version"],
  ["S55", "--help a", "print help"],
  ["S55", "-h", "print help"],
  ["S55", "-xV", "unknown_option|OPTION|-x|an option that --help lists"],
  ["S55", "a -V", "a -V"],
  ["S55", "", MISSING],
  ["S55", "-c --", MISSING],
  // getopt_long(3), as in GNU's tools; but only its own.
  ["S3", "--s a", "group=caller singleChild=true rewrite= a"],
  ["S3", "--rew=15:2 a", `rewrite=${STOPS},SIGTERM:SIGINT a`],
  ["S3", "--verb a", "verbose=true narration=4 a"],
  ["S3", "--ver", "ambiguous_option|OPTION|--ver|--verbose or --version"],
  ["S3", "--single-child=1 a", "unexpected_value|--single-child|1|--single-child without a value"],
  ["ours", "--repor r a", "unknown_option|OPTION|--repor|an option that --help lists"],
  ["ours", "--signal INT -v a", "signal=SIGINT isSignalGiven=true verbose=true narration=4 a"],
];

const CATATONIT: readonly Row[] = [
  ["S59", "a -g", "a -g"],
  ["S59", "-g -- a", "singleChild=false a"],
  ["S59", "-P", "pause"],
  ["S59", "-gP", "pause"],
  ["S59", "-P -- a b", "pause"],
  ["S59", "-P a", "pause"],
  ["S59", "--report r -P", "pause"],
  ["S60", "a -l", "a -l"],
  ["S60", "a -P", "a -P"],
  ["S60", "-- -P", "-P"],
  ["README", "-V", "print version"],
  ["README", "--version", "print version"],
  ["README", "-h", "print help"],
  ["README", "-L", "print license"],
  ["README", "-PV", "print version"],
  ["README", "-x a", "unknown_option|OPTION|-x|an option that --help lists"],
  ["README", "-s a", "unknown_option|OPTION|-s|an option that --help lists"],
  ["README", "", MISSING],
  ["README", "-g --", MISSING],
  ["ours", "--timeout 5 a", "timeout=5000000 a"],
];

const LOCAL = { kind: "tcp", host: "127.0.0.1", port: 80 };
const LISTEN = JSON.stringify([{ name: "127.0.0.1_80", text: "127.0.0.1:80", at: LOCAL }]);

const SCINIT: readonly Row[] = [
  ["S78", "--ports 80 a", `listen=${LISTEN} a`],
  ["S83", "--live-reload a b", 'watch=["a"] a b'],
  ["S83", "--live-reload --debounce-ms=20 --watch-path p a", 'watch=["p"] debounce=20000 a'],
  ["S83", "--debounce-ms 500 --restart-delay-ms 1000 a", "a"],
  ["S82", "--graceful-timeout-secs 30 a", "killAfter=30000000 a"],
  ["S83", "--zombie-reap-interval-ms 5 a", "a"],
  ["S84", "a -c b", "a -c b"],
  ["S84", "-- a", "a"],
  ["S84", "", MISSING],
  ["S84", "-V", "print version"],
  ["S84", "-h", "print help"],
  ["S84", "-x a", "unknown_option|OPTION|-x|an option that --help lists"],
  ["S84", "--watch p a", "unknown_option|OPTION|--watch|an option that --help lists"],
  ["ours", "--listen 127.0.0.1:80 a", `listen=${LISTEN} a`],
  ["ours", "--leftovers wait a", "leftovers=wait a"],
];

/** Command lines of the tools that we stand in for. */
export const TOOL_LINES: readonly SubcommandRow[] = [
  ...rowsOf("tini", TINI),
  ...rowsOf("dumb-init", DUMB_INIT),
  ...rowsOf("catatonit", CATATONIT),
  ...rowsOf("scinit", SCINIT),
];

/** Those of one tool. */
export function linesOf(tool: string): readonly SubcommandRow[] {
  return TOOL_LINES.filter(([, name]) => name === tool);
}
