import { service } from "../../platform/service.ts";
import * as catalogs from "./catalogs/catalogs.ts";
import * as executions from "./queries/executions.ts";
import * as results from "./queries/results.ts";
import { start } from "./queries/start.ts";
import * as namedQueries from "./saved/named-queries.ts";
import * as prepared from "./saved/prepared-statements.ts";
import * as workGroups from "./workgroups/workgroups.ts";
import { runner } from "./run/runner.ts";

export const athena = service("athena", {
  operations: {
    StartQueryExecution: start,
    GetQueryExecution: executions.get,
    BatchGetQueryExecution: executions.batchGet,
    ListQueryExecutions: executions.list,
    StopQueryExecution: executions.stop,
    GetQueryRuntimeStatistics: executions.runtimeStatistics,
    GetQueryResults: results.get,

    CreateWorkGroup: workGroups.create,
    GetWorkGroup: workGroups.get,
    ListWorkGroups: workGroups.list,
    UpdateWorkGroup: workGroups.update,
    DeleteWorkGroup: workGroups.remove,

    CreateNamedQuery: namedQueries.create,
    GetNamedQuery: namedQueries.get,
    BatchGetNamedQuery: namedQueries.batchGet,
    ListNamedQueries: namedQueries.list,
    UpdateNamedQuery: namedQueries.update,
    DeleteNamedQuery: namedQueries.remove,

    CreatePreparedStatement: prepared.create,
    GetPreparedStatement: prepared.get,
    BatchGetPreparedStatement: prepared.batchGet,
    ListPreparedStatements: prepared.list,
    UpdatePreparedStatement: prepared.update,
    DeletePreparedStatement: prepared.remove,

    ListDataCatalogs: catalogs.list,
    GetDataCatalog: catalogs.get,
    ListDatabases: catalogs.listDatabases,
    GetDatabase: catalogs.getDatabase,
    ListTableMetadata: catalogs.listTableMetadata,
    GetTableMetadata: catalogs.getTableMetadata,
  },
  stop: (house) => runner(house).stop(),
});
