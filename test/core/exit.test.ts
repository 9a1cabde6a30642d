import assert from "node:assert/strict";
import { test } from "node:test";
import type { Ending } from "../../src/core/exit.ts";
import { exitOf, exitOfSpawnError } from "../../src/core/exit.ts";
import { SIGNALS } from "../../src/core/signal.ts";
import type { Spec } from "../../src/core/spec.ts";
import { TIMEOUT_DEFAULTS } from "../../src/core/spec.ts";
import type { WaitStatus } from "../../src/core/status.ts";
import { exitText } from "./transcript.ts";

/** Every way a command can end, and what a shell shows for it. */
const ENDS: readonly (readonly [status: WaitStatus, code: number])[] = [
  ...Array.from({ length: 256 }, (_, code) => [{ kind: "exited", code }, code] as const),
  ...SIGNALS.flatMap((signal, number) =>
    [false, true].map(
      (coreDumped) => [{ kind: "signaled", signal, coreDumped }, 128 + number] as const,
    ),
  ),
];

type Options = Pick<Spec, "group" | "preserveStatus">;
const OWN: Options = { group: "own", preserveStatus: false };
const OWN_PRESERVING: Options = { group: "own", preserveStatus: true };
const CALLER: Options = { group: "caller", preserveStatus: false };
const CALLER_PRESERVING: Options = { group: "caller", preserveStatus: true };
const ALL = [OWN, OWN_PRESERVING, CALLER, CALLER_PRESERVING];

type Cause = Pick<Ending, "reason" | "killed">;

/** The exits for each end, where `options` are given and this was done to the command. */
function check(name: string, on: readonly Options[], cause: Cause, exit: typeof following): void {
  test(name, () => {
    for (const options of on) {
      const spec: Spec = { ...TIMEOUT_DEFAULTS, ...options, command: ["a"] };
      for (const [status, code] of ENDS) {
        const text = exitText(exitOf(spec, { ...cause, status }));
        assert.equal(text, exit(status, code), JSON.stringify({ options, status }));
      }
    }
  });
}

const following = (status: WaitStatus, code: number) =>
  status.kind === "exited" ? `exit ${code}` : `die self ${status.signal} ${code}`;
const timedOut = (status: WaitStatus) =>
  status.kind === "signaled" && status.signal === "SIGKILL" ? "exit 137" : "exit 124";
const preserved = (_: WaitStatus, code: number) => `exit ${code}`;
const together = () => "die group SIGKILL 137";

const BY_ITSELF: Cause = { reason: undefined, killed: false };
const EXPIRED: Cause = { reason: "timeout", killed: false };
const SIGNALED: Cause = { reason: "signal", killed: false };
const CANCELLED: Cause = { reason: "cancel", killed: false };

check("a command that ends by itself is followed, code or signal", ALL, BY_ITSELF, following);
check("a command that ends of a forwarded signal is followed", ALL, SIGNALED, following);
check("a command that ends of a cancellation is followed", ALL, CANCELLED, following);
check("expiry is 124, or 137 after SIGKILL", [OWN, CALLER], EXPIRED, timedOut);
check(
  "expiry with -p is the command's end as a code",
  [OWN_PRESERVING, CALLER_PRESERVING],
  EXPIRED,
  preserved,
);

for (const reason of ["timeout", "signal", "cancel"] as const) {
  const cause: Cause = { reason, killed: true };
  check(
    `SIGKILL of ours after ${reason}: we go with our group`,
    [OWN, OWN_PRESERVING],
    cause,
    together,
  );
  check(
    `SIGKILL of ours after ${reason}, --foreground: as after expiry`,
    [CALLER],
    cause,
    timedOut,
  );
  check(
    `SIGKILL of ours after ${reason}, --foreground and -p`,
    [CALLER_PRESERVING],
    cause,
    preserved,
  );
}

test("S24: 127 not found, 126 cannot be invoked, 125 our own failure", () => {
  const codes = [
    ["not_found", "exit 127"],
    ["not_executable", "exit 126"],
    ["resource", "exit 125"],
  ] as const;
  for (const [code, exit] of codes) {
    const error = { kind: "spawn", code, command: "a", errno: "EIO" } as const;
    assert.equal(exitText(exitOfSpawnError(error)), exit);
  }
});
