// --keep-output and --pipe-drain, which a program that starts curfew gives: the beginning of each
// output at once, its end at the end, and what is in between is counted.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { BINARIES, type Binary } from "./binary.ts";
import { reporting } from "./reports.ts";
import { curfew, endOfRun, laterOn, OPEN, statusOf } from "./run.ts";

const shell = (text: string) => ["sh", "-c", text, "sh"];

const LINES = Array.from({ length: 100_000 }, (_, at) => `${at + 1}\n`).join("");

function kept(binary: Binary): void {
  for (const [where, before] of [
    ["a socket", []],
    ["a pipe", shell('"$@" | cat')],
    ["a file", shell('f=$(mktemp); "$@" >"$f"; cat "$f"; rm "$f"')],
  ] as const) {
    test(`an end of many pieces to ${where}`, async () => {
      const words = ["run", "--keep-output", "100,4000000", "seq", "1", "1000000"];
      const { ended, report } = await reporting(binary, words, { before }).told();
      assert.equal(ended.stdout.length, 4_000_100);
      assert.match(ended.stdout, /^1\n2\n3\n.*\n999999\n1000000\n$/s);
      assert.deepEqual(report.output?.stdout, { bytes: 6_888_896, omitted: 2_888_796 });
    });

    for (const [head, tail] of [
      [1000, 2000],
      [0, 70_000],
      [300_000, 1],
      [5, 0],
      [0, 0],
      [200_000, 388_895],
      [200_000, 388_894],
      [1_000_000, 10],
    ] as const) {
      test(`${head},${tail} to ${where}`, async () => {
        const words = ["run", "--keep-output", `${head},${tail}`, "seq", "1", "100000"];
        const { ended, report } = await reporting(binary, words, { before }).told();
        const rest = LINES.slice(head);
        const end = tail === 0 ? "" : rest.slice(-tail);
        assert.equal(ended.stdout, LINES.slice(0, head) + end);
        const omitted = rest.length - end.length;
        assert.deepEqual(report.output?.stdout, { bytes: LINES.length, omitted });
      });
    }
  }

  test("each stream has its own beginning and end", async () => {
    const script = "seq 1 1000; seq 2001 3000 >&2";
    const words = ["run", "--keep-output", "4,5", "sh", "-c", script];
    const { ended, report } = await reporting(binary, words).told();
    assert.deepEqual([ended.stdout, ended.stderr], ["1\n2\n1000\n", "20013000\n"]);
    const { stdout, stderr } = report.output ?? {};
    assert.deepEqual([stdout?.bytes, stderr?.bytes], [3893, 5000]);
    assert.deepEqual([stdout?.omitted, stderr?.omitted], [3884, 4991]);
  });

  test("the beginning comes at once, the rest at the end", async () => {
    const script = "printf beginning; printf middle; printf end; read line";
    const words = ["run", "--keep-output", "9,3", "sh", "-c", script];
    const running = curfew(binary, words, { input: OPEN });
    await running.says(/^beginning$/);
    await laterOn(binary);
    running.write("\n");
    assert.equal((await running.ended).stdout, "beginningend");
  });

  test("no reader holds the command back, and nothing grows but the end that is kept", async () => {
    const script = "echo $PPID >&2; head -c 200000000 /dev/zero; echo done >&2; read line";
    const words = ["run", "--keep-output", "1K,1M", "sh", "-c", script];
    const running = curfew(binary, words, { input: OPEN, before: shell('"$@" | wc -c') });
    const [, guardian] = await running.says(/^(\d+)$/m, "stderr");
    running.says(/done/, "stderr").catch(() => undefined);
    const supervisor = Number(statusOf(Number(guardian), "PPid"));
    running.write("\n");
    const peak = () => Number(statusOf(supervisor, "VmHWM").split(" ")[0]);
    const before = peak();
    const ended = await running.ended;
    assert.equal(ended.stdout.trim(), String(1024 + (1 << 20)));
    assert.ok(before > 0 && before < (binary.name === "cold" ? 40_000 : 12_000), `${before} kB`);
  });

  test("with the output limit: what came before it counts", async () => {
    const words = ["run", "--keep-output", "2,3", "--max-output", "1000", "seq", "1", "100000"];
    const { ended, report } = await reporting(binary, words).told();
    const allowed = LINES.slice(0, 1000);
    assert.equal(ended.stdout, allowed.slice(0, 2) + allowed.slice(-3));
    assert.deepEqual([endOfRun(ended), report.outcome], ["125", "output_limit"]);
  });

  test("a reader that is gone: nothing is kept for it", async () => {
    const words = ["run", "--keep-output", "4,1M", "sh", "-c", "seq 1 10000; exit 3"];
    const { report } = await reporting(binary, words, {
      before: shell('"$@" | { read line; }'),
    }).told();
    assert.equal(report.outcome === "exited" ? report.exit_code : 3, 3);
    assert.equal(report.tree_gone, true);
  });

  for (const [drain, isSeen] of [
    ["1us", false],
    ["20s", true],
  ] as const) {
    test(`--pipe-drain ${drain}: a pipe that is held is read for so long`, async () => {
      // What is left writes when the other end of its own pipe is closed, and then ends.
      const script = "{ sleep 0.3; echo late; } & exit 0";
      const words = ["--leftovers", "leave", "--keep-output", "1M,0", "--pipe-drain", drain];
      const { ended, report } = await reporting(binary, ["run", ...words, "sh", "-c", script], {
        before: shell('"$@" | cat'),
      }).told();
      assert.equal(ended.stdout, isSeen ? "late\n" : "");
      assert.equal(report.output?.pipe_held, !isSeen);
    });
  }
}

describe("relay: kept output", () => {
  for (const binary of BINARIES) describe(binary.name, { concurrency: 4 }, () => kept(binary));
});
