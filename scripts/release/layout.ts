// What an installation consists of, below its prefix: the archive, the packages and `make install`
// all take it from here.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { productVersion } from "../build/cargo.ts";
import { componentsIn, licensesText } from "../build/components.ts";
import { productFor } from "../build/target.ts";
import { completionFiles, completionLinks } from "../completions/completions.ts";
import { NAMES } from "../completions/model.ts";
import { manPages } from "../man/man.ts";
import { ROOT, StepFailed } from "../steps.ts";

/** A file below the prefix. */
export type FileEntry = {
  readonly path: string;
  readonly content: string | Uint8Array;
  readonly isProgram?: true;
};

/** A file or a symbolic link below the prefix. */
export type Entry = FileEntry | { readonly path: string; readonly to: string };

/**
 * The folder of links to the program under the names of the tools that it stands in for. It is in
 * no PATH, so that nothing of the system is replaced unasked.
 */
const LINKS = "libexec/curfew";

/** What differs between processors. */
export type Built = { readonly program: Uint8Array; readonly licenses: string };

/** What was built for a processor. */
export function builtFor(arch: string): Built {
  const licenses = licensesText(componentsIn(arch));
  return { program: readFileSync(productFor(arch)), licenses };
}

/** Everything, for one processor. */
export async function installation({ program, licenses }: Built): Promise<readonly Entry[]> {
  const version = await productVersion();
  const release = { version, date: releaseDate(version) };
  const entries: Entry[] = [
    { path: "bin/curfew", content: program, isProgram: true },
    ...NAMES.map(([name]) => ({ path: `${LINKS}/${name}`, to: "../../bin/curfew" })),
    ...texts("share/man", manPages(release)),
    ...texts("share", completionFiles()),
    ...[...completionLinks()].map(([path, to]) => ({ path: `share/${path}`, to })),
    { path: "share/doc/curfew/THIRD-PARTY-LICENSES", content: licenses },
    ...["LICENSE", "CHANGELOG.md", "README.md"].map((name) => ({
      path: `share/doc/curfew/${name}`,
      content: readFileSync(join(ROOT, name)),
    })),
  ];
  return entries.toSorted((one, other) => (one.path < other.path ? -1 : 1));
}

function texts(folder: string, files: ReadonlyMap<string, string>): Entry[] {
  return [...files].map(([path, content]) => ({ path: `${folder}/${path}`, content }));
}

/** The day of a release, as CHANGELOG.md has it: nothing that is made depends on today's. */
export function releaseDate(version: string): string {
  const changes = readFileSync(join(ROOT, "CHANGELOG.md"), "utf8");
  const heading = changes.split("\n").find((line) => line.startsWith(`## ${version}`)) ?? "";
  const [date] = /\d{4}-\d\d-\d\d/.exec(heading) ?? [];
  if (date === undefined) {
    throw new StepFailed(`CHANGELOG.md has no heading "## ${version} (YEAR-MONTH-DAY)"`);
  }
  return date;
}
