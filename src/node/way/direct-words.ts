// The words that curfew's own program is started with.
import { ownFolder } from "./folder.ts";
import { VERSION } from "./version.ts";
import type { Order } from "./way.ts";

/** What the program gets besides the caller's options. */
export type Wiring = {
  readonly control: number;
  readonly events: number;
  /** Both output streams go into the pipe of stdout. */
  readonly isMerged: boolean;
};

/** `run`, the program's own options, the caller's, the command. */
export function programWords(order: Order, wiring: Wiring): readonly string[] {
  const { control, events, isMerged } = wiring;
  const { words, command, cwd } = order;
  const folder = cwd === ownFolder() ? [] : [`--chdir=${cwd}`];
  const own = ["--die-with-parent", `--control=fd:${control}`, `--events=fd:${events}`];
  const merge = isMerged ? ["--merge-output"] : [];
  return ["run", ...own, ...versionWords(), ...merge, ...folder, ...words, "--", ...command];
}

/** A program of another version starts nothing. */
export function versionWords(): readonly string[] {
  return VERSION === undefined ? [] : [`--caller-version=${VERSION}`];
}
