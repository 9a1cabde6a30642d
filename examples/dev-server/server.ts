// Stands for your dev server: it needs a moment before it listens.
import { createServer } from "node:http";

const server = createServer((_, response) => response.end("hello from the dev server\n"));
setTimeout(() => server.listen(Number(process.env.PORT), "127.0.0.1"), 200);
