// A server: on a port of 127.0.0.1, after it has answered so many requests with 503.
import { createServer } from "node:http";

const [, , port = "0", failures = "0"] = process.argv;
let left = Number(failures);
const server = createServer((_, response) => {
  response.statusCode = left > 0 ? 503 : 404;
  left -= 1;
  response.end();
});
server.listen(Number(port), "127.0.0.1", () => console.log("serving"));
