// The words that curfew's own program is started with.
import { ownFolder } from "./folder.ts";
import type { Order } from "./way.ts";

/** What the program gets besides the caller's options. */
export type Wiring = {
  readonly control: number;
  readonly events: number;
  /** Both output streams go into the pipe of stdout. */
  readonly isMerged: boolean;
};

/** `run`, the program's own options, the caller's, the command. */
export function programWords(order: Order, { control, events }: Wiring): readonly string[] {
  const { words, command, cwd } = order;
  const folder = cwd === ownFolder() ? [] : [`--chdir=${cwd}`];
  const own = ["--die-with-parent", `--control=fd:${control}`, `--events=fd:${events}`];
  return ["run", ...own, ...folder, ...words, "--", ...command];
}
