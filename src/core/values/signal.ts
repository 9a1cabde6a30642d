/** Every signal by the kernel's number, 0..64, the same on x86-64 and arm64: signal(7), kill -l. */
export const SIGNALS = [
  "SIG0",
  "SIGHUP",
  "SIGINT",
  "SIGQUIT",
  "SIGILL",
  "SIGTRAP",
  "SIGABRT",
  "SIGBUS",
  "SIGFPE",
  "SIGKILL",
  "SIGUSR1",
  "SIGSEGV",
  "SIGUSR2",
  "SIGPIPE",
  "SIGALRM",
  "SIGTERM",
  "SIGSTKFLT",
  "SIGCHLD",
  "SIGCONT",
  "SIGSTOP",
  "SIGTSTP",
  "SIGTTIN",
  "SIGTTOU",
  "SIGURG",
  "SIGXCPU",
  "SIGXFSZ",
  "SIGVTALRM",
  "SIGPROF",
  "SIGWINCH",
  "SIGPOLL",
  "SIGPWR",
  "SIGSYS",
  "SIG32",
  "SIG33",
  "SIGRTMIN",
  "SIGRTMIN+1",
  "SIGRTMIN+2",
  "SIGRTMIN+3",
  "SIGRTMIN+4",
  "SIGRTMIN+5",
  "SIGRTMIN+6",
  "SIGRTMIN+7",
  "SIGRTMIN+8",
  "SIGRTMIN+9",
  "SIGRTMIN+10",
  "SIGRTMIN+11",
  "SIGRTMIN+12",
  "SIGRTMIN+13",
  "SIGRTMIN+14",
  "SIGRTMIN+15",
  "SIGRTMAX-14",
  "SIGRTMAX-13",
  "SIGRTMAX-12",
  "SIGRTMAX-11",
  "SIGRTMAX-10",
  "SIGRTMAX-9",
  "SIGRTMAX-8",
  "SIGRTMAX-7",
  "SIGRTMAX-6",
  "SIGRTMAX-5",
  "SIGRTMAX-4",
  "SIGRTMAX-3",
  "SIGRTMAX-2",
  "SIGRTMAX-1",
  "SIGRTMAX",
] as const;

/** A signal by name; a number exists only where one is read or sent. */
export type Signal = (typeof SIGNALS)[number];

const RTMIN = 34;
const RTMAX = 64;

const ALIASES: readonly (readonly [string, Signal])[] = [
  ["EXIT", "SIG0"],
  ["IOT", "SIGABRT"],
  ["CLD", "SIGCHLD"],
  ["IO", "SIGPOLL"],
];
const NAMES: ReadonlyMap<string, Signal> = new Map([
  ...ALIASES,
  ...SIGNALS.map((signal) => [signalLabel(signal), signal] as const),
]);

const SPARING: ReadonlySet<Signal> = new Set<Signal>([
  "SIG0",
  "SIGCHLD",
  "SIGCONT",
  "SIGSTOP",
  "SIGTSTP",
  "SIGTTIN",
  "SIGTTOU",
  "SIGURG",
  "SIGWINCH",
]);

/** The signals whose default action ends a process, those that dump core included. */
export const TERMINATING_SIGNALS: ReadonlySet<Signal> = new Set(
  SIGNALS.filter((s) => !SPARING.has(s)),
);

/** The signals whose default action ends a process with a core dump. */
export const CORE_DUMPING_SIGNALS: ReadonlySet<Signal> = new Set<Signal>([
  "SIGQUIT",
  "SIGILL",
  "SIGTRAP",
  "SIGABRT",
  "SIGBUS",
  "SIGFPE",
  "SIGSEGV",
  "SIGXCPU",
  "SIGXFSZ",
  "SIGSYS",
]);

const NAME_CHARACTERS = /^[A-Za-z0-9+-]+$/;
const REAL_TIME = /^RTM(IN|AX)([+-]\d+)$/;
const DIGITS = /^\d+$/;

/** Parse SIGNAL as GNU timeout does: a name, a number or a wait status, with or without SIG. */
export function parseSignal(text: string): Signal | undefined {
  // Upper case would turn letters beyond ASCII into ours: dotless i into I, long s into S.
  if (!NAME_CHARACTERS.test(text)) return undefined;
  const upper = text.toUpperCase();
  const isPrefixed = upper.startsWith("SIG");
  const name = isPrefixed ? upper.slice(3) : upper;
  if (DIGITS.test(name)) return signalOfNumber(isPrefixed ? Number(name) : lowered(Number(name)));
  return NAMES.get(name) ?? realTimeSignal(name);
}

/** The kernel's number of a signal. */
export function signalNumber(signal: Signal): number {
  return SIGNALS.indexOf(signal);
}

/** The signal with this kernel number, if there is one. */
export function signalOfNumber(number: number): Signal | undefined {
  return SIGNALS[number];
}

/** The name as messages print it: without SIG, signal 0 as `0`. */
export function signalLabel(signal: Signal): string {
  return signal.slice(3);
}

/** The labels of all signals that have a name, by number. */
export function signalNames(): string[] {
  return SIGNALS.map(signalLabel).filter((label) => !DIGITS.test(label));
}

function realTimeSignal(name: string): Signal | undefined {
  const [, end, offset] = REAL_TIME.exec(name) ?? [];
  const number = (end === "IN" ? RTMIN : RTMAX) + Number(offset);
  return number >= RTMIN ? signalOfNumber(number) : undefined;
}

// 128 + N as a shell shows a death, or wait(2)'s status, whose high bytes hold an exit code.
function lowered(number: number): number {
  if (number > 0x7fffffff) return Number.NaN;
  if (number >= 256) return number & 0xff;
  return number >= 128 ? number - 128 : number;
}

/** Signals after which a SIGCONT is senseless. */
export const NEEDS_NO_CONT: readonly Signal[] = ["SIG0", "SIGKILL", "SIGCONT"];
