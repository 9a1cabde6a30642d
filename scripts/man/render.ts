// Markdown, as our documents use it, as the source of a man page.
import type {
  BlockContent,
  DefinitionContent,
  List,
  ListItem,
  Node,
  PhrasingContent,
  RootContent,
  Table,
} from "mdast";
import { StepFailed } from "../steps.ts";
import { argument, example, filled, font, literal, prose } from "./roff.ts";

/** Where a link of the documents leads: the text that stands behind its words, or nothing. */
export type Links = (url: string, words: string) => string | undefined;

/** The blocks of a document, below its first heading. */
export function rendered(blocks: readonly RootContent[], links: Links): string {
  return blocks
    .map((block) => blockOf(block, links))
    .filter(Boolean)
    .join("\n");
}

function blockOf(block: RootContent | BlockContent | DefinitionContent, links: Links): string {
  switch (block.type) {
    case "heading":
      return headingOf(block.depth, inline(block.children, links));
    case "paragraph":
      // A terminal shows no picture; the text beside it says the same.
      if (block.children.every(({ type }) => type === "image")) return "";
      return `.PP\n${filled(inline(block.children, links))}`;
    case "code":
      return example(block.value);
    case "list":
      return listOf(block, links);
    case "table":
      return tableOf(block, links);
    case "html":
      return commentOf(block.value);
    default:
      throw new StepFailed(`a man page cannot have a ${block.type}${placeOf(block)}`);
  }
}

/** Only comments: they say what a script puts between them, and print nothing. */
function commentOf(html: string): string {
  if (/^<!--[\s\S]*-->$/.test(html)) return "";
  throw new StepFailed(`a man page cannot have HTML: ${html}`);
}

function placeOf({ position }: Node): string {
  return position === undefined ? "" : `, line ${position.start.line}`;
}

function headingOf(depth: number, text: string): string {
  const plain = withoutFonts(text);
  if (depth <= 2) return `.SH ${argument(plain.toUpperCase().replace(/\\\(../gi, lowered))}`;
  return `.SS ${argument(plain)}`;
}

/** The names of characters, such as `\(aq`, are not shouted. */
function lowered(name: string): string {
  return name.toLowerCase();
}

function listOf(list: List, links: Links): string {
  const start = list.start ?? 1;
  const width = list.ordered ? 4 : 2;
  const items = list.children.map((item, at) => {
    const mark = list.ordered ? `${start + at}.` : "\\(bu";
    return itemOf(item, `.IP ${mark} ${width}`, links);
  });
  return items.join("\n");
}

/** `mark`: the request that begins the item. What follows the first paragraph is indented. */
function itemOf(item: ListItem, mark: string, links: Links): string {
  const [first, ...rest] = item.children;
  if (first?.type !== "paragraph") throw new StepFailed(`an item without a text${placeOf(item)}`);
  const begin = `${mark}\n${filled(inline(first.children, links))}`;
  const more = rest.map((block) => blockOf(block, links));
  return more.length === 0 ? begin : [begin, ".RS 4", ...more, ".RE"].join("\n");
}

/** The room of a table, in letters: what the margins leave of 80. */
const TABLE_WIDTH = 70;
/** What tbl puts between two columns. */
const GAP = 3;

/**
 * Two columns are a list of terms, which flows in every width; more are a table of tbl, whose cells
 * are filled text. A table whose longest words need more room than there is becomes a list, too.
 */
function tableOf(table: Table, links: Links): string {
  const rows = table.children.map((row) =>
    row.children.map((cell) => inline(cell.children, links)),
  );
  const [head = [], ...body] = rows;
  const widths = columnWidths(rows);
  if (head.length === 2) return termsOf(head, body);
  if (widths === undefined) return listOfRows(head, body);
  const format = widths.map((width) => `lw(${width}n)`).join(" ");
  const line = (cells: readonly string[]) =>
    cells.map((cell) => `T{\n${cell === "" ? "\\&" : filled(cell)}\nT}`).join("\t");
  const heads = head.map((cell) => font("B", withoutFonts(cell)));
  // A row may stand across the end of a page: groff warns where it cannot keep one together.
  return [".PP", ".TS", "nokeep;", `${format}.`, line(heads), "_", ...body.map(line), ".TE"].join(
    "\n",
  );
}

type Cells = readonly string[];

function termsOf([left = "", right = ""]: Cells, body: readonly Cells[]): string {
  const italic = (cell: string) => font("I", withoutFonts(cell));
  const rows = [[italic(left), italic(right)], ...body];
  return rows.map(([term = "", meaning = ""]) => `.TP\n${term}\n${filled(meaning)}`).join("\n");
}

/** Each row as a term, and its other cells behind the names of their columns. */
function listOfRows([, ...names]: Cells, body: readonly Cells[]): string {
  const rows = body.map(([term = "", ...cells]) => {
    const named = cells.flatMap((cell, at) => {
      return cell === "" ? [] : `${at === 0 ? "" : ".br\n"}${filled(`${names[at]}: ${cell}`)}`;
    });
    return [".TP", term, ...named].join("\n");
  });
  return rows.join("\n");
}

/** Shares the room among the columns by their longest words and their texts. */
function columnWidths(rows: readonly Cells[]): number[] | undefined {
  const columns = rows[0]?.length ?? 0;
  const room = TABLE_WIDTH - GAP * (columns - 1);
  const lengths = Array.from({ length: columns }, (_, at) => {
    const cells = rows.map((row) => shown(row[at] ?? ""));
    const words = cells.flatMap((cell) => cell.split(" "));
    const word = Math.max(4, ...words.map(({ length }) => length));
    return { word, more: Math.max(word, ...cells.map(({ length }) => length)) - word };
  });
  const words = lengths.reduce((sum, { word }) => sum + word, 0);
  const wanted = lengths.reduce((sum, { more }) => sum + more, 0);
  if (words > room) return undefined;
  const share = wanted === 0 ? 0 : Math.min(1, (room - words) / wanted);
  return lengths.map(({ word, more }) => Math.floor(word + more * share));
}

function withoutFonts(text: string): string {
  return text.replace(/\\f[BIR]/g, "");
}

/** How long a text is when it is printed, roughly. */
function shown(text: string): string {
  return withoutFonts(text).replace(/\\\(..|\\\[u\w+\]|\\[e&]|\\-/g, "x");
}

function inline(nodes: readonly PhrasingContent[], links: Links): string {
  return nodes.map((node) => phraseOf(node, links)).join("");
}

function phraseOf(node: PhrasingContent, links: Links): string {
  switch (node.type) {
    case "text":
      return prose(node.value);
    case "inlineCode":
      return font("B", literal(node.value));
    case "emphasis":
      return font("I", inline(node.children, links));
    case "strong":
      return font("B", withoutFonts(inline(node.children, links)));
    case "link": {
      const words = inline(node.children, links);
      const target = links(node.url, words);
      return target === undefined ? words : target;
    }
    case "html":
      return commentOf(node.value);
    default:
      throw new StepFailed(`a man page cannot have a ${node.type}${placeOf(node)}`);
  }
}
