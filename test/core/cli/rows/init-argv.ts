import type { SubcommandRow } from "./commands.ts";

const DELAY = "a duration such as 10 or 500ms, 0 for at once; not inf";
const KILL_AFTER =
  "a duration above 0 such as 10 or 500ms, inf for never, or --signal KILL for at once";
const PAIR =
  "two signals such as TERM:QUIT or 15:3, the second one 0 to drop the first; " +
  "KILL and STOP cannot be caught";
const SIGNALS =
  "signals with commas between them, such as TERM,INT; KILL and STOP cannot be caught";
const CATCHABLE = "a signal that can be caught, such as HUP or USR1";
const CODE = "a whole number from 0 to 255";
const READY = "none, notify or fd:N, with N from 3";
const INTERVAL = "a duration above 0 such as 2s or 500ms; not inf";
const PATH = "a file or a directory";
const PATTERN = "a pattern such as *.log or build/**, with every [ and { closed";
const EXTENSIONS = "endings of files with commas between them, such as js,ts";
const WORDS_PATTERN = "a pattern of a process's words such as 'git gc*', with every [ and { closed";
const ADDRESS =
  "[NAME=] and PORT (1 to 65535 on 127.0.0.1), HOST:PORT, unix:PATH or unix:@NAME; HOST is " +
  "a number such as 127.0.0.1 or [::1], localhost, or * for all";
const PORTS = "ports with commas between them, such as 8080,8081";
const HOST = "a number of IPv4 or IPv6, such as 0.0.0.0 or ::1";
const MILLISECONDS = "a whole number of milliseconds";
const SECONDS = "a whole number of seconds";

const socket = (name: string, text: string, host: string, port: number) =>
  JSON.stringify({ name, text, at: { kind: "tcp", host, port } });
const LOCAL_80 = socket("127.0.0.1_80", "127.0.0.1:80", "127.0.0.1", 80);
const LOCAL_81 = socket("127.0.0.1_81", "127.0.0.1:81", "127.0.0.1", 81);

