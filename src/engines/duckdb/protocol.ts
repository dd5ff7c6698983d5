/** What the parent and its child say to each other; plain values, by structured clone. */
export interface Setup {
  readonly kind: "setup";
  /** Folders whose files the child may touch. */
  readonly allowedFolders: readonly string[];
  readonly spillFolder: string;
  readonly memoryBytes: number;
  readonly threads: number;
}

export interface Run {
  readonly kind: "run";
  readonly id: number;
  readonly job: DuckDbJob;
}

export interface Cancel {
  readonly kind: "cancel";
  readonly id: number;
}

export type ToChild = Setup | Run | Cancel;

export type ToParent =
  | { readonly kind: "ready" }
  | { readonly kind: "done"; readonly id: number; readonly result: DuckDbResult }
  | { readonly kind: "failed"; readonly id: number; readonly message: string };

/** Statements on a connection of their own, in order; the last one's rows are the answer. */
export interface DuckDbJob {
  /** Temporary tables of text that the statements read: partition values beside file names. */
  readonly tables?: readonly TextTable[];
  readonly statements: readonly string[];
}

export interface TextTable {
  readonly name: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | null)[])[];
}

export interface DuckDbResult {
  readonly columns: readonly string[];
  /** Every value as DuckDB prints it; at most `ROWS_MAX`, since results of any size go to files. */
  readonly rows: readonly (readonly (string | null)[])[];
}

export const ROWS_MAX = 100_000;
