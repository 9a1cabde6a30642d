import { signalNumber } from "../core/signal.ts";
import type { OnStop, Spec } from "../core/spec.ts";
import { isReloading } from "../core/spec.ts";
import type { Held, World } from "./held.ts";
import { NO_DESCRIPTOR } from "./held.ts";
import { signalNews } from "./news.ts";
import { sys } from "./syscalls.ts";

/** Where the command runs, and the terminal that we look after. */
export type Place = { readonly spec: Spec; readonly terminal: number };

/** What `auto` means here (containment.md sections 4 and 7). */
export function placeOf(spec: Spec): Place {
  const place = spec.group === "auto" ? groupOf(spec) : { spec, terminal: NO_DESCRIPTOR };
  if (spec.onStop !== "auto") return place;
  const onStop = place.spec.group === "caller" ? onStopInJob() : "continue";
  return { ...place, spec: { ...place.spec, onStop } };
}

/**
 * In the caller's group the kernel stops nobody whom the caller could not continue. Process 1 cannot
 * stop itself, and who continued the command would have it read what is typed to the shell.
 */
function onStopInJob(): OnStop {
  return sys.pid() === 1 ? "ignore" : "mirror";
}

/**
 * Without a terminal the command leads a group, which can be signalled in one call. With one it
 * stays in the caller's, where keys reach it and a shell can stop and continue it; but for the first
 * process of a container, who has the terminal for the command alone: in a session of its own
 * nothing can leave it stopped.
 */
function groupOf(spec: Spec): Place {
  const terminal = sys.openTerminal();
  if (terminal < 0) return { spec: { ...spec, group: "command" }, terminal: NO_DESCRIPTOR };
  const ownPid = sys.pid();
  // Who waits for a change must see the keys that mean the end: the command may be gone by then.
  const isHanded = ownPid === 1 && sys.sessionOf(0) === ownPid && !isReloading(spec);
  return { spec: { ...spec, group: isHanded ? "session" : "caller" }, terminal };
}

const HANGUP = signalNumber("SIGHUP");
const CONTINUE = signalNumber("SIGCONT");
const SI_KERNEL = 0x80;

/** Gives the terminal up, so that the command can have it in its session. */
export function handOver(held: Held): void {
  const { terminal, spec, signalFd, answers } = held;
  if (terminal < 0) return;
  sys.rememberTerminal(terminal);
  if (spec.group !== "session" || sys.releaseTerminal(terminal) < 0) return;
  // To the leader of a session it looks like the terminal's end: HUP and CONT, meant for nobody.
  for (;;) {
    const signal = sys.nextSignal(signalFd);
    if (signal === undefined) return;
    const [number, code] = signal;
    if (code === SI_KERNEL && (number === HANGUP || number === CONTINUE)) continue;
    const news = signalNews(held, () => 0, signal);
    if (news !== undefined) answers.push(news);
  }
}

/** Settings and foreground group are as they were, whatever the command left. */
export function restore({ terminal }: World): void {
  if (terminal >= 0) sys.restoreTerminal(terminal);
}
