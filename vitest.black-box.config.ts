import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/harness/coverage-summary.ts"],
    isolate: false,
    testTimeout: 60_000,
    hookTimeout: 180_000,
  },
});
