// Where the kernel does not tell of changes we look ourselves. The window is one of Node's here, so
// that the limits of inotify(7) are as low as a test wants them.
import assert from "node:assert/strict";
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { constants, tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import type { Instant } from "../../src/core/duration.ts";
import type { Message } from "../../src/core/messages.ts";
import type { Sys } from "../../src/linux/syscalls.ts";
import type { Watch } from "../../src/linux/watch.ts";

const top = mkdtempSync(join(tmpdir(), "curfew-poll-"));
after(() => rmSync(top, { recursive: true }));

const { ENOSPC, EMFILE, ENOSYS, EAGAIN, EACCES, EPERM } = constants.errno;
const INOTIFY = 7;

/** What the kernel allows, and what it was asked. */
const kernel = {
  instances: 1,
  watches: 10,
  refusal: ENOSPC,
  unreadable: "",
  now: 5_000_000,
  slowness: 0,
};
const asked = { closed: 0, watches: 0 };

function orErrno<T>(ask: () => T): T | number {
  try {
    return ask();
  } catch (error) {
    return (error as { errno?: number }).errno ?? -1;
  }
}

const windowed: Partial<Sys> = {
  addWatch: (_, path) => {
    if (path === kernel.unreadable) return -EACCES;
    asked.watches += 1;
    return asked.watches > kernel.watches ? -kernel.refusal : asked.watches;
  },
  close: () => {
    asked.closed += 1;
    return 0;
  },
  entries: (path, state) => {
    kernel.now += kernel.slowness;
    return orErrno(() =>
      readdirSync(path).flatMap((name) => {
        const { mode, ino, mtimeMs, size } = lstatSync(join(path, name));
        return [name, mode & 0o170000, ...(state ? [`${ino}:${mtimeMs}:${size}`] : [])];
      }),
    );
  },
  fileState: (path, follow) =>
    orErrno(() => {
      const state = follow ? statSync(path) : lstatSync(path);
      const { mode, nlink, ino, mtimeMs, size } = state;
      return [mode & 0o170000, nlink, String(ino), `${mtimeMs}:${size}`] as const;
    }),
  list: (path) => orErrno(() => readdirSync(path)),
  now: () => kernel.now,
  openWatches: () => (kernel.instances > 0 ? INOTIFY : -kernel.refusal),
  readEvents: () => events.shift() ?? -EAGAIN,
  readLink: (path) => orErrno(() => readlinkSync(path)),
  readText: (path) => orErrno(() => readFileSync(path, "utf8")),
  removeWatch: () => 0,
};

const events: (readonly (string | number)[])[] = [];
Object.assign(globalThis, { __sys: windowed });
const { closeWatch, lookAt, openWatch, pollAt, warningOf } = await import(
  "../../src/linux/watch.ts"
);

const SECOND = 1_000_000;

function opened(paths: readonly string[], ignore: readonly string[] = []): Watch {
  Object.assign(asked, { closed: 0, watches: 0 });
  const watch: Watch | Message = openWatch(paths, ignore);
  assert.ok(!("kind" in watch));
  return watch;
}

let folders = 0;
function folder(): string {
  folders += 1;
  const path = join(top, String(folders));
  mkdirSync(path);
  return path;
}

/** What is found at the next look. */
function found(watch: Watch): string | undefined {
  const at = pollAt(watch);
  assert.ok(at !== undefined);
  kernel.now = at;
  return lookAt(watch, at);
}

for (const [limit, refusal] of [
  [{ instances: 0 }, EMFILE],
  [{ instances: 0 }, ENOSYS],
  [{ watches: 2 }, ENOSPC],
  [{ watches: 0 }, ENOSPC],
  [{ watches: 0 }, ENOSYS],
  [{ watches: 2 }, EPERM],
] as const) {
  const errno = Object.entries(constants.errno).find(([, value]) => value === refusal)?.[0];
  test(`${errno} and ${JSON.stringify(limit)}: we look every second, and say so once`, () => {
    const cwd = folder();
    for (const name of ["a", "b", "c"]) mkdirSync(join(cwd, name));
    Object.assign(kernel, { instances: 1, watches: 10, refusal }, limit);
    const watch = opened([cwd]);
    assert.deepEqual(warningOf(watch), { kind: "polling", errno });
    assert.equal(warningOf(watch), undefined);
    assert.equal(watch.descriptor, -1);
    assert.equal(asked.closed, "instances" in limit ? 0 : 1);
    assert.equal(pollAt(watch), kernel.now + SECOND);
    assert.equal(found(watch), undefined);
    writeFileSync(join(cwd, "b", "f"), "1");
    const before = pollAt(watch);
    assert.equal(lookAt(watch, ((before ?? 0) - 1) as Instant), undefined, "not yet");
    assert.equal(pollAt(watch), before);
    assert.equal(found(watch), join(cwd, "b", "f"));
    assert.equal(found(watch), undefined);
    closeWatch(watch);
  });
}

test("a file in a directory that may not be read: we look every second", () => {
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

test("where a look takes long the next one is later: it is a small part of the time", () => {
  const cwd = folder();
  for (const name of ["a", "b", "c"]) mkdirSync(join(cwd, name));
  Object.assign(kernel, { instances: 0, refusal: EMFILE, slowness: SECOND / 2 });
  const watch = opened([cwd]);
  assert.equal(pollAt(watch), kernel.now + 20 * SECOND);
  assert.equal(found(watch), undefined);
  assert.equal(pollAt(watch), kernel.now + 20 * SECOND);
  kernel.slowness = 0;
  assert.equal(found(watch), undefined);
  assert.equal(pollAt(watch), kernel.now + SECOND);
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

test("where a new directory is one too many, what was not read counts as a change", () => {
  const cwd = folder();
  Object.assign(kernel, { instances: 1, watches: 1000, refusal: ENOSPC });
  const watch = opened([cwd]);
  assert.equal(pollAt(watch), undefined);
  assert.equal(warningOf(watch), undefined);
  const [root] = watch.roots;
  mkdirSync(join(cwd, "new"));
  const [CREATE, IS_DIRECTORY] = [0x100, 0x4000_0000];
  events.push([root?.tree?.watch ?? 0, CREATE | IS_DIRECTORY, "new"]);
  kernel.watches = asked.watches;
  assert.equal(lookAt(watch, kernel.now as Instant), cwd);
  assert.deepEqual(warningOf(watch), { kind: "polling", errno: "ENOSPC" });
  assert.equal(pollAt(watch), kernel.now + SECOND);
  writeFileSync(join(cwd, "new", "f"), "");
  assert.equal(found(watch), join(cwd, "new", "f"));
});
