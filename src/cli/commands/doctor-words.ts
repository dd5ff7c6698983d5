import type { Language } from "../options.ts";

/** What the doctor says, in the reader's language. */
export interface DoctorWords {
  readonly folder: string;
  readonly disk: string;
  readonly port: string;
  readonly clock: string;
  readonly unlocks: { readonly duckDb: string };
  oldNode(found: string, oldest: string): string;
  engine(version: string, unlocks: string): string;
  noEngine(unlocks: string, command: string): string;
  readonly noAwsCli: string;
  newFolder(path: string): string;
  notWritable(path: string): string;
  openToOthers(path: string): string;
  free(bytes: string): string;
  sync(ms: number): string;
  slowSync(ms: number): string;
  served(endpoint: string, pid: number): string;
  readonly noAuthority: string;
  authority(path: string, until: string): string;
  taken(port: number, code: string): string;
  isFree(port: number): string;
  readonly clockRuns: string;
  clockAhead(seconds: number): string;
  clockStands(time: string): string;
  readonly allWell: string;
  broken(count: number): string;
}

export const doctorWords = (language: Language): DoctorWords => (language === "ko" ? KO : EN);

const EN: DoctorWords = {
  folder: "data folder",
  disk: "disk",
  port: "port",
  clock: "lake clock",
  unlocks: { duckDb: "Athena's queries" },
  oldNode: (found, oldest) => `${found} is too old: ${oldest} or later is needed, from https://nodejs.org`,
  engine: (version, unlocks) => `${version}: answers ${unlocks}`,
  noEngine: (unlocks, command) =>
    `is missing, so ${unlocks} are not answered; everything else works. Get it with: ${command}`,
  noAwsCli: "is not here; any AWS SDK will do as well. Get it from https://aws.amazon.com/cli/",
  newFolder: (path) => `${path} will be made at the first start`,
  notWritable: (path) =>
    `${path} cannot be written by this user: chown or chmod it, or choose another with --data`,
  openToOthers: (path) => `${path} can be read by other users: chmod 700 ${path}`,
  free: (bytes) => `${bytes} free`,
  sync: (ms) => `${ms.toFixed(2)} ms a durable write`,
  slowSync: (ms) => `${ms.toFixed(1)} ms a durable write: this disk is slow, and so will every put be`,
  served: (endpoint, pid) => `served at ${endpoint} by process ${pid}`,
  noAuthority: "at the same port; its certificate is made when it is first asked for",
  authority: (path, until) => `at the same port; clients trust ${path}, which is good until ${until}`,
  taken: (port, code) => `${port} cannot be used (${code}): choose another with --port`,
  isFree: (port) => `${port} is free`,
  clockRuns: "runs with the real one",
  clockAhead: (seconds) => `${seconds} seconds ahead of the real one (hosu clock advance)`,
  clockStands: (time) => `stands still at ${time}`,
  allWell: "Everything that is needed is there.",
  broken: (count) => `${count} of these must be mended first.`,
};

const KO: DoctorWords = {
  folder: "데이터 폴더",
  disk: "디스크",
  port: "포트",
  clock: "호수 시계",
  unlocks: { duckDb: "Athena 쿼리" },
  oldNode: (found, oldest) =>
    `${found}은 너무 오래되었습니다. ${oldest} 이상이 필요합니다: https://nodejs.org`,
  engine: (version, unlocks) => `${version}: ${unlocks} 실행`,
  noEngine: (unlocks, command) => `없음. 그래서 ${unlocks}만 안 되고 나머지는 모두 됩니다. 설치: ${command}`,
  noAwsCli: "없음. AWS SDK만 있어도 됩니다. 설치: https://aws.amazon.com/cli/",
  newFolder: (path) => `${path}: 처음 시작할 때 만들어집니다`,
  notWritable: (path) => `${path}에 쓸 수 없습니다. chown이나 chmod를 하거나, --data로 다른 폴더를 고르세요`,
  openToOthers: (path) => `${path}를 다른 사용자도 읽을 수 있습니다: chmod 700 ${path}`,
  free: (bytes) => `${bytes} 남음`,
  sync: (ms) => `디스크에 확실히 쓰는 데 ${ms.toFixed(2)} ms`,
  slowSync: (ms) => `디스크에 확실히 쓰는 데 ${ms.toFixed(1)} ms: 느린 디스크라서 쓰기도 그만큼 느립니다`,
  served: (endpoint, pid) => `${endpoint}에서 실행 중 (프로세스 ${pid})`,
  noAuthority: "같은 포트에서 됩니다. 인증서는 처음 쓸 때 만들어집니다",
  authority: (path, until) => `같은 포트에서 됩니다. 클라이언트가 믿을 인증서: ${path} (${until}까지)`,
  taken: (port, code) => `${port}번은 쓸 수 없습니다 (${code}). --port로 다른 포트를 고르세요`,
  isFree: (port) => `${port}번 사용 가능`,
  clockRuns: "실제 시계와 같음",
  clockAhead: (seconds) => `실제 시계보다 ${seconds}초 앞섬 (hosu clock advance)`,
  clockStands: (time) => `${time}에 멈춰 있음`,
  allWell: "필요한 것이 모두 갖춰져 있습니다.",
  broken: (count) => `먼저 고쳐야 할 것이 ${count}개 있습니다.`,
};
