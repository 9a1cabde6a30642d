// A registry of npm packages with nothing but ours, so that package managers resolve, verify and
// unpack them as they will do it for users.
import { createHash } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { gunzipSync } from "node:zlib";
import { extract } from "tar-stream";

export type Registry = { readonly url: string; readonly close: () => void };

type Manifest = { readonly name: string; readonly version: string };

/** A day on which no package is too new for a package manager. */
const PUBLISHED = "2020-01-01T00:00:00.000Z";

/** Serves packages until it is closed. */
export async function serve(tarballs: Iterable<readonly [string, Buffer]>): Promise<Registry> {
  const answers = new Map<string, Buffer | object>();
  const server = createServer((request, response) => {
    const answer = answers.get(decodeURIComponent(request.url ?? ""));
    if (answer === undefined) {
      response.writeHead(404, { "content-type": "application/json" }).end("{}");
    } else if (Buffer.isBuffer(answer)) response.end(answer);
    else {
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify(answer));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  for (const [file, content] of tarballs) {
    const manifest = await manifestOf(content);
    const { name, version } = manifest;
    const dist = { tarball: `${url}/-/${file}`, ...sumsOf(content) };
    answers.set(`/-/${file}`, content);
    answers.set(`/${name}`, {
      name,
      "dist-tags": { latest: version },
      time: { created: PUBLISHED, modified: PUBLISHED, [version]: PUBLISHED },
      versions: { [version]: { ...manifest, dist } },
    });
  }
  return {
    url,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

function sumsOf(content: Buffer): { readonly integrity: string; readonly shasum: string } {
  return {
    integrity: `sha512-${createHash("sha512").update(content).digest("base64")}`,
    shasum: createHash("sha1").update(content).digest("hex"),
  };
}

/** The package.json of a package. */
export async function manifestOf(tarball: Buffer): Promise<Manifest & Record<string, unknown>> {
  const reader = extract();
  reader.end(gunzipSync(tarball));
  let manifest: (Manifest & Record<string, unknown>) | undefined;
  for await (const entry of reader) {
    if (entry.header.name === "package/package.json") manifest = JSON.parse(await text(entry));
    else entry.resume();
  }
  if (manifest === undefined) throw new Error("a package without a package.json");
  return manifest;
}
