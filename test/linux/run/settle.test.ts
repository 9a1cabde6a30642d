// A guardian that is asked by the window. What ends together with the command is no leftover; the
// guardian is told to wait for so long that no machine is too busy. The instant of its signal is
// taken by it or by the supervisor.
import assert from "node:assert/strict";
import { test } from "node:test";
import { NO_DESCRIPTOR } from "../../../src/linux/kernel/abi.ts";
import {
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
const [ENDED, SWEPT, BACKSTOP, EXITED] = [3, 5, 9, 1];
/** SIGCHLD, as a bit, and none of the upper half. */
const TOLD_BY = [1 << 16, 0] as const;

type Row = readonly number[];

/**
 * The guardian's rows until the end of a command. `signalIn`, `sweepIn`: when it acts by itself; 0:
 * never. `margin`: how soon its signal has to be due that it is held.
 */
/** Values by their names, as a list in the order of the names. */
function inOrder<Name extends string, Value>(
  names: readonly Name[],
  values: Readonly<Record<Name, Value>>,
): readonly Value[] {
  return names.map((name) => values[name]);
}

async function rowsOf(
  program: string,
  [signalIn = 0, sweepIn = 0, margin = 0]: Row,
): Promise<readonly Row[]> {
  const window = await openWindow();
  await window.sys("openSignals", ...TOLD_BY, 0);
  await window.sys("becomeSubreaper");
  const now = await window.sys("now");
  const instant = (time: number) => (time === 0 ? 0 : now + time);
  const will = inOrder(WILL_FIELDS, {
    signal: 15,
    grace: 0,
    sweepLimit: SECONDS,
    signalAt: instant(signalIn),
    sweepAt: instant(sweepIn),
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
    tellsStart: 0,
  });
  const fields: SpawnFields = {
    ...{ files: [program], argv: [program], shell: "/bin/sh", settings },
    ...{
      limits: [],
      cgroups: [],
      variables: [],
      own: [],
      above: [],
      descriptors: [],
      title: ["guardian"],
    },
    folder: "",
  };
  assert.equal(await window.sys("spawn", ...inOrder(SPAWN_FIELDS, fields)), 0);
  const rows: Row[] = [];
  for (;;) {
    const row = await window.sys("guardianNews", margin);
    if (row === undefined) continue;
    rows.push(row);
    if (row[0] !== ENDED && row[0] !== SWEPT) continue;
    await window.close();
    return rows;
  }
}

test("what ends when the command was reaped is no leftover", { skip }, async () => {
  const program = child("lags");
  for (let count = 0; count < 5; count += 1) {
    const rows = await rowsOf(program, [0, 0, 0]);
    const [, , code, status, isGone] = rows[0] ?? [];
    assert.deepEqual([rows.length, code, status, isGone], [1, EXITED, 0, 1]);
  }
});

test("it sends its signal when its instant has passed, and says so first", { skip }, async () => {
  const rows = await rowsOf(child("idles"), [SECONDS / 5, 0, 0]);
  assert.deepEqual(
    rows.map(([kind]) => kind),
    [BACKSTOP, ENDED],
  );
});

test("it sends no signal whose instant the supervisor has taken, and sweeps all the same", {
  skip,
}, async () => {
  const rows = await rowsOf(child("idles"), [SECONDS / 5, SECONDS / 2, SECONDS]);
  assert.deepEqual(
    rows.map(([kind]) => kind),
    [SWEPT],
  );
});
