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
  const words = text.trim().split(" ");
  if (words[0] === "running") return { kind: "running" };
  const number = Number(words[0]);
  if (words[0] === "" || !Number.isInteger(number)) return undefined;
  if (number < 0) return { kind: "elsewhere" };
  const values = words.slice(1);
  if (values.length !== ARGUMENTS + 2 || !values.every(isHex)) return undefined;
  const stack = Number(values[ARGUMENTS]);
  const name = stack <= LAST_OF_32_BITS ? undefined : nameOf(number);
  return { kind: "call", name, args: values.slice(0, ARGUMENTS) };
}

const ARGUMENTS = 6;
const LAST_OF_32_BITS = 0xffff_ffff;

function isHex(word: string): boolean {
  return /^0x[0-9a-f]{1,16}$/.test(word);
}

/** An argument that is an int, such as a descriptor: its upper half means nothing. */
export function intOf(argument: string = "0x0"): number {
  return Number.parseInt(argument.slice(2).slice(-8), 16) | 0;
}

/** An argument that is an address or a size. */
export function addressOf(argument: string = "0x0"): number {
  return Number(argument);
}
