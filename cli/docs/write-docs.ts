import { readFile, writeFile } from 'node:fs/promises';
import { exampleEnvironment } from '../../settings/example.js';
import { failuresDoc } from './failures-doc.js';
import { requestsDoc } from './requests-doc.js';
import { simulatorDoc } from './simulator-doc.js';

/** Writes what is made from the code: docs/failures.md, docs/requests.md, the tables of docs/simulator.md, and .env.example. */
const root = new URL('../../', import.meta.url);
await writeFile(new URL('docs/failures.md', root), failuresDoc());
await writeFile(new URL('docs/requests.md', root), requestsDoc());
await writeFile(new URL('.env.example', root), exampleEnvironment());
const simulatorPage = new URL('docs/simulator.md', root);
await writeFile(simulatorPage, simulatorDoc(await readFile(simulatorPage, 'utf8')));
