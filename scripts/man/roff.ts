// The language of man pages: what a text has to look like so that formatters print it as it is.

/** The widest line of a page's source. Longer ones are allowed, but are hard to review. */
const WIDTH = 80;

/** Characters that mean something else to roff, and what stands for each. */
const ESCAPES: Readonly<Record<string, string>> = {
  "\\": "\\e",
  "-": "\\-",
  "~": "\\(ti",
  "^": "\\(ha",
  "`": "\\(ga",
  "'": "\\(aq",
  '"': "\\(dq",
};

/** A text that is shown letter by letter: words of a command line, code. */
export function literal(text: string): string {
  return ascii(text.replace(/[\\\-~^`'"]/g, (found) => ESCAPES[found] ?? found));
}

/** A text of prose: its hyphens and apostrophes may be typographic. */
export function prose(text: string): string {
  return ascii(text.replace(/[\\~^`]/g, (found) => ESCAPES[found] ?? found));
}

/** Letters beyond ASCII by their numbers, so that a page is the same in every locale. */
function ascii(text: string): string {
  return text.replace(/[^\n -~]/gu, (found) => {
    const number = (found.codePointAt(0) ?? 0).toString(16).toUpperCase();
    return `\\[u${number.padStart(4, "0")}]`;
  });
}

/** A text in a font: B bold, I italic. Empty texts get no font. */
export function font(name: "B" | "I", text: string): string {
  return text === "" ? "" : `\\f${name}${text}\\fR`;
}

/** An argument of a macro: one word, whatever blanks are in it. */
export function argument(text: string): string {
  return `"${text.replaceAll('"', "\\(dq")}"`;
}

/**
 * A paragraph's text as lines: each sentence begins on a line of its own, as both formatters want
 * it, and no line is wider than `WIDTH` where a blank allows it.
 */
export function filled(text: string): string {
  const sentences = text
    .replace(/\s+/g, " ")
    .trim()
    .split(/(?<=[.!?:][)"]?(?:\\fR)?) (?=\S)/);
  return sentences.flatMap(wrapped).map(guarded).join("\n");
}

function wrapped(sentence: string): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of sentence.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = word;
    } else {
      line = line === "" ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}

/** A line that begins with a point or an apostrophe would be taken for a request. */
function guarded(line: string): string {
  return /^[.']/.test(line) ? `\\&${line}` : line;
}

/** Lines that are printed as they are. */
export function example(text: string): string {
  const lines = text.replace(/\n$/, "").split("\n");
  return [".PP", ".RS 4", ".EX", ...lines.map((line) => guarded(literal(line))), ".EE", ".RE"].join(
    "\n",
  );
}
