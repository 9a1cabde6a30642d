// The files of a Debian package that Debian's policy asks for, in Debian's forms: who maintains it,
// under which license, and what has changed.
const HOLDER = /^Copyright \(c\) (\d{4}) (.+)$/m;
const RELEASE = /^## (\S+) \((\d{4}-\d\d-\d\d)\)$/gm;

/** Whose work it is, as LICENSE has it. */
export function holderIn(license: string): { readonly year: string; readonly name: string } {
  const [, year = "", name = ""] = HOLDER.exec(license) ?? [];
  return { year, name };
}

/**
 * The maintainer of a package that is made from curfew's own sources. Debian wants an address here,
 * and curfew's contributors have none: an invented one would send reports to a stranger.
 */
export function maintainerIn(license: string): string {
  return holderIn(license).name;
}

/** The file `copyright`, in Debian's machine-readable format. */
export function copyrightOf(license: string): string {
  const { year, name } = holderIn(license);
  const text = license.slice(license.search(/^Permission /m)).trimEnd();
  return `Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: curfew
Upstream-Contact: ${name}
Comment: This package was made from curfew's own sources by "npm run release".
 The program is linked statically: the file THIRD-PARTY-LICENSES beside this
 one has the license of each library in it, with its version.

Files: *
Copyright: ${year} ${name}
License: Expat
${field(text)}
`;
}

/** A text as the rest of a field: each line is indented, and an empty one is a dot. */
function field(text: string): string {
  const lines = text.split("\n").map((line) => ` ${line.trim() === "" ? "." : line}`);
  return lines.join("\n");
}

const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

/** The file `changelog`, in the format of deb-changelog(5): an entry for each release. */
export function changelogOf(changes: string, license: string): string {
  const entries = [...changes.matchAll(RELEASE)].map(([, version = "", day = ""]) => {
    return `curfew (${version}) unstable; urgency=medium

  * What has changed for users is in CHANGELOG.md.gz, beside this file.

 -- ${maintainerIn(license)} <>  ${dateOf(new Date(day))}
`;
  });
  return entries.join("\n");
}

/** As RFC 5322 has it. */
function dateOf(day: Date): string {
  const number = String(day.getUTCDate()).padStart(2, "0");
  const month = MONTHS[day.getUTCMonth()];
  return `${DAYS[day.getUTCDay()]}, ${number} ${month} ${day.getUTCFullYear()} 00:00:00 +0000`;
}
