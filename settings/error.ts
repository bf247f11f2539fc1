/** What is wrong with a variable. */
export interface SettingMistake {
  /** The variable's name, also where its file is meant. */
  variable: string;
  /** Its file or its command is meant: `NAME_FILE`, `NAME_COMMAND`. */
  suffix?: '_FILE' | '_COMMAND';
  /** What is wrong, and what is right. */
  problem: string;
}

/** Settings that can't be used: one line per mistake, each with the variable's name, what is wrong and what is right. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
  readonly mistakes: readonly string[];

  constructor(mistakes: readonly SettingMistake[]) {
    const lines = mistakes.map(({ variable, suffix = '', problem }) => `${variable}${suffix}: ${problem}`);
    super(['These environment variables must be corrected:', ...lines].join('\n  '));
    this.mistakes = lines;
  }
}
