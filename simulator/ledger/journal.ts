import { mkdir, open, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { journalEntry, type JournalEntry } from './journal-entry.js';

/**
 * The append-only file: one JSON line per change, on disk before the response that depends on it is sent, so that
 * a kill -9 loses nothing. Without a file, memory only.
 */
export class Journal {
  readonly #file: FileHandle | undefined;
  #pending: string[] = [];
  #clearFirst = false;
  #writing: Promise<void> = Promise.resolve();
  #queued = false;

  private constructor(file: FileHandle | undefined) {
    this.#file = file;
  }

  /** Opens the journal and reads its entries, oldest first. */
  static async open(path: string | undefined): Promise<{ journal: Journal; entries: JournalEntry[] }> {
    if (path === undefined) return { journal: new Journal(undefined), entries: [] };
    // It holds addresses and persons, as a provider's books do.
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    const file = await open(path, 'a+', 0o600);
    try {
      await file.chmod(0o600); // it may have been there before
      const text = await file.readFile('utf8');
      // A kill in mid-write leaves half a line, on which no response depended.
      const whole = text.slice(0, text.lastIndexOf('\n') + 1);
      if (whole.length < text.length) await file.truncate(Buffer.byteLength(whole));
      const entries = whole
        .split('\n')
        .slice(0, -1)
        .map((line, index) => parseLine(line, `${path}, line ${index + 1}`));
      return { journal: new Journal(file), entries };
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  append(entry: JournalEntry): void {
    if (!this.#file) return;
    this.#pending.push(`${JSON.stringify(entry)}\n`);
    this.#queue();
  }

  /** Empties the journal. */
  clear(): void {
    if (!this.#file) return;
    this.#pending = [];
    this.#clearFirst = true;
    this.#queue();
  }

  /** Resolves once everything appended so far is on disk; rejects if it can't be. */
  settled(): Promise<void> {
    return this.#writing;
  }

  async close(): Promise<void> {
    await this.#writing.catch(() => undefined);
    await this.#file?.close();
  }

  #queue(): void {
    if (this.#queued) return;
    this.#queued = true;
    this.#writing = this.#writing.then(() => this.#write());
    // Those who depend on it await settled(); without this handler, a full disk would end the process.
    this.#writing.catch(() => undefined);
  }

  async #write(): Promise<void> {
    this.#queued = false;
    const lines = this.#pending.join('');
    const clearFirst = this.#clearFirst;
    this.#pending = [];
    this.#clearFirst = false;
    if (clearFirst) await this.#file?.truncate(0);
    await this.#file?.appendFile(lines);
    await this.#file?.datasync();
  }
}

function parseLine(line: string, where: string): JournalEntry {
  try {
    return journalEntry.parse(JSON.parse(line));
  } catch {
    throw new Error(
      `${where}: not an entry of the simulator's journal. Move the file away to start with an empty one.`,
    );
  }
}
