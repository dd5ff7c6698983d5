import type { House } from "../harness/house.ts";
import { send, signed } from "../harness/signed-request.ts";

/** One signed call to the admin surface; with a value it is posted. */
export async function signedCall(house: House, path: string, value?: object): Promise<unknown> {
  const message = {
    method: value === undefined ? "GET" : "POST",
    path,
    query: [],
    headers: { host: new URL(house.endpoint).host },
    body: Buffer.from(value === undefined ? "" : JSON.stringify(value)),
  };
  const signer = { ...house, service: "hosu", date: new Date() };
  const answer = await send(house.endpoint, signed(message, signer));
  if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${answer.body}`);
  return JSON.parse(answer.body);
}
