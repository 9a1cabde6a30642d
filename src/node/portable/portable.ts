import type { Listener, Order, Way } from "../way/way.ts";
import { startGuardian } from "./guardian/guardian.ts";
import { reasonsFor } from "./holding.ts";
import { killTree } from "./kill/kill-tree.ts";
import { refusalOf } from "./refusal.ts";
import { startRun } from "./run.ts";

/**
 * The core inside of Node, with what Node can do: for Unix without our program. It ends the
 * command, its process group, and what it finds below these, and promises no more.
 */
export const portable: Way = {
  name: "portable",
  refusal: (order) => refusalOf(order, "unsupported"),
  start: (order: Order, listener: Listener) => startRun(order, listener),
  prepare: () => {
    const reasons = reasonsFor("group", startGuardian());
    return Promise.resolve({ kind: "promises", containment: "group", reasons });
  },
  killTree: (order) => killTree(order),
  runSync: undefined,
};
