import assert from "node:assert/strict";
import { test } from "node:test";
import { exitOf, exitOfSpawnError } from "../../../src/core/run/exit.ts";
import { INIT_DEFAULTS, RUN_DEFAULTS, TIMEOUT_DEFAULTS } from "../../../src/core/spec/defaults.ts";
import type { SpawnCode } from "../../../src/core/spec/error.ts";
import type { Reason } from "../../../src/core/spec/exit.ts";
import type { Fields } from "../../../src/core/spec/spec.ts";
import type { WaitStatus } from "../../../src/core/spec/status.ts";
import { SIGNALS } from "../../../src/core/values/signal.ts";
import { SURVIVOR } from "../report/rows/report.ts";
import { exitText } from "./transcript.ts";

/** Every way in which a command can end, and what a shell shows for it. */
const ENDS: readonly (readonly [status: WaitStatus, code: number])[] = [
  ...Array.from({ length: 256 }, (_, code) => [{ kind: "exited", code }, code] as const),
  ...SIGNALS.flatMap((signal, number) =>
    [false, true].map(
      (coreDumped) => [{ kind: "signaled", signal, coreDumped }, 128 + number] as const,
    ),
  ),
];

const OWN: Fields = TIMEOUT_DEFAULTS;
const OWN_PRESERVING: Fields = { ...OWN, preserveStatus: true };
const CALLER: Fields = { ...OWN, group: "caller" };
const CALLER_PRESERVING: Fields = { ...CALLER, preserveStatus: true };
const TIMEOUT = [OWN, OWN_PRESERVING, CALLER, CALLER_PRESERVING];
const RUN: Fields = RUN_DEFAULTS;
const RUN_SESSION: Fields = { ...RUN, group: "session" };
const RUN_FAIL: Fields = { ...RUN, leftovers: "fail" };
const OF_RUN = [RUN, RUN_SESSION, RUN_FAIL];
const INIT: Fields = INIT_DEFAULTS;
const INIT_FAIL: Fields = { ...INIT, leftovers: "fail" };
const OF_INIT = [INIT, INIT_FAIL];
const ALL = [...TIMEOUT, ...OF_RUN];

/** What was done to the command; `survivors`: how many there are. */
type Cause = {
  readonly reason?: Reason | undefined;
  readonly isKilled?: boolean;
  readonly hadLeftovers?: boolean;
  readonly survivors?: number;
};
type Expected = (status: WaitStatus, code: number) => string;

/** The exits for each end, where `options` are given and this was done to the command. */
function check(name: string, on: readonly Fields[], cause: Cause, exit: Expected): void {
  test(name, () => {
    for (const options of on) {
      for (const [status, code] of ENDS) {
        const text = exitBy(options, cause, status);
        assert.equal(text, exit(status, code), JSON.stringify({ options, status }));
      }
    }
  });
}

function exitBy(options: Fields, cause: Cause, status: WaitStatus | undefined): string {
  const { reason, isKilled = false, hadLeftovers = false, survivors: count = 0 } = cause;
  const survivors = Array(count).fill(SURVIVOR);
  const child = { pid: 7, end: status };
  const facts = { reason, isKilled, child, hadLeftovers, survivors, output: undefined };
  return exitText(exitOf({ ...options, command: ["a"] }, facts));
}

const following: Expected = (status, code) =>
  status.kind === "exited" ? `exit ${code}` : `die ${status.signal} ${code}`;
const timedOut: Expected = (status) =>
  status.kind === "signaled" && status.signal === "SIGKILL" ? "exit 137" : "exit 124";
const preserved: Expected = (_, code) => `exit ${code}`;
const always = (exit: string): Expected => {
  return () => exit;
};

const REASONS: readonly Reason[] = ["timeout", "cancel", "signal", "parent", "stopped"];
const WISHES = REASONS.filter((reason) => reason !== "timeout");

check("a command that ends by itself is followed, code or signal", ALL, {}, following);
check(
  "what it leaves changes nothing",
  [...TIMEOUT, RUN, RUN_SESSION],
  { hadLeftovers: true },
  following,
);
for (const reason of WISHES) {
  check(`a command that ends because of ${reason} is followed`, ALL, { reason }, following);
}

check("timeout: 124, or 137 after SIGKILL", [OWN, CALLER], { reason: "timeout" }, timedOut);
check("run: 124 also after SIGKILL", OF_RUN, { reason: "timeout" }, always("exit 124"));
check(
  "run: 124 also after our SIGKILL",
  OF_RUN,
  { reason: "timeout", isKilled: true },
  always("exit 124"),
);
check(
  "timeout with -p is the command's end as a code",
  [OWN_PRESERVING, CALLER_PRESERVING],
  { reason: "timeout" },
  preserved,
);

for (const reason of REASONS) {
  const cause: Cause = { reason, isKilled: true };
  check(
    `SIGKILL of ours after ${reason}: curfew dies as GNU dies with its group`,
    [OWN, OWN_PRESERVING],
    cause,
    always("die SIGKILL 137"),
  );
  check(`SIGKILL of ours after ${reason}, -f: as after expiry`, [CALLER], cause, timedOut);
  check(`SIGKILL of ours after ${reason}, -f and -p`, [CALLER_PRESERVING], cause, preserved);
}
for (const reason of WISHES) {
  check(`run: SIGKILL of ours after ${reason}`, OF_RUN, { reason, isKilled: true }, following);
}

