import { isatty } from "node:tty";
import { parseRun } from "../../core/cli/run-line.ts";
import { reasonsOf } from "../../core/spec/holding.ts";
import type { Spec } from "../../core/spec/spec.ts";
import type { AppliedContainment, Mechanism, ReliabilityReason } from "../../core/spec/tree.ts";
import type { Order } from "../way/way.ts";
import { hasOwnProc } from "./processes/own-proc.ts";

/**
 * Whether the command stays in Node's process group: only there it may read the terminal. Node
 * cannot give it a group of its own in the same session.
 */
export function staysInGroup({ asked, stdin }: Order): boolean {
  if (asked.group === "session" || asked.containment === "group") return false;
  const fd = stdin.kind === "inherit" ? 0 : stdin.kind === "fd" ? stdin.fd : -1;
  return fd >= 0 && isatty(fd);
}

/** What the core makes of the words, with what is told by other ways than words. */
export function specOf(order: Order): Spec {
  const spec = parsed(order);
  const target = { kind: "fd", fd: 3 } as const;
  const group = staysInGroup(order) ? "caller" : spec.group === "session" ? "session" : "alone";
  const { idleTimeout, maxOutput, pipeDrain, keep } = order.relay;
  const relay = { idleTimeout, maxOutput, pipeDrain, keepOutput: keep };
  const told = { report: spec.report ?? target, events: spec.events ?? target };
  // What the program would print is an event here, as with --control.
  return { ...spec, group, ...relay, ...told, telling: "problems" };
}

/** No variable of an environment changes what options mean. */
function parsed({ words, command }: Order): Spec {
  const request = parseRun([...words, "--", ...command], () => undefined);
  // Each word has been read by the same rules before.
  if (request.kind !== "run") throw new Error(`curfew's words are no command line: ${words}`);
  return request.spec;
}

/** What holds the tree, and why that is no guarantee. */
export function holdingOf(order: Order, isGuarded: boolean): AppliedContainment {
  const isAlone = order.asked.containment === "child";
  const mechanism = isAlone || staysInGroup(order) ? "child" : "group";
  const reasons = reasonsFor(mechanism, isGuarded);
  return { mechanism, reasons, limits: [], ...(!isAlone && { findsRest: true }) };
}

export function reasonsFor(mechanism: Mechanism, isGuarded: boolean): ReliabilityReason[] {
  const isLinux = process.platform === "linux";
  const reasons = reasonsOf(mechanism, {
    canKillCgroup: false,
    mayKillAll: process.geteuid?.() === 0,
    // Elsewhere ps(1) shows what /proc shows on Linux.
    hasProc: !isLinux || hasOwnProc(),
    isParentSignalled: false,
    isForeignSeen: false,
  });
  // Only Linux has PID namespaces.
  const known = reasons.filter((reason) => isLinux || reason !== "foreign_pidns_possible");
  return isGuarded ? known : [...known, "no_guardian"];
}
