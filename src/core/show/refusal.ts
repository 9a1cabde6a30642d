import { errnoText } from "../values/errno.ts";
import { onOneLine, quote } from "../values/quote.ts";

/** Why nothing is drawn. `path`: as it was given; `errno`: of the call that failed. */
export type Refusal = { readonly path: string; readonly errno: string | undefined };

/** The line that says so. */
export function refusalLine(name: string, { path, errno }: Refusal, utf8: boolean): string {
  const file = path === "-" ? "standard input" : quote(path, utf8);
  const why =
    errno === undefined
      ? `${file} holds no events: expected a file that curfew's --events has written`
      : `cannot read ${file}: ${errnoText(errno)}`;
  return `${onOneLine(name)}: ${why}\n`;
}
