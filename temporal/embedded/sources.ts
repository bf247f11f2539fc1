/** One way to have an executable that this project needs but doesn't ship. */
export interface Source {
  /** Completes "tried: …", as "`temporal` on the PATH". */
  readonly name: string;
  /** The executable's path, if it is here already and works; quick, and asks no network. */
  existing(): Promise<string | undefined>;
  /**
   * Fetches or builds it and returns its path. May take minutes: calls `onProgress` every few seconds.
   * @throws with the reason why not, as one sentence.
   */
  obtain(onProgress: (message: string) => void): Promise<string>;
}

/**
 * The executable from the first source that has it; if none has, from the first that can get it.
 * @param what as in "Temporal's server", for the error
 * @param remedy what a person should install, as a full sentence, for the error
 * @throws one error that lists every source with why it failed, and the remedy.
 */
export async function findExecutable(
  what: string,
  sources: readonly Source[],
  remedy: string,
  onProgress: (message: string) => void,
): Promise<string> {
  for (const source of sources) {
    const path = await source.existing();
    if (path !== undefined) return path;
  }
  const tried: string[] = [];
  for (const source of sources) {
    try {
      return await source.obtain(onProgress);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      tried.push(`  - ${source.name}: ${reason.replaceAll('\n', '\n    ')}`);
    }
  }
  throw new Error(`No ${what} could be had. Tried:\n${tried.join('\n')}\n${remedy}`);
}
