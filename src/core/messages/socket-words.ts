/**
 * How a server takes its first socket from descriptor 3: what is added to "the server has to take
 * descriptor 3", by the programs that the command's words name. Empty: nothing that fits is known.
 */
export function wayToTake(command: readonly string[]): string {
  const programs = command.flatMap((word) => word.split(/\s+/)).map(programOf);
  const known = WORDS.find(([names]) => programs.some((program) => names.test(program)));
  return known === undefined ? "" : known[1];
}

/** The last part of a path, and no ending. */
function programOf(word: string): string {
  const name = word.slice(word.lastIndexOf("/") + 1);
  return name.replace(/\.(?:[cm]?[jt]s|py|exe)$/, "");
}

/** The first row of which the command names a program counts: `python3 -m uvicorn` is uvicorn. */
const WORDS: readonly (readonly [names: RegExp, words: string])[] = [
  [
    /^(?:npm|npx|pnpm|yarn|bunx)$/,
    "; npm and similar tools pass no descriptors on: start the server without them",
  ],
  [/^uvicorn$/, ": uvicorn --fd 3"],
  [
    /^gunicorn$/,
    ": gunicorn takes it by itself if it is started without --bind and without a shell",
  ],
  [/^hypercorn$/, ": hypercorn --bind fd://3"],
  [/^nginx$/, ": set NGINX='3;' in its environment, and the same address in nginx.conf"],
  [/^go$/, "; go run passes no descriptors on: build the server, and start it"],
  [/^(?:node|nodejs)$/, ": in Node server.listen({ fd: 3 })"],
  [/^python[\d.]*$/, ": in Python socket.socket(fileno=3)"],
];
