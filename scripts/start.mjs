// `npm start`: installs what is missing, builds, starts. Options after `--` are the program's.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { ensureBuild, ensureModules, ROOT } from "./ensure.mjs";

ensureModules();
ensureBuild();

const child = spawn(process.execPath, [join(ROOT, "bin/hosu.mjs"), "start", ...process.argv.slice(2)], {
  stdio: "inherit",
});
// The child gets the terminal's signals itself; what is sent to this process alone is passed on.
for (const signal of ["SIGTERM", "SIGINT"]) process.on(signal, () => child.kill("SIGTERM"));
child.on("exit", (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
