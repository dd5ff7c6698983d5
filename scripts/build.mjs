// Bundles the program and its workers into dist/. Natives stay outside; see docs/DEPENDENCIES.md.
import { build } from "esbuild";

const entryPoints = {
  hosu: "src/cli/hosu.ts",
  "duckdb.worker": "src/engines/duckdb/duckdb.worker.ts",
};

await build({
  entryPoints,
  outdir: "dist",
  outExtension: { ".js": ".mjs" },
  bundle: true,
  splitting: true,
  chunkNames: "chunk-[hash]",
  platform: "node",
  target: "node20",
  format: "esm",
  external: ["lmdb", "@duckdb/node-api", "pg"],
  banner: {
    // msgpackr is CommonJS inside the bundle and asks for require.
    js: 'import { createRequire as hosuRequire } from "node:module"; const require = hosuRequire(import.meta.url);',
  },
  logLevel: "warning",
});
