// Options as words of `curfew run`. What is an error, a duration or a size here is what it is on
// the command line: the core's own types of values read each text.
import type { Env } from "../../core/values/locale.ts";
import type { Asked } from "../way/way.ts";
import { isOption } from "./check.ts";
import { refused } from "./misuse.ts";
import type { Options } from "./options.ts";
import { addPty } from "./pty.ts";
import { type FlagRow, OPTION_TABLE } from "./table.ts";

/** The words, and what the core reads in them. */
export type Words = { readonly words: readonly string[]; readonly asked: Asked };

/** No variable of an environment changes what options mean. */
const NO_ENVIRONMENT: Env = () => undefined;

/** The words of the options that are the program's. Throws what is wrong with one. */
export function wordsOf(options: Options): Words {
  const words: string[] = [];
  const asked: Record<string, unknown> = {};
  for (const name of Object.keys(options)) {
    if (!isOption(name)) continue;
    const row = OPTION_TABLE[name];
    const value = options[name];
    if (row.kind !== "flag" || value === undefined) continue;
    const read = readBy(row, value);
    if (read === undefined) throw refused(name, value);
    asked[row.key] = row.isList === true ? read.values : read.values[0];
    words.push(...read.words);
  }
  if (options.newSession === true) {
    words.push("--new-session");
    asked.group = "session";
  }
  if (options.pty !== undefined) addPty(options.pty, words, asked);
  if (options.endWithStdin === true) {
    words.push("--end-with-stdin");
    asked.endsWithStdin = true;
  }
  return { words, asked };
}

type Read = { readonly words: readonly string[]; readonly values: readonly unknown[] };

function readBy({ flag, takes, texts }: FlagRow, value: unknown): Read | undefined {
  const all = texts(value);
  const values = all?.map((text) => takes.parse(text, NO_ENVIRONMENT));
  if (all === undefined || values === undefined || values.includes(undefined)) return undefined;
  return { words: all.map((text) => `${flag}=${text}`), values };
}
