/** What a piece of background work cost the disk and the store. */
export interface Work {
  readonly rows?: number;
  readonly files?: number;
  readonly bytes?: number;
}

/** Resolves when the next piece may begin; false when none may. */
export type Pace = (work: Work) => Promise<boolean>;

export const UNPACED: Pace = async () => true;
