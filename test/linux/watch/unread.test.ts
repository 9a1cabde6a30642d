// Directories that cannot be read for a while, mounts, and scans that take long.
import assert from "node:assert/strict";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { Instant } from "../../../src/core/values/duration.ts";
import type { Watch } from "../../../src/linux/watch/watch.ts";
import {
  asked,
  events,
  folder,
  found,
  kernel,
  nextLookAt,
  noticeMounts,
  opened,
  readChanges,
  SECOND,
  warningOf,
  watched,
} from "./watch-kernel.ts";

const { ENOSPC } = constants.errno;
const [ATTRIB, CREATE, DELETE, CLOSE_WRITE, OVERFLOW] = [4, 0x100, 0x200, 8, 0x4000];
const IS_DIRECTORY = 0x4000_0000;
const many = { instances: 1, watches: 1000, refusal: ENOSPC, unreadable: "", unopened: "" };

/** All changes that the kernel tells of at the moment, read as `wait` reads them. */
function told(watch: Watch, ...rows: (readonly (string | number)[])[]): string[] {
  events.push(...rows);
  const found: string[] = [];
  while (events.length > 0 || nextLookAt(watch) === 0) {
    const changed = readChanges(watch, kernel.now as Instant);
    if (changed !== undefined) found.push(changed);
  }
  return found;
}

test("a directory that cannot be read is retried when its mode changes, and warned of once", () => {
  const cwd = folder();
  Object.assign(kernel, many);
  const watch = opened([cwd]);
  const top = watched.get(cwd) ?? 0;
  mkdirSync(join(cwd, "d/e"), { recursive: true });
  writeFileSync(join(cwd, "d/e/f"), "1");
  kernel.unreadable = join(cwd, "d");
  assert.deepEqual(told(watch, [top, CREATE | IS_DIRECTORY, "d"]), []);
  const warning = { kind: "cannot-read", given: join(cwd, "d"), errno: "EACCES" };
  assert.deepEqual(warningOf(watch), warning);
  // It still cannot be read.
  assert.deepEqual(told(watch, [top, ATTRIB | IS_DIRECTORY, "d"]), []);
  assert.equal(warningOf(watch), undefined);
  assert.equal(nextLookAt(watch), undefined, "the kernel tells");
  kernel.unreadable = "";
  assert.deepEqual(told(watch, [top, ATTRIB, "file"]), []);
  assert.deepEqual(told(watch, [top, ATTRIB | IS_DIRECTORY, "d"]), [join(cwd, "d/e/f")]);
  const inner = watched.get(join(cwd, "d/e")) ?? 0;
  assert.deepEqual(told(watch, [inner, CLOSE_WRITE, "f"]), [join(cwd, "d/e/f")]);
  // A second warning is possible now.
  mkdirSync(join(cwd, "d2"));
  kernel.unreadable = join(cwd, "d2");
  told(watch, [top, CREATE | IS_DIRECTORY, "d2"]);
  assert.deepEqual(warningOf(watch), { ...warning, given: join(cwd, "d2") });
});

test("a watched directory stays watched while it cannot be read", () => {
  const cwd = folder();
  Object.assign(kernel, many);
  mkdirSync(join(cwd, "d"));
  writeFileSync(join(cwd, "d/f"), "1");
  const watch = opened([cwd]);
  const inner = watched.get(join(cwd, "d")) ?? 0;
  kernel.unreadable = join(cwd, "d");
  assert.deepEqual(told(watch, [-1, OVERFLOW, ""]), [cwd]);
  assert.deepEqual(told(watch, [inner, CLOSE_WRITE, "f"]), [join(cwd, "d/f")]);
});

test("a lack of descriptors says nothing about a directory: it is retried a second later", () => {
  const cwd = folder();
  Object.assign(kernel, many);
  const watch = opened([cwd]);
  mkdirSync(join(cwd, "d"));
  writeFileSync(join(cwd, "d/f"), "1");
  kernel.unopened = join(cwd, "d");
  assert.deepEqual(told(watch, [watched.get(cwd) ?? 0, CREATE | IS_DIRECTORY, "d"]), []);
  assert.deepEqual(warningOf(watch), {
    kind: "cannot-read",
    given: join(cwd, "d"),
    errno: "EMFILE",
  });
  assert.equal(nextLookAt(watch), kernel.now + SECOND);
  assert.equal(found(watch), undefined);
  assert.equal(nextLookAt(watch), kernel.now + SECOND);
  kernel.unopened = "";
  assert.equal(found(watch), join(cwd, "d/f"));
  assert.equal(nextLookAt(watch), undefined);
});

