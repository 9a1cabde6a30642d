// How a row of the table of manners writes a command line.
import { SUBCOMMANDS } from "../../../../src/core/cli/commands.ts";

/** The words of a line, the program's name first. */
export function wordsIn(line: string): readonly string[] {
  const written: Readonly<Record<string, string>> = { "~": " ", "\\n": "\n" };
  return line.split(" ").map((word) => {
    return word === '""' ? "" : word.replace(/~|\\n/g, (sign) => written[sign] ?? sign);
  });
}

/** How the program calls itself for a line: with the subcommand, where the line names one. */
export function nameIn(line: string): string {
  const [first = "", second] = wordsIn(line);
  return SUBCOMMANDS.some(({ name }) => name === second) ? `${first} ${second}` : first;
}
