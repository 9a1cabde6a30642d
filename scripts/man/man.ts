// Writes all man pages below a folder: man1/curfew.1 and so on.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ROOT } from "../steps.ts";
import type { Release } from "./page.ts";
import { fileOf, manPage } from "./page.ts";
import { PAGES } from "./pages.ts";

/** The text of each page by its file below `share/man`. */
export function manPages(release: Release): ReadonlyMap<string, string> {
  return new Map(
    PAGES.map((page) => {
      const document = readFileSync(join(ROOT, page.document), "utf8");
      return [fileOf(page), manPage(page, document, release)];
    }),
  );
}

if (import.meta.main) {
  const [, , to = "dist/man"] = process.argv;
  for (const [file, text] of manPages({ version: "0.1.0", date: "2026-11-30" })) {
    const path = join(to, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
}
