import { readFile, writeFile } from 'node:fs/promises';
import { exampleEnvironment } from '../../settings/example.js';
import { failuresDoc } from './failures-doc.js';
import { operatorActionsDoc } from './operator-actions-doc.js';
import { withGlossary } from './glossary-doc.js';
import { namespaceScript } from './namespace-script.js';
import { observingDoc } from './observing-doc.js';
import { personalDataDoc } from './personal-data-doc.js';
import { requestsDoc } from './requests-doc.js';
import { simulatorDoc } from './simulator-doc.js';
import { timeoutsDoc } from './timeouts-doc.js';

/** Writes what is made from the code. */
const root = new URL('../../', import.meta.url);
const script = new URL('deploy/temporal-namespace.sh', root);
await writeFile(new URL('docs/failures.md', root), failuresDoc());
await writeFile(new URL('docs/operator-actions.md', root), operatorActionsDoc());
await writeFile(new URL('docs/observing.md', root), observingDoc());
await writeFile(new URL('docs/requests.md', root), requestsDoc());
await writeFile(new URL('docs/timeouts.md', root), timeoutsDoc());
await writeFile(script, namespaceScript(await readFile(script, 'utf8')));
await writeFile(new URL('.env.example', root), exampleEnvironment());
const readme = new URL('README.md', root);
await writeFile(readme, withGlossary(await readFile(readme, 'utf8')));
const simulatorPage = new URL('docs/simulator.md', root);
await writeFile(simulatorPage, simulatorDoc(await readFile(simulatorPage, 'utf8')));
const personalDataPage = new URL('docs/personal-data.md', root);
await writeFile(personalDataPage, personalDataDoc(await readFile(personalDataPage, 'utf8')));
