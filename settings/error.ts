/** Settings that can't be used: one line per mistake, each with the variable's name, what is wrong and what is right. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';

  constructor(readonly mistakes: readonly string[]) {
    super(['These environment variables must be corrected:', ...mistakes].join('\n  '));
  }
}
