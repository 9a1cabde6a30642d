// TypeScript in documents: blocks marked `ts` are programs. A comment `//> text` is a line that the
// program prints; 4711 in it stands for any number. `// exit N` is the exit code, 0 by default.
// Blocks marked `typescript` are not programs.

export type Block = {
  readonly name: string;
  readonly text: string;
  readonly lines: readonly string[];
  readonly code: number;
};

/** The programs of a document, named by the heading above and the line. */
export function blocksOf(path: string, document: string): readonly Block[] {
  return [...document.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(({ 1: text = "", index }) => {
    const before = document.slice(0, index);
    const heading = before.match(/^#+ .+$/gm)?.at(-1) ?? "";
    const line = before.split("\n").length;
    return {
      name: `${path}:${line}: ${heading}`,
      text,
      lines: printedBy(text),
      code: codeOf(text),
    };
  });
}

function printedBy(text: string): readonly string[] {
  return [...text.matchAll(/\/\/> (.*)$/gm)].map(([, line = ""]) => line);
}

function codeOf(text: string): number {
  return Number(/\/\/ exit (\d+)$/m.exec(text)?.[1] ?? 0);
}

/** Whether a line that was printed is the one that the document has. */
export function isLine(wanted: string, printed: string): boolean {
  const literal = wanted.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
  return new RegExp(`^${literal.replaceAll("4711", "\\d+")}$`).test(printed);
}
