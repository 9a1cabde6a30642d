// Polling: curfew looks for changes itself where the kernel does not tell of them.
import assert from "node:assert/strict";
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { Duration, Instant } from "../../../src/core/values/duration.ts";
import {
  asked,
  closeWatch,
  counted,
  events,
  folder,
  found,
  kernel,
  nextLookAt,
  opened,
  readChanges,
  SECOND,
  warningOf,
} from "./watch-kernel.ts";

const { ENOSPC, EMFILE, ENOSYS, EPERM } = constants.errno;

for (const [limit, refusal] of [
  [{ instances: 0 }, EMFILE],
  [{ instances: 0 }, ENOSYS],
  [{ watches: 2 }, ENOSPC],
  [{ watches: 0 }, ENOSPC],
  [{ watches: 0 }, ENOSYS],
  [{ watches: 2 }, EPERM],
] as const) {
  const errno = Object.entries(constants.errno).find(([, value]) => value === refusal)?.[0];
  test(`${errno} and ${JSON.stringify(limit)}: curfew polls every second, and says so once`, () => {
    const cwd = folder();
    for (const name of ["a", "b", "c"]) mkdirSync(join(cwd, name));
    Object.assign(kernel, { instances: 1, watches: 10, refusal }, limit);
    const watch = opened([cwd]);
    assert.deepEqual(warningOf(watch), { kind: "polling", errno });
    assert.equal(warningOf(watch), undefined);
    assert.equal(watch.descriptor, -1);
    assert.equal(asked.closed, "instances" in limit ? 0 : 1);
    assert.equal(nextLookAt(watch), kernel.now + SECOND);
    assert.equal(found(watch), undefined);
    writeFileSync(join(cwd, "b", "f"), "1");
    const before = nextLookAt(watch);
    assert.equal(readChanges(watch, ((before ?? 0) - 1) as Instant), undefined, "not yet");
    assert.equal(nextLookAt(watch), before);
    assert.equal(found(watch), join(cwd, "b", "f"));
    assert.equal(found(watch), undefined);
    closeWatch(watch);
  });
}

for (const every of [SECOND / 2, 2 * SECOND]) {
  test(`--poll=${every / SECOND}: curfew polls so often, and asks the kernel for no watch`, () => {
    const cwd = folder();
    mkdirSync(join(cwd, "d"));
    Object.assign(kernel, { instances: 1, watches: 10 });
    const watch = opened([cwd], [], every as Duration);
    assert.equal(warningOf(watch), undefined, "it was asked for");
    assert.deepEqual([watch.descriptor, watch.mounts, asked.watches], [-1, -1, 0]);
    assert.equal(nextLookAt(watch), kernel.now + every);
    assert.equal(found(watch), undefined);
    writeFileSync(join(cwd, "d", "f"), "1");
    const before = nextLookAt(watch);
    assert.equal(readChanges(watch, ((before ?? 0) - 1) as Instant), undefined, "not yet");
    assert.equal(found(watch), join(cwd, "d", "f"));
    assert.equal(nextLookAt(watch), kernel.now + every);
    closeWatch(watch);
  });
}

test("a file in a directory that may not be read: curfew polls every second", () => {
  const cwd = folder();
  mkdirSync(join(cwd, "d"));
  writeFileSync(join(cwd, "f"), "1");
  Object.assign(kernel, { instances: 1, watches: 10, unreadable: cwd });
  const beside = opened([join(cwd, "d")]);
  assert.equal(warningOf(beside), undefined, "a directory is watched itself");
  const watch = opened([join(cwd, "f")]);
  assert.deepEqual(warningOf(watch), { kind: "polling", errno: "EACCES" });
  kernel.unreadable = "";
  writeFileSync(join(cwd, "f"), "22");
  assert.equal(found(watch), join(cwd, "f"));
});

test("where a look takes long, the next one is later: looks take a small part of the time", () => {
  const cwd = folder();
  for (const name of ["a", "b", "c"]) mkdirSync(join(cwd, name));
  Object.assign(kernel, { instances: 0, refusal: EMFILE, slowness: SECOND / 2 });
  const watch = opened([cwd]);
  assert.equal(nextLookAt(watch), kernel.now + 20 * SECOND);
  counted.slices = 0;
  assert.equal(found(watch), undefined);
  // Each slice of a look ends after one directory.
  assert.equal(counted.slices, 4);
  assert.equal(nextLookAt(watch), kernel.now + 20 * SECOND);
  kernel.slowness = 0;
  assert.equal(found(watch), undefined);
  assert.equal(nextLookAt(watch), kernel.now + SECOND);
});

test("files that come, change, are replaced and go are found; what is ignored is not", () => {
  const cwd = folder();
  Object.assign(kernel, { instances: 0 });
  mkdirSync(join(cwd, "t"));
  mkdirSync(join(cwd, "r1"));
  writeFileSync(join(cwd, "one"), "1");
  symlinkSync("r1", join(cwd, "now"));
  const [t, one, now] = [join(cwd, "t"), join(cwd, "one"), join(cwd, "now")];
  const watch = opened([t, one, now], ["*.log"]);
  const steps: readonly (readonly [act: () => void, changed: string | undefined])[] = [
    [() => mkdirSync(join(t, "d")), undefined],
    [() => writeFileSync(join(t, "d", "f"), ""), join(t, "d", "f")],
    [() => writeFileSync(join(t, "d", "f"), "12"), join(t, "d", "f")],
    [() => writeFileSync(join(t, "d", "f.log"), "12"), undefined],
    [() => writeFileSync(join(t, ".f.swp"), "12"), undefined],
    [() => symlinkSync("nowhere", join(t, "l")), join(t, "l")],
    [() => rmSync(join(t, "d"), { recursive: true }), join(t, "d", "f")],
    [() => writeFileSync(one, "12"), one],
    [() => rmSync(one), one],
    [() => writeFileSync(one, "1"), one],
    [() => writeFileSync(join(cwd, "r1", "f"), "1"), join(now, "f")],
    [() => rmSync(now), join(now, "f")],
    [() => symlinkSync("r1", now), join(now, "f")],
    [() => rmSync(t, { recursive: true }), join(t, "l")],
    [() => mkdirSync(t), undefined],
  ];
  for (const [act, changed] of steps) {
    act();
    assert.equal(found(watch), changed, String(act));
  }
});

test("a new directory that is one watch too many: unread events count as a change", () => {
  const cwd = folder();
  Object.assign(kernel, { instances: 1, watches: 1000, refusal: ENOSPC });
  const watch = opened([cwd]);
  assert.equal(nextLookAt(watch), undefined);
  assert.equal(warningOf(watch), undefined);
  const [root] = watch.roots;
  mkdirSync(join(cwd, "new"));
  const [CREATE, IS_DIRECTORY] = [0x100, 0x4000_0000];
  events.push([root?.tree?.watch ?? 0, CREATE | IS_DIRECTORY, "new"]);
  kernel.watches = asked.watches;
  assert.equal(readChanges(watch, kernel.now as Instant), cwd);
  assert.deepEqual(warningOf(watch), { kind: "polling", errno: "ENOSPC" });
  assert.equal(nextLookAt(watch), kernel.now + SECOND);
  writeFileSync(join(cwd, "new", "f"), "");
  assert.equal(found(watch), join(cwd, "new", "f"));
});
