import type { Language } from "../options.ts";

/** How a bill is worded, in the reader's language. Usage types stay as AWS writes them. */
export interface BillWords {
  title(month: string, until: string): string;
  readonly nothing: string;
  total(dollars: string): string;
  unknown(lines: number): string;
  readonly unknownPrice: string;
  readonly byResource: string;
  readonly byPrincipal: string;
  readonly cleanUp: string;
  readonly kinds: { readonly uploads: string; readonly noncurrent: string };
  aMonth(price: string): string;
  readonly leftOut: readonly string[];
  source(service: string, page: string, date: string): string;
}

export const billWords = (language: Language): BillWords => (language === "ko" ? KO : EN);

const EN: BillWords = {
  title: (month, until) => `What ${month} would cost on AWS, until ${until} by the lake's clock`,
  nothing: "Nothing that costs was used.",
  total: (dollars) => `Together ${dollars} on AWS. Here: nothing.`,
  unknown: (lines) => `${lines} of the lines above have a price that is not known; they are not in the sum.`,
  unknownPrice: "unknown",
  byResource: "By bucket and work group",
  byPrincipal: "By user and role",
  cleanUp: "What could be cleaned up",
  kinds: {
    uploads: "parts of uploads that were never completed",
    noncurrent: "versions that newer ones hide",
  },
  aMonth: (price) => `${price} a month`,
  leftOut: [
    "Not counted: data transfer (free within a region), retrieval, minimum sizes and durations, the free tier,",
    "and the requests by which Athena itself reads objects. Storage is looked at once an hour.",
  ],
  source: (service, page, date) => `Prices of ${service}: ${page}, as of ${date}.`,
};

const KO: BillWords = {
  title: (month, until) => `AWS였다면 ${month} 요금 (호수 시계로 ${until}까지)`,
  nothing: "요금이 나올 만한 사용이 없습니다.",
  total: (dollars) => `합계: AWS라면 ${dollars}. 여기서는 0원입니다.`,
  unknown: (lines) => `위에서 ${lines}줄은 단가를 몰라서 합계에 넣지 않았습니다.`,
  unknownPrice: "모름",
  byResource: "버킷, 작업 그룹별",
  byPrincipal: "사용자, 역할별",
  cleanUp: "정리하면 아낄 수 있는 것",
  kinds: {
    uploads: "완료되지 않은 멀티파트 업로드",
    noncurrent: "최신이 아닌 버전",
  },
  aMonth: (price) => `한 달에 ${price}`,
  leftOut: [
    "계산하지 않은 것: 데이터 전송(같은 리전은 무료), 검색(retrieval), 최소 크기와 최소 기간, 프리 티어,",
    "Athena가 객체를 읽을 때 쓰는 요청. 스토리지는 한 시간에 한 번 확인합니다.",
  ],
  source: (service, page, date) => `${service} 요금 출처: ${page} (${date} 기준)`,
};
