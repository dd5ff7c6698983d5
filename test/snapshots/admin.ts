import type { House } from "../harness/house.ts";
import { send, signed } from "../harness/signed-request.ts";

/** One signed question to the admin surface. */
export async function signedGet(house: House, target: string): Promise<unknown> {
  const [path = "", query = ""] = target.split("?");
  const message = {
    method: "GET",
    path,
    query: [...new URLSearchParams(query)],
    headers: { host: new URL(house.endpoint).host },
    body: Buffer.alloc(0),
  };
  const signer = { ...house, service: "hosu", date: new Date() };
  const answer = await send(house.endpoint, signed(message, signer));
  if (answer.status !== 200) throw new Error(`${target}: ${answer.status} ${answer.body}`);
  return JSON.parse(answer.body);
}