/** Command lines of `init`, the strange ones first. */
const OWN: readonly (readonly [line: string, asks: string])[] = [
  ["a --watch b", "a --watch b"],
  ["-- --watch b", "--watch b"],
  ["- a", "- a"],
  ["", "missing_operand|COMMAND||COMMAND [ARG]..."],
  ["-v --", "missing_operand|COMMAND||COMMAND [ARG]..."],
  [
    "--timeout 5 -sINT -k 500ms a",
    "timeout=5000000 signal=SIGINT isSignalGiven=true killAfter=500000 killAfterAsPid1=undefined a",
  ],
  ["-vk8 a", "killAfterAsPid1=undefined verbose=true a"],
  ["-k inf a", "killAfter=0 killAfterAsPid1=undefined a"],
  ["--kill-after 0 a", `bad_duration|--kill-after DURATION|0|${KILL_AFTER}`],
  ["--help", "print help"],
  ["--version a", "print version"],

  ["--single-child a", "singleChild=true a"],
  ["--single-child=1 a", "unexpected_value|--single-child|1|--single-child without a value"],
  ["--rewrite TERM:QUIT a", "rewrite=SIGTERM:SIGQUIT a"],
  ["--rewrite=15:3 --rewrite sigint:0 a", "rewrite=SIGTERM:SIGQUIT,SIGINT:SIG0 a"],
  ["--rewrite TERM:INT --rewrite TERM:HUP a", "rewrite=SIGTERM:SIGHUP a"],
  ["--rewrite TERM:INT --rewrite INT:TERM a", "rewrite=SIGTERM:SIGINT,SIGINT:SIGTERM a"],
  ["--rewrite RTMIN+1:RTMAX a", "rewrite=SIGRTMIN+1:SIGRTMAX a"],
  ["--rewrite TERM:WAT a", `unknown_signal|--rewrite SIG:SIG|TERM:WAT|${PAIR}`],
  ["--rewrite 0:TERM a", `unknown_signal|--rewrite SIG:SIG|0:TERM|${PAIR}`],
  ["--rewrite TERM a", `unknown_signal|--rewrite SIG:SIG|TERM|${PAIR}`],
  ["--rewrite TERM: a", `unknown_signal|--rewrite SIG:SIG|TERM:|${PAIR}`],
  ["--rewrite TERM:INT:HUP a", `unknown_signal|--rewrite SIG:SIG|TERM:INT:HUP|${PAIR}`],
  ["--rewrite TERM:~INT a", `unknown_signal|--rewrite SIG:SIG|TERM: INT|${PAIR}`],
  ["--rewrite", `missing_value|--rewrite SIG:SIG||${PAIR}`],
  ["--stop-signals USR1 a", "stopSignals=SIGUSR1 a"],
  ["--stop-signals TERM,QUIT,TERM a", "stopSignals=SIGTERM,SIGQUIT a"],
  ["--stop-signals=3,15 --stop-signals=HUP a", "stopSignals=SIGHUP a"],
  ["--stop-signals= a", `unknown_signal|--stop-signals SIGNALS|""|${SIGNALS}`],
  ["--stop-signals TERM, a", `unknown_signal|--stop-signals SIGNALS|TERM,|${SIGNALS}`],
  ["--stop-signals 0 a", `unknown_signal|--stop-signals SIGNALS|0|${SIGNALS}`],
  ["--stop-signals TERM:INT a", `unknown_signal|--stop-signals SIGNALS|TERM:INT|${SIGNALS}`],
  ["--drain 5s a", "drain=5000000 a"],
  ["--drain=0 a", "a"],
  ["--drain=-1 a", `bad_duration|--drain DURATION|-1|${DELAY}`],
  ["--drain inf a", `bad_duration|--drain DURATION|inf|${DELAY}`],
  ["--expect-exit 143 --expect-exit=0 a", "expectExit=[143,0] a"],
  ["--expect-exit 255 a", "expectExit=[255] a"],
  ["--expect-exit 256 a", `bad_number|--expect-exit CODE|256|${CODE}`],
  ["--expect-exit=-1 a", `bad_number|--expect-exit CODE|-1|${CODE}`],
  ["--expect-exit= a", `bad_number|--expect-exit CODE|""|${CODE}`],
  ["--expect-exit 5 --expect-exit x a", `bad_number|--expect-exit CODE|x|${CODE}`],

  ["--listen 127.0.0.1:80 --listen 127.0.0.1:81 a", `listen=[${LOCAL_80},${LOCAL_81}] a`],
  ["--listen 127.0.0.1:80 --listen x a", `bad_address|--listen ADDRESS|x|${ADDRESS}`],
  ["--listen= a", `bad_address|--listen ADDRESS|""|${ADDRESS}`],
  ["--watch a --watch=b c", 'watch=["a","b"] c'],
  ["--watch= a", `bad_path|--watch PATH|""|${PATH}`],
  ["--watch", `missing_value|--watch PATH||${PATH}`],
  ["--watch w --ignore *.log --ignore ** a", 'watch=["w"] ignore=["*.log","**"] a'],
  ["--watch w --ext js,.ts --ext py a", 'watch=["w"] extensions=["js","ts","py"] a'],
  ["--watch w --ext= a", `bad_pattern|--ext EXT|""|${EXTENSIONS}`],
  ["--watch w --ext js,,ts a", `bad_pattern|--ext EXT|js,,ts|${EXTENSIONS}`],
  ["--watch w --ext *.js a", `bad_pattern|--ext EXT|*.js|${EXTENSIONS}`],
  ["--watch w --no-default-ignores a", 'watch=["w"] defaultIgnores=false a'],
  ["--ignore= a", `bad_pattern|--ignore GLOB|""|${PATTERN}`],
  ["--spare= a", `bad_pattern|--spare GLOB|""|${WORDS_PATTERN}`],
  ["--watch w --debounce 1 a", 'watch=["w"] debounce=1000000 a'],
  ["--debounce 200ms --watch w a", 'watch=["w"] a'],
  ["--debounce 0 --watch w a", 'watch=["w"] debounce=0 a'],
  ["--restart-delay 250ms --watch w a", 'watch=["w"] restartDelay=250000 a'],
  ["--ready notify a", 'ready={"kind":"notify"} a'],
  ["--ready fd:3 a", 'ready={"kind":"fd","fd":3} a'],
  ["--ready none a", "a"],
  ["--ready fd:2 a", `unknown_choice|--ready HOW|fd:2|${READY}`],
  ["--ready fd:1048576 a", `unknown_choice|--ready HOW|fd:1048576|${READY}`],
  ["--ready fd: a", `unknown_choice|--ready HOW|fd:|${READY}`],
  ["--ready fd:+3 a", `unknown_choice|--ready HOW|fd:+3|${READY}`],
  ["--ready Notify a", `unknown_choice|--ready HOW|Notify|${READY}`],
  ["--ready= a", `unknown_choice|--ready HOW|""|${READY}`],
  ["--ready fd:3 --ready-timeout 5 a", 'ready={"kind":"fd","fd":3} readyTimeout=5000000 a'],
  ["--ready-timeout inf --ready notify a", 'ready={"kind":"notify"} readyTimeout=0 a'],
  ["--exit-on-error --watch w a", 'watch=["w"] exitOnError=true a'],
  ["--exit-on-error --reload-signal HUP a", "exitOnError=true reloadSignal=SIGHUP a"],
  ["--exit-on-error=1 a", "unexpected_value|--exit-on-error|1|--exit-on-error without a value"],
  ["--watch w --poll a", 'watch=["w"] poll=1000000 a'],
  ["--watch w --poll=2s a", 'watch=["w"] poll=2000000 a'],
  ["--watch w --poll 2s a", 'watch=["w"] poll=1000000 2s a'],
  ["--poll=500ms --poll --watch w a", 'watch=["w"] poll=1000000 a'],
  ["--poll=0 a", `bad_duration|--poll DURATION|0|${INTERVAL}`],
  ["--poll=inf a", `bad_duration|--poll DURATION|inf|${INTERVAL}`],
  ["--poll= a", `bad_duration|--poll DURATION|""|${INTERVAL}`],
  ["--poll=often a", `bad_duration|--poll DURATION|often|${INTERVAL}`],
  ["--reload-signal HUP a", "reloadSignal=SIGHUP a"],
  ["--reload-signal=10 a", "reloadSignal=SIGUSR1 a"],
  ["--reload-signal KILL a", `unknown_signal|--reload-signal SIGNAL|KILL|${CATCHABLE}`],
  ["--reload-signal CHLD a", `unknown_signal|--reload-signal SIGNAL|CHLD|${CATCHABLE}`],
  ["--reload-signal 0 a", `unknown_signal|--reload-signal SIGNAL|0|${CATCHABLE}`],

  // What is missing is looked for among names that begin alike: the whole list is too long.
  ["--read notify a", "unknown_option|OPTION|--read|an option that --help lists"],
  ["--expect-code 5 a", "unknown_option|OPTION|--expect-code|an option that --help lists"],
  ["--Watch x a", "unknown_option|OPTION|--Watch|an option that --help lists"],
  ["-f a", "unknown_option|OPTION|-f|an option that --help lists"],
  ["-p a", "unknown_option|OPTION|-p|an option that --help lists"],
];

