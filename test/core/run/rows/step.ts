import type { Transcript } from "../transcript.ts";
import { BACKSTOP } from "./backstop.ts";
import { BUDGET_WILLS, BUDGETS } from "./budget.ts";
import { CONTROL } from "./control.ts";
import { EXITS } from "./exits.ts";
import { GUARDIAN } from "./guardian.ts";
import { INIT_CALLERS, INIT_ENDS, INIT_LEAVES, INIT_STOPS } from "./init.ts";
import { INIT_DRAINS, INIT_REWRITES, INIT_SIGNALS } from "./init-signals.ts";
import { KILLS } from "./kills.ts";
import { LEFT } from "./leftovers.ts";
import { LEFT_OF_RUN } from "./leftovers-run.ts";
import { LINGERING } from "./lingering.ts";
import { ORDER } from "./order.ts";
import { PTY } from "./pty.ts";
import { REASONS } from "./reasons.ts";
import { RELAYED_RUNS } from "./relay.ts";
import { RELAYED } from "./relayed.ts";
import { REQUESTS } from "./requests.ts";
import { RUN } from "./run.ts";
import { SIGNALS } from "./signals.ts";
import { SURVIVORS } from "./survivors.ts";
import { TOOLS } from "./tools.ts";
import * as wills from "./wills.ts";
import { EVENT_LINES } from "./wills.ts";
import { WORDS } from "./words.ts";

export { RECIPIENTS } from "./wills.ts";
export const WILLS: readonly Transcript[] = [...wills.WILLS, ...BUDGET_WILLS];

/** Courses of a run, without the wills of the guardian. */
export const TRANSCRIPTS: readonly Transcript[] = [
  ...REASONS,
  ...EXITS,
  ...KILLS,
  ...SIGNALS,
  ...WORDS,
  ...ORDER,
  ...LEFT,
  ...LEFT_OF_RUN,
  ...LINGERING,
  ...RUN,
  ...RELAYED,
  ...RELAYED_RUNS,
  ...PTY,
  ...REQUESTS,
  ...GUARDIAN,
  ...BACKSTOP,
  ...SURVIVORS,
  ...CONTROL,
  ...EVENT_LINES,
  ...INIT_ENDS,
  ...INIT_LEAVES,
  ...INIT_STOPS,
  ...INIT_CALLERS,
  ...INIT_SIGNALS,
  ...INIT_REWRITES,
  ...INIT_DRAINS,
  ...TOOLS,
  ...BUDGETS,
];
