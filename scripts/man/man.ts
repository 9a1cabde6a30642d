// All man pages of a release.
import { readFileSync } from "node:fs";
import { join } from "node:path";
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
