// A man page as a whole: head, name, synopsis, the document's text, and where to read on.
import { posix } from "node:path";
import type { Heading, Root, RootContent } from "mdast";
import { fromMarkdown } from "mdast-util-from-markdown";
import { gfmTableFromMarkdown } from "mdast-util-gfm-table";
import { gfmTable } from "micromark-extension-gfm-table";
import { StepFailed } from "../steps.ts";
import type { Command, Page } from "./pages.ts";
import { PAGES } from "./pages.ts";
import type { Links } from "./render.ts";
import { rendered } from "./render.ts";
import { argument, font, literal, prose } from "./roff.ts";

/** Which release the pages belong to. */
export type Release = { readonly version: string; readonly date: string };

/** The file of a page below `share/man`. */
export function fileOf({ name, section }: Page): string {
  return `man${section}/${name}.${section}`;
}

/** The source of a page. `document`: the text of its Markdown file. */
export function manPage(page: Page, document: string, release: Release): string {
  const head = [
    `.TH ${[page.name.toUpperCase(), page.section, release.date, `curfew ${release.version}`].map((word) => argument(String(word))).join(" ")}`,
    // No hyphens and no justification: words of a command line must stay whole.
    ".nh",
    ".ad l",
    ".SH NAME",
    `${page.name} \\- ${prose(page.summary)}`,
    ...synopsis(page.command),
    ".SH DESCRIPTION",
  ];
  const blocks = partOf(page, parsed(document));
  const links = linksOf(page);
  const { command } = page;
  const body =
    command === undefined ? rendered(blocks, links) : withOptions(blocks, command, links);
  // Only a page with tables is given to tbl.
  const kind = body.includes("\n.TS\n") ? ["'\\\" t"] : [];
  const lines = [...kind, ...head, body, ".SH SEE ALSO", seeAlso(page)].join("\n");
  // A section begins with a paragraph, and ends the one before it, without being told.
  return `${lines.replace(/(^\.S[HS] .*\n)\.PP\n/gm, "$1").replace(/^\.PP\n(?=\.S[HS] )/gm, "")}\n`;
}

function parsed(document: string): Root {
  return fromMarkdown(document, {
    extensions: [gfmTable()],
    mdastExtensions: [gfmTableFromMarkdown()],
  });
}

/** The blocks of the document that the page shows, without the document's own title. */
function partOf({ part, document }: Page, { children }: Root): RootContent[] {
  const blocks = children.filter((block) => block.type !== "heading" || block.depth > 1);
  if (part === undefined) return blocks;
  const title = "only" in part ? part.only : part.without;
  const from = blocks.findIndex((block) => isSection(block) && titleOf(block) === title);
  if (from < 0) throw new StepFailed(`${document} has no section "${title}"`);
  const length = blocks.slice(from + 1).findIndex(isSection);
  const to = length < 0 ? blocks.length : from + 1 + length;
  return "only" in part
    ? blocks.slice(from + 1, to)
    : [...blocks.slice(0, from), ...blocks.slice(to)];
}

function isSection(block: RootContent): block is Heading {
  return block.type === "heading" && block.depth === 2;
}

function titleOf({ children }: Heading): string {
  return children.map((node) => ("value" in node ? node.value : "")).join("");
}

function synopsis(command: Command | undefined): string[] {
  if (command === undefined) return [];
  const lines = command.synopsis.map((line) =>
    literal(line)
      .replace(/^curfew \w+/, (words) => font("B", words))
      .replace(/\b(OPTION|DURATION|COMMAND|ARG|PID)\b/g, (word) => font("I", word)),
  );
  return [".SH SYNOPSIS", ...lines.flatMap((line, at) => (at === 0 ? [line] : [".br", line]))];
}

/**
 * The text of a page about a command. The list of options takes the place of the part that the
 * document has for it; where it has none, it comes behind the first section.
 */
function withOptions(blocks: readonly RootContent[], command: Command, links: Links): string {
  const from = blocks.findIndex((block) => isComment(block, command.replaces));
  const to = blocks.findIndex((block) => isComment(block, `/${command.replaces}`));
  if (from >= 0 && to > from) {
    const before = blocks.slice(0, from).filter((block) => !isSection(block) || !isHelp(block));
    const title = before.some((block) => isSection(block) && titleOf(block) === "Options");
    const texts = [rendered(before, links), title ? "" : ".SH OPTIONS", command.list];
    return [...texts, rendered(blocks.slice(to + 1), links)].filter(Boolean).join("\n");
  }
  const first = blocks.findIndex(isSection);
  const section = first < 0 ? blocks.length : first;
  const texts = [blocks.slice(0, section), blocks.slice(section)].map((part) =>
    rendered(part, links),
  );
  return texts.join(`\n.SH OPTIONS\n${command.list}\n`).trimEnd();
}

function isComment(block: RootContent, text: string | undefined): boolean {
  return block.type === "html" && block.value === `<!-- ${text} -->`;
}

function isHelp(heading: Heading): boolean {
  return titleOf(heading) === "Help";
}

/** A link to another document is a reference to its page; to an address, the address. */
function linksOf({ document }: Page): Links {
  return (url, words) => {
    if (/^https?:/.test(url)) return `${words} (${literal(url)})`;
    const [path = ""] = url.split("#");
    if (path === "") return undefined;
    const file = posix.join(posix.dirname(document), path);
    const page = PAGES.find((other) => other.document === file && !isOneSection(other));
    if (file === document) return undefined;
    if (page === undefined)
      return words.endsWith(".md") ? `${words} in curfew's source` : undefined;
    const reference = referenceTo(page);
    return words.endsWith(".md") ? reference : `${words} (${reference})`;
  };
}

function isOneSection({ part }: Page): boolean {
  return part !== undefined && "only" in part;
}

function referenceTo({ name, section }: Page): string {
  return `${font("B", literal(name))}(${section})`;
}

function seeAlso(page: Page): string {
  const others = PAGES.filter((other) => other !== page);
  return others
    .map((other, at) => `${referenceTo(other)}${at < others.length - 1 ? "," : ""}`)
    .join("\n");
}
