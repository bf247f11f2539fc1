import { writeFile } from 'node:fs/promises';
import { failuresDoc } from './failures-doc.js';

/** Writes the documents that are made from the code. */
await writeFile(new URL('../docs/failures.md', import.meta.url), failuresDoc());
