// What each option takes, in words: for errors and documents.
import { CONTAINMENTS, LEFTOVERS } from "../../core/spec/spec.ts";
import type { Options } from "./options.ts";
import { ON_STOP } from "./table.ts";

export type OptionName = keyof Options;

const SPAN = 'milliseconds, or a string with a unit such as "1.5s", "500ms", "2h"';
const AMOUNT = 'a whole number of bytes, or a string such as "512K", "1M", "2GB"';
const MODE = "a mode or a receiver";
const FLAG = "true or false";

function oneOf(words: readonly string[]): string {
  return words.map((word) => `"${word}"`).join(", ");
}

const EXPECTED: Readonly<Record<OptionName, string>> = {
  timeout: `${SPAN}, or a Date`,
  idleTimeout: SPAN,
  killAfter: `${SPAN}; above 0, "inf" for never, or killSignal: "SIGKILL" for at once`,
  ready: "{port}, {url}, {output} or {path}",
  readyTimeout: SPAN,
  pty: "true, false, or {columns, rows}: whole numbers from 1 to 65535",
  endWithStdin: FLAG,
  killSignal: 'a name such as "SIGTERM", or a number from 1 to 64',
  signal: "an AbortSignal",
  cpuLimit: SPAN,
  memLimit: AMOUNT,
  processLimit: "a whole number from 1",
  maxOutput: AMOUNT,
  keepOutput: `${AMOUNT}, or {head, tail}`,
  leftovers: oneOf(LEFTOVERS),
  spare: 'patterns of command lines such as "gpg-agent*"',
  onStop: oneOf(ON_STOP),
  containment: oneOf(CONTAINMENTS),
  newSession: FLAG,
  pipeDrain: SPAN,
  cwd: "a path or a file: URL",
  env: "an object of strings",
  extendEnv: FLAG,
  preferLocal: "true, false or a folder",
  input: "a string or a Uint8Array",
  stdin: "a mode, bytes, or a source",
  stdout: MODE,
  stderr: MODE,
  stdio: "a mode, or an array of three",
  encoding: '"utf8" or "buffer"',
  stripFinalNewline: FLAG,
  onEvent: "a function",
  backend: '"auto", "binary" or "portable"',
  throws: FLAG,
};

export function expectedOf(option: OptionName): string {
  return EXPECTED[option];
}
