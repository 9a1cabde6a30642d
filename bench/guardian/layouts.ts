// Plays the scenes of test/cli/tty.test.ts with every layout of layout.c; prints where one fails.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { play, type Scene, type Subject } from "../../test/cli/at-terminal.ts";
import { COMMANDS } from "../../test/cli/tty-places.ts";
import { SCENES, SUPERVISED } from "../../test/cli/tty-scenes.ts";

const KINDS = ["child", "same", "group", "before", "after", "sigstop", "stale", "deaf"];
const AT_ONCE = 4;
/** Long enough for everything that does happen. */
const LIMIT = { TERMINAL_LIMIT: "3" };

const folder = mkdtempSync(join(tmpdir(), "curfew-layouts-"));
process.on("exit", () => rmSync(folder, { recursive: true }));
const program = join(folder, "layout");
const source = fileURLToPath(new URL("layout.c", import.meta.url));
const { status } = spawnSync("cc", ["-O1", "-o", program, source], { stdio: "inherit" });
if (status !== 0) throw new Error("cc failed");

const DIRECT: Subject = { path: "", variables: { ...COMMANDS, R: "" }, env: LIMIT };
const layout = (kind: string): Subject => {
  const run = `${program} ${kind} run --`;
  return { path: program, variables: { ...COMMANDS, R: run, K: run }, env: LIMIT };
};

async function succeeds(subject: Subject, scene: Scene): Promise<boolean> {
  try {
    await play(subject, scene);
    return true;
  } catch (error) {
    if (!(error instanceof Error && error.message.startsWith("never"))) throw error;
    return false;
  }
}

type Row = { readonly name: string; readonly marks: readonly string[] };

async function rowOf(scene: Scene): Promise<Row> {
  const marks = [SUPERVISED.includes(scene) ? "" : mark(await succeeds(DIRECT, scene))];
  for (const kind of KINDS) marks.push(mark(await succeeds(layout(kind), scene)));
  return { name: scene.name, marks };
}

const mark = (isGood: boolean) => (isGood ? "yes" : "**no**");

/** These layouts know no limit. */
const scenes = [...SCENES, ...SUPERVISED].filter(
  ({ steps }) => !JSON.stringify(steps).includes("$T"),
);
const rows: Row[] = [];
const waiting = scenes.map((scene, at) => async () => {
  rows[at] = await rowOf(scene);
});
const worker = async () => {
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await next();
};
await Promise.all(Array.from({ length: AT_ONCE }, worker));

const table = [
  ["scene", "direct", ...KINDS],
  ["---", ...["direct", ...KINDS].map(() => "---")],
  ...rows.filter(({ marks }) => marks.includes(mark(false))).map((row) => [row.name, ...row.marks]),
];
for (const cells of table) console.log(`| ${cells.join(" | ")} |`);
const alike = rows.filter(({ marks }) => !marks.includes(mark(false))).length;
console.log(`\n${alike} more scenes of ${rows.length} are played well by all.`);
