import type { View } from "../../../src/node/portable/processes/view.ts";
import { BY_PROC, BY_PS } from "../../../src/node/portable/processes/view.ts";

/** How the tests look at processes: as on Linux, and as on any other Unix. */
export const VIEWS: ReadonlyMap<string, View> = new Map([
  ["/proc", BY_PROC],
  ["ps", BY_PS],
]);
