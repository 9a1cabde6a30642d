/** What a thread is blocked in, as /proc/PID/syscall has it: proc_pid_syscall(5). */
export type Blocked =
  /** It runs, or is ready to. */
  | { readonly kind: "running" }
  /** It is blocked, and in no system call: while it loads a page, for instance. */
  | { readonly kind: "elsewhere" }
  | { readonly kind: "call"; readonly name: string | undefined; readonly args: readonly string[] };

/**
 * Reads /proc/PID/syscall. A program of 32 bits, which has other numbers, is known by its stack;
 * of its calls no name is known. Undefined: the text is something else.
 */
export function parseBlocked(
  text: string,
  nameOf: (number: number) => string | undefined,
): Blocked | undefined {
  const found = CALL.exec(text);
  if (found === null) return parseOther(text);
  const [, number, ...args] = found;
  const name = Number(args[ARGUMENTS]) <= LAST_OF_32_BITS ? undefined : nameOf(Number(number));
  return { kind: "call", name, args: args.slice(0, ARGUMENTS) };
}

function parseOther(text: string): Blocked | undefined {
  if (/^running\s*$/.test(text)) return { kind: "running" };
  return /^-1 0x[0-9a-f]+ 0x[0-9a-f]+\s*$/.test(text) ? { kind: "elsewhere" } : undefined;
}

/** The number, the six arguments, the stack and the place in the program. */
const CALL = new RegExp(`^(\\d{1,4})${" (0x[0-9a-f]{1,16})".repeat(7)} 0x[0-9a-f]{1,16}\\s*$`);
const ARGUMENTS = 6;
const LAST_OF_32_BITS = 0xffff_ffff;

/** An argument that is an int, such as a descriptor: its upper half means nothing. */
export function intOf(argument: string = "0x0"): number {
  return Number.parseInt(argument.slice(2).slice(-8), 16) | 0;
}

/** An argument that is an address or a size. */
export function addressOf(argument: string = "0x0"): number {
  return Number(argument);
}