const AFTER_SOCKETS = "or above, because the sockets come first";

const WATCH = "--watch PATH as well";
const RELOAD = "--watch PATH or --reload-signal SIGNAL as well";
const A_READY = "--ready HOW as well";

/** Options that change nothing unless something else is asked for, too. */
const NEEDS: readonly (readonly [line: string, asks: string])[] = [
  ["--ext js a", `missing_option|--ext||${WATCH}`],
  ["--no-default-ignores a", `missing_option|--no-default-ignores||${WATCH}`],
  ["--ignore *.log a", `missing_option|--ignore||${WATCH}`],
  ["--debounce 1 a", `missing_option|--debounce||${WATCH}`],
  ["--debounce 200ms a", `missing_option|--debounce||${WATCH}`],
  ["--poll a", `missing_option|--poll||${WATCH}`],
  ["--poll=2s --debounce 0 a", `missing_option|--poll||${WATCH}`],
  ["--exit-on-error a", `missing_option|--exit-on-error||${RELOAD}`],
  ["--listen 127.0.0.1:80 --exit-on-error a", `missing_option|--exit-on-error||${RELOAD}`],
  ["--ready notify --exit-on-error a", `missing_option|--exit-on-error||${RELOAD}`],
  ["--restart-delay 1 a", `missing_option|--restart-delay||${RELOAD}`],
  ["--ready-timeout 5 a", `missing_option|--ready-timeout||${A_READY}`],
  ["--ready none --watch w --ready-timeout 5 a", `missing_option|--ready-timeout||${A_READY}`],
  ["--reload-signal HUP --debounce 1 a", `missing_option|--debounce||${WATCH}`],
  ["--reload-signal HUP --ignore x a", `missing_option|--ignore||${WATCH}`],
  ["--reload-signal HUP --poll a", `missing_option|--poll||${WATCH}`],
  ["--poll", "missing_operand|COMMAND||COMMAND [ARG]..."],
];

/** What cannot be together. */
const CLASHES: readonly (readonly [line: string, asks: string])[] = [
  ["--ready fd:3 --listen 127.0.0.1:80 a", `bad_number|--ready HOW|fd:3|fd:4 ${AFTER_SOCKETS}`],
  ["--ready fd:4 --ports 80,81 a", `bad_number|--ready HOW|fd:4|fd:5 ${AFTER_SOCKETS}`],
  ["--ready fd:4 --listen 127.0.0.1:80 a", `listen=[${LOCAL_80}] ready={"kind":"fd","fd":4} a`],
  [
    "--reload-signal TERM a",
    "unknown_signal|--reload-signal SIGNAL|TERM|a signal that is not among --stop-signals",
  ],
  [
    "--reload-signal HUP --stop-signals HUP a",
    "unknown_signal|--reload-signal SIGNAL|HUP|a signal that is not among --stop-signals",
  ],
  [
    "--reload-signal=1 --stop-signals=1 a",
    "unknown_signal|--reload-signal SIGNAL|HUP|a signal that is not among --stop-signals",
  ],
  ["--reload-signal INT --stop-signals TERM a", "stopSignals=SIGTERM reloadSignal=SIGINT a"],
  [
    "--report r --events r a",
    "bad_output|--events OUTPUT|r|another output than --report, because the last line of the events is the report",
  ],
];

