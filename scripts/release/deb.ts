// A Debian package: an `ar` archive of a version, a `control.tar.gz` and a `data.tar.gz`, as deb(5)
// describes it. It has no scripts, so that removing it leaves nothing.
import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { StepFailed } from "../steps.ts";
import { changelogOf, copyrightOf, maintainerIn } from "./debian.ts";
import type { Entry } from "./layout.ts";
import { tarOf } from "./tar.ts";

/** The processors: as we name them, and as Debian does. */
export const DEBIAN: Readonly<Record<string, string>> = { x64: "amd64", arm64: "arm64" };

export type Package = {
  readonly version: string;
  /** As Debian names it: `amd64`, `arm64`. */
  readonly architecture: string;
  /** Seconds since 1970. */
  readonly time: number;
};

/** `entries`: below the prefix of an installation; a package has it in /usr. */
export async function debOf(entries: readonly Entry[], about: Package): Promise<Buffer> {
  const license = textOf(entries, "LICENSE");
  const changelog = changelogOf(textOf(entries, "CHANGELOG.md"), license);
  const data = [
    ...entries.map((entry) => placed(entry, license)),
    { path: `./usr/${DOCUMENTS}/changelog.gz`, content: gzipped(Buffer.from(changelog)) },
  ].toSorted((one, other) => (one.path < other.path ? -1 : 1));
  const control: Entry[] = [
    { path: "./control", content: controlOf(data, about, maintainerIn(license)) },
    { path: "./md5sums", content: sumsOf(data) },
  ];
  const members: readonly (readonly [name: string, content: Buffer])[] = [
    ["debian-binary", Buffer.from("2.0\n")],
    ["control.tar.gz", gzipped(await tarOf(control, about.time, true))],
    ["data.tar.gz", gzipped(await tarOf(data, about.time, true))],
  ];
  const parts = members.flatMap(([name, content]) => [
    Buffer.from(memberHeader(name, content.length, about.time)),
    content,
    Buffer.alloc(content.length % 2, "\n"),
  ]);
  return Buffer.concat([Buffer.from("!<arch>\n"), ...parts]);
}

/** gzip without a time or a name, at the highest compression. */
export function gzipped(content: Buffer): Buffer {
  return gzipSync(content, { level: 9 });
}

/** Where Debian expects the license and the changes, below the prefix. */
const DOCUMENTS = "share/doc/curfew";

function textOf(entries: readonly Entry[], name: string): string {
  const entry = entries.find(({ path }) => path === `${DOCUMENTS}/${name}`);
  if (entry === undefined || "to" in entry) throw new StepFailed(`curfew: no ${name} to package`);
  return Buffer.from(entry.content).toString("utf8");
}

/** Debian keeps the license in a format of its own, as `copyright`, and pages compressed. */
function placed(entry: Entry, license: string): Entry {
  const path = `./usr/${entry.path}`;
  if ("to" in entry) return { ...entry, path };
  if (/\/man\/man\d\//.test(path)) {
    return { path: `${path}.gz`, content: gzipped(Buffer.from(entry.content)) };
  }
  // Debian's zsh looks here.
  if (path.includes("/zsh/site-functions/")) {
    return { ...entry, path: path.replace("/site-functions/", "/vendor-completions/") };
  }
  if (path.endsWith("CHANGELOG.md")) {
    return { path: `${path}.gz`, content: gzipped(Buffer.from(entry.content)) };
  }
  if (path.endsWith("LICENSE")) {
    return { path: path.replace(/LICENSE$/, "copyright"), content: copyrightOf(license) };
  }
  return { ...entry, path };
}

function controlOf(
  entries: readonly Entry[],
  { version, architecture }: Package,
  maintainer: string,
): string {
  const size = entries.reduce((sum, one) => sum + ("to" in one ? 0 : one.content.length), 0);
  return `Package: curfew
Version: ${version}
Architecture: ${architecture}
Maintainer: ${maintainer}
Installed-Size: ${Math.ceil(size / 1024)}
Section: utils
Priority: optional
Description: run a command, and terminate everything it started
 curfew runs a command, enforces a time limit, and makes sure that every
 process the command started is gone afterwards. It says truthfully how the
 run ended and what is left.
 .
 It also stands in for GNU timeout, tini, dumb-init and catatonit: links with
 these names are in /usr/libexec/curfew.
`;
}

function sumsOf(entries: readonly Entry[]): string {
  const lines = entries.flatMap((entry) => {
    if ("to" in entry) return [];
    const sum = createHash("md5").update(entry.content).digest("hex");
    return `${sum}  ${entry.path.replace(/^\.\//, "")}\n`;
  });
  return lines.join("");
}

function memberHeader(name: string, size: number, time: number): string {
  const fields: readonly (readonly [text: string, width: number])[] = [
    [name, 16],
    [String(time), 12],
    ["0", 6],
    ["0", 6],
    ["100644", 8],
    [String(size), 10],
  ];
  return `${fields.map(([text, width]) => text.padEnd(width)).join("")}\`\n`;
}
