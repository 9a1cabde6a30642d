// `npm run test:packages`: one file, so that the tools are installed once.
import "./engines.ts";
import "./managers.ts";