/** scinit's long names, which `init` takes as well. */
const ALIASES: readonly (readonly [cites: string, line: string, asks: string])[] = [
  ["S78", "--ports 80,81 a", `listen=[${LOCAL_80},${LOCAL_81}] a`],
  ["S78", "--ports 81 --ports 80,81 a", `listen=[${LOCAL_81},${LOCAL_80}] a`],
  ["S78", "--ports=0,0 a", `listen=[${socket("127.0.0.1_0", "127.0.0.1:0", "127.0.0.1", 0)}] a`],
  [
    "S79",
    "--ports 80 --bind-addr ::1 a",
    `listen=[${socket("[__1]_80", "[::1]:80", "::1", 80)}] a`,
  ],
  [
    "S79",
    "--bind-addr 0.0.0.0 --ports 65535 a",
    `listen=[${socket("0.0.0.0_65535", "0.0.0.0:65535", "0.0.0.0", 65_535)}] a`,
  ],
  ["S79", "--bind-addr 0.0.0.0 a", "a"],
  ["S79", "--ports 81 --listen 127.0.0.1:80 a", `listen=[${LOCAL_80},${LOCAL_81}] a`],
  ["S79", "--bind-addr 1.2.3 a", `bad_address|--bind-addr HOST|1.2.3|${HOST}`],
  ["S79", "--bind-addr [::1] a", `bad_address|--bind-addr HOST|[::1]|${HOST}`],
  ["S79", "--bind-addr x=1.2.3.4 a", `bad_address|--bind-addr HOST|x=1.2.3.4|${HOST}`],
  ["S79", "--bind-addr unix:/s a", `bad_address|--bind-addr HOST|unix:/s|${HOST}`],
  ["S79", "--bind-addr= a", `bad_address|--bind-addr HOST|""|${HOST}`],
  ["S78", "--ports 65536 a", `bad_number|--ports PORTS|65536|${PORTS}`],
  ["S78", "--ports 80, a", `bad_number|--ports PORTS|80,|${PORTS}`],
  ["S78", "--ports= a", `bad_number|--ports PORTS|""|${PORTS}`],
  ["S78", "--ports http a", `bad_number|--ports PORTS|http|${PORTS}`],
  ["S83", "--live-reload ./a b", 'watch=["./a"] ./a b'],
  ["S83", "--live-reload --watch-path p a", 'watch=["p"] a'],
  ["S83", "--watch-path p --watch-path q --live-reload a", 'watch=["p","q"] a'],
  ["S83", "--watch-path p a", "a"],
  ["S83", "--live-reload --watch w a", 'watch=["w","a"] a'],
  ["S83", "--watch-path= a", `bad_path|--watch-path PATH|""|${PATH}`],
  ["S83", "--debounce-ms 50 --restart-delay-ms 0 a", "debounce=50000 a"],
  ["S83", "--watch-path p --debounce 1 --debounce-ms 50 a", "debounce=50000 a"],
  ["S83", "--watch-path p --poll --exit-on-error a", "exitOnError=true poll=1000000 a"],
  ["S83", "--live-reload --ignore x a", 'watch=["a"] ignore=["x"] a'],
  ["S83", "--debounce-ms 1.5 a", `bad_number|--debounce-ms N|1.5|${MILLISECONDS}`],
  ["S83", "--debounce-ms= a", `bad_number|--debounce-ms N|""|${MILLISECONDS}`],
  [
    "S83",
    "--restart-delay-ms 9007199254741 a",
    `bad_number|--restart-delay-ms N|9007199254741|${MILLISECONDS}`,
  ],
  ["S82", "--graceful-timeout-secs 30 a", "killAfter=30000000 killAfterAsPid1=undefined a"],
  ["S82", "--graceful-timeout-secs 0 a", "killAfter=1 killAfterAsPid1=undefined a"],
  ["S82", "--graceful-timeout-secs 1s a", `bad_number|--graceful-timeout-secs N|1s|${SECONDS}`],
];

/** Every line of `init`. */
export const INIT_LINES: readonly SubcommandRow[] = [
  ...[...OWN, ...NEEDS, ...CLASHES].map(([line, asks]) => ["ours", "init", line, asks] as const),
  ...ALIASES.map(([cites, line, asks]) => [cites, "init", line, asks] as const),
];
