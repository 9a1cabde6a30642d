// What the library asks of Node's surroundings: sockets that were passed on, what can be promised.
import assert from "node:assert/strict";
import { test } from "node:test";
import { inheritedListeners, prepare } from "./program.ts";

type Variables = Readonly<Record<string, string | undefined>>;

function within(variables: Variables, work: () => void): void {
  const names = ["LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"];
  const before = names.map((name) => process.env[name]);
  const set = (name: string, value: string | undefined) => {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  };
  for (const name of names) set(name, variables[name]);
  try {
    work();
  } finally {
    for (const [at, name] of names.entries()) set(name, before[at]);
  }
}

const ours = { LISTEN_PID: `${process.pid}` };
const LISTENERS: readonly [
  variables: Variables,
  listeners: readonly [fd: number, name: string][],
][] = [
  [{}, []],
  [{ LISTEN_PID: "1", LISTEN_FDS: "1" }, []],
  [{ ...ours, LISTEN_FDS: "1" }, [[3, "unknown"]]],
  [
    { ...ours, LISTEN_FDS: "2", LISTEN_FDNAMES: "web:" },
    [
      [3, "web"],
      [4, "unknown"],
    ],
  ],
  [
    { ...ours, LISTEN_FDS: "2", LISTEN_FDNAMES: "a:b" },
    [
      [3, "a"],
      [4, "b"],
    ],
  ],
  [
    { ...ours, LISTEN_FDS: "2", LISTEN_FDNAMES: "a" },
    [
      [3, "unknown"],
      [4, "unknown"],
    ],
  ],
  ...["-1", "1.5", "x", "", " 1", "99999999999999999999", "0"].map((count): [Variables, []] => [
    { ...ours, LISTEN_FDS: count },
    [],
  ]),
];

test("sockets that were passed to this process are listed, absurd counts are none", () => {
  for (const [variables, listeners] of LISTENERS) {
    within(variables, () => {
      const expected = listeners.map(([fd, name]) => ({ fd, name }));
      assert.deepEqual(inheritedListeners(), expected, JSON.stringify(variables));
    });
  }
});

test("prepare says what can be promised here", async () => {
  const { containment, reasons } = await prepare();
  assert.equal(typeof containment, "string");
  assert.ok(Array.isArray(reasons));
});
