// `curfew init --watch --poll`: what changes without the kernel telling of it is seen all the same.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, type TestContext, test } from "node:test";
import { BINARIES, type Binary } from "../cli/binary.ts";
import { child } from "../cli/children.ts";
import { OPEN, type Running, start } from "../cli/run.ts";
import { generationsOf, SAYS_SOURCE, type Served, serve } from "./serving.ts";

/** Writes to the file that is watched through a mapping, which inotify does not report. */
async function writes(t: TestContext, { source }: Served): Promise<Running> {
  const writer = start([child("maps"), source], { input: OPEN });
  t.after(() => writer.kill("SIGKILL"));
  await writer.says(/^mapped$/m);
  writer.write("\n");
  await writer.says(/^written$/m);
  return writer;
}

function polling(binary: Binary): void {
  const watching = (t: TestContext, ...options: readonly string[]) =>
    serve(t, binary, [
      ["--debounce", "20ms", ...options],
      ["sh", "-c", SAYS_SOURCE],
    ]);

  for (const option of ["--poll", "--poll=50ms"]) {
    test(`${option}: a change that the kernel does not tell of`, async (t) => {
      const served = watching(t, option);
      await served.says(/^1 first\.$/m);
      await writes(t, served);
      await served.event("changed", { path: served.source });
      await served.says(/^2 Airst\.$/m);
      const { ended, events } = await served.stop();
      assert.deepEqual(generationsOf(events), [1, 2]);
      assert.match(ended.stderr, /^\S+ init: .* changed: .*\n$/, "no warning: it was asked for");
    });
  }

  test("without --poll only what the kernel tells of", async (t) => {
    const served = watching(t);
    await served.says(/^1 first\.$/m);
    await writes(t, served);
    const told = join(served.folder, "told");
    writeFileSync(told, "");
    await served.says(/^2 Airst\.$/m);
    const { events } = await served.stop();
    const [first] = events.filter(({ event }) => event === "changed");
    assert.equal(first?.path, told, "what came before it was not told");
  });

  test("--poll: files that come, are replaced and go", async (t) => {
    const served = watching(t, "--poll=50ms");
    await served.says(/^1 first\.$/m);
    served.change("second");
    await served.says(/^2 second\.$/m);
    writeFileSync(join(served.folder, "new"), "");
    await served.says(/^3 second\.$/m);
    await served.event("changed", { path: join(served.folder, "new") });
    await served.stop();
  });
}

for (const binary of BINARIES) {
  describe(`polling, ${binary.name}`, { concurrency: 2 }, () => polling(binary));
}
