import { athenaArn, glueArn, type Fixtures } from "./fixtures.ts";
import { need, SOURCES, type Row } from "./row.ts";

/** Athena decides on work groups, on data catalogs, and asks Glue in the caller's name. */
const row = (name: string, prepare: Row["prepare"], source: string = SOURCES.athena): Row => ({
  operation: `athena:${name}`,
  source,
  prepare,
});

type More = Readonly<Record<string, unknown>>;
const groupArn = (name: string): string => athenaArn(`workgroup/${name}`);

/** The action on the work group that the input names, or to which what it names belongs. */
const inGroup = (name: string, input: (fixtures: Fixtures, group: string) => Promise<More> | More): Row =>
  row(name, async (fixtures) => {
    const group = await fixtures.workGroup();
    return { input: await input(fixtures, group), needs: need(`athena:${name}`, groupArn(group)) };
  });

const WORK_GROUPS: readonly Row[] = [
  row("CreateWorkGroup", (fixtures) => {
    const Name = fixtures.name("made");
    return { input: { Name }, needs: need("athena:CreateWorkGroup", groupArn(Name)) };
  }),
  inGroup("GetWorkGroup", (_fixtures, WorkGroup) => ({ WorkGroup })),
  row("ListWorkGroups", () => ({ input: {}, needs: need("athena:ListWorkGroups", "*") })),
  inGroup("UpdateWorkGroup", (_fixtures, WorkGroup) => ({ WorkGroup, Description: "d" })),
  inGroup("DeleteWorkGroup", (_fixtures, WorkGroup) => ({ WorkGroup })),
];

const QUERIES: readonly Row[] = [
  inGroup("StartQueryExecution", (_fixtures, WorkGroup) => ({ WorkGroup, QueryString: "SELECT 1" })),
  inGroup("GetQueryExecution", async (fixtures, group) => ({
    QueryExecutionId: (await fixtures.execution(group)).id,
  })),
  inGroup("BatchGetQueryExecution", async (fixtures, group) => ({
    QueryExecutionIds: [(await fixtures.execution(group)).id],
  })),
  inGroup("ListQueryExecutions", (_fixtures, WorkGroup) => ({ WorkGroup })),
  inGroup("StopQueryExecution", async (fixtures, group) => ({
    QueryExecutionId: (await fixtures.execution(group)).id,
  })),
  inGroup("GetQueryRuntimeStatistics", async (fixtures, group) => ({
    QueryExecutionId: (await fixtures.execution(group)).id,
  })),
  // "The IAM principal must also have the s3:GetObject permission on the query results location."
  row(
    "GetQueryResults",
    async (fixtures) => {
      const group = await fixtures.workGroup();
      const { id, result } = await fixtures.execution(group);
      return {
        input: { QueryExecutionId: id },
        needs: [
          ...need("athena:GetQueryResults", groupArn(group)),
          ...need("s3:GetObject", `arn:aws:s3:::${result}`),
        ],
      };
    },
    "https://docs.aws.amazon.com/athena/latest/APIReference/API_GetQueryResults.html",
  ),
];

const query = { QueryString: "SELECT 1" };
const SAVED: readonly Row[] = [
  inGroup("CreateNamedQuery", (_fixtures, WorkGroup) => ({
    ...query,
    WorkGroup,
    Name: "n",
    Database: "default",
  })),
  inGroup("GetNamedQuery", async (fixtures, group) => ({ NamedQueryId: await fixtures.namedQuery(group) })),
  inGroup("BatchGetNamedQuery", async (fixtures, group) => ({
    NamedQueryIds: [await fixtures.namedQuery(group)],
  })),
  inGroup("ListNamedQueries", (_fixtures, WorkGroup) => ({ WorkGroup })),
  inGroup("UpdateNamedQuery", async (fixtures, group) => ({
    ...query,
    NamedQueryId: await fixtures.namedQuery(group),
    Name: "n",
  })),
  inGroup("DeleteNamedQuery", async (fixtures, group) => ({
    NamedQueryId: await fixtures.namedQuery(group),
  })),
  inGroup("CreatePreparedStatement", (_fixtures, WorkGroup) => ({
    WorkGroup,
    StatementName: "statement",
    QueryStatement: "SELECT ?",
  })),
  inGroup("GetPreparedStatement", async (fixtures, WorkGroup) => ({
    WorkGroup,
    StatementName: await fixtures.prepared(WorkGroup),
  })),
  inGroup("BatchGetPreparedStatement", async (fixtures, WorkGroup) => ({
    WorkGroup,
    PreparedStatementNames: [await fixtures.prepared(WorkGroup)],
  })),
  inGroup("ListPreparedStatements", (_fixtures, WorkGroup) => ({ WorkGroup })),
  inGroup("UpdatePreparedStatement", async (fixtures, WorkGroup) => ({
    WorkGroup,
    StatementName: await fixtures.prepared(WorkGroup),
    QueryStatement: "SELECT ?",
  })),
  inGroup("DeletePreparedStatement", async (fixtures, WorkGroup) => ({
    WorkGroup,
    StatementName: await fixtures.prepared(WorkGroup),
  })),
];

const CatalogName = "AwsDataCatalog";
const catalogArn = athenaArn(`datacatalog/${CatalogName}`);
const CATALOGS: readonly Row[] = [
  row("ListDataCatalogs", () => ({ input: {}, needs: need("athena:ListDataCatalogs", "*") })),
  row("GetDataCatalog", () => ({
    input: { Name: CatalogName },
    needs: need("athena:GetDataCatalog", catalogArn),
  })),
  row(
    "ListDatabases",
    () => ({
      input: { CatalogName },
      needs: [
        ...need("athena:ListDatabases", catalogArn),
        ...need("glue:GetDatabases", glueArn("catalog"), glueArn("database/*")),
      ],
    }),
    SOURCES.athenaGlue,
  ),
  row(
    "GetDatabase",
    async (fixtures) => {
      const DatabaseName = await fixtures.database();
      return {
        input: { CatalogName, DatabaseName },
        needs: [
          ...need("athena:GetDatabase", catalogArn),
          ...need("glue:GetDatabase", glueArn("catalog"), glueArn(`database/${DatabaseName}`)),
        ],
      };
    },
    SOURCES.athenaGlue,
  ),
  row(
    "ListTableMetadata",
    async (fixtures) => {
      const { DatabaseName } = await fixtures.table();
      const glue = need(
        "glue:GetTables",
        glueArn("catalog"),
        glueArn(`database/${DatabaseName}`),
        glueArn(`table/${DatabaseName}/*`),
      );
      return {
        input: { CatalogName, DatabaseName },
        needs: [...need("athena:ListTableMetadata", catalogArn), ...glue],
      };
    },
    SOURCES.athenaGlue,
  ),
  row(
    "GetTableMetadata",
    async (fixtures) => {
      const { DatabaseName, TableName } = await fixtures.table();
      const glue = need(
        "glue:GetTable",
        glueArn("catalog"),
        glueArn(`database/${DatabaseName}`),
        glueArn(`table/${DatabaseName}/${TableName}`),
      );
      return {
        input: { CatalogName, DatabaseName, TableName },
        needs: [...need("athena:GetTableMetadata", catalogArn), ...glue],
      };
    },
    SOURCES.athenaGlue,
  ),
];

export const ATHENA_ROWS: readonly Row[] = [...WORK_GROUPS, ...QUERIES, ...SAVED, ...CATALOGS];