test("polling: the files in a directory that cannot be read count as unchanged", () => {
  const cwd = folder();
  Object.assign(kernel, many, { instances: 0 });
  mkdirSync(join(cwd, "d"));
  for (const name of ["d/f", "d2"]) writeFileSync(join(cwd, name), "1");
  const watch = opened([cwd]);
  warningOf(watch);
  kernel.unreadable = join(cwd, "d");
  assert.equal(found(watch), undefined);
  assert.deepEqual(warningOf(watch), {
    kind: "cannot-read",
    given: join(cwd, "d"),
    errno: "EACCES",
  });
  assert.equal(found(watch), undefined);
  assert.equal(warningOf(watch), undefined);
  kernel.unreadable = "";
  assert.equal(found(watch), undefined);
  kernel.unreadable = join(cwd, "d");
  rmSync(join(cwd, "d2"));
  assert.equal(found(watch), join(cwd, "d2"));
});

test("a scan of everything is done in slices, and no change in between is missed", () => {
  const cwd = folder();
  Object.assign(kernel, many);
  for (const name of ["a", "b", "c", "d"]) mkdirSync(join(cwd, name));
  const watch = opened([cwd]);
  kernel.slowness = SECOND / 100;
  events.push([-1, OVERFLOW, ""]);
  let looks = 0;
  const found: string[] = [];
  do {
    looks += 1;
    const changed = readChanges(watch, kernel.now as Instant);
    if (changed !== undefined) found.push(changed);
    if (looks === 2) {
      mkdirSync(join(cwd, "new"));
      writeFileSync(join(cwd, "new/f"), "1");
      events.push([watched.get(cwd) ?? 0, CREATE | IS_DIRECTORY, "new"]);
    }
  } while (events.length > 0 || nextLookAt(watch) === 0);
  kernel.slowness = 0;
  assert.ok(looks >= 5, `${looks} slices`);
  assert.deepEqual(found, [cwd, join(cwd, "new/f")]);
});

test("a mount over a watched directory is noticed; a mount elsewhere is not", () => {
  const cwd = folder();
  const mount = (number: number, path: string) => `${number} 1 0:1 / ${path} rw - tmpfs x rw\n`;
  Object.assign(kernel, many, { mountinfo: mount(1, "/") });
  mkdirSync(join(cwd, "d e"));
  const path = join(cwd, "d e");
  const watch = opened([path]);
  kernel.mountinfo += mount(2, "/elsewhere");
  noticeMounts(watch);
  const { watches } = asked;
  assert.deepEqual(told(watch), []);
  assert.equal(
    watch.roots.some(({ isDoubtful }) => isDoubtful),
    false,
  );
  kernel.mountinfo += mount(3, join(cwd, "d\\040e"));
  watched.delete(path);
  noticeMounts(watch);
  assert.equal(readChanges(watch, kernel.now as Instant), path);
  assert.equal(asked.watches, watches + 1);
  noticeMounts(watch);
  assert.equal(readChanges(watch, kernel.now as Instant), undefined);
});

test("a directory that is removed before its scan is not watched", () => {
  const cwd = folder();
  Object.assign(kernel, many);
  const watch = opened([cwd]);
  mkdirSync(join(cwd, "d/e"), { recursive: true });
  mkdirSync(join(cwd, "d/f"));
  const before = watch.users.size;
  const top = watched.get(cwd) ?? 0;
  kernel.slowness = SECOND / 100;
  // One read returns both events.
  events.push([top, CREATE | IS_DIRECTORY, "d", top, DELETE | IS_DIRECTORY, "d"]);
  assert.deepEqual(told(watch), []);
  kernel.slowness = 0;
  assert.equal(watch.users.size, before);
});

test("polling: a file that two paths lead to is one file", () => {
  const cwd = folder();
  Object.assign(kernel, many, { instances: 0 });
  mkdirSync(join(cwd, "d"));
  writeFileSync(join(cwd, "d/f"), "1");
  const watch = opened([cwd, join(cwd, "d")]);
  assert.equal(found(watch), undefined);
  writeFileSync(join(cwd, "d/f"), "22");
  assert.equal(found(watch), join(cwd, "d/f"));
  assert.equal(found(watch), undefined);
});
