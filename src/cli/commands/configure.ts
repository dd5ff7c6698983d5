import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { realClock } from "../../base/clock.ts";
import { fault } from "../../base/fault.ts";
import { openAuthority } from "../../gateway/tls/authority.ts";
import { tlsFolder } from "../../store/folder.ts";
import { askOwner } from "../../store/owner.ts";
import { readAdminKey } from "../admin-key.ts";
import { replaceSection } from "../ini.ts";
import type { Options } from "../options.ts";

/** Writes the profile `hosu`, or one for another account, into the user's AWS files; no other profile is touched. */
export async function configure(options: Options): Promise<void> {
  const dataFolder = resolve(options.data);
  // As a flag alone: the variable names the first account.
  const { account: asked, profile, tls } = options.flags;
  const account = typeof asked === "string" ? asked : undefined;
  const name = typeof profile === "string" ? profileName(profile) : account ? `hosu-${account}` : "hosu";
  const key = readAdminKey(dataFolder, account);
  const owner = await askOwner(dataFolder);
  const plain = owner?.endpoint || `http://${options.host}:${options.port}`;
  const endpoint = tls === true ? plain.replace(/^http:/, "https:") : plain;
  const { certificatePath } = openAuthority(tlsFolder(dataFolder), realClock.now());
  const configPath = process.env["AWS_CONFIG_FILE"] ?? join(homedir(), ".aws", "config");
  const credentialsPath =
    process.env["AWS_SHARED_CREDENTIALS_FILE"] ?? join(homedir(), ".aws", "credentials");
  edit(configPath, `profile ${name}`, {
    region: options.region,
    endpoint_url: endpoint,
    // Clients read it where the endpoint is https: alone.
    ca_bundle: certificatePath,
  });
  edit(credentialsPath, name, {
    aws_access_key_id: key.accessKeyId,
    aws_secret_access_key: key.secret,
  });
  process.stdout.write(
    [
      `The profile "${name}" now points to ${endpoint}, as the user admin:`,
      `  ${configPath}`,
      `  ${credentialsPath}`,
      "",
      `Use it with \`export AWS_PROFILE=${name}\`, \`aws --profile ${name} …\` or \`boto3.Session(profile_name="${name}")\`.`,
      ...(tls === true
        ? [
            `The SDK for JavaScript reads no ca_bundle; for it \`export NODE_EXTRA_CA_CERTS=${certificatePath}\`.`,
          ]
        : []),
      "AWS CLI before 2.13 and boto3 before 1.28 do not read endpoint_url; give them --endpoint-url.",
      "",
    ].join("\n"),
  );
}

function profileName(text: string): string {
  if (/^[\w.@-]{1,64}$/.test(text)) return text;
  throw fault("InvalidProfile", `'${text}' is no name for a profile: letters, digits and . _ - @.`);
}

function edit(path: string, section: string, entries: Readonly<Record<string, string>>): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const text = existsSync(path) ? readFileSync(path, "utf8") : "";
  // By rename, so that a reader never sees half a file.
  const draft = `${path}.hosu-draft`;
  writeFileSync(draft, replaceSection(text, section, entries), { mode: 0o600, flush: true });
  renameSync(draft, path);
}
