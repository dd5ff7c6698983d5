/** No file handle left: Linux' prlimit gives the program few, and idle connections take them. */
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { CreateBucketCommand } from "@aws-sdk/client-s3";
import { expect, test } from "vitest";
import { openHouse } from "../harness/house.ts";
import { answerOf, Bucket, put, s3Of, wrongOf } from "./place.ts";

const MOST_HANDLES = 64;
const IN_A_FILE = 300_000;

const hasPrlimit = (): boolean => {
  try {
    execFileSync("prlimit", ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
};

test.skipIf(!hasPrlimit())(
  "without file handles writes are refused, and nothing acknowledged is lost",
  async () => {
    const house = await openHouse({ under: ["prlimit", `--nofile=${MOST_HANDLES}:${MOST_HANDLES}`] });
    const s3 = s3Of(house);
    await s3.send(new CreateBucketCommand({ Bucket }));
    const acknowledged = new Map<number, number>();
    const idle: Socket[] = [];
    const refused = new Set<string>();
    for (let at = 0; at < 2 * MOST_HANDLES; at += 1) {
      await put(s3, at, IN_A_FILE).then(
        () => acknowledged.set(at, IN_A_FILE),
        (error: unknown) => refused.add(answerOf(error)),
      );
      const { hostname, port } = new URL(house.endpoint);
      const socket = connect(Number(port), hostname);
      socket.on("error", () => socket.destroy());
      await Promise.race([once(socket, "connect"), once(socket, "close")]);
      idle.push(socket);
    }
    expect(refused.size).toBeGreaterThan(0);
    // Said by name, or not even taken: there was no handle for the connection either.
    expect([...refused].filter((one) => !/^ServiceUnavailable 503$| unanswered$/.test(one))).toEqual([]);
    const open = idle.filter((socket) => !socket.destroyed);
    await Promise.all(open.map((socket) => once(socket.destroy(), "close")));

    const again = s3Of(house);
    await expect
      .poll(() => put(again, 1_000, IN_A_FILE).then(() => "put", answerOf), { timeout: 10_000 })
      .toBe("put");
    acknowledged.set(1_000, IN_A_FILE);
    expect(await wrongOf(again, acknowledged)).toEqual([]);
    await house.kill9();
    await house.restart();
    expect(await wrongOf(again, acknowledged)).toEqual([]);
    await house.close();
  },
);
