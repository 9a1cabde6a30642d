/** A table as the formatter wants it: columns as wide as their widest cell. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((_, at) =>
    Math.max(...[head, ...rows].map((row) => row[at]?.length ?? 0)),
  );
  const line = (cells: readonly string[], filler: string) =>
    `| ${cells.map((cell, at) => cell.padEnd(widths[at] ?? 0, filler)).join(" | ")} |\n`;
  const rule = line(Array(head.length).fill("-"), "-");
  return [line(head, " "), rule, ...rows.map((row) => line(row, " "))].join("");
}

export function code(text: string): string {
  return `\`${text}\``;
}
