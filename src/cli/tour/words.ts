import type { Language } from "../options.ts";

/** What the tour says, in both languages. */
export interface Words {
  readonly title: string;
  readonly temporary: string;
  readonly running: (endpoint: string) => string;
  readonly speaks: (client: string) => string;
  readonly made: (megabytes: string, files: number, seconds: string) => string;
  readonly bucket: string;
  readonly bucketLesson: string;
  readonly upload: string;
  readonly uploadLesson: string;
  readonly database: string;
  readonly databaseLesson: string;
  readonly tables: Readonly<Record<"csv" | "csvByMonth" | "parquet" | "parquetByMonth", TableWords>>;
  readonly folders: string;
  readonly foldersLesson: string;
  readonly waiting: string;
  readonly read: (bytes: string, seconds: string, price: string) => string;
  readonly unknownPrice: string;
  readonly answer: string;
  readonly sameAnswer: string;
  readonly summary: string;
  readonly headings: (region: string) => readonly [string, string, string, string, string];
  readonly minimum: (megabytes: number) => string;
  readonly scale: string;
  readonly all: (price: string) => string;
  readonly source: (page: string, date: string) => string;
  readonly cleaned: string;
  readonly kept: string;
}

export interface TableWords {
  readonly name: string;
  readonly title: string;
  readonly lesson: string;
  readonly question: string;
}

const EN: Words = {
  title: "From files to answers, and what each answer costs on AWS.",
  temporary: "Nobody serves the data folder, so this happens in a temporary Hosu that is gone afterwards.",
  running: (endpoint) => `Hosu answers at ${endpoint}`,
  speaks: (client) => `Every step is a real AWS request, made by ${client}.`,
  made: (megabytes, files, seconds) =>
    `Made two years of orders: ${megabytes} of CSV in ${files} files (${seconds})`,
  bucket: "A bucket",
  bucketLesson: "A bucket holds objects; its name is unique, and everything below it is a key.",
  upload: "Upload",
  uploadLesson:
    "S3 has no folders: month=2025-01/ is only how a key begins. Athena will read it as a partition.",
  database: "A database",
  databaseLesson:
    "A database in the Glue Data Catalog is a list of tables. It costs nothing, as all DDL does.",
  tables: {
    csv: {
      name: "CSV",
      title: "A table over the files",
      lesson: "A table is only a description: columns, format, place. Not one byte is moved.",
      question: "The question: what did each category earn since October? A CSV is read to its last byte.",
    },
    csvByMonth: {
      name: "CSV, by month",
      title: "The same files, month by month",
      lesson: "This table says that a folder is a month.",
      question: "The same question. Three folders of twenty-four are read; the others are not even opened.",
    },
    parquet: {
      name: "Parquet",
      title: "The same rows as Parquet",
      lesson:
        "CREATE TABLE AS writes the answer of a query as a new table, here column by column, compressed.",
      question: "The same question. Only the three columns it names are read, of ten.",
    },
    parquetByMonth: {
      name: "Parquet, by month",
      title: "Parquet, month by month",
      lesson: "Both at once: few columns of few months.",
      question: "The same question, for the last time.",
    },
  },
  folders: "Which months are there?",
  foldersLesson: "MSCK REPAIR TABLE looks at the folders and writes each into the catalog as a partition.",
  waiting: "A query runs on its own; ask for its state, then for its answer:",
  read: (bytes, seconds, price) => `read ${bytes} in ${seconds}: ${price} on AWS`,
  unknownPrice: "unknown",
  answer: "The answer",
  sameAnswer: "All four ways gave this same answer.",
  summary: "What it cost",
  headings: (region) => ["", "read", "time", `AWS, ${region}`, "were it 1 TB"],
  minimum: (megabytes) => `AWS counts at least ${megabytes} MB a query, so small data hides the difference.`,
  scale: "The last column is the same question over 1 TB of such files: that is where it shows.",
  all: (price) => `All queries of this tour together would have been ${price} on AWS. Here: nothing.`,
  source: (page, date) => `Prices: ${page}, as of ${date}.`,
  cleaned: "Tidied up: bucket, tables and files are gone.",
  kept: "Everything is kept, as you asked. To remove it:",
};

