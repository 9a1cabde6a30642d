import type { Message } from "../../core/messages/messages.ts";
import type { Event } from "../../core/report/event.ts";
import type { Instant } from "../../core/values/duration.ts";
import { errnoName } from "../../core/values/errno.ts";
import { EBADF, NO_DESCRIPTOR, STDIN } from "../kernel/abi.ts";
import { sys } from "../kernel/window.ts";
import type { HostContext } from "./context.ts";

type Refusal = Extract<Message, { kind: "no-stdin-end" }>;

/** What a stdin is that never tells, as `inputKind` numbers it from 1 on. */
const KINDS: readonly Refusal["stdin"][] = ["file", "device", "writable", "listening"];

/**
 * A descriptor that tells when the last writer of stdin is gone; a message where stdin will never
 * tell.
 */
export function openStdinWatch(): number | Message {
  const kind = sys.inputKind(STDIN);
  if (kind > 0) return refused(KINDS[kind - 1] ?? "device");
  if (kind < 0) return kind === -EBADF ? refused("closed") : refused("unwatched", -kind);
  const watch = sys.watchHangUp(STDIN);
  return watch < 0 ? refused("unwatched", -watch) : watch;
}

function refused(stdin: Refusal["stdin"], errno?: number): Message {
  const name = errno === undefined ? undefined : errnoName(errno);
  return { kind: "no-stdin-end", stdin, errno: name };
}

/**
 * The event that the last writer is gone; told once. A hang-up stays, so it must not be waited for
 * again: the core says when to look.
 */
export function stdinNews({ state }: HostContext, at: Instant): Event | undefined {
  const { stdinWatch } = state;
  if (stdinWatch < 0 || sys.wait([stdinWatch], 0) <= 0) return undefined;
  sys.close(stdinWatch);
  state.stdinWatch = NO_DESCRIPTOR;
  return lookAtStdin(at);
}

/** How much of stdin the command has not read. What does not say, as a terminal, has nothing. */
export function lookAtStdin(at: Instant): Event {
  return { type: "stdin-closed", at, unread: Math.max(0, sys.unread(STDIN)) };
}