check(
  "--leftovers fail: 125 for a success that leaves processes",
  [RUN_FAIL, { ...OWN, leftovers: "fail" }],
  { hadLeftovers: true },
  (status, code) => (status.kind === "exited" && code === 0 ? "exit 125" : following(status, code)),
);
check(
  "--leftovers fail: a limit stays 124",
  [RUN_FAIL],
  { reason: "timeout", hadLeftovers: true },
  always("exit 124"),
);

for (const reason of WISHES) {
  const cause: Cause = { reason, hadLeftovers: true };
  check(`--leftovers fail: no fault after ${reason}`, [RUN_FAIL], cause, following);
}

check("init: the command's code, and 128 + N for every death", OF_INIT, {}, preserved);
for (const reason of WISHES) {
  check(`init: the same after ${reason}`, OF_INIT, { reason, hadLeftovers: true }, preserved);
  check(
    `init: the same after SIGKILL of ours because of ${reason}`,
    OF_INIT,
    { reason, isKilled: true },
    preserved,
  );
}
check("init: 124 after the limit", OF_INIT, { reason: "timeout" }, always("exit 124"));
check(
  "init: 124 also after our SIGKILL",
  OF_INIT,
  { reason: "timeout", isKilled: true },
  always("exit 124"),
);
check("init: survivors are 125", OF_INIT, { survivors: 1 }, always("exit 125"));
check("init: a lost guardian is 125", OF_INIT, { reason: "guardian" }, always("exit 125"));
check(
  "init --leftovers fail: 125 for a success that leaves processes",
  [INIT_FAIL],
  { hadLeftovers: true },
  (_, code) => `exit ${code === 0 ? 125 : code}`,
);

const EXPECTING: Fields = { ...INIT, expectExit: [3, 143, 255] };
check("S37, --expect-exit: these codes are 0, a death's among them", [EXPECTING], {}, (_, code) =>
  [3, 143, 255].includes(code) ? "exit 0" : `exit ${code}`,
);
check(
  "--expect-exit: an expected code that leaves processes is a leak",
  [{ ...EXPECTING, leftovers: "fail" }],
  { hadLeftovers: true },
  (_, code) => ([0, 3, 143, 255].includes(code) ? "exit 125" : `exit ${code}`),
);
check(
  "--expect-exit does not apply to a limit",
  [{ ...INIT, expectExit: [124, 143] }],
  { reason: "timeout" },
  always("exit 124"),
);
check(
  "--expect-exit does not apply to a survivor",
  [{ ...INIT, expectExit: Array.from({ length: 256 }, (_, code) => code) }],
  { survivors: 1 },
  always("exit 125"),
);
check(
  "--expect-exit: every code may be expected",
  [{ ...INIT, expectExit: Array.from({ length: 256 }, (_, code) => code) }],
  {},
  always("exit 0"),
);

check("guardian lost: 125", ALL, { reason: "guardian" }, always("exit 125"));
check("guardian lost, killed", ALL, { reason: "guardian", isKilled: true }, always("exit 125"));

for (const reason of [undefined, ...REASONS]) {
  for (const isKilled of [false, true]) {
    const cause = { reason, isKilled, survivors: 1 };
    check(`survivors, ${reason}, ${isKilled}: 125 in run`, OF_RUN, cause, always("exit 125"));
  }
}

test("timeout: survivors change no exit", () => {
  for (const options of TIMEOUT) {
    for (const reason of [undefined, ...REASONS]) {
      for (const [status] of ENDS) {
        const alone = exitBy(options, { reason, isKilled: true }, status);
        assert.equal(exitBy(options, { reason, isKilled: true, survivors: 2 }, status), alone);
      }
    }
  }
});

test("an end that is not known is 124 after the limit, else 125", () => {
  for (const options of ALL) {
    assert.equal(exitBy(options, { reason: "timeout" }, undefined), "exit 124");
    for (const reason of [undefined, ...WISHES]) {
      assert.equal(exitBy(options, { reason }, undefined), "exit 125", reason);
    }
    assert.equal(exitBy(options, { reason: "guardian" }, undefined), "exit 125");
  }
});

test("S24: 127 not found, 126 cannot be invoked, 125 a failure of curfew", () => {
  const exits: Readonly<Record<SpawnCode, string>> = {
    not_found: "exit 127",
    not_executable: "exit 126",
    resource: "exit 125",
    no_pty: "exit 125",
    not_confined: "exit 125",
    bad_cwd: "exit 125",
    caller_gone: "exit 125",
  };
  for (const [code, exit] of Object.entries(exits)) {
    const error = { kind: "spawn", code: code as SpawnCode, command: "a", errno: "EIO" } as const;
    assert.equal(exitText(exitOfSpawnError(error)), exit);
  }
});
