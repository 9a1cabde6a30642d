import type { Transcript } from "../transcript.ts";
import { EXITS } from "./supervisor/exits.ts";
import { GUARDIAN } from "./supervisor/guardian.ts";
import { INIT_CALLERS, INIT_ENDS, INIT_LEAVES, INIT_STOPS } from "./supervisor/init.ts";
import { INIT_DRAINS, INIT_REWRITES, INIT_SIGNALS } from "./supervisor/init-signals.ts";
import { KILLS } from "./supervisor/kills.ts";
import { LEFT } from "./supervisor/leftovers.ts";
import { LEFT_OF_RUN } from "./supervisor/leftovers-run.ts";
import { LINGERING } from "./supervisor/lingering.ts";
import { ORDER } from "./supervisor/order.ts";
import { REASONS } from "./supervisor/reasons.ts";
import { RELAYED } from "./supervisor/relayed.ts";
import { REQUESTS } from "./supervisor/requests.ts";
import { RUN } from "./supervisor/run.ts";
import { SIGNALS } from "./supervisor/signals.ts";
import { SURVIVORS } from "./supervisor/survivors.ts";
import { TOOLS } from "./supervisor/tools.ts";
import { EVENT_LINES } from "./supervisor/wills.ts";
import { WORDS } from "./supervisor/words.ts";

export { TOLDS, WILLS } from "./supervisor/wills.ts";

/** Lives as they must go; what the guardian is to do without us is left out. */
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
  ...REQUESTS,
  ...GUARDIAN,
  ...SURVIVORS,
  ...EVENT_LINES,
  ...INIT_ENDS,
  ...INIT_LEAVES,
  ...INIT_STOPS,
  ...INIT_CALLERS,
  ...INIT_SIGNALS,
  ...INIT_REWRITES,
  ...INIT_DRAINS,
  ...TOOLS,
];
