// What ends together with the command is no leftover. The guardian is asked by the window, and told
// to wait for so long that no machine is too busy.
import assert from "node:assert/strict";
import { test } from "node:test";
import { child } from "../../cli/children.ts";
import { openWindow, skip } from "../asking.ts";

const SECONDS = 1_000_000;
const [TREE, LEADS_GROUP, NO_TERMINAL] = [2, 2, -1];
const [ENDED, EXITED] = [3, 1];
/** SIGCHLD, as a bit, and none of the upper half. */
const TOLD_BY = [1 << 16, 0] as const;

/** The guardian's row about the end of a command whose child ends when the command was reaped. */
async function endOf(program: string): Promise<readonly number[]> {
  const window = await openWindow();
  await window.sys("openSignals", ...TOLD_BY, 0);
  await window.sys("becomeSubreaper");
  const [signal, stays] = [15, 1];
  const will = [signal, 0, SECONDS, 0, 0, stays, 10 * SECONDS, 20 * SECONDS];
  assert.equal(await window.sys("guardianWill", will), 0);
  const settings = [TREE, LEADS_GROUP, 0, 0, 0, 0, 0, NO_TERMINAL, 0, 2 * SECONDS];
  const none: readonly never[] = [];
  const given = [none, none, none, none, none] as const;
  const words = [program];
  assert.equal(
    await window.sys("spawn", words, words, "/bin/sh", settings, ...given, ["guardian"]),
    0,
  );
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
