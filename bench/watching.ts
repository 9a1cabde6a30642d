// A supervisor that watches a directory in which nothing happens.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Found } from "./figures.ts";
import { idleOf } from "./idle.ts";
import type { Program } from "./programs.ts";

export const FILES = 100;

export async function watchFiles(programs: readonly Program[]): Promise<Found> {
  const room = await mkdtemp(join(tmpdir(), "curfew-bench-"));
  try {
    const names = Array.from({ length: FILES }, (_, index) => join(room, `${index}.txt`));
    await Promise.all(names.map((name) => writeFile(name, name)));
    const watchers = programs.filter(({ name }) => name === "init");
    const all = await idleOf(watchers, [`--watch=${room}`]);
    return { figures: new Map(all.map(([name, watching]) => [name, { watching }])) };
  } finally {
    await rm(room, { recursive: true });
  }
}
