import { fault } from "../../base/fault.ts";
import type { AdminRequest, Routes } from "./route.ts";

/** The lake as a whole: saved, put back, emptied, copied; and its accounts. */
export const keeperRoutes: Routes = {
  "GET /_hosu/snapshots": {
    action: "hosu:ListSnapshots",
    ofHouse: true,
    run: async ({ ground: { keeper } }) => ({ snapshots: keeper.list() }),
  },
  "POST /_hosu/snapshots": {
    action: "hosu:SaveSnapshot",
    ofHouse: true,
    run: (request) => request.ground.keeper.save(textOf(request, "name")),
  },
  "POST /_hosu/snapshots/restore": {
    action: "hosu:RestoreSnapshot",
    ofHouse: true,
    run: (request) => request.ground.keeper.restore(textOf(request, "name"), request.leave),
  },
  "POST /_hosu/snapshots/delete": {
    action: "hosu:DeleteSnapshot",
    ofHouse: true,
    async run(request) {
      const name = textOf(request, "name");
      await request.ground.keeper.delete(name);
      return { deleted: name };
    },
  },
  "POST /_hosu/reset": {
    action: "hosu:Reset",
    ofHouse: true,
    run: (request) => request.ground.keeper.reset(accountIn(request), request.leave),
  },
  "POST /_hosu/backup": {
    action: "hosu:Backup",
    ofHouse: true,
    run: (request) => request.ground.keeper.backup(textOf(request, "folder")),
  },
  "GET /_hosu/accounts": {
    action: "hosu:ListAccounts",
    ofHouse: true,
    run: async ({ ground: { keeper, homeAccount } }) => ({
      homeAccount,
      accounts: await keeper.listAccounts(),
    }),
  },
  "POST /_hosu/accounts": {
    action: "hosu:CreateAccount",
    ofHouse: true,
    run: (request) => request.ground.keeper.createAccount(accountIn(request)),
  },
};

function textOf({ body }: AdminRequest, name: string): string {
  const value = body[name];
  if (typeof value === "string" && value !== "") return value;
  throw fault("InvalidArgument", `The body must say '${name}'.`, { status: 400 });
}

function accountIn({ body: { account } }: AdminRequest): string | undefined {
  if (account === undefined) return undefined;
  if (typeof account === "string" && /^\d{12}$/.test(account)) return account;
  throw fault("InvalidArgument", "An account id has twelve digits.", { status: 400 });
}
