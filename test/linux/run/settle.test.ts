// What ends together with the command is no leftover. The guardian is asked by the window, and told
// to wait for so long that no machine is too busy.
import assert from "node:assert/strict";
import { test } from "node:test";
import { NO_DESCRIPTOR } from "../../../src/linux/kernel/abi.ts";
import {
  inOrder,
  LEADS,
  SCOPES,
  SPAWN_FIELDS,
  SPAWN_SETTINGS,
  type SpawnFields,
  WILL_FIELDS,
} from "../../../src/linux/run/fields.ts";
import { child } from "../../cli/children.ts";
import { openWindow, skip } from "../asking.ts";

const SECONDS = 1_000_000;
const [ENDED, EXITED] = [3, 1];
/** SIGCHLD, as a bit, and none of the upper half. */
const TOLD_BY = [1 << 16, 0] as const;

/** The guardian's row about the end of a command whose child ends when the command was reaped. */
async function endOf(program: string): Promise<readonly number[]> {
  const window = await openWindow();
  await window.sys("openSignals", ...TOLD_BY, 0);
  await window.sys("becomeSubreaper");
  const will = inOrder(WILL_FIELDS, {
    signal: 15,
    grace: 0,
    sweepLimit: SECONDS,
    signalAt: 0,
    sweepAt: 0,
    staysForLeftovers: 1,
    settleQuiet: 10 * SECONDS,
    settleLimit: 20 * SECONDS,
  });
  assert.equal(await window.sys("guardianWill", will), 0);
  const settings = inOrder(SPAWN_SETTINGS, {
    scope: SCOPES.indexOf("tree"),
    leads: LEADS.indexOf("group"),
    group: 0,
    namespaces: 0,
    user: 0,
    userGroup: 0,
    hasLeaf: 0,
    terminal: NO_DESCRIPTOR,
    saysReaped: 0,
    stuckLimit: 2 * SECONDS,
    looksForForeign: 0,
    continuesStoppedOnly: 0,
  });
  const fields: SpawnFields = {
    ...{ files: [program], argv: [program], shell: "/bin/sh", settings },
    ...{ limits: [], cgroups: [], variables: [], own: [], descriptors: [], title: ["guardian"] },
  };
  assert.equal(await window.sys("spawn", ...inOrder(SPAWN_FIELDS, fields)), 0);
  for (;;) {
    const row = await window.sys("guardianNews");
    if (row?.[0] !== ENDED) continue;
    await window.close();
    return row;
  }
}

test("what ends when the command was reaped is no leftover", { skip }, async () => {
  const program = child("lags");
  for (let count = 0; count < 5; count += 1) {
    const [, , code, status, isGone] = await endOf(program);
    assert.deepEqual([code, status, isGone], [EXITED, 0, 1]);
  }
});