const KO: Words = {
  title: "파일에서 답까지, 그리고 그 답 하나가 AWS에서는 얼마인지.",
  temporary: "데이터 폴더에서 실행 중인 호수가 없어서, 임시 호수를 띄웁니다. 끝나면 사라집니다.",
  running: (endpoint) => `호수 주소: ${endpoint}`,
  speaks: (client) => `모든 단계는 진짜 AWS 요청입니다. 보내는 쪽: ${client}`,
  made: (megabytes, files, seconds) => `2년치 주문 데이터: CSV ${megabytes}, 파일 ${files}개 (${seconds})`,
  bucket: "버킷 만들기",
  bucketLesson: "버킷은 객체를 담는 그릇입니다. 이름은 하나뿐이고, 그 아래 경로는 모두 키(key)입니다.",
  upload: "업로드",
  uploadLesson:
    "S3에 폴더는 없습니다. month=2025-01/ 은 키의 앞부분일 뿐인데, Athena는 이것을 파티션으로 읽습니다.",
  database: "데이터베이스 만들기",
  databaseLesson: "Glue Data Catalog의 데이터베이스는 테이블 목록입니다. DDL은 모두 무료입니다.",
  tables: {
    csv: {
      name: "CSV",
      title: "파일 위에 테이블 얹기",
      lesson: "테이블은 설명서일 뿐입니다: 컬럼, 형식, 위치. 데이터는 1바이트도 움직이지 않습니다.",
      question: "질문: 10월부터 카테고리별 매출은? CSV는 끝까지 다 읽어야 합니다.",
    },
    csvByMonth: {
      name: "CSV, 월별",
      title: "같은 파일, 월별 파티션",
      lesson: "이 테이블은 폴더 하나가 한 달이라는 것을 압니다.",
      question: "같은 질문. 폴더 24개 중 3개만 읽고, 나머지는 열어 보지도 않습니다.",
    },
    parquet: {
      name: "Parquet",
      title: "같은 데이터를 Parquet으로",
      lesson:
        "CREATE TABLE AS는 쿼리 결과를 새 테이블로 저장합니다. 여기서는 컬럼 단위로 압축해서 저장합니다.",
      question: "같은 질문. 컬럼 10개 중 질문에 나온 3개만 읽습니다.",
    },
    parquetByMonth: {
      name: "Parquet, 월별",
      title: "Parquet에 월별 파티션까지",
      lesson: "둘을 합치면: 필요한 달의, 필요한 컬럼만.",
      question: "마지막으로 같은 질문.",
    },
  },
  folders: "어떤 달이 있나요?",
  foldersLesson: "MSCK REPAIR TABLE은 폴더를 살펴보고 하나하나 파티션으로 카탈로그에 등록합니다.",
  waiting: "쿼리는 혼자 실행됩니다. 상태를 물어보고, 끝나면 결과를 받습니다:",
  read: (bytes, seconds, price) => `${bytes} 읽음, ${seconds}: AWS라면 ${price}`,
  unknownPrice: "모름",
  answer: "답",
  sameAnswer: "네 가지 방법 모두 같은 답을 냈습니다.",
  summary: "비용 비교",
  headings: (region) => ["", "읽은 양", "시간", `AWS ${region}`, "1 TB라면"],
  minimum: (megabytes) =>
    `AWS는 쿼리당 최소 ${megabytes} MB로 계산해서, 데이터가 작으면 차이가 잘 안 보입니다.`,
  scale: "마지막 열은 같은 모양의 데이터가 1 TB일 때입니다. 차이는 거기서 드러납니다.",
  all: (price) => `이 투어의 쿼리를 모두 AWS에서 실행했다면 ${price}. 여기서는 0원입니다.`,
  source: (page, date) => `요금 출처: ${page} (${date} 기준)`,
  cleaned: "뒷정리 끝: 버킷, 테이블, 파일을 모두 지웠습니다.",
  kept: "말씀하신 대로 모두 남겨 두었습니다. 지우려면:",
};

export const wordsOf = (language: Language): Words => (language === "ko" ? KO : EN);
