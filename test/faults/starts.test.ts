/** Starts that are refused: by whom or what, in a sentence, and with exit code 1. */
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { useHouse } from "../harness/house.ts";
import { hosu } from "../harness/program.ts";

const home = mkdtempSync(join(tmpdir(), "hosu-faults-"));
afterAll(() => rmSync(home, { recursive: true, force: true }));
const house = useHouse({ byRealClients: false });

async function refused(dataFolder: string, port: number): Promise<string> {
  const told = await hosu(["start", "--data", dataFolder, "--port", String(port)], { home });
  expect([told.code, told.stdout]).toEqual([1, ""]);
  expect(told.stderr).not.toContain("    at ");
  return told.stderr;
}

test("a second process is told who has the folder: process, version and endpoint", async () => {
  const { dataFolder, endpoint, pid } = house();
  expect(await refused(dataFolder, 0)).toMatch(
    new RegExp(`is in use by process ${pid()} \\(hosu \\d+\\.\\d+\\.\\d+\\) at ${endpoint}`),
  );
});

test("a taken port is named", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  expect(await refused(join(home, "data"), port)).toContain(`that port is taken (${port})`);
  server.close();
});

test("a file in the folder's place is named", async () => {
  const path = join(home, "file");
  writeFileSync(path, "a file");
  expect(await refused(path, 0)).toBe(`hosu: ${path} is a file, not a folder. Choose another with --data.\n`);
});
